"""Line updates: those of one order one after another, orders side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from threading import Thread
from time import monotonic

from reconciler.model.change import UpdateLine
from reconciler.model.collector import heap_set_aside
from reconciler.model.outcome import Done
from reconciler.ports import Accepted, Denied, Refused, Target
from reconciler.stages.apply.intents import Intents
from reconciler.stages.apply.ledger import DENIED, Ledger, outcome_of
from reconciler.stages.apply.memories import Memories
from reconciler.stages.apply.recheck import Recheck
from reconciler.stages.apply.sending import Sending


def send_lines(
    steps: Sequence[UpdateLine], sending: Sending, ledger: Ledger, memories: Memories, recheck: Recheck
) -> None:
    """Send every line update; returns when the last answer was written down.

    When what is left has to be observed again, what is in flight is finished first.
    """
    with heap_set_aside():
        left = recheck.left(steps)
        while (step := next(left, None)) is not None:
            _send_until_due(chain((step,), left), sending, ledger, memories, recheck)
            left = recheck.left(steps)


def _send_until_due(
    steps: Iterable[UpdateLine], sending: Sending, ledger: Ledger, memories: Memories, recheck: Recheck
) -> None:
    """Send line updates side by side, at least one, until all are sent or a second look is due.

    On an event loop in a thread of its own: an interrupt is raised in the main thread, and must not cut what
    is under way.
    """
    faults: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(_side_by_side(steps, sending, ledger, memories, recheck))
        except BaseException as fault:  # noqa: BLE001  handed to the thread that waits
            faults.append(fault)

    worker = Thread(target=work, name="lines", daemon=True)
    worker.start()
    worker.join()
    if faults:
        raise faults[0]
    ledger.journal.flush()


async def _side_by_side(
    steps: Iterable[UpdateLine], sending: Sending, ledger: Ledger, memories: Memories, recheck: Recheck
) -> None:
    """Send line updates, as many at a time as the rules allow.

    Where the journal cannot be written nothing new is sent, and what is in flight is finished.
    """
    orders = (list(each) for _, each in groupby(steps, key=lambda step: step.wanted.order))
    intents = Intents(ledger)

    async def work() -> None:
        try:
            for order in orders:
                for step in order:
                    await _send(step, sending.target, ledger, memories, intents)
                    if recheck.due:
                        return
        except BaseException:
            ledger.stop.set()
            raise

    ended = await asyncio.gather(*(work() for _ in range(sending.rules.concurrency)), return_exceptions=True)
    for fault in filter(None, ended):
        raise fault


async def _send(
    step: UpdateLine, target: Target, ledger: Ledger, memories: Memories, intents: Intents
) -> None:
    obstacle = ledger.obstacle(step)
    if obstacle is not None:
        ledger.skip(step, obstacle)
        return
    await intents.put(step)
    wish, started = step.wanted, monotonic()
    try:
        answer = await target.update_line(wish.order, wish.line, wish.status, repeatable=not step.triggers)
    except Denied as denied:
        ledger.deny(denied)
        answer = Refused(DENIED, str(denied))
    ledger.hear(answer)
    outcome = outcome_of(step, answer, monotonic() - started)
    at = (answer.at if isinstance(answer, Accepted) else None) or ledger.now()
    ledger.settle([outcome], memories.of(step, at) if isinstance(outcome, Done) else (), at, wait=False)
