"""Direct: a carrier on the standard library's client, over a connection that is kept between requests.

httpx and what is below it spend half a millisecond of processor time on a request, which is more than all the
rest of an update: thirty threads wait for each other's. This takes a fifth of that. It does what a client of
one server needs and nothing else: no redirect, no cookie, no proxy; where one has to be used, `through` is.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from select import POLLIN, poll
from socket import SHUT_RDWR
from ssl import SSLContext
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import SplitResult

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
from reconciler.wire.reasons import unconnected

if TYPE_CHECKING:
    from io import BufferedReader

_PIECE: Final = 65_536


class Direct:
    """A connection to one server."""

    def __init__(
        self,
        server: SplitResult,
        *,
        verify: SSLContext | None,
        timeout: float,
        monotonic: Callable[[], float],
    ) -> None:
        """Name the server; `verify` is how it proves who it is, None for http. `timeout` in seconds."""
        host, port = server.hostname or "", server.port
        self._host = server.netloc
        self._timeout = timeout
        self._monotonic = monotonic
        self._connection: HTTPConnection = (
            HTTPConnection(host, port, timeout=timeout)
            if verify is None
            else HTTPSConnection(host, port, timeout=timeout, context=verify)
        )
        self._connection.response_class = _Whole
        self._used = 0.0

    def carry(self, request: Outgoing) -> Arrived:
        """Send a request and read the answer to its end. Raises Broke."""
        self._connect()
        try:
            arrived = self._exchange(request, self._monotonic() + self._timeout)
        except BaseException:
            self._connection.close()
            raise
        self._used = self._monotonic()
        return arrived

    def close(self) -> None:
        """Close the connection; what is in flight is cut, and nobody waits for the thread that reads it."""
        sock = self._connection.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(SHUT_RDWR)
        self._connection.close()

    def _connect(self) -> None:
        """Make sure of a connection that the server has not closed meanwhile."""
        if self._connection.sock is not None and self._is_stale():
            self._connection.close()
        if self._connection.sock is not None:
            return
        try:
            self._connection.connect()
        except TimeoutError:
            trouble = unconnected_late(self._host, self._timeout)
        except (OSError, UnicodeError) as broken:
            trouble = unconnected(self._host, broken)
        else:
            return
        self._connection.close()
        raise Broke(trouble)

    def _is_stale(self) -> bool:
        """Tell whether a connection was idle for too long, or has something to say that nobody asked for."""
        if self._monotonic() - self._used > IDLE_FOR:
            return True
        asked = poll()
        asked.register(self._connection.sock, POLLIN)
        return bool(asked.poll(0))

    def _exchange(self, request: Outgoing, until: float) -> Arrived:
        try:
            self._connection.request(request.method, request.target, request.body, dict(request.headers))
            response = self._connection.getresponse()
            body = self._read(response, until)
        except TimeoutError:
            trouble = late(self._timeout)
        except (OSError, HTTPException):
            trouble = CUT
        else:
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Arrived(response.status, headers, _unpacked(body, headers.get("content-encoding", "")))
        raise Broke(trouble)

    def _read(self, response: HTTPResponse, until: float) -> bytes:
        """Read to the end; the time-out is for all of it, not for each piece."""
        body = bytearray()
        while piece := response.read(_PIECE):
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise Broke(GARBLED)
            if self._monotonic() > until:
                raise Broke(late(self._timeout))
        if response.length:  # the standard library does not mind an end that comes too early
            raise Broke(CUT)
        return bytes(body)


class _Whole(HTTPResponse):
    """An answer whose headers have an end: the standard library takes a cut connection for one."""

    def begin(self) -> None:
        """Read status and headers. Raises HTTPException when they are cut off."""
        watched = _Watched(self.fp)
        self.fp = cast("BufferedReader", watched)
        super().begin()
        if watched.last not in {b"\r\n", b"\n"}:
            raise IncompleteRead(watched.last)


class _Watched:
    """A file that remembers the last line that was read of it."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.last = b""

    def readline(self, limit: int = -1) -> bytes:
        """Read a line."""
        self.last = self._file.readline(limit)
        return self.last

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _unpacked(body: bytes, encoding: str) -> bytes:
    """Undo what the headers say was done to a body. Raises Broke."""
    for word in reversed([each.strip().lower() for each in encoding.split(",")]):
        if word in {"gzip", "x-gzip"}:
            body = _inflated(body, zlib.MAX_WBITS | 16)
        elif word == "deflate":
            body = _inflated(body, zlib.MAX_WBITS if body[:1] == b"\x78" else -zlib.MAX_WBITS)
        elif word not in {"", "identity"}:
            raise Broke(GARBLED)
    return body


def _inflated(body: bytes, form: int) -> bytes:
    unpacker = zlib.decompressobj(form)
    try:
        found = unpacker.decompress(body, LARGEST_ANSWER + 1)
    except zlib.error:
        raise Broke(GARBLED) from None
    if len(found) > LARGEST_ANSWER or not unpacker.eof:
        raise Broke(GARBLED)
    return found
