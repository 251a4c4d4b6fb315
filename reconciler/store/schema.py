"""Schema: which version of the tables a database holds, and how it is brought to ours.

A fresh database is made in one piece; an older one is led up step by step, inside the caller's transaction,
so that it is either the old one or the new one. A newer one is refused: we cannot know what it means by its
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, delete, insert, inspect, select, text

from reconciler.store.errors import StoreError
from reconciler.store.tables import approvals, leases, meta, metadata, runs, writes_in_doubt

Upgrade = Callable[[Connection], None]


def _lease_runs_and_part_marks(connection: Connection) -> None:
    """Version 2: who holds an account, and which project a finished wish is of."""
    leases.create(connection)
    connection.execute(
        text("ALTER TABLE finished ADD COLUMN project VARCHAR(255) DEFAULT 'default' NOT NULL")
    )


def _keep_approvals(connection: Connection) -> None:
    """Version 3: what a run was approved to send, and what was known of an order before it was written to."""
    approvals.create(connection)
    connection.execute(text("ALTER TABLE writes ADD COLUMN updated VARCHAR(32)"))


def _name_sources(connection: Connection) -> None:
    """Version 4: which source a line followed, and of when its report was."""
    connection.execute(text("ALTER TABLE memories ADD COLUMN source TEXT DEFAULT '' NOT NULL"))
    connection.execute(text("ALTER TABLE memories ADD COLUMN reported VARCHAR(32)"))


def _name_owners(connection: Connection) -> None:
    """Version 5: whose run it was, for what it lost may be settled by somebody else."""
    connection.execute(text("ALTER TABLE runs ADD COLUMN project VARCHAR(255)"))


def _keep_evidence(connection: Connection) -> None:
    """Version 6: how it was known what stood there before a write."""
    connection.execute(text("ALTER TABLE writes ADD COLUMN evidence VARCHAR(16)"))


def _divide(connection: Connection) -> None:
    """Version 7: which share of the work a run, an approval and a lease are about."""
    held = columns(connection)
    for table in (runs, approvals):
        if "shard" not in held[table.name]:
            added = f"ALTER TABLE {table.name} ADD COLUMN shard VARCHAR(16) DEFAULT '' NOT NULL"
            connection.execute(text(added))
    if "shard" not in held[leases.name]:  # it becomes a part of the key, so the table is made anew
        older = [each for each in leases.columns if each.name in held[leases.name]]
        rows = [dict(row) for row in connection.execute(select(*older)).mappings()]
        leases.drop(connection)
        leases.create(connection)
        if rows:
            connection.execute(insert(leases), rows)


def _index_doubt_alone(connection: Connection) -> None:
    """Version 8: an index of what is in doubt, in the place of one of all outcomes."""
    connection.execute(text("DROP INDEX IF EXISTS ix_writes_outcome"))
    writes_in_doubt.create(connection, checkfirst=True)


UPGRADES: Final[tuple[Upgrade, ...]] = (
    _lease_runs_and_part_marks,
    _keep_approvals,
    _name_sources,
    _name_owners,
    _keep_evidence,
    _divide,
    _index_doubt_alone,
)
"""How each version becomes the next one: the first leads from 1 to 2. Only ever added to."""

_VERSION: Final = "schema"


def newest(upgrades: Sequence[Upgrade] = UPGRADES) -> int:
    """Give the version that this program writes."""
    return 1 + len(upgrades)


def version(connection: Connection, name: object, upgrades: Sequence[Upgrade] = UPGRADES) -> int | None:
    """Tell which version a database holds, None when it is empty; `name` is what messages call it.

    Raises StoreError when it holds something else or a version that is newer than ours.
    """
    names = inspect(connection).get_table_names()
    if not names:
        return None
    held = (
        connection.scalar(select(meta.c.value).where(meta.c.name == _VERSION)) if meta.name in names else None
    )
    if held is None or not held.isdecimal():
        raise StoreError(
            f"the database {name} is not a state that reconciler wrote",
            "Let `state` name another file, database or schema, or move this one away.",
        )
    if int(held) > newest(upgrades):
        raise StoreError(
            f"the state {name} has version {held}, and this reconciler knows only {newest(upgrades)}",
            "Use the reconciler that wrote it, or a newer one.",
        )
    return int(held)


def columns(connection: Connection) -> Mapping[str, Collection[str]]:
    """Name the columns of each table that a database holds."""
    seen = inspect(connection)
    return {name: [each["name"] for each in seen.get_columns(name)] for name in seen.get_table_names()}


def bring_up(connection: Connection, name: object, upgrades: Sequence[Upgrade] = UPGRADES) -> None:
    """Make the tables, or lead older ones up, in the caller's transaction, which has to be alone.

    Raises as `version` does.
    """
    held = version(connection, name, upgrades)
    if held == newest(upgrades):
        return
    if held is None:
        metadata.create_all(connection)
    else:
        for step in upgrades[held - 1 :]:
            step(connection)
    connection.execute(delete(meta).where(meta.c.name == _VERSION))
    connection.execute(insert(meta).values(name=_VERSION, value=str(newest(upgrades))))
