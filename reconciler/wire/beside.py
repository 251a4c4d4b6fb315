"""Beside: requests side by side on an event loop, each on a connection of its own.

One thread sends hundreds of requests and reads their answers as they come. With a thread for each, thirty of
them spend more time on waiting for the interpreter than on their work, and who writes the journal waits with
them. Only what is quick and frequent happens on the loop: sending and reading on a connection that stands.
What is seldom, or waits in a way of its own, has a thread for as long as it takes: to connect, to wait for a
place or for patience, and carriers that know no loop.

Nothing but what runs on a loop loads this: asyncio costs as much as a small plan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from socket import socket
from ssl import SSLSocket, SSLWantReadError, SSLWantWriteError
from threading import Thread
from typing import Any, TypeVar

from reconciler.wire.carriers import Arrived, Carrier, Outgoing
from reconciler.wire.direct import PIECE, Direct
from reconciler.wire.pace import Pace

ResultT = TypeVar("ResultT")


class Beside:
    """The way of requests that are sent from one event loop, or from several one after another."""

    def __init__(self, pace: Pace, opened: Callable[[], Carrier], pause: Callable[[float], None]) -> None:
        """Take what lets requests go, what opens a connection, and how time passes."""
        self._pace = pace
        self._open = opened
        self._pause = pause
        self._opened: list[Carrier] = []
        self._free: list[tuple[Carrier, OnLoop]] = []

    async def enter(self, *, again: bool) -> int:
        """Wait until the next request may leave."""
        entered = self._pace.enter_at_once()
        return await aside(partial(self._pace.enter, again=again)) if entered is None else entered

    async def carry(self, request: Outgoing) -> Arrived:
        """Send a request on a connection that nobody else uses meanwhile."""
        carrier, waiting = self._free.pop() if self._free else (self._another(), OnLoop())
        try:
            if isinstance(carrier, Direct):
                return await carrier.carry_on(request, waiting)
            return await aside(partial(carrier.carry, request))
        finally:
            self._free.append((carrier, waiting))

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await aside(partial(self._pause, seconds))

    def close(self) -> None:
        """Close every connection; may be called from any thread."""
        for carrier in tuple(self._opened):
            carrier.close()

    def _another(self) -> Carrier:
        carrier = self._open()
        self._opened.append(carrier)
        return carrier


class OnLoop:
    """Waits for one connection on the loop that runs.

    To watch a socket and to leave it again costs more than to read from it, so it stays watched between
    requests. When it has something to say that nobody waits for, it is let go: that makes it stale.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watched = False
        self._come: asyncio.Future[Any] | None = None
        self._step: Callable[[], Any] = _nothing
        self._until = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        """Set for some answer, and set again when it goes off: most answers come long before it does."""

    async def connected(self, connect: Callable[[], socket]) -> socket:
        """Connect, which blocks, in a thread of its own."""
        sock = await aside(connect)
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
        if self._watched and self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(sock.fileno())
            self._loop.remove_writer(sock.fileno())
        self._watched = False

    async def _readable(self, sock: socket, until: float, step: Callable[[], ResultT]) -> ResultT:
        """Take a step as soon as there is something to read."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._watched, self._alarm = loop, False, None
        if not self._watched:
            loop.add_reader(sock.fileno(), self._read, sock)
            self._watched = True
        come: asyncio.Future[ResultT] = loop.create_future()
        self._come, self._step, self._until = come, step, until
        if self._alarm is None:
            self._alarm = loop.call_at(until, self._expire)
        try:
            return await come
        finally:
            self._come = None

    def _expire(self) -> None:
        """End what is waited for if it is time, and look again where it is not yet."""
        self._alarm = None
        loop, come = asyncio.get_running_loop(), self._come
        if come is None or come.done():
            return
        if loop.time() >= self._until:
            come.set_exception(TimeoutError())
        else:
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
    over = loop.call_at(until, _tell, come.set_exception, come, TimeoutError())
    loop.add_writer(sock.fileno(), _tell, come.set_result, come, None)
    try:
        await come
    finally:
        over.cancel()
        loop.remove_writer(sock.fileno())


def _nothing() -> None:
    return None


async def aside(work: Callable[[], ResultT]) -> ResultT:
    """Do what blocks in a thread of its own, and give its result or raise what it raised.

    A daemon: a program that must end does not wait for it.
    """
    loop = asyncio.get_running_loop()
    come: asyncio.Future[ResultT] = loop.create_future()

    def run() -> None:
        try:
            result = work()
        except BaseException as fault:  # noqa: BLE001  handed to who waits
            loop.call_soon_threadsafe(_tell, come.set_exception, come, fault)
        else:
            loop.call_soon_threadsafe(_tell, come.set_result, come, result)

    Thread(target=run, name="aside", daemon=True).start()
    return await come


def _tell(say: Callable[[Any], None], come: asyncio.Future[Any], what: Any) -> None:
    if not come.done():
        say(what)
