"""ReadOnlyStore: the state of an account as `plan` may see it.

It is a class of its own, and `WritableStore` one that adds to it: so what must not write has no method with
which it could.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection

from reconciler.model.address import Address
from reconciler.model.approval import Approval
from reconciler.model.archive import Archive
from reconciler.model.history import RunRow, RunStory, WriteRow
from reconciler.model.lease import Holder
from reconciler.model.record import Record
from reconciler.store import approving, archiving, leases, past, remembered, testimony
from reconciler.store.database import Database, asking
from reconciler.store.errors import StoreError
from reconciler.store.leases import Seat
from reconciler.store.scope import Scope
from reconciler.store.unsettled import unsettled

ResultT = TypeVar("ResultT")


class ReadOnlyStore:
    """The state as `plan` may see it: nothing is written, nothing is created, nothing stays open."""

    def __init__(self, database: Database, scope: Scope, now: Callable[[], datetime]) -> None:
        self._database = database
        self._scope = scope
        self._account = scope.account
        self._now = now

    def load(self) -> Record:
        """Read what is remembered of the account; empty when there is none. Raises StoreError.

        For a share, what other shares that go on have sent just now is not in doubt.
        """
        return self._read(self._record) or Record()

    def doubts(self) -> Record:
        """Read what is in doubt, as `load` does, and nothing else of the record. Raises StoreError."""
        return self._read(self._doubts) or Record()

    def about(self, orders: Collection[str]) -> Record:
        """Read what is remembered of definitions and of these orders: memories and baselines.

        Raises StoreError.
        """
        return (
            self._read(lambda connection: remembered.about(asking(connection), self._scope, orders))
            or Record()
        )

    def witnesses(self, run: int, most: int) -> Sequence[WriteRow]:
        """Give the first confirmed writes of a run, so many of orders and of lines. Raises StoreError."""
        return self._read(lambda connection: testimony.witnesses(connection, run, most)) or ()

    def confirmed_last(self, runs: Collection[int], orders: Collection[str]) -> Mapping[str, datetime]:
        """Tell when the last write of each of these orders was confirmed in these runs. Raises StoreError."""
        return self._read(lambda connection: testimony.confirmed_last(connection, runs, orders)) or {}

    def runs(self, limit: int) -> tuple[RunRow, ...]:
        """Give the latest runs of the account, the newest first. Raises StoreError."""
        return self._read(lambda connection: past.latest(connection, self._account, limit)) or ()

    def run(self, id: int) -> RunStory | None:
        """Give one run of the account, None when there is none of that number. Raises StoreError."""
        return self._read(lambda connection: past.story(connection, self._account, id))

    def writes(self, address: Address) -> tuple[WriteRow, ...]:
        """Give every write of one address, the oldest first. Raises StoreError."""
        return self._read(lambda connection: past.writes_of(connection, self._account, address)) or ()

    def rows(self, chosen: Collection[int]) -> Mapping[int, RunRow]:
        """Give runs of these numbers, by their numbers. Raises StoreError."""
        return self._read(lambda connection: past.rows(connection, self._account, chosen)) or {}

    def used(self, approval: Approval) -> int | None:
        """Tell in which run a plan was used, None while it was not. Raises StoreError."""
        digest, drawn = approval.digest, approval.created_at
        return self._read(lambda connection: approving.used(connection, self._scope, digest, drawn))

    def left_by(self) -> int | None:
        """Give the run whose approved changes are not all sent, None where none is. Raises StoreError."""
        return self._read(lambda connection: approving.left(connection, self._scope))

    def left(self) -> tuple[int, Approval] | None:
        """Give the run whose approved changes are not all sent, with what was approved. Raises StoreError."""
        return self._approval(lambda connection: approving.left(connection, self._scope))

    def approved(self, run: int) -> tuple[int, Approval] | None:
        """Give what a run was approved to send, else the last approval before it, with the run that had it.

        Raises StoreError.
        """
        return self._approval(lambda connection: approving.of_run(connection, self._account, run))

    def holders(self) -> tuple[Holder, ...]:
        """Tell who holds the account or shares of it. Raises StoreError."""
        return self._read(lambda connection: leases.holders(connection, self._account)) or ()

    def holder(self) -> Holder | None:
        """Tell who holds the account or the first share of it that is held, None when nobody does."""
        return next(iter(self.holders()), None)

    def archive(self) -> Archive:
        """Read everything that is remembered of the account, for all of its projects. Raises StoreError."""
        found = self._read(lambda connection: archiving.collect(connection, self._account))
        return found or Archive(account=self._account)

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _record(self, connection: Connection) -> Record:
        return remembered.record(asking(connection), self._scope, lambda: self._under_way(connection))

    def _doubts(self, connection: Connection) -> Record:
        return Record(
            unsettled=unsettled(asking(connection), self._account, lambda: self._under_way(connection))
        )

    def _under_way(self, connection: Connection) -> frozenset[int]:
        """Name the runs of other shares that go on; one that holds everything is alone."""
        shard = self._scope.shard
        if shard is None:
            return frozenset()
        return frozenset(leases.running(connection, Seat(self._account, shard), self._now()))

    def _approval(self, chosen: Callable[[Connection], int | None]) -> tuple[int, Approval] | None:
        """Give the approval of a chosen run. Its text is read when the database has been let go."""

        def reading(connection: Connection) -> tuple[int, str] | None:
            run = chosen(connection)
            return None if run is None else (run, approving.body(connection, self._account, run))

        found = self._read(reading)
        return None if found is None else (found[0], self._understood(lambda: approving.understood(found[1])))

    def _read(self, reading: Callable[[Connection], ResultT]) -> ResultT | None:
        return self._database.read(self._sound(reading))

    def _sound(self, reading: Callable[[Connection], ResultT]) -> Callable[[Connection], ResultT]:
        return lambda connection: self._understood(lambda: reading(connection))

    def _understood(self, reading: Callable[[], ResultT]) -> ResultT:
        try:
            return reading()
        except (LookupError, TypeError, ValueError) as fault:
            raise StoreError(
                f"the state {self._database.name} holds something that reconciler did not write: {fault}",
                "Restore it from a copy.",
            ) from fault
