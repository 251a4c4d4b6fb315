"""Past: the runs of an account and what each of them wrote, as the journal tells it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from reconciler.model.address import Address, parse
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunFacts, RunRow, RunStory, WriteRow
from reconciler.store.tables import approvals, runs, writes

_WRITE: Final = tuple(each.name for each in fields(WriteRow))


def start(connection: Connection, account: str, row: RunRow) -> int:
    """Enter a run, whose id is chosen here and given back."""
    entered = connection.execute(insert(runs).values(_columns(account, row)))
    key = entered.inserted_primary_key
    if key is None:
        raise TypeError("the database gave no id for a row that it entered")
    return int(key[0])


def enter(connection: Connection, account: str, row: RunRow) -> None:
    """Enter a run of the past under the id that it has."""
    ended = {"ended_at": row.ended_at, "exit_code": row.exit_code, "summary": dict(row.summary)}
    connection.execute(insert(runs).values(id=row.id, **_columns(account, row), **ended))


def enter_writes(connection: Connection, run: int, told: Sequence[WriteRow]) -> None:
    """Enter what a run of the past wrote."""
    rows = [
        {
            **{name: getattr(each, name) for name in _WRITE},
            "run": run,
            "address": str(each.address),
            "evidence": _word(each.evidence),
        }
        for each in told
    ]
    if rows:
        connection.execute(insert(writes), rows)


def close(connection: Connection, run: int, at: datetime, exit_code: int, summary: Mapping[str, int]) -> None:
    """Enter how a run ended."""
    ended = {"ended_at": at, "exit_code": exit_code, "summary": dict(summary)}
    connection.execute(update(runs).where(runs.c.id == run).values(ended))


def owners(connection: Connection, chosen: Collection[int]) -> Mapping[int, str]:
    """Tell whose runs these were, as far as it is known."""
    rows = connection.execute(select(runs.c.id, runs.c.project).where(runs.c.id.in_(chosen)))
    return {run: project for run, project in rows if project}


def latest(connection: Connection, account: str, limit: int) -> tuple[RunRow, ...]:
    """Give the latest runs of an account, the newest first."""
    chosen = select(runs).where(runs.c.account == account).order_by(runs.c.id.desc()).limit(limit)
    return tuple(map(_run, connection.execute(chosen)))


def rows(connection: Connection, account: str, chosen: Collection[int]) -> Mapping[int, RunRow]:
    """Give runs of an account by their numbers."""
    found = connection.execute(select(runs).where(runs.c.account == account, runs.c.id.in_(chosen)))
    return {row.id: _run(row) for row in found}


def story(connection: Connection, account: str, run: int) -> RunStory | None:
    """Give one run of an account, None when there is none of that number."""
    row = connection.execute(select(runs).where(runs.c.id == run, runs.c.account == account)).one_or_none()
    if row is None:
        return None
    rows = connection.execute(select(writes).where(writes.c.run == run).order_by(writes.c.number))
    closed = connection.scalar(select(approvals.c.closed).where(approvals.c.run == run))
    return RunStory(_run(row), tuple(map(write_of, rows)), closed or "")


def stories(connection: Connection, account: str) -> tuple[RunStory, ...]:
    """Give every run of an account with its writes, the oldest first."""
    chosen = select(runs).where(runs.c.account == account).order_by(runs.c.id)
    told: dict[int, list[WriteRow]] = {}
    of_account = select(writes).join(runs, runs.c.id == writes.c.run).where(runs.c.account == account)
    for row in connection.execute(of_account.order_by(writes.c.run, writes.c.number)):
        told.setdefault(row.run, []).append(write_of(row))
    return tuple(RunStory(_run(row), tuple(told.get(row.id, ()))) for row in connection.execute(chosen))


def writes_of(connection: Connection, account: str, address: Address) -> tuple[WriteRow, ...]:
    """Give every write of one address of an account, the oldest first."""
    chosen = (
        select(writes)
        .join(runs, runs.c.id == writes.c.run)
        .where(runs.c.account == account, writes.c.address == str(address))
        .order_by(writes.c.run, writes.c.number)
    )
    return tuple(map(write_of, connection.execute(chosen)))


def _word(evidence: Evidence | None) -> str | None:
    return None if evidence is None else evidence.value


def _columns(account: str, row: RunRow) -> dict[str, Any]:
    facts = row.facts
    return {
        "account": account,
        "target": row.target,
        "command": row.command,
        "started_at": row.started_at,
        "host": facts.host,
        "pid": facts.pid,
        "actor": facts.actor,
        "commit": facts.commit,
        "ci_url": facts.ci_url,
        "tool_version": facts.tool_version,
        "project": row.project or None,
        "shard": row.shard,
    }


def _run(row: Row[Any]) -> RunRow:
    return RunRow(
        id=row.id,
        target=row.target,
        command=row.command,
        started_at=row.started_at,
        ended_at=row.ended_at,
        exit_code=row.exit_code,
        facts=RunFacts(
            host=row.host,
            pid=row.pid,
            actor=row.actor,
            commit=row.commit,
            ci_url=row.ci_url,
            tool_version=row.tool_version,
        ),
        summary=row.summary or {},
        project=row.project or "",
        shard=row.shard or "",
    )


def write_of(row: Row[Any]) -> WriteRow:
    """Give a row of the journal as what it tells."""
    return WriteRow(
        run=row.run,
        number=row.number,
        request=row.request,
        address=parse(row.address),
        action=row.action,
        wanted=row.wanted,
        before=row.before,
        intended_at=row.intended_at,
        outcome=row.outcome,
        outcome_at=row.outcome_at,
        reason=row.reason,
        seconds=row.seconds,
        settled_by=row.settled_by,
        updated=row.updated,
        evidence=None if row.evidence is None else Evidence(row.evidence),
    )
