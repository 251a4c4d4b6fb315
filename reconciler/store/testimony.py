"""Testimony: what confirmed writes of the journal tell about those that are in doubt.

A journal may hold a million writes, and a handful of them tell something: so the database sifts them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, String, func, select, type_coerce

from reconciler.model.address import ORDER, ORDER_LINE
from reconciler.model.address import order as order_address
from reconciler.model.history import WriteRow
from reconciler.store.past import write_of
from reconciler.store.tables import writes


def witnesses(connection: Connection, run: int, most: int) -> list[WriteRow]:
    """Give the first writes of a run that their own answers confirmed: so many of orders, and of lines.

    Lines count only if no import spoke for them: only if they left in a request of their own.
    """
    table = writes.c
    confirmed = (
        table.run == run,
        table.outcome == "done",
        table.settled_by.is_(None),
        table.updated.is_not(None),
    )
    alone = select(table.request).where(table.run == run).group_by(table.request).having(func.count() == 1)
    chosen = select(writes).where(*confirmed).order_by(table.number).limit(most)
    of_orders = chosen.where(table.address.startswith(f"{ORDER}/", autoescape=True))
    of_lines = chosen.where(
        table.address.startswith(f"{ORDER_LINE}/", autoescape=True), table.request.in_(alone)
    )
    return [write_of(row) for each in (of_orders, of_lines) for row in connection.execute(each)]


def confirmed_last(
    connection: Connection, runs: Collection[int], orders: Collection[str]
) -> dict[str, datetime]:
    """Tell when the last write of each of these orders, or of a line of it, was confirmed in these runs."""
    table = writes.c
    wanted = {str(order_address(each)).partition("/")[2]: each for each in orders}
    said = select(table.address, type_coerce(table.outcome_at, String)).where(
        table.run.in_(runs), table.outcome == "done", table.outcome_at.is_not(None)
    )
    last: dict[str, str] = {}  # moments are texts that sort
    for address, at in connection.execute(said):
        kind, order = address.split("/", 2)[:2]
        if order in wanted and kind in {ORDER, ORDER_LINE} and at > last.get(order, ""):
            last[order] = at
    return {wanted[order]: datetime.fromisoformat(at) for order, at in last.items()}
