"""Remembering: how memories, finished wishes and baselines get into the record and out of it.

A row is replaced by deleting and inserting it, which every database does alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError

from reconciler.model.address import CUSTOM_FIELD, LINE_STATUS, Address
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory
from reconciler.store import doubt
from reconciler.store.errors import StoreError
from reconciler.store.scope import Scope
from reconciler.store.tables import baselines, finished, memories

_DEFINITIONS: Final = frozenset({CUSTOM_FIELD, LINE_STATUS})


def take(connection: Connection, scope: Scope, run: int, taken: Sequence[Taken]) -> None:
    """Write memories into the record or take them out, and mark wishes as finished; the last word counts.

    A mark stays when a memory goes: what was to be said once is never said again. Raises StoreError for an
    address that another project holds.
    """
    last = {str(each.address): each for each in taken}
    kept = [
        _memory(scope, each.address, each.memory, run) for each in last.values() if each.memory is not None
    ]
    _keep(connection, scope, last, kept)
    marks = {
        str(each.address): {
            "account": scope.account,
            "address": str(each.address),
            "status": each.finished,
            "run": run,
            "project": scope.project,
        }
        for each in taken
        if each.finished is not None
    }
    _replace(
        connection,
        finished,
        finished.c.account == scope.account,
        finished.c.address,
        marks,
        [mark for mark in marks.values() if mark["status"]],
    )


def adopt(connection: Connection, scope: Scope, adopted: Mapping[Address, Memory]) -> None:
    """Write memories into the record. Raises StoreError for an address that another project holds."""
    rows = [_memory(scope, address, memory) for address, memory in adopted.items()]
    _keep(connection, scope, map(str, adopted), rows)


def forget(connection: Connection, scope: Scope, addresses: Collection[Address]) -> set[Address]:
    """Take memories and finished marks out of the record; give the addresses of which there was one."""
    asked = {str(address): address for address in addresses}
    found: set[str] = set()
    for table, ours in ((memories, _ours(scope)), (finished, _of(finished, scope))):
        held = connection.scalars(select(table.c.address).where(ours))
        there = [address for address in held if address in asked]
        _replace(connection, table, ours, table.c.address, there, [])
        found.update(there)
    return {asked[address] for address in found}


def keep_baselines(connection: Connection, account: str, run: int, kept: Mapping[str, Baseline]) -> None:
    """Keep the baselines of orders, each instead of the one before."""
    rows = [
        {
            "account": account,
            "order_id": order,
            "seen": baseline.seen,
            "before": baseline.before,
            "written": baseline.written,
            "run": run,
        }
        for order, baseline in kept.items()
    ]
    _replace(connection, baselines, baselines.c.account == account, baselines.c.order_id, kept, rows)


def drop_idle_baselines(connection: Connection, account: str) -> None:
    """Drop the baselines of orders of which nothing is remembered and no write is in doubt."""
    doubted = {_order(address) for address in doubt.unsettled(connection, account)}
    remembered = exists(
        select(memories.c.address).where(
            memories.c.account == account, memories.c.order_id == baselines.c.order_id
        )
    )
    idle = [
        order
        for order in connection.scalars(
            select(baselines.c.order_id).where(baselines.c.account == account, ~remembered)
        )
        if order not in doubted
    ]
    _replace(connection, baselines, baselines.c.account == account, baselines.c.order_id, idle, [])


def _of(table: Table, scope: Scope) -> ColumnElement[bool]:
    return and_(table.c.account == scope.account, table.c.project == scope.project)


def _ours(scope: Scope) -> ColumnElement[bool]:
    """What a project may write over: its own memories, and definitions that nobody declares any more."""
    mine = or_(memories.c.project == scope.project, memories.c.released)
    return and_(memories.c.account == scope.account, mine)


def _keep(
    connection: Connection, scope: Scope, old: Iterable[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    try:
        _replace(connection, memories, _ours(scope), memories.c.address, old, rows)
    except IntegrityError as fault:
        raise StoreError(
            f"another project of {scope.account} holds something that {scope.project} wanted to remember",
            "`reconciler plan` names it and its owner.",
        ) from fault


def _replace(
    connection: Connection,
    table: Table,
    ours: ColumnElement[bool],
    key: Any,
    old: Iterable[str],
    new: Sequence[Mapping[str, Any]],
) -> None:
    keys = [{"of_key": each} for each in old]
    if keys:
        connection.execute(delete(table).where(and_(ours, key == bindparam("of_key"))), keys)
    if new:
        connection.execute(insert(table), new)


def _order(address: Address) -> str | None:
    return None if address.kind in _DEFINITIONS else address.parts[0]


def _memory(scope: Scope, address: Address, memory: Memory, run: int = 0) -> dict[str, Any]:
    """Give the row of a memory; one that names no run is of this one."""
    return {
        "account": scope.account,
        "address": str(address),
        "project": scope.project,
        "order_id": _order(address),
        "spec": memory.spec,
        "how": memory.how.value,
        "at": memory.at,
        "run": memory.run or run,
        "released": memory.released,
        "unmet": dict(memory.unmet) or None,
        "identity": memory.identity,
        "source": memory.source,
        "reported": memory.reported,
    }
