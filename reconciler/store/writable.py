"""WritableStore: the state of an account as `apply`, `resume` and `state` use it.

Each method that writes is one transaction. Once the account was taken, it makes sure in the same transaction
that it is still held.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from reconciler.model.address import Address
from reconciler.model.approval import Approval
from reconciler.model.archive import Archive, Imported
from reconciler.model.history import RunFacts, RunRow
from reconciler.model.lease import Claim, Held, Holder, Process
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory
from reconciler.store import approving, archiving, doubt, leases, past, remembering, schema
from reconciler.store.committer import Committer, Guard
from reconciler.store.database import Database
from reconciler.store.errors import StoreError
from reconciler.store.journal import Pen, RunJournal
from reconciler.store.lease import Lease
from reconciler.store.leases import Seat
from reconciler.store.process import this_process
from reconciler.store.readonly import ReadOnlyStore
from reconciler.store.scope import Scope

ResultT = TypeVar("ResultT")


class WritableStore(ReadOnlyStore):
    """The state as `apply` and `state` use it. `now` gives the present moment, aware."""

    def __init__(self, database: Database, scope: Scope, now: Callable[[], datetime]) -> None:
        super().__init__(database, scope, now)
        self._seat = Seat(scope.account, scope.shard)
        self._fence: int | None = None
        self._guard: Guard | None = None
        try:
            self._committer = Committer(_prepared(database), database)
        except DBAPIError as fault:
            raise database.explained(fault) from fault

    def take(self, purpose: str, facts: RunFacts, process: Process | None = None) -> Lease | Held:
        """Take the account, or the share that this store is for.

        From then on every write of this store checks that it is still held.
        A holder that has died on this machine is taken over at once, any other when it has expired. `process`
        is this one unless somebody else is spoken for. Raises StoreError.
        """
        claim = Claim(purpose, facts, process or this_process(), self._scope.shard)

        def deed(connection: Connection) -> Holder | Held:
            self._database.alone(connection, self._account)
            return leases.take(connection, self._seat, claim, self._now())

        found = self._committer.do(deed)
        if isinstance(found, Held):
            return found
        fence = found.fence
        self._fence, self._guard = fence, lambda connection: leases.stand(connection, self._seat, fence)
        return Lease(self, found)

    def beat(self, fence: int) -> bool:
        """Give a sign of life; tells whether somebody asked this holder to stop. Raises StoreError."""
        return self._committer.do(lambda connection: leases.beat(connection, self._seat, fence, self._now()))

    def release(self, fence: int) -> bool:
        """Give the account back, or take it away from a holder; tells whether this fence held it."""
        if fence == self._fence:
            self._fence, self._guard = None, None
        return self._committer.do(lambda connection: leases.release(connection, self._seat, fence))

    def ask_to_stop(self, run: int) -> bool:
        """Ask the holder to end its run; tells whether it is this run that holds the account."""
        return self._committer.do(lambda connection: leases.ask_to_stop(connection, self._account, run))

    def begin(
        self, *, target: str, command: str, facts: RunFacts, approval: Approval | None = None
    ) -> RunJournal:
        """Enter a run, with what it was approved to send, and give its journal. Raises StoreError."""
        row = RunRow(
            id=0,
            target=target,
            command=command,
            started_at=self._now(),
            ended_at=None,
            exit_code=None,
            facts=facts,
            project=self._scope.project,
            shard="" if self._scope.shard is None else str(self._scope.shard),
        )
        fence, guard = self._fence, self._guard

        def deed(connection: Connection) -> int:
            run = past.start(connection, self._account, row)
            if fence is not None:
                leases.begin(connection, self._seat, fence, run)
            if approval is not None:
                approving.keep(connection, self._scope, run, approval)
            return run

        run = self._committer.do(deed, guard)
        return RunJournal(Pen(self._committer, self._scope, run, guard), self._now)

    def end_approval(self, run: int, reason: str) -> bool:
        """Let nothing more be sent of what a run was approved for; tells whether there was such a thing."""
        return self._committer.do(
            lambda connection: approving.close(connection, self._account, run, reason), self._guard
        )

    def settle(
        self,
        verdicts: Mapping[Address, tuple[str, str]],
        taken: Sequence[Taken],
        baselines: Mapping[str, Baseline],
    ) -> None:
        """Settle writes in doubt, each with an outcome's word and what settled it, and what that means.

        What is remembered belongs to the project whose run sent it, whoever settles it.
        """
        at = self._now()
        runs = {each.memory.run for each in taken if each.memory is not None}

        def deed(connection: Connection) -> None:
            doubt.settle(connection, self._account, verdicts, at)
            owners = past.owners(connection, runs)
            shares: dict[str, list[Taken]] = {}
            for each in taken:
                run = each.memory.run if each.memory is not None else 0
                shares.setdefault(owners.get(run, self._scope.project), []).append(each)
            for project, share in shares.items():
                remembering.take(connection, replace(self._scope, project=project), 0, share)
            remembering.keep_baselines(connection, self._account, 0, baselines)

        self._committer.do(deed, self._guard)

    def adopt(self, memories: Mapping[Address, Memory]) -> None:
        """Record what the user vouches for; writes of these addresses that were in doubt count as done."""
        adopted, at = dict(memories), self._now()

        def deed(connection: Connection) -> None:
            remembering.adopt(connection, self._scope, adopted)
            doubt.adopt(connection, self._account, adopted, at)

        self._committer.do(deed, self._guard)

    def forget(self, addresses: Collection[Address], *, unsettled: bool) -> tuple[Address, ...]:
        """Drop memories and finished marks of these addresses; give those of which something was dropped.

        A write in doubt goes on blocking its address, unless `unsettled` says to forget it too.
        """
        chosen = frozenset(addresses)

        def deed(connection: Connection) -> tuple[Address, ...]:
            found = remembering.forget(connection, self._scope, chosen)
            if unsettled:
                found |= doubt.forget(connection, self._account, chosen)
            remembering.drop_idle_baselines(connection, self._scope)
            return tuple(sorted(found, key=lambda address: address.rank))

        return self._committer.do(deed, self._guard)

    def restore(self, archive: Archive, *, merge: bool) -> Imported:
        """Write an archive of this account into its empty record, or what is newer into one that is not.

        Raises StoreError, also for the archive of another account.
        """
        if archive.account != self._account:
            raise StoreError(
                f"the archive is of account {archive.account}, and this is {self._account}",
                "Choose the target with -t; digests of personal values mean nothing in another account.",
            )

        def deed(connection: Connection) -> Imported:
            return archiving.restore(connection, self._database, archive, merge=merge)

        return self._committer.do(deed, self._guard)

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
