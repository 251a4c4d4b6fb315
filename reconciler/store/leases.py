"""Leases: how an account is taken, kept, given back and taken over, as rows of a table.

Each function works in the caller's transaction. A row is never deleted, because it counts the holders:
whoever was taken over bears a fence that is no longer the row's, and can write no more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Update, bindparam, insert, select, update

from reconciler.model.history import RunFacts
from reconciler.model.lease import Claim, Held, Holder, Process
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


def holder(connection: Connection, account: str) -> Holder | None:
    """Tell who holds an account, None when nobody does; an expired one still does until somebody takes it."""
    row = connection.execute(select(leases).where(leases.c.account == account)).one_or_none()
    return None if row is None or row.taken_at is None else _holder(row)


def take(connection: Connection, account: str, claim: Claim, now: datetime) -> Holder | Held:
    """Take an account, if nobody holds it, its holder has died on this machine, or has expired.

    No other transaction may take it at the same time.
    """
    row = connection.execute(
        select(leases).where(leases.c.account == account).with_for_update()
    ).one_or_none()
    if row is not None and row.taken_at is not None:
        present = _holder(row)
        found = fate(present.claim.process)
        if found is not Fate.DIED and now < present.expires_at:
            return Held(present, found is Fate.ALIVE)
    fence = 1 if row is None else row.fence + 1
    values = {**_FREE, **_columns(claim), "fence": fence, "taken_at": now, **_breath(now)}
    if row is None:
        connection.execute(insert(leases).values(account=account, **values))
    else:
        connection.execute(update(leases).where(leases.c.account == account).values(values))
    return Holder(claim=claim, fence=fence, taken_at=now, heartbeat_at=now, expires_at=now + EXPIRES)


def stand(connection: Connection, account: str, fence: int) -> None:
    """Make sure, until the transaction ends, that this fence holds the account; raises LeaseLost."""
    if connection.scalar(_STANDING, {"of_account": account, "of_fence": fence}) is None:
        raise _lost(connection, account)


_STANDING: Final = (
    select(leases.c.fence)
    .where(
        leases.c.account == bindparam("of_account"),
        leases.c.fence == bindparam("of_fence"),
        leases.c.taken_at.is_not(None),
    )
    .with_for_update(read=True)
)
"""Built once, because it goes before every commit of a run."""


def beat(connection: Connection, account: str, fence: int, now: datetime) -> bool:
    """Give a sign of life; tells whether somebody asked this holder to stop. Raises LeaseLost."""
    if connection.execute(_of(account, fence).values(_breath(now))).rowcount == 0:
        raise _lost(connection, account)
    asked = select(leases.c.stop_requested).where(leases.c.account == account)
    return bool(connection.scalar(asked))


def begin(connection: Connection, account: str, fence: int, run: int) -> None:
    """Enter the run that the holder has begun."""
    connection.execute(_of(account, fence).values(run=run))


def release(connection: Connection, account: str, fence: int) -> bool:
    """Give an account back; tells whether this fence held it."""
    return connection.execute(_of(account, fence).values(_FREE)).rowcount > 0


def ask_to_stop(connection: Connection, account: str, run: int) -> bool:
    """Ask the holder to end its run; tells whether it is this run that holds the account."""
    chosen = update(leases).where(
        leases.c.account == account, leases.c.run == run, leases.c.taken_at.is_not(None)
    )
    return connection.execute(chosen.values(stop_requested=True)).rowcount > 0


def _of(account: str, fence: int) -> Update:
    return update(leases).where(
        leases.c.account == account, leases.c.fence == fence, leases.c.taken_at.is_not(None)
    )


def _breath(now: datetime) -> dict[str, datetime]:
    return {"heartbeat_at": now, "expires_at": now + EXPIRES}


def _lost(connection: Connection, account: str) -> LeaseLost:
    taker = holder(connection, account)
    if taker is None:
        by = "somebody took it away"
    else:
        who, purpose = taker.claim.facts, taker.claim.purpose
        by = f"{who.actor or 'somebody'} on {who.host or 'another machine'} took it over ({purpose})"
    return LeaseLost(
        f"the lease of {account} is lost: {by}",
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


def _holder(row: Row[Any]) -> Holder:
    return Holder(
        claim=Claim(
            row.purpose,
            RunFacts(host=row.host, pid=row.pid, actor=row.actor, ci_url=row.ci_url),
            Process(row.pid, row.boot_id, row.pid_namespace, row.process_started),
        ),
        fence=row.fence,
        taken_at=row.taken_at,
        heartbeat_at=row.heartbeat_at,
        expires_at=row.expires_at,
        run=row.run,
        stop_requested=row.stop_requested,
    )
