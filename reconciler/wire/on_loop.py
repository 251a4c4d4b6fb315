"""OnLoop: one connection of an event loop, and what waits for it.

Here the loop stands in for the thread that `direct` has in mind: it does the same steps, each as soon as the
socket lets it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from socket import socket
from ssl import SSLSocket, SSLWantReadError, SSLWantWriteError
from typing import Any, TypeVar

from reconciler.wire.aside import Aside, tell
from reconciler.wire.direct import PIECE

ResultT = TypeVar("ResultT")


class OnLoop:
    """Waits for one connection on the loop that runs.

    To watch a socket and to leave it again costs more than to read from it, so it stays watched between
    requests. When it has something to say that nobody waits for, it is let go: that makes it stale.
    """

    def __init__(self, aside: Aside) -> None:
        self._aside = aside
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watched: int | None = None
        """The number of the socket that the loop watches."""
        self._come: asyncio.Future[Any] | None = None
        self._step: Callable[[], Any] = _nothing
        self._until = self._pardoned = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        """Set for some answer, and set again when it goes off: most answers come long before it does."""

    async def connected(self, connect: Callable[[], socket]) -> socket:
        """Connect, which blocks, in another thread."""
        sock = await self._aside.do(connect)
        sock.settimeout(0)
        return sock

    def until(self, seconds: float) -> float:
        """Give the moment so many seconds from now, on the loop's clock."""
        return asyncio.get_running_loop().time() + seconds

    async def send(self, sock: socket, text: bytes, until: float) -> None:
        """Write all of it. Raises TimeoutError."""
        left = memoryview(text)
        while left:
            try:
                left = left[sock.send(left) :]
            except (BlockingIOError, SSLWantWriteError):
                await _writable(sock, until)
            except SSLWantReadError:
                await self._readable(sock, until, _nothing)

    async def receive(self, sock: socket, until: float) -> bytes:
        """Read what has come, once something has; nothing at the connection's end. Raises TimeoutError."""
        if isinstance(sock, SSLSocket) and sock.pending():
            return sock.recv(PIECE)
        piece: bytes = await self._readable(sock, until, partial(sock.recv, PIECE))
        return piece

    def part(self, sock: socket) -> None:
        """Watch a connection no longer: before it is closed, for its number will be that of another."""
        del sock  # may have lost its number by now
        if self._watched is not None and self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._watched)
            self._loop.remove_writer(self._watched)
        self._watched = None

    async def _readable(self, sock: socket, until: float, step: Callable[[], ResultT]) -> ResultT:
        """Take a step as soon as there is something to read."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._watched, self._alarm = loop, None, None
        if self._watched is None:
            self._watched = sock.fileno()
            loop.add_reader(self._watched, self._read, sock)
        come: asyncio.Future[ResultT] = loop.create_future()
        self._come, self._step, self._until = come, step, until
        if self._alarm is None:
            self._alarm = loop.call_at(until, self._expire)
        try:
            return await come
        finally:
            self._come = None

    def _expire(self) -> None:
        """End what is waited for if it is time, and look again where it is not yet.

        When it is, the loop looks for an answer once more: a process that was stopped meanwhile wakes here.
        """
        self._alarm = None
        loop, come = asyncio.get_running_loop(), self._come
        if come is None or come.done():
            return
        if loop.time() >= self._until == self._pardoned:
            come.set_exception(TimeoutError())
            return
        if loop.time() >= self._until:
            self._pardoned = self._until
        self._alarm = loop.call_at(self._until, self._expire)

    def _read(self, sock: socket) -> None:
        """Take the step that is waited for; a TLS connection may have to write, or to read on, before it."""
        come = self._come
        if come is None:
            self.part(sock)
        elif not come.done():
            try:
                come.set_result(self._step())
            except (BlockingIOError, SSLWantReadError):
                return
            except SSLWantWriteError:
                asyncio.get_running_loop().add_writer(sock.fileno(), self._read_on, sock)
            except OSError as fault:
                come.set_exception(fault)

    def _read_on(self, sock: socket) -> None:
        asyncio.get_running_loop().remove_writer(sock.fileno())
        self._read(sock)


async def _writable(sock: socket, until: float) -> None:
    """Wait until a socket can be written to. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    come: asyncio.Future[None] = loop.create_future()
    over = loop.call_at(until, tell, come, come.set_exception, TimeoutError())
    loop.add_writer(sock.fileno(), tell, come, come.set_result, None)
    try:
        await come
    finally:
        over.cancel()
        loop.remove_writer(sock.fileno())


def _nothing() -> None:
    return None
