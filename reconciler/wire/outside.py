"""Outside: how a request gets to a server that is not on this machine: by TLS, maybe through a proxy.

Loads what finds proxies and the certificates of authorities, so only a wire that leaves the machine, or has a
transport in the place of the network, imports this. httpx is loaded for those alone that need it.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies

import certifi

from reconciler.model.url import is_loopback
from reconciler.wire.carriers import Carrier
from reconciler.wire.direct import Direct

if TYPE_CHECKING:
    import httpx


def opener(
    origin: str,
    *,
    transport: httpx.BaseTransport | None,
    timeout: float,
    monotonic: Callable[[], float],
) -> Callable[[], Carrier]:
    """Give what opens a way to a server, for one request at a time.

    A proxy that the environment names is used, but never to reach a server on this machine.
    """
    leaves = not is_loopback(origin)
    verify = _authorities(leaves=leaves)
    if transport is None and not (leaves and getproxies()):
        return lambda: Direct(urlsplit(origin), verify=verify, timeout=timeout, monotonic=monotonic)
    from reconciler.wire.through import Through  # noqa: PLC0415 - seldom needed, and loads httpx

    return lambda: Through(origin, transport=transport, verify=verify, timeout=timeout, monotonic=monotonic)


def _authorities(*, leaves: bool) -> ssl.SSLContext:
    """Name who may vouch for a server: those of `SSL_CERT_FILE` or `SSL_CERT_DIR`, else Mozilla's.

    The environment speaks of servers elsewhere, as for proxies. httpx does the same.
    """
    if leaves and (file := os.environ.get("SSL_CERT_FILE")):
        return ssl.create_default_context(cafile=file)
    if leaves and (folder := os.environ.get("SSL_CERT_DIR")):
        return ssl.create_default_context(capath=folder)
    return ssl.create_default_context(cafile=certifi.where())
