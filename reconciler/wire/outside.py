"""Outside: how a request gets to a server that is not on this machine: by TLS, maybe through a proxy.

Loads httpx and what finds proxies, and reads the certificates of authorities: so only a wire that leaves the
machine, or has a transport in the place of the network, imports this.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.request import getproxies

import reconciler.wire.lean  # noqa: F401  before httpx, which it makes lighter

# isort: split
import httpx

from reconciler.model.url import is_loopback
from reconciler.wire.carriers import Carrier
from reconciler.wire.direct import Direct
from reconciler.wire.through import Through


def opener(
    origin: str,
    *,
    transport: httpx.BaseTransport | None,
    timeout: float,
    monotonic: Callable[[], float],
) -> Callable[[], Carrier]:
    """Give what opens the way to a server for one thread.

    A proxy that the environment names is used, but never to reach a server on this machine.
    """
    leaves = not is_loopback(origin)
    verify = httpx.create_ssl_context(trust_env=leaves)
    if transport is not None or (leaves and getproxies()):
        return lambda: Through(
            origin, transport=transport, verify=verify, timeout=timeout, monotonic=monotonic
        )
    return lambda: Direct(urlsplit(origin), verify=verify, timeout=timeout, monotonic=monotonic)
