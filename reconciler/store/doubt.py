"""Doubt: how writes of which nobody knows whether they happened are settled by hand. See `unsettled`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select, update

from reconciler.model.address import Address, parse
from reconciler.store.tables import in_doubt, runs, writes


def adopt(connection: Connection, account: str, addresses: Collection[Address], at: datetime) -> None:
    """Settle every write in doubt of these addresses as done, because the user vouched for what is there."""
    chosen = _in_doubt(connection, account, addresses)
    _settle(connection, chosen, {"outcome": "done", "outcome_at": at, "settled_by": "adopt"})


def forget(connection: Connection, account: str, addresses: Collection[Address]) -> set[Address]:
    """Let no write of these addresses be in doubt any more, without saying what became of it.

    Gives the addresses that were.
    """
    chosen = _in_doubt(connection, account, addresses)
    _settle(connection, chosen, {"settled_by": "forget"})
    return {parse(address) for _, _, address in chosen}


def settle(
    connection: Connection, account: str, verdicts: Mapping[Address, tuple[str, str]], at: datetime
) -> None:
    """Settle writes in doubt by what was found out: an outcome's word, and what settled it."""
    for run, number, address in _in_doubt(connection, account, verdicts):
        outcome, by = verdicts[parse(address)]
        values = {"outcome": outcome, "outcome_at": at, "settled_by": by}
        _settle(connection, [(run, number, address)], values)


def _in_doubt(
    connection: Connection, account: str, addresses: Collection[Address]
) -> list[tuple[int, int, str]]:
    rows = connection.execute(
        select(writes.c.run, writes.c.number, writes.c.address)
        .join(runs, runs.c.id == writes.c.run)
        .where(runs.c.account == account, in_doubt)
    )
    wanted = set(map(str, addresses))
    return [(run, number, address) for run, number, address in rows if address in wanted]


def _settle(connection: Connection, rows: Iterable[tuple[int, int, str]], values: dict[str, object]) -> None:
    keys = [{"of_run": run, "of_number": number} for run, number, _ in rows]
    if keys:
        one = and_(writes.c.run == bindparam("of_run"), writes.c.number == bindparam("of_number"))
        connection.execute(update(writes).where(one).values(values), keys)
