"""Remembering: how memories, finished wishes and baselines get into the record and out of it.

A row is replaced by deleting and inserting it, which every database does alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, bindparam, delete, exists, insert, select

from reconciler.model.address import CUSTOM_FIELD, LINE_STATUS, Address
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory
from reconciler.store import doubt
from reconciler.store.tables import baselines, finished, memories

_DEFINITIONS: Final = frozenset({CUSTOM_FIELD, LINE_STATUS})


def take(connection: Connection, account: str, run: int, taken: Sequence[Taken]) -> None:
    """Write memories into the record or take them out, and mark wishes as finished; the last word counts.

    A mark stays when a memory goes: what was to be said once is never said again.
    """
    last = {str(each.address): each for each in taken}
    kept = [_memory(account, each.address, each.memory) for each in last.values() if each.memory is not None]
    _replace(connection, memories, account, memories.c.address, last, kept)
    marks = {
        str(each.address): {
            "account": account,
            "address": str(each.address),
            "status": each.finished,
            "run": run,
        }
        for each in taken
        if each.finished is not None
    }
    _replace(
        connection,
        finished,
        account,
        finished.c.address,
        marks,
        [mark for mark in marks.values() if mark["status"]],
    )


def adopt(connection: Connection, account: str, adopted: Mapping[Address, Memory]) -> None:
    """Write memories into the record."""
    rows = [_memory(account, address, memory) for address, memory in adopted.items()]
    _replace(connection, memories, account, memories.c.address, map(str, adopted), rows)


def forget(connection: Connection, account: str, addresses: Collection[Address]) -> set[Address]:
    """Take memories and finished marks out of the record; give the addresses of which there was one."""
    asked = {str(address): address for address in addresses}
    found: set[str] = set()
    for table in (memories, finished):
        held = connection.scalars(select(table.c.address).where(table.c.account == account))
        there = [address for address in held if address in asked]
        _replace(connection, table, account, table.c.address, there, [])
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
    _replace(connection, baselines, account, baselines.c.order_id, kept, rows)


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
    _replace(connection, baselines, account, baselines.c.order_id, idle, [])


def _replace(
    connection: Connection, table: Table, account: str, key: Any, old: Any, new: list[dict[str, Any]]
) -> None:
    keys = [{"of_key": each} for each in old]
    if keys:
        connection.execute(
            delete(table).where(and_(table.c.account == account, key == bindparam("of_key"))), keys
        )
    if new:
        connection.execute(insert(table), new)


def _order(address: Address) -> str | None:
    return None if address.kind in _DEFINITIONS else address.parts[0]


def _memory(account: str, address: Address, memory: Memory) -> dict[str, Any]:
    return {
        "account": account,
        "address": str(address),
        "order_id": _order(address),
        "spec": memory.spec,
        "how": memory.how.value,
        "at": memory.at,
        "run": memory.run,
        "released": memory.released,
        "unmet": dict(memory.unmet) or None,
        "identity": memory.identity,
    }
