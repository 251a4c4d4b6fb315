"""Leases: how an account, or a share of it, is taken, kept, given back and taken over, as rows of a table.

Each function works in the caller's transaction. A row is never deleted, because it counts the holders:
whoever was taken over bears a fence that is no longer the row's, and can write no more.

An account is one seat, or it is divided into shares, each a seat of its own; see `excludes` for which seats
cannot be held side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Row, Update, and_, bindparam, insert, or_, select, update

from reconciler.model.history import RunFacts
from reconciler.model.lease import Claim, Held, Holder, Process
from reconciler.model.shard import Shard, excludes
from reconciler.store.driven import Driven, compiled
from reconciler.store.errors import LeaseLost
from reconciler.store.process import Fate, fate
from reconciler.store.tables import leases

HEARTBEAT: Final = 10.0
"""Seconds between two signs of life: `runs stop` is heard soon, and the database has nothing to do."""

EXPIRES: Final = timedelta(seconds=60)
"""How long a holder may be silent: six heartbeats, so that a database that fails over or a machine that is
moved does not lose its run; and not longer, for somebody else waits for it.
"""

_FREE: Final = {
    "taken_at": None,
    "heartbeat_at": None,
    "expires_at": None,
    "run": None,
    "stop_requested": False,
}


@dataclass(frozen=True, slots=True)
class Seat:
    """What is held: an account, or a share of it."""

    account: str
    shard: Shard | None = None

    @property
    def key(self) -> str:
        """The share as the table names it."""
        return "" if self.shard is None else str(self.shard)

    def __str__(self) -> str:
        return self.account if self.shard is None else f"shard {self.shard} of {self.account}"


def holders(connection: Connection, account: str) -> tuple[Holder, ...]:
    """Tell who holds an account or shares of it; an expired one still does until somebody takes it."""
    held = select(leases).where(leases.c.account == account, leases.c.taken_at.is_not(None))
    found = map(_holder, connection.execute(held))
    return tuple(sorted(found, key=lambda each: (each.claim.shard is not None, str(each.claim.shard))))


def take(connection: Connection, seat: Seat, claim: Claim, now: datetime) -> Holder | Held:
    """Take a seat, if nobody holds one that excludes it, or whoever does has died here or has expired.

    No other transaction may take one of the account at the same time.
    """
    rows = connection.execute(_in_the_way(seat).with_for_update()).all()
    seated = [row for row in rows if row.taken_at is not None]
    for row in seated:
        present = _holder(row)
        found = fate(present.claim.process)
        if found is not Fate.DIED and now < present.expires_at:
            return Held(present, found is Fate.ALIVE)
    for row in seated:
        if row.shard != seat.key:
            connection.execute(_at(Seat(seat.account, _shard(row.shard)), row.fence).values(_FREE))
    own = next((row for row in rows if row.shard == seat.key), None)
    fence = 1 if own is None else own.fence + 1
    values = {**_FREE, **_columns(claim), "fence": fence, "taken_at": now, **_breath(now)}
    if own is None:
        connection.execute(insert(leases).values(account=seat.account, shard=seat.key, **values))
    else:
        connection.execute(update(leases).where(_is(seat)).values(values))
    return Holder(claim=claim, fence=fence, taken_at=now, heartbeat_at=now, expires_at=now + EXPIRES)


def _in_the_way(seat: Seat) -> Any:
    """Choose the rows of a seat and of all that exclude it, so that only those are locked."""
    chosen = select(leases).where(leases.c.account == seat.account).order_by(leases.c.shard)
    if seat.shard is None:
        return chosen
    of_another = ~leases.c.shard.like(f"%/{seat.shard.count}")
    return chosen.where(or_(leases.c.shard == seat.key, leases.c.shard == "", of_another))


def stand(connection: Connection, seat: Seat, fence: int) -> None:
    """Make sure, until the transaction ends, that this fence holds the seat; raises LeaseLost."""
    asked = {"of_account": seat.account, "of_shard": seat.key, "of_fence": fence}
    if _standing(connection.dialect).run(connection, asked).fetchone() is None:
        raise _lost(connection, seat)


@lru_cache(maxsize=8)
def _standing(dialect: Dialect) -> Driven:
    """Give the question of `stand`, which goes before every commit of a run."""
    asked = (
        select(leases.c.fence)
        .where(
            leases.c.account == bindparam("of_account"),
            leases.c.shard == bindparam("of_shard"),
            leases.c.fence == bindparam("of_fence"),
            leases.c.taken_at.is_not(None),
        )
        .with_for_update(read=True)
    )
    return compiled(dialect, asked)


def beat(connection: Connection, seat: Seat, fence: int, now: datetime) -> bool:
    """Give a sign of life; tells whether somebody asked this holder to stop. Raises LeaseLost."""
    if connection.execute(_at(seat, fence).values(_breath(now))).rowcount == 0:
        raise _lost(connection, seat)
    return bool(connection.scalar(select(leases.c.stop_requested).where(_is(seat))))


def begin(connection: Connection, seat: Seat, fence: int, run: int) -> None:
    """Enter the run that the holder has begun."""
    connection.execute(_at(seat, fence).values(run=run))


def release(connection: Connection, seat: Seat, fence: int) -> bool:
    """Give a seat back; tells whether this fence held it."""
    return connection.execute(_at(seat, fence).values(_FREE)).rowcount > 0


def ask_to_stop(connection: Connection, account: str, run: int) -> bool:
    """Ask a holder to end its run; tells whether it is this run that holds the account or a share of it."""
    chosen = update(leases).where(
        leases.c.account == account, leases.c.run == run, leases.c.taken_at.is_not(None)
    )
    return connection.execute(chosen.values(stop_requested=True)).rowcount > 0


def running(connection: Connection, seat: Seat, now: datetime) -> Iterable[int]:
    """Name the runs of other seats that go on: who holds them has neither died here nor gone silent."""
    for each in holders(connection, seat.account):
        gone = now >= each.expires_at or fate(each.claim.process) is Fate.DIED
        if each.run is not None and each.claim.shard != seat.shard and not gone:
            yield each.run


def _is(seat: Seat) -> Any:
    return and_(leases.c.account == seat.account, leases.c.shard == seat.key)


def _at(seat: Seat, fence: int) -> Update:
    return update(leases).where(_is(seat), leases.c.fence == fence, leases.c.taken_at.is_not(None))


def _breath(now: datetime) -> dict[str, datetime]:
    return {"heartbeat_at": now, "expires_at": now + EXPIRES}


def _lost(connection: Connection, seat: Seat) -> LeaseLost:
    takers = [each for each in holders(connection, seat.account) if excludes(each.claim.shard, seat.shard)]
    if not takers:
        by = "somebody took it away"
    else:
        who, purpose = takers[0].claim.facts, takers[0].claim.purpose
        by = f"{who.actor or 'somebody'} on {who.host or 'another machine'} took it over ({purpose})"
    return LeaseLost(
        f"the lease of {seat} is lost: {by}",
        "Nothing more is sent. What was in flight is withheld until it is settled: `reconciler state list`.",
    )


def _columns(claim: Claim) -> dict[str, Any]:
    facts, process = claim.facts, claim.process
    return {
        "purpose": claim.purpose,
        "host": facts.host,
        "pid": process.pid or facts.pid,
        "boot_id": process.boot_id,
        "pid_namespace": process.namespace,
        "process_started": process.started,
        "actor": facts.actor,
        "ci_url": facts.ci_url,
    }


def _shard(key: str) -> Shard | None:
    return Shard.parse(key) if key else None


def _holder(row: Row[Any]) -> Holder:
    return Holder(
        claim=Claim(
            row.purpose,
            RunFacts(host=row.host, pid=row.pid, actor=row.actor, ci_url=row.ci_url),
            Process(row.pid, row.boot_id, row.pid_namespace, row.process_started),
            _shard(row.shard),
        ),
        fence=row.fence,
        taken_at=row.taken_at,
        heartbeat_at=row.heartbeat_at,
        expires_at=row.expires_at,
        run=row.run,
        stop_requested=row.stop_requested,
    )
