"""Through: a carrier on httpx, where a proxy or a transport in this process stands before the server.

A client for one request at a time: one that many share looks through all of its connections at each request,
twice, so that the work for a request grows with the requests in flight.
"""

from __future__ import annotations

from collections.abc import Callable
from ssl import SSLContext

import reconciler.wire.lean  # noqa: F401  before httpx, which it makes lighter

# isort: split
import httpx

from reconciler.wire.carriers import (
    CUT,
    GARBLED,
    IDLE_FOR,
    LARGEST_ANSWER,
    Arrived,
    Broke,
    Outgoing,
    late,
    unconnected_late,
)
from reconciler.wire.faults import Fault, Trouble
from reconciler.wire.reasons import unconnected


class Through:
    """A client of httpx, with one connection."""

    def __init__(
        self,
        base: str,
        *,
        transport: httpx.BaseTransport | None,
        verify: SSLContext,
        timeout: float,
        monotonic: Callable[[], float],
    ) -> None:
        """Name the server by its `base`, scheme and host. A transport stands in place of the network."""
        self._base = base
        self._host = httpx.URL(base).netloc.decode("ascii")
        self._timeout = timeout
        self._monotonic = monotonic
        each = {"connect": timeout, "read": timeout, "write": timeout, "pool": None}
        self._extensions = {"timeout": each}
        self._client = httpx.Client(
            transport=transport,
            verify=verify,
            follow_redirects=False,
            timeout=timeout,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=IDLE_FOR),
        )

    def carry(self, request: Outgoing) -> Arrived:
        """Send a request and read the answer to its end. Raises Broke."""
        until = self._monotonic() + self._timeout
        try:
            return self._exchange(request, until)
        except httpx.RequestError as broken:
            trouble = self._trouble(broken)
        raise Broke(trouble)

    def close(self) -> None:
        """Close the connection; what is still in flight is cut."""
        self._client.close()

    def _exchange(self, request: Outgoing, until: float) -> Arrived:
        sent = httpx.Request(
            request.head.method,
            self._base + request.head.target,
            headers=dict(request.head.headers),
            content=request.body,
            extensions=self._extensions,
        )
        response = self._client.send(sent, stream=True)
        try:
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise httpx.DecodingError("larger than any answer")
                if self._monotonic() > until:
                    raise httpx.ReadTimeout("dripping")
        finally:
            response.close()
        return Arrived(response.status_code, dict(response.headers), bytes(body))

    def _trouble(self, broken: httpx.RequestError) -> Trouble:
        """Put a broken exchange into our own words; the library's may quote a header."""
        match broken:
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                return unconnected_late(self._host, self._timeout)
            case httpx.TimeoutException():
                return late(self._timeout)
            case httpx.ProxyError():
                return Trouble(Fault.UNREACHED, f"the proxy gave no connection to {self._host}")
            case httpx.ConnectError():
                return unconnected(self._host, broken)
            case httpx.DecodingError():
                return GARBLED
            case _:
                return CUT
