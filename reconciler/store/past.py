"""Past: the runs of an account and what each of them wrote, as the journal tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from reconciler.model.address import Address, parse
from reconciler.store.tables import runs, writes


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """Who runs us and where, as the caller found out; an empty text is not known. Names no secret."""

    host: str = ""
    pid: int = 0
    actor: str = ""
    commit: str = ""
    ci_url: str = ""
    tool_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run. `ended_at` and `exit_code` are None while it lasts, and for ever when it died."""

    id: int
    target: str
    command: str
    started_at: datetime
    ended_at: datetime | None
    exit_code: int | None
    facts: RunFacts
    summary: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRow:
    """One write of a run. `outcome` is the contract's word, None while nobody knows."""

    number: int
    request: int | None
    """The number of the first of those that were intended together; None: it never came to be sent."""
    address: Address
    action: str
    wanted: Any
    before: Any
    intended_at: datetime | None
    outcome: str | None
    outcome_at: datetime | None
    reason: str
    seconds: float
    settled_by: str | None
    """What settled it when its own answer did not: verify, adopt or forget."""


@dataclass(frozen=True, slots=True)
class RunStory:
    """A run with all its writes, in the order in which they were intended."""

    row: RunRow
    writes: tuple[WriteRow, ...]


def start(connection: Connection, account: str, row: RunRow) -> int:
    """Enter a run, whose id is chosen here and given back."""
    facts = row.facts
    entered = connection.execute(
        insert(runs).values(
            account=account,
            target=row.target,
            command=row.command,
            started_at=row.started_at,
            host=facts.host,
            pid=facts.pid,
            actor=facts.actor,
            commit=facts.commit,
            ci_url=facts.ci_url,
            tool_version=facts.tool_version,
        )
    )
    key = entered.inserted_primary_key
    if key is None:
        raise TypeError("the database gave no id for a row that it entered")
    return int(key[0])


def close(connection: Connection, run: int, at: datetime, exit_code: int, summary: Mapping[str, int]) -> None:
    """Enter how a run ended."""
    ended = {"ended_at": at, "exit_code": exit_code, "summary": dict(summary)}
    connection.execute(update(runs).where(runs.c.id == run).values(ended))


def latest(connection: Connection, account: str, limit: int) -> tuple[RunRow, ...]:
    """Give the latest runs of an account, the newest first."""
    chosen = select(runs).where(runs.c.account == account).order_by(runs.c.id.desc()).limit(limit)
    return tuple(map(_run, connection.execute(chosen)))


def story(connection: Connection, account: str, run: int) -> RunStory | None:
    """Give one run of an account, None when there is none of that number."""
    row = connection.execute(select(runs).where(runs.c.id == run, runs.c.account == account)).one_or_none()
    if row is None:
        return None
    rows = connection.execute(select(writes).where(writes.c.run == run).order_by(writes.c.number))
    return RunStory(_run(row), tuple(map(_write, rows)))


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
    )


def _write(row: Row[Any]) -> WriteRow:
    return WriteRow(
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
    )
