"""Line updates: those of one order one after another, orders side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from threading import Lock, Thread
from time import monotonic

from reconciler.model.change import UpdateLine
from reconciler.model.collector import heap_set_aside
from reconciler.model.outcome import Done
from reconciler.ports import Accepted, Denied, Refused, Target
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

    A worker that cannot write its journal stops the others and hands its error to the caller.
    """
    orders = _Shared(groupby(steps, key=lambda step: step.wanted.order))
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for group in orders:
                for step in group:
                    _send(step, sending.target, ledger, memories)
                    if recheck.due:
                        return
            ledger.journal.flush()  # nothing is left that the last results could go to disk with
        except BaseException as fault:  # noqa: BLE001  handed to the thread that waits
            faults.append(fault)
            ledger.stop.set()

    workers = [
        Thread(target=work, name=f"line-{number}", daemon=True) for number in range(sending.rules.concurrency)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if faults:
        raise faults[0]
    ledger.journal.flush()


def _send(step: UpdateLine, target: Target, ledger: Ledger, memories: Memories) -> None:
    obstacle = ledger.obstacle(step)
    if obstacle is not None:
        ledger.skip(step, obstacle)
        return
    ledger.intend([step])
    wish, started = step.wanted, monotonic()
    try:
        answer = target.update_line(wish.order, wish.line, wish.status, repeatable=not step.triggers)
    except Denied as denied:
        ledger.deny(denied)
        answer = Refused(DENIED, str(denied))
    ledger.hear(answer)
    outcome = outcome_of(step, answer, monotonic() - started)
    at = (answer.at if isinstance(answer, Accepted) else None) or ledger.now()
    ledger.settle([outcome], memories.of(step, at) if isinstance(outcome, Done) else (), at, wait=False)


class _Shared:
    """The orders that are left, each with its steps, for several threads to draw from."""

    def __init__(self, groups: Iterable[tuple[str, Iterator[UpdateLine]]]) -> None:
        self._groups = iter(groups)
        self._lock = Lock()

    def __iter__(self) -> Iterator[list[UpdateLine]]:
        return self

    def __next__(self) -> list[UpdateLine]:
        with self._lock:
            _, steps = next(self._groups)
            return list(steps)
