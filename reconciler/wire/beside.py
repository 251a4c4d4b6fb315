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
from typing import Any, Final, TypeVar

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
        self._free: list[Carrier] = []

    async def enter(self, *, again: bool) -> int:
        """Wait until the next request may leave."""
        entered = self._pace.enter_at_once()
        return await aside(partial(self._pace.enter, again=again)) if entered is None else entered

    async def carry(self, request: Outgoing) -> Arrived:
        """Send a request on a connection that nobody else uses meanwhile."""
        carrier = self._free.pop() if self._free else self._another()
        try:
            if isinstance(carrier, Direct):
                return await carrier.carry_on(request, ON_LOOP)
            return await aside(partial(carrier.carry, request))
        finally:
            self._free.append(carrier)

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
    """Waits for a socket on the loop that runs."""

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
            left = left[await _done(partial(sock.send, left), sock, until, to_write=True) :]

    async def receive(self, sock: socket, until: float) -> bytes:
        """Read what has come, once something has; nothing at the connection's end. Raises TimeoutError."""
        if not (isinstance(sock, SSLSocket) and sock.pending()):
            await _ready(sock, until)
        return await _done(partial(sock.recv, PIECE), sock, until)


ON_LOOP: Final = OnLoop()


async def _done(
    step: Callable[[], ResultT], sock: socket, until: float, *, to_write: bool = False
) -> ResultT:
    """Take a step as soon as the socket lets us.

    A TLS connection may have to write before it can be read from, and the other way round.
    """
    while True:
        try:
            return step()
        except BlockingIOError:
            writes = to_write
        except SSLWantReadError:
            writes = False
        except SSLWantWriteError:
            writes = True
        await _ready(sock, until, to_write=writes)


async def _ready(sock: socket, until: float, *, to_write: bool = False) -> None:
    """Wait until a socket can be read from, or written to. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    come: asyncio.Future[None] = loop.create_future()
    watch, leave = (
        (loop.add_writer, loop.remove_writer) if to_write else (loop.add_reader, loop.remove_reader)
    )
    number = sock.fileno()  # of a socket itself the loop would make a text each time
    over = loop.call_at(until, _tell, come.set_exception, come, TimeoutError())
    watch(number, _tell, come.set_result, come, None)
    try:
        await come
    finally:
        over.cancel()
        leave(number)


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
