"""The order endpoints of Yandex Market: the other half of the sandbox, in the same file and application.

    request -> exchange -> access, quota -> search (v1) or one order (v2) -> shape -> reply

One kind of stored order is shown in two shapes: v1 lists a cabinet's orders, v2 shows one order of one store.
What the Market's documentation leaves open is a switch (`switches.py`), as on the other side. Moving orders
is up to whoever holds the direct door (`cabinet.py`): the API here only reads.
"""
