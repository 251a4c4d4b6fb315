"""Verify: read again what was written, and settle what the answers left open.

The read is repeated for a while, because a list may lag behind the writes (A50) and because the update_time
that our own write causes has to be known: later it tells our own touch of an order from everybody else's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reconciler.model.diagnostic import Diagnostic, warning
from reconciler.model.observation import World
from reconciler.model.plan import Plan
from reconciler.ports import Broken, Denied
from reconciler.stages.apply.judge import Judge
from reconciler.stages.apply.ledger import Ledger
from reconciler.stages.apply.memories import Memories
from reconciler.stages.apply.sending import Sending

FIRST_WAIT: Final = 0.5
"""Seconds before the first repetition; each further wait is twice as long."""

LONGEST_WAIT: Final = 8.0


def verify(plan: Plan, sending: Sending, ledger: Ledger, memories: Memories) -> tuple[Diagnostic, ...]:
    """Read what was written until it is settled or the time for it is over; gives what is worth saying."""
    if not ledger.written or ledger.denied is not None:
        return ()
    judge = Judge(plan, sending, ledger, memories)
    started = sending.clock.now()
    last: tuple[World, timedelta] | None = None
    for wait in _waits():
        waited = sending.clock.now() - started
        try:
            world = sending.look(judge.subject())
        except (Broken, Denied) as fault:
            if isinstance(fault, Denied):
                ledger.deny(fault)
            said = judge.conclude(*last) if last is not None else ()
            unread = f"what was written could not be read again: {fault}"
            return (*said, warning(unread, advice="run plan to see it"))
        if ledger.stop.is_set() or not judge.is_worth_waiting(world, waited):
            return judge.conclude(world, waited)
        last = world, waited
        sending.clock.sleep(wait)
    raise AssertionError


def _waits() -> Iterator[float]:
    wait = FIRST_WAIT
    while True:
        yield wait
        wait = min(wait * 2, LONGEST_WAIT)
