"""Remembered: the record of an account, read from its tables.

A million lines have to cost little: a line that is only remembered is no object, what comes again and again
(ids, statuses, the time of a run) is read once, and the garbage collector, which would walk through all of
them again and again, waits until they are read.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from sys import intern
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from reconciler.model.address import ORDER, ORDER_LINE, Address, parse
from reconciler.model.evidence import Evidence
from reconciler.model.memories import Memories
from reconciler.model.record import Baseline, Memory, Record, Unsettled
from reconciler.store import doubt, leases
from reconciler.store.columns import is_plain, plain_lines
from reconciler.store.scope import Scope
from reconciler.store.tables import baselines, finished, memories, runs

MOST_NAMED: Final = 2_000
"""How many orders one statement names."""


def record(connection: Connection, scope: Scope, now: datetime) -> Record:
    """Read all that is remembered of an account for a project.

    What another share sent just now is not in doubt while its run goes on: its answer is still to come.
    """
    account = scope.account
    with _uncollected():
        definitions, orders, lines, foreign = _memories(connection, scope)
    return Record(
        definitions=definitions,
        orders=orders,
        lines=lines,
        baselines=_baselines(connection, account),
        finished=_finished(connection, scope),
        unsettled=_unsettled(connection, scope, now),
        last_run=connection.scalar(select(func.max(runs.c.id)).where(runs.c.account == account)) or 0,
        foreign=foreign,
    )


def doubts(connection: Connection, scope: Scope, now: datetime) -> Record:
    """Read what is in doubt, and of the rest of the record nothing."""
    return Record(unsettled=_unsettled(connection, scope, now))


def about(connection: Connection, scope: Scope, orders: Collection[str]) -> Record:
    """Read what is remembered of definitions and of these orders: memories and baselines, and nothing else.

    Where they are many all is read, for one statement cannot name them.
    """
    few = len(orders) <= MOST_NAMED
    of_these = (or_(memories.c.order_id.is_(None), memories.c.order_id.in_(orders)),) if few else ()
    with _uncollected():
        definitions, imported, lines, _ = _memories(connection, scope, *of_these)
    touched = (baselines.c.order_id.in_(orders),) if few else ()
    return Record(
        definitions=definitions,
        orders=imported,
        lines=lines,
        baselines=_baselines(connection, scope.account, *touched),
    )


def _unsettled(connection: Connection, scope: Scope, now: datetime) -> Mapping[Address, Unsettled]:
    seat = leases.Seat(scope.account, scope.shard)
    under_way = leases.running(connection, seat, now) if seat.shard is not None else ()
    return doubt.unsettled(connection, scope.account, frozenset(under_way))


def some(connection: Connection, scope: Scope, addresses: Collection[Address]) -> Mapping[Address, Memory]:
    """Read what is remembered of a few addresses, for a project."""
    asked = {str(each): each for each in addresses}
    chosen = select(memories).where(
        memories.c.account == scope.account,
        memories.c.project == scope.project,
        memories.c.address.in_(asked),
    )
    return {asked[row.address]: _memory(row) for row in connection.execute(chosen)}


def _memory(row: Row[Any]) -> Memory:
    return Memory(
        row.spec,
        Evidence(row.how),
        row.at,
        row.run,
        row.released,
        row.unmet or {},
        row.identity,
        row.source,
        row.reported,
    )


def _memories(
    connection: Connection, scope: Scope, *which: ColumnElement[bool]
) -> tuple[dict[Address, Memory], dict[str, Memory], Memories, dict[Address, str]]:
    """Read the memories of a project by kind, and which addresses are another's.

    A definition that was released by whatever project is remembered for all: it is in the target still.
    """
    definitions: dict[Address, Memory] = {}
    orders: dict[str, Memory] = {}
    foreign: dict[Address, str] = {}
    lines = plain_lines(connection, scope, *which)
    rest = select(memories).where(memories.c.account == scope.account, ~is_plain(scope), *which)
    for row in connection.execute(rest.order_by(memories.c.address)):
        address = parse(row.address)
        if row.project != scope.project and not row.released:
            foreign[address] = row.project
        elif address.kind == ORDER_LINE:
            order, line = address.parts
            lines.keep(order, {line: _memory(row)})
        elif address.kind == ORDER:
            orders[address.parts[0]] = _memory(row)
        else:
            definitions[address] = _memory(row)
    return definitions, orders, lines, foreign


def _baselines(connection: Connection, account: str, *which: ColumnElement[bool]) -> dict[str, Baseline]:
    table = baselines.c
    chosen = select(table.order_id, table.seen, table.before, table.written)
    rows = connection.execute(chosen.where(table.account == account, *which))
    return {order: Baseline(seen, before, written) for order, seen, before, written in rows}


def _finished(connection: Connection, scope: Scope) -> dict[Address, str]:
    table = finished.c
    of_project = (table.account == scope.account, table.project == scope.project)
    rows = connection.execute(select(table.address, table.status).where(*of_project))
    return {Address(ORDER_LINE, _ids(address)): intern(status) for address, status in rows}


def _ids(text: str) -> tuple[str, str]:
    """Give the order and the line of a line's address."""
    order, line = text.split("/")[1:] if "%" not in text else parse(text).parts
    return intern(order), intern(line)


@contextmanager
def _uncollected() -> Iterator[None]:
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
