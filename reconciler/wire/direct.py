"""Direct: a carrier on a socket, over a connection that is kept between requests.

httpx and what is below it spend half a millisecond of processor time on a request, for which all others
wait; the standard library's client spends a fifth of that, most of it on an answer's head (see `answer`).
This does what a client of one server needs and nothing else: no redirect, no cookie, no proxy; where one has
to be used, `through` is.

A carrier is used by one at a time; only `close` may be called by another thread. A socket is let go by
whoever uses it last: were it closed under a thread that reads from it, that thread might read from whatever
is opened next.
"""

from __future__ import annotations

import socket
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from select import POLLIN, poll
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import SplitResult

from reconciler.wire.answer import NoAnswerAtAll, TooLarge, Whole, receive
from reconciler.wire.carriers import (
    CUT,
    GARBLED,
    IDLE_FOR,
    LARGEST_ANSWER,
    Arrived,
    Broke,
    Head,
    Outgoing,
    late,
    unconnected_late,
)
from reconciler.wire.reasons import unconnected
from reconciler.wire.ways import at_once

if TYPE_CHECKING:
    from ssl import SSLContext

PIECE: Final = 65_536
"""Bytes that are read at a time."""


class Waiting(Protocol):
    """Waits for a socket, so that what is sent and read in which order is said once."""

    async def connected(self, connect: Callable[[], socket.socket]) -> socket.socket:
        """Give a new connection, ready for what follows."""
        ...

    def until(self, seconds: float) -> float:
        """Give the moment so many seconds from now."""
        ...

    async def send(self, sock: socket.socket, text: bytes, until: float) -> None:
        """Write all of it. Raises TimeoutError."""
        ...

    async def receive(self, sock: socket.socket, until: float) -> bytes:
        """Read on; nothing at the end of the connection. Raises TimeoutError."""
        ...

    def part(self, sock: socket.socket) -> None:
        """Hear that a connection is about to be closed."""
        ...


