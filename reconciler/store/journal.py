"""RunJournal: what one run writes, intent before and result after. Several threads may call it side by side.

Writes are numbered from 1 in each run, by us and not by the database, so that a number is known before its
row is on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, Dialect, and_, case, update

from reconciler.model.address import Address
from reconciler.model.outcome import Outcome, word
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory
from reconciler.ports import Intent
from reconciler.store import past, relation, remembered, remembering
from reconciler.store.committer import Committer
from reconciler.store.database import asking
from reconciler.store.deed import Guard
from reconciler.store.scope import Scope
from reconciler.store.spread import Prepared, in_rounds, insert_rows, prepare
from reconciler.store.tables import LOST, writes

_RESULT: Final = tuple(
    writes.c[name] for name in ("run", "number", "outcome", "outcome_at", "reason", "seconds")
)


@lru_cache(maxsize=8)
def _settle(dialect: Dialect) -> Prepared:
    """Give the statement that writes results beside their intents."""
    given = relation.given(_RESULT).c
    statement = (
        update(writes)
        .where(writes.c.run == given.run, writes.c.number == given.number)
        .values(
            outcome=given.outcome,
            outcome_at=given.outcome_at,
            reason=given.reason,
            seconds=given.seconds,
            settled_by=case(
                (and_(writes.c.outcome == LOST, given.outcome != LOST), "verify"),
                else_=writes.c.settled_by,
            ),
        )
    )
    return prepare(dialect, _RESULT, statement)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one call puts on disk, all of it or nothing: intents, results, and what they mean."""

    intended: Sequence[Mapping[str, Any]] = ()
    settled: Sequence[Mapping[str, Any]] = ()
    taken: Sequence[Taken] = ()
    baselines: Mapping[str, Baseline] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pen:
    """What a run writes with, and for whom."""

    committer: Committer
    scope: Scope
    run: int
    guard: Guard | None
    """Makes sure that the run still holds the account; None: it never took it."""

    def write(self, entry: Entry) -> None:
        """Write an entry in a transaction in which the account is held. Raises StoreError."""
        self.committer.share(self.enter, entry, self.guard)

    def promise(self, entry: Entry, broken: Callable[[], None]) -> None:
        """Write an entry before anything that is written later, without waiting for it. Raises StoreError.

        `broken` is called when that turns out to be impossible.
        """
        self.committer.promise(self.enter, entry, self.guard, broken)

    def enter(self, connection: Connection, entries: Sequence[Entry]) -> None:
        """Write entries, each kind of row with one statement."""
        intended = [row for entry in entries for row in entry.intended]
        insert_rows(connection, writes, intended)
        settled = (row for entry in entries for row in entry.settled)
        for rows in in_rounds(settled, "number"):
            _settle(connection.dialect).run(connection, rows)
        taken = [each for entry in entries for each in entry.taken]
        remembering.take(connection, self.scope, self.run, taken)
        baselines = {order: each for entry in entries for order, each in entry.baselines.items()}
        remembering.keep_baselines(connection, self.scope.account, self.run, baselines)


class RunJournal:
    """Every method returns once what it was given is on disk, and raises StoreError when it cannot be.

    That somebody else holds the account by now is such a case (LeaseLost), but not for `end`: a run that lost
    its lease may still say how it ended.
    """

    def __init__(self, pen: Pen, now: Callable[[], datetime]) -> None:
        self.run = pen.run
        self.unkept: set[int] = set()
        self._pen = pen
        self._now = now
        self._lock = Lock()
        self._numbered = 0

    def intend(self, intents: Sequence[Intent], *, apart: bool = False) -> Sequence[int]:
        """Put intents on disk and give a number for each; they leave in one request unless `apart`."""
        if not intents:
            return ()
        numbers = self._number(len(intents))
        at = self._now()
        rows = [
            {
                "run": self.run,
                "number": number,
                "request": number if apart else numbers[0],
                "address": str(intent.address),
                "action": intent.action,
                "wanted": intent.wanted,
                "before": intent.before,
                "updated": intent.updated,
                "evidence": intent.evidence.value if intent.evidence is not None else None,
                "intended_at": at,
                "reason": "",
                "seconds": 0.0,
            }
            for number, intent in zip(numbers, intents, strict=True)
        ]
        self._pen.write(Entry(intended=rows))
        return numbers

    def settle(
        self,
        numbered: Sequence[tuple[int, Outcome]],
        taken: Sequence[Taken] = (),
        baselines: Mapping[str, Baseline] | None = None,
        *,
        wait: bool = True,
    ) -> None:
        """Put results on disk together with what they mean for the record: all of it or nothing.

        Without `wait` it returns at once; they are on disk before the next intent is, or stand in `unkept`. A
        later result for the same number replaces it, and one for a lost write counts as its verification.
        Raises ValueError for a number that was not given out.
        """
        at = self._now()
        rows = [
            {
                "run": self.run,
                "number": self._known(number),
                "outcome": word(outcome),
                "outcome_at": at,
                "reason": outcome.reason,
                "seconds": outcome.seconds,
            }
            for number, outcome in numbered
        ]
        entry = Entry(settled=rows, taken=tuple(taken), baselines=dict(baselines or {}))
        if entry.settled or entry.taken or entry.baselines:
            if wait:
                self._pen.write(entry)
            else:
                self._pen.promise(entry, lambda: self.unkept.update(number for number, _ in numbered))

    def flush(self) -> None:
        """Wait until everything is on disk that was not waited for. Raises StoreError when it cannot be."""
        self._pen.committer.do(lambda _: None)
        self._pen.committer.check()

    def remember(self, taken: Iterable[Taken]) -> None:
        """Write memories into the record, or take them out of it, and mark wishes as finished."""
        self.settle((), taken=tuple(taken))

    def baseline(self, baselines: Mapping[str, Baseline]) -> None:
        """Keep the update times of orders that our own writes explain."""
        self.settle((), baselines=baselines)

    def remembered(self, addresses: Collection[Address]) -> Mapping[Address, Memory]:
        """Give what is on record of these addresses by now, whoever wrote it. Raises StoreError."""
        scope = self._pen.scope
        return self._pen.committer.do(
            lambda connection: remembered.some(asking(connection), scope, addresses)
        )

    def end(self, *, exit_code: int, summary: Mapping[str, int], outcomes: Iterable[Outcome]) -> None:
        """Close the run with its result; `outcomes` are those never intended, such as skipped ones."""
        chosen = tuple(outcomes)
        at = self._now()
        rows = [
            {
                "run": self.run,
                "number": number,
                "address": str(outcome.address),
                "action": "",
                "outcome": word(outcome),
                "outcome_at": at,
                "reason": outcome.reason,
                "seconds": outcome.seconds,
            }
            for number, outcome in zip(self._number(len(chosen)), chosen, strict=True)
        ]

        def deed(connection: Connection) -> None:
            insert_rows(connection, writes, rows)
            past.close(connection, self.run, at, exit_code, summary)
            remembering.drop_idle_baselines(connection, self._pen.scope)

        self._pen.committer.do(deed)

    def _number(self, count: int) -> range:
        with self._lock:
            first = self._numbered + 1
            self._numbered += count
        return range(first, first + count)

    def _known(self, number: int) -> int:
        if not 1 <= number <= self._numbered:
            raise ValueError(f"run {self.run} has no write of number {number}")
        return number
