"""The two stores of an account: one that can only be read, one that is also written.

They are two classes and not one with a flag, so that what must not write has no method with which it could.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from reconciler.model.address import Address
from reconciler.model.history import RunFacts, RunRow, RunStory, WriteRow
from reconciler.model.record import Memory, Record
from reconciler.store import doubt, past, remembered, remembering, schema
from reconciler.store.committer import Committer
from reconciler.store.database import Database
from reconciler.store.errors import StoreError
from reconciler.store.journal import RunJournal

ResultT = TypeVar("ResultT")


class ReadOnlyStore:
    """The state as `plan` may see it: nothing is written, nothing is created, nothing stays open."""

    def __init__(self, database: Database, account: str) -> None:
        self._database = database
        self._account = account

    def load(self) -> Record:
        """Read what is remembered of the account; empty when there is none. Raises StoreError."""
        return self._read(lambda connection: remembered.record(connection, self._account)) or Record()

    def runs(self, limit: int) -> tuple[RunRow, ...]:
        """Give the latest runs of the account, the newest first. Raises StoreError."""
        return self._read(lambda connection: past.latest(connection, self._account, limit)) or ()

    def run(self, id: int) -> RunStory | None:
        """Give one run of the account, None when there is none of that number. Raises StoreError."""
        return self._read(lambda connection: past.story(connection, self._account, id))

    def writes(self, address: Address) -> tuple[WriteRow, ...]:
        """Give every write of one address, the oldest first. Raises StoreError."""
        return self._read(lambda connection: past.writes_of(connection, self._account, address)) or ()

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, reading: Callable[[Connection], ResultT]) -> ResultT | None:
        return self._database.read(self._sound(reading))

    def _sound(self, reading: Callable[[Connection], ResultT]) -> Callable[[Connection], ResultT]:
        def read(connection: Connection) -> ResultT:
            try:
                return reading(connection)
            except (KeyError, ValueError) as fault:
                raise StoreError(
                    f"the state {self._database.name} holds something that reconciler did not write: {fault}",
                    "Restore it from a copy.",
                ) from fault

        return read


class WritableStore(ReadOnlyStore):
    """The state as `apply` and `state` use it. `now` gives the present moment, aware."""

    def __init__(self, database: Database, account: str, now: Callable[[], datetime]) -> None:
        super().__init__(database, account)
        self._now = now
        try:
            self._committer = Committer(_prepared(database), database)
        except DBAPIError as fault:
            raise database.explained(fault) from fault

    def begin(self, *, target: str, command: str, facts: RunFacts) -> RunJournal:
        """Enter a run and give its journal. Raises StoreError."""
        row = RunRow(
            id=0,
            target=target,
            command=command,
            started_at=self._now(),
            ended_at=None,
            exit_code=None,
            facts=facts,
        )
        run = self._committer.do(lambda connection: past.start(connection, self._account, row))
        return RunJournal(self._committer, self._account, run, self._now)

    def adopt(self, memories: Mapping[Address, Memory]) -> None:
        """Record what the user vouches for; writes of these addresses that were in doubt count as done."""
        adopted, at = dict(memories), self._now()

        def deed(connection: Connection) -> None:
            remembering.adopt(connection, self._account, adopted)
            doubt.adopt(connection, self._account, adopted, at)

        self._committer.do(deed)

    def forget(self, addresses: Collection[Address], *, unsettled: bool) -> tuple[Address, ...]:
        """Drop memories and finished marks of these addresses; give those of which something was dropped.

        A write in doubt goes on blocking its address, unless `unsettled` says to forget it too.
        """
        chosen = frozenset(addresses)

        def deed(connection: Connection) -> tuple[Address, ...]:
            found = remembering.forget(connection, self._account, chosen)
            if unsettled:
                found |= doubt.forget(connection, self._account, chosen)
            remembering.drop_idle_baselines(connection, self._account)
            return tuple(sorted(found, key=lambda address: address.rank))

        return self._committer.do(deed)

    def close(self) -> None:
        """Finish what is being written and let go of the state; more than once is harmless."""
        self._committer.close()

    def _read(self, reading: Callable[[Connection], ResultT]) -> ResultT | None:
        return self._committer.do(self._sound(reading))


def _prepared(database: Database) -> Connection:
    connection = database.open()
    try:
        with connection.begin():
            database.alone(connection, "schema")
            schema.bring_up(connection, database.name)
    except BaseException:
        connection.close()
        raise
    return connection
