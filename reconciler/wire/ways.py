"""Ways: who waits for what a request has to wait for.

The thread that sends it, or an event loop that carries others meanwhile (`beside`). What a request waits for
and in which order is said once, as a coroutine, whoever waits; where it is the thread, nothing in it ever
suspends, and `at_once` runs it like any function.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from reconciler.wire.carriers import Arrived, Carriers, Outgoing
from reconciler.wire.pace import Pace

ResultT = TypeVar("ResultT")


class Way(Protocol):
    """Waits for a place, for an answer, and until a request may be sent again."""

    async def enter(self, *, again: bool) -> int:
        """Wait until the next request may leave, as `Pace.enter` does."""
        ...

    async def carry(self, request: Outgoing) -> Arrived:
        """Send a request and read the answer to its end. Raises Broke."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...


@dataclass(frozen=True, slots=True)
class Blocking:
    """The thread that sends a request waits for it."""

    pace: Pace
    carriers: Carriers
    pause: Callable[[float], None]

    async def enter(self, *, again: bool) -> int:
        """Wait until the next request may leave."""
        return self.pace.enter(again=again)

    async def carry(self, request: Outgoing) -> Arrived:
        """Send a request on this thread's own connection."""
        return self.carriers.own.carry(request)

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.pause(seconds)


def at_once(work: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a coroutine in which nothing suspends, and give its result or raise what it raised."""
    try:
        work.send(None)
    except StopIteration as end:
        result: ResultT = end.value
        return result
    work.close()
    raise RuntimeError("a coroutine that was to run at once waits for an event loop")
