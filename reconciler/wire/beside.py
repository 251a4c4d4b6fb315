"""Beside: requests side by side on an event loop, each on a connection of its own.

One thread sends hundreds of requests and reads their answers as they come. With a thread for each, thirty of
them spend more time on waiting for the interpreter than on their work, and who writes the journal waits with
them. Only what is quick and frequent happens on the loop: sending and reading on a connection that stands.
What is seldom, or waits in a way of its own, is done `aside`: to connect, to wait for a place or for
patience, and carriers that know no loop.

Nothing but what runs on a loop loads this: asyncio costs as much as a small plan.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reconciler.wire.aside import Aside
from reconciler.wire.carriers import Arrived, Carrier, Outgoing
from reconciler.wire.direct import Direct
from reconciler.wire.on_loop import OnLoop
from reconciler.wire.pace import Pace


class Beside:
    """The way of requests that are sent from one event loop, or from several one after another."""

    def __init__(self, pace: Pace, opened: Callable[[], Carrier], pause: Callable[[float], None]) -> None:
        """Take what lets requests go, what opens a connection, and how time passes."""
        self._pace = pace
        self._open = opened
        self._pause = pause
        self._aside = Aside()
        self._opened: list[Carrier] = []
        self._free: list[tuple[Carrier, OnLoop]] = []

    async def enter(self, *, again: bool) -> int:
        """Wait until the next request may leave."""
        entered = self._pace.enter_at_once()
        return await self._aside.do(partial(self._pace.enter, again=again)) if entered is None else entered

    async def carry(self, request: Outgoing) -> Arrived:
        """Send a request on a connection that nobody else uses meanwhile."""
        carrier, waiting = self._free.pop() if self._free else (self._another(), OnLoop(self._aside))
        try:
            if isinstance(carrier, Direct):
                return await carrier.carry_on(request, waiting)
            return await self._aside.do(partial(carrier.carry, request))
        finally:
            self._free.append((carrier, waiting))

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await self._aside.do(partial(self._pause, seconds))

    def close(self) -> None:
        """Close every connection; may be called from any thread."""
        self._aside.close()
        for carrier in tuple(self._opened):
            carrier.close()

    def _another(self) -> Carrier:
        carrier = self._open()
        self._opened.append(carrier)
        return carrier
