"""Archiving: the whole record of an account out of a database and into another.

An empty record takes everything. One that is not takes what is newer, and of the history only what is in
doubt: an answer from elsewhere, put behind the answers that are here, could settle what it knows nothing of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from reconciler.model.address import Address, parse
from reconciler.model.archive import Archive, Imported, Kept, Mark
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunRow, RunStory
from reconciler.model.record import Baseline, Memory
from reconciler.store import past, remembering
from reconciler.store.database import Database
from reconciler.store.errors import StoreError
from reconciler.store.scope import Scope
from reconciler.store.tables import baselines, finished, memories, runs


def collect(connection: Connection, account: str) -> Archive:
    """Read everything that is remembered of an account."""
    return Archive(
        account=account,
        memories={
            parse(row.address): Kept(
                row.project,
                Memory(
                    row.spec,
                    Evidence(row.how),
                    row.at,
                    row.run,
                    row.released,
                    row.unmet or {},
                    row.identity,
                    row.source,
                    row.reported,
                ),
            )
            for row in _rows(connection, memories, account)
        },
        marks={
            parse(row.address): Mark(row.project, row.status, row.run)
            for row in _rows(connection, finished, account)
        },
        baselines={
            row.order_id: Baseline(row.seen, row.before, row.written)
            for row in _rows(connection, baselines, account)
        },
        runs=past.stories(connection, account),
    )


def restore(connection: Connection, database: Database, archive: Archive, *, merge: bool) -> Imported:
    """Write an archive into a state.

    Raises StoreError when its record is not empty and is not to be merged.
    """
    account = archive.account
    present = collect(connection, account)
    if not merge and not _is_empty(present):
        raise StoreError(
            f"the state {database.name} remembers something of {account} already",
            "Add --merge: of what both know the newer is kept. Or import into an empty state.",
        )
    numbers, offset = _numbered(connection, archive, present)
    chosen = archive.in_doubt if merge else None
    entered, in_doubt = _enter_runs(connection, account, archive.runs, numbers, chosen)
    if entered:
        database.count_on(connection)
    newer, older, foreign = _newer(archive.memories, present.memories)
    for project in sorted({kept.project for kept in newer.values()}):
        mine = {where: kept.memory for where, kept in newer.items() if kept.project == project}
        remembering.adopt(connection, Scope(account, project), _under(mine, numbers))
    marks = {where: mark for where, mark in archive.marks.items() if where not in present.marks}
    _enter_marks(connection, account, marks, numbers)
    kept = {
        order: each
        for order, each in archive.baselines.items()
        if order not in present.baselines or each.written > present.baselines[order].written
    }
    remembering.keep_baselines(connection, account, 0, kept)
    return Imported(
        memories=len(newer),
        marks=len(marks),
        runs=entered,
        in_doubt=in_doubt,
        older=older,
        foreign=foreign,
        renumbered_by=offset if entered else 0,
    )


def _rows(connection: Connection, table: Table, account: str) -> Iterable[Any]:
    return connection.execute(select(table).where(table.c.account == account))


def _is_empty(present: Archive) -> bool:
    wrote = any(story.writes for story in present.runs)
    return not (present.memories or present.marks or present.baselines or wrote)


def _numbered(connection: Connection, archive: Archive, present: Archive) -> tuple[Mapping[int, int], int]:
    """Give each run of an archive its number here, and what was added to those that are new.

    A run that is here already keeps the number that it has here; the others keep theirs unless one is taken.
    """
    here = {_identity(story.row): story.row.id for story in present.runs}
    taken = set(connection.scalars(select(runs.c.id)))
    fresh = [story.row.id for story in archive.runs if _identity(story.row) not in here]
    highest = connection.scalar(select(func.max(runs.c.id))) or 0
    offset = highest if taken & set(fresh) else 0
    return {
        story.row.id: here.get(_identity(story.row), story.row.id + offset) for story in archive.runs
    }, offset


def _identity(row: RunRow) -> tuple[object, ...]:
    return (row.started_at, row.command, row.target, row.facts.host, row.facts.pid)


def _enter_runs(
    connection: Connection,
    account: str,
    stories: Sequence[RunStory],
    numbers: Mapping[int, int],
    chosen: frozenset[tuple[int, int]] | None,
) -> tuple[int, int]:
    """Enter runs that are not here yet, with all their writes or the chosen ones; counts both."""
    here = set(connection.scalars(select(runs.c.id)))
    entered = in_doubt = 0
    for story in stories:
        number = numbers[story.row.id]
        if number in here:
            continue
        past.enter(connection, account, replace(story.row, id=number))
        entered += 1
        told = [each for each in story.writes if chosen is None or (each.run, each.number) in chosen]
        past.enter_writes(connection, number, told)
        in_doubt += len(told) if chosen is not None else 0
    return entered, in_doubt


def _newer(
    offered: Mapping[Address, Kept], present: Mapping[Address, Kept]
) -> tuple[dict[Address, Kept], int, int]:
    """Choose what is not known here, or was known earlier; count what is older and what is another's."""
    newer: dict[Address, Kept] = {}
    older = foreign = 0
    for where, kept in offered.items():
        known = present.get(where)
        if known is not None and known.project != kept.project and not known.memory.released:
            foreign += 1
        elif known is not None and known.memory.at >= kept.memory.at:
            older += 1
        else:
            newer[where] = kept
    return newer, older, foreign


def _under(found: Mapping[Address, Memory], numbers: Mapping[int, int]) -> dict[Address, Memory]:
    return {where: replace(memory, run=numbers.get(memory.run, 0)) for where, memory in found.items()}


def _enter_marks(
    connection: Connection, account: str, marks: Mapping[Address, Mark], numbers: Mapping[int, int]
) -> None:
    rows = [
        {
            "account": account,
            "address": str(where),
            "project": mark.project,
            "status": mark.status,
            "run": numbers.get(mark.run, 0),
        }
        for where, mark in marks.items()
    ]
    if rows:
        connection.execute(insert(finished), rows)
