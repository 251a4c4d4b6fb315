"""Remembered: the record of an account, read from its tables.

A hundred thousand lines have to cost little: no address is made for a line, and the garbage collector, which
would walk through all of them again and again, waits until they are read.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, func, select

from reconciler.model.address import ORDER, ORDER_LINE, Address, parse
from reconciler.model.evidence import Evidence
from reconciler.model.record import Baseline, Memory, Record
from reconciler.store import doubt
from reconciler.store.scope import Scope
from reconciler.store.tables import baselines, finished, memories, runs

_LINE: Final = f"{ORDER_LINE}/"


def record(connection: Connection, scope: Scope) -> Record:
    """Read all that is remembered of an account for a project."""
    account = scope.account
    with _uncollected():
        definitions, orders, lines, foreign = _memories(connection, scope)
    return Record(
        definitions=definitions,
        orders=orders,
        lines=lines,
        baselines=_baselines(connection, account),
        finished=_finished(connection, scope),
        unsettled=doubt.unsettled(connection, account),
        last_run=connection.scalar(select(func.max(runs.c.id)).where(runs.c.account == account)) or 0,
        foreign=foreign,
    )


def _memories(
    connection: Connection, scope: Scope
) -> tuple[dict[Address, Memory], dict[str, Memory], dict[str, dict[str, Memory]], dict[Address, str]]:
    """Read the memories of a project by kind, and which addresses are another's.

    A definition that was released by whatever project is remembered for all: it is in the target still.
    """
    definitions: dict[Address, Memory] = {}
    orders: dict[str, Memory] = {}
    lines: dict[str, dict[str, Memory]] = {}
    foreign: dict[Address, str] = {}
    table = memories.c
    chosen = (
        table.address,
        table.spec,
        table.how,
        table.at,
        table.run,
        table.released,
        table.unmet,
        table.identity,
        table.source,
        table.reported,
        table.project,
    )
    how_of = {each.value: each for each in Evidence}
    rows = connection.execute(select(*chosen).where(table.account == scope.account).order_by(table.address))
    for text, spec, how, at, run, released, unmet, identity, source, reported, project in rows:
        if project != scope.project and not released:
            foreign[parse(text)] = project
            continue
        memory = Memory(spec, how_of[how], at, run, released, unmet or {}, identity, source, reported)
        if text.startswith(_LINE):
            order, line = text.split("/")[1:] if "%" not in text else parse(text).parts
            lines.setdefault(order, {})[line] = memory
            continue
        address = parse(text)
        if address.kind == ORDER:
            orders[address.parts[0]] = memory
        else:
            definitions[address] = memory
    return definitions, orders, lines, foreign


def _baselines(connection: Connection, account: str) -> dict[str, Baseline]:
    table = baselines.c
    rows = connection.execute(
        select(table.order_id, table.seen, table.before, table.written).where(table.account == account)
    )
    return {order: Baseline(seen, before, written) for order, seen, before, written in rows}


def _finished(connection: Connection, scope: Scope) -> dict[Address, str]:
    table = finished.c
    of_project = (table.account == scope.account, table.project == scope.project)
    rows = connection.execute(select(table.address, table.status).where(*of_project))
    return {parse(address): status for address, status in rows}


@contextmanager
def _uncollected() -> Iterator[None]:
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