@dataclass(frozen=True, slots=True)
class InPlace:
    """The thread that asks waits."""

    monotonic: Callable[[], float]

    async def connected(self, connect: Callable[[], socket.socket]) -> socket.socket:
        """Connect."""
        return connect()

    def until(self, seconds: float) -> float:
        """Give the moment so many seconds from now."""
        return self.monotonic() + seconds

    async def send(self, sock: socket.socket, text: bytes, until: float) -> None:
        """Write all of it; the socket has a time-out of its own."""
        del until
        sock.sendall(text)

    async def receive(self, sock: socket.socket, until: float) -> bytes:
        """Read on; the time-out is for the whole answer, not for each piece."""
        piece = sock.recv(PIECE)
        if self.monotonic() > until:
            raise TimeoutError
        return piece

    def part(self, sock: socket.socket) -> None:
        """Have nothing to let go of."""


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
        self._name = server.hostname or ""
        self._port = server.port or (80 if verify is None else 443)
        self._host = server.netloc
        self._verify = verify
        self._timeout = timeout
        self._monotonic = monotonic
        self._in_place = InPlace(monotonic)
        self._sock: socket.socket | None = None
        self._head: Head | None = None
        self._begun = b""
        self._asked = poll()
        self._sent = 0.0
        self._lock = Lock()
        self._busy = self._closed = False

    def carry(self, request: Outgoing) -> Arrived:
        """Send a request and read the answer to its end. Raises Broke."""
        return at_once(self.carry_on(request, self._in_place))

    async def carry_on(self, request: Outgoing, waiting: Waiting) -> Arrived:
        """Do the same and let somebody else do the waiting; of one carrier always the same. Raises Broke."""
        with self._lock:
            if self._closed:
                raise Broke(CUT)
            self._busy = True
        try:
            sock = self._standing(waiting) or await waiting.connected(self._connected)
            whole = await self._exchange(sock, request, waiting)
        except BaseException:
            self._leave(waiting, is_kept=False)
            raise
        self._leave(waiting, is_kept=whole.is_kept)
        body = _unpacked(whole.body, whole.headers.get("content-encoding", ""))
        return Arrived(whole.status, whole.headers, body)

    def close(self) -> None:
        """Close the connection; what is in flight is cut, and nobody waits for the thread that reads it."""
        with self._lock:
            self._closed = True
            if self._sock is not None:
                with suppress(OSError):  # not TLS's own way, which would leave a plain socket to who uses it
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)
            if not self._busy:
                self._let_go()

    def _leave(self, waiting: Waiting, *, is_kept: bool) -> None:
        with self._lock:
            self._busy = False
            if self._closed or not is_kept:
                self._let_go(waiting)

    def _let_go(self, waiting: Waiting | None = None) -> None:
        """Close the connection; without a word to who waits where nothing more will be sent."""
        if self._sock is not None:
            if waiting is not None:
                waiting.part(self._sock)
            self._asked.unregister(self._sock)
            self._sock.close()
            self._sock = None

    def _standing(self, waiting: Waiting) -> socket.socket | None:
        """Give the connection, if there is one that the server has not closed meanwhile."""
        if self._sock is not None and self._is_stale():
            with self._lock:
                self._let_go(waiting)
        return self._sock

    def _connected(self) -> socket.socket:
        """Open a connection. Raises Broke."""
        try:
            sock = self._opened()
        except TimeoutError:
            trouble = unconnected_late(self._host, self._timeout)
        except (OSError, UnicodeError) as broken:
            trouble = unconnected(self._host, broken)
        else:
            return self._kept(sock)
        raise Broke(trouble)

    def _kept(self, sock: socket.socket) -> socket.socket:
        """Keep a new connection, unless all was closed meanwhile: then nothing leaves any more."""
        with self._lock:
            if not self._closed:
                self._asked.register(sock, POLLIN)
                self._sock = sock
                return sock
        sock.close()
        raise Broke(CUT)

    def _opened(self) -> socket.socket:
        sock = socket.create_connection((self._name, self._port), self._timeout)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._verify is not None:
                return self._verify.wrap_socket(sock, server_hostname=self._name)
        except BaseException:
            sock.close()
            raise
        return sock

    def _is_stale(self) -> bool:
        """Tell whether a connection may be idle for too long, or has something to say that nobody asked for.

        Counted from its last request: an answer may have lain here unread while the journal was written, and
        the server counts from when it gave it.
        """
        return self._monotonic() - self._sent > IDLE_FOR or bool(self._asked.poll(0))

    async def _exchange(self, sock: socket.socket, request: Outgoing, waiting: Waiting) -> Whole:
        until, self._sent = waiting.until(self._timeout), self._monotonic()
        try:
            await waiting.send(sock, self._text(request), until)
            return await receive(partial(waiting.receive, sock, until), LARGEST_ANSWER)
        except TimeoutError:
            trouble = late(self._timeout)
        except TooLarge:
            trouble = GARBLED
        except (OSError, NoAnswerAtAll):
            trouble = CUT
        raise Broke(trouble)

    def _text(self, request: Outgoing) -> bytes:
        """Write a request as it leaves; its head once for all that follow each other with the same."""
        if request.head is not self._head:
            self._begun = self._begin(request.head)
            self._head = request.head
        length = b"" if request.body is None else b"Content-Length: %d\r\n" % len(request.body)
        return b"%b%b\r\n%b" % (self._begun, length, request.body or b"")

    def _begin(self, head: Head) -> bytes:
        """Write a head. Raises ValueError for what would be more than one."""
        lines = [f"{head.method} {head.target} HTTP/1.1", f"Host: {self._host}"]
        lines += [f"{name}: {value}" for name, value in head.headers.items()]
        if not all(map(str.isprintable, lines)):
            raise ValueError("a request holds a character that cannot be sent")
        return "".join(f"{line}\r\n" for line in lines).encode("ascii")


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
