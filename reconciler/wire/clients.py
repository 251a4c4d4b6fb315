"""Clients: one httpx client for each thread that sends, all of them with one way to verify a server.

A client that many threads share looks through all of its connections at each request, twice, so that the work
for a request grows with the requests in flight. A thread has one request in flight, and its own client one
connection.
"""

from __future__ import annotations

from ssl import SSLContext
from threading import Lock, local
from typing import Final

import reconciler.wire.lean  # noqa: F401  before httpx, which it makes lighter

# isort: split
import httpx

IDLE_FOR: Final = 4.0
"""Seconds that an idle connection is kept: less than the 5 s after which common servers close it, because a
request that meets the closing would be lost for no reason."""


class Clients:
    """Hands each thread its client, and closes all of them at the end."""

    def __init__(self, transport: httpx.BaseTransport | None, *, trust_env: bool, timeout: float) -> None:
        """Begin without any. A transport stands in place of the network, for all threads alike."""
        self._transport = transport
        self._trust_env = trust_env
        self._timeout = timeout
        self._own = local()
        self._opened: list[httpx.Client] = []
        self._lock = Lock()
        self._verify: SSLContext | None = None

    @property
    def own(self) -> httpx.Client:
        """The client of the thread that asks."""
        found: httpx.Client | None = getattr(self._own, "client", None)
        if found is None:
            with self._lock:
                found = self._own.client = self._open()
                self._opened.append(found)
        return found

    def _open(self) -> httpx.Client:
        if self._verify is None:
            self._verify = httpx.create_ssl_context(trust_env=self._trust_env)
        return httpx.Client(
            transport=self._transport,
            verify=self._verify,
            trust_env=self._trust_env,
            follow_redirects=False,
            timeout=self._timeout,
            limits=httpx.Limits(
                max_connections=1,
                max_keepalive_connections=1,
                keepalive_expiry=IDLE_FOR,
            ),
        )

    def close(self) -> None:
        """Close every connection; what is still in flight is cut."""
        with self._lock:
            opened, self._opened = self._opened, []
        for client in opened:
            client.close()
        if self._transport is not None:  # no client has it where nothing was sent
            self._transport.close()
