"""Remembering: how memories, finished wishes and baselines get into the record and out of it.

A row is put in the place of the one before only where that one is ours; both databases do that in one step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, String, and_, bindparam, exists, or_, select

from reconciler.model.address import CUSTOM_FIELD, LINE_STATUS, Address
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory
from reconciler.store.database import asking
from reconciler.store.errors import StoreError
from reconciler.store.scope import Scope
from reconciler.store.spread import delete_keys, put_rows
from reconciler.store.tables import baselines, finished, memories
from reconciler.store.unsettled import unsettled

_DEFINITIONS: Final = frozenset({CUSTOM_FIELD, LINE_STATUS})


def take(connection: Connection, scope: Scope, run: int, taken: Sequence[Taken]) -> None:
    """Write memories into the record or take them out, and mark wishes as finished; the last word counts.

    A mark stays when a memory goes: what was to be said once is never said again. Raises StoreError for an
    address that another project holds.
    """
    last = {str(each.address): each for each in taken}
    gone = [address for address, each in last.items() if each.memory is None]
    delete_keys(connection, memories.c.address, gone, _OURS, **_scope(scope))
    kept = [_memory(scope, each.address, each.memory, run) for each in last.values() if each.memory]
    _keep(connection, scope, kept)
    marks = {str(each.address): each for each in taken if each.finished is not None}
    unmarked = [address for address, each in marks.items() if not each.finished]
    delete_keys(connection, finished.c.address, unmarked, _OF_FINISHED, of_account=scope.account)
    rows = [
        {
            "account": scope.account,
            "address": address,
            "status": each.finished,
            "run": run,
            "project": scope.project,
        }
        for address, each in marks.items()
        if each.finished
    ]
    put_rows(connection, finished, rows, _OF_FINISHED, of_account=scope.account)


def adopt(connection: Connection, scope: Scope, adopted: Mapping[Address, Memory]) -> None:
    """Write memories into the record. Raises StoreError for an address that another project holds."""
    _keep(connection, scope, [_memory(scope, address, memory) for address, memory in adopted.items()])


def forget(connection: Connection, scope: Scope, addresses: Collection[Address]) -> set[Address]:
    """Take memories and finished marks out of the record; give the addresses of which there was one."""
    asked = {str(address): address for address in addresses}
    found: set[str] = set()
    for table, ours in ((memories, _OURS), (finished, _FINISHED_OURS)):
        held = connection.scalars(select(table.c.address).where(ours), _scope(scope))
        there = [address for address in held if address in asked]
        delete_keys(connection, table.c.address, there, ours, **_scope(scope))
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
    put_rows(connection, baselines, rows, _OF_BASELINES, of_account=account)


def drop_idle_baselines(connection: Connection, scope: Scope) -> None:
    """Drop the baselines of orders of which nothing is remembered and no write is in doubt.

    Of a share only its own: another one may be about to remember something.
    """
    account, shard = scope.account, scope.shard
    doubted = {_order(address) for address in unsettled(asking(connection), account)}
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
        if order not in doubted and (shard is None or shard.owns_order(order))
    ]
    delete_keys(connection, baselines.c.order_id, idle, _OF_BASELINES, of_account=account)


_ACCOUNT: Final = bindparam("of_account", type_=String)
_PROJECT: Final = bindparam("of_project", type_=String)
_OF_FINISHED: Final = finished.c.account == _ACCOUNT
_OF_BASELINES: Final = baselines.c.account == _ACCOUNT
_FINISHED_OURS: Final = and_(_OF_FINISHED, finished.c.project == _PROJECT)
_OURS: Final = and_(memories.c.account == _ACCOUNT, or_(memories.c.project == _PROJECT, memories.c.released))
"""What a project may write over: its own memories, and definitions that nobody declares any more."""


def _scope(scope: Scope) -> Mapping[str, str]:
    return {"of_account": scope.account, "of_project": scope.project}


def _keep(connection: Connection, scope: Scope, rows: Sequence[Mapping[str, Any]]) -> None:
    if not put_rows(connection, memories, rows, _OURS, **_scope(scope)):
        raise StoreError(
            f"another project of {scope.account} holds something that {scope.project} wanted to remember",
            "`reconciler plan` names it and its owner.",
        )


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
