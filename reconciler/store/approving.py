"""Approving: what a run was approved to send, kept so that what it left can be finished later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, insert, select, update

from reconciler.model.approval import Approval, from_json, to_json
from reconciler.store.tables import approvals, writes


def keep(connection: Connection, account: str, run: int, approval: Approval) -> None:
    """Keep what a run may send; older approvals of the account that are still open give way to it."""
    connection.execute(
        update(approvals)
        .where(approvals.c.account == account, approvals.c.closed.is_(None))
        .values(closed=f"run {run} was approved anew")
    )
    connection.execute(
        insert(approvals).values(run=run, account=account, digest=approval.digest, body=to_json(approval))
    )


def used(connection: Connection, account: str, digest: str, created_at: datetime) -> int | None:
    """Tell in which run a plan was used: one that put a write on record.

    Two plans of the same world have the same digest, so the moment at which it was drawn counts too.
    """
    wrote = exists(
        select(writes.c.number).where(writes.c.run == approvals.c.run, writes.c.intended_at.is_not(None))
    )
    rows = connection.execute(
        select(approvals.c.run, approvals.c.body).where(
            approvals.c.account == account, approvals.c.digest == digest, wrote
        )
    )
    moment = created_at.isoformat()
    return next((row.run for row in rows if row.body["created_at"] == moment), None)


def left(connection: Connection, account: str) -> tuple[int, Approval] | None:
    """Give the run whose approval is still open, and what was approved."""
    row = connection.execute(
        select(approvals)
        .where(approvals.c.account == account, approvals.c.closed.is_(None))
        .order_by(approvals.c.run.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.run, from_json(row.body))


def of_run(connection: Connection, account: str, run: int) -> tuple[int, Approval] | None:
    """Give what a run was approved to send, else the last approval before it, with the run that had it."""
    row = connection.execute(
        select(approvals)
        .where(approvals.c.account == account, approvals.c.run <= run)
        .order_by(approvals.c.run.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.run, from_json(row.body))


def close(connection: Connection, account: str, run: int, reason: str) -> bool:
    """Let nothing more be sent under an approval; tells whether it was open."""
    found = connection.execute(
        update(approvals)
        .where(approvals.c.account == account, approvals.c.run == run, approvals.c.closed.is_(None))
        .values(closed=reason)
    )
    return bool(found.rowcount)
