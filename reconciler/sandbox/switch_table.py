"""Every behaviour that the public record leaves open, as one table of switches.

The numbers A1 to A52 are the rows of the project's list of open points about the Altcraft Market API.
Each switch says which rows it answers, what it does by default (what the vendor's pages show, or else the
plainest reading of them) and what else a client has to live with. Three rows have nothing to switch:

- A20 is client-only: whether to send again after a time-out is the caller's decision. The faults
  `reset_after` and `empty_after` put a caller into that position.
- A40 and A41 are client-only: they are about orders/delete, which this server does not offer.

Y1 to Y32 number the same for Yandex Market; `yandex/switches.py` says why Y30 and Y31 have nothing to switch.

The table is data, in parts. Choosing from it and printing it is `switches.py`.
"""

from reconciler.sandbox.switches_answers import LISTS, TRANSPORT
from reconciler.sandbox.switches_definitions import DEFINITIONS
from reconciler.sandbox.switches_imports import IMPORTS
from reconciler.sandbox.switches_statuses import STATUSES
from reconciler.sandbox.yandex.switches import YANDEX

ALTCRAFT = (*TRANSPORT, *LISTS, *IMPORTS, *DEFINITIONS, *STATUSES)
SWITCHES = (*ALTCRAFT, *YANDEX)
"""Every switch, in the order of the printed table."""

CLIENT_ONLY = ("A20", "A40", "A41", "Y30", "Y31")
"""Rows with nothing to switch on a server; the docstring of this module says why."""
