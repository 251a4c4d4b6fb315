"""Doubt: the writes of which nobody knows whether they happened, and how they are settled by hand.

A write is in doubt when it was intended and has no outcome (its run died) or is `lost`. What settles it: its
own later outcome, a later write of the same address that was accepted or refused, an adoption, or forgetting
it. A later write that was never sent settles nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update

from reconciler.model.address import Address, parse
from reconciler.model.record import Unsettled
from reconciler.store.tables import in_doubt, runs, writes

ANSWERED: Final = ("done", "failed")

_NO_WORD: Final = "its run ended before an answer was recorded"


def unsettled(
    connection: Connection, account: str, under_way: Collection[int] = frozenset()
) -> dict[Address, Unsettled]:
    """Give the latest write in doubt of each address of an account.

    What a run that is under way has sent and not heard of is none.
    """
    later, later_runs = writes.alias(), runs.alias()
    answered_later = exists(
        select(later.c.number)
        .join(later_runs, later_runs.c.id == later.c.run)
        .where(
            later.c.address == writes.c.address,
            later.c.outcome.in_(ANSWERED),
            or_(
                later.c.run > writes.c.run,
                and_(later.c.run == writes.c.run, later.c.number > writes.c.number),
            ),
            later_runs.c.account == account,
        )
    )
    rows = connection.execute(
        select(writes)
        .join(runs, runs.c.id == writes.c.run)
        .where(runs.c.account == account, in_doubt, ~answered_later)
        .order_by(writes.c.run, writes.c.number)
    )
    return {
        parse(row.address): Unsettled(
            run=row.run,
            at=row.intended_at or row.outcome_at,
            wanted=row.wanted,
            reason=row.reason or _NO_WORD,
            action=row.action,
            before=row.before,
            updated=row.updated,
        )
        for row in rows
        if row.outcome is not None or row.run not in under_way
    }


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
