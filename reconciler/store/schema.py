"""Schema: which version of the tables a database holds, and how it is brought to ours.

A fresh database is made in one piece; an older one is led up step by step, inside the caller's transaction,
so that it is either the old one or the new one. A newer one is refused: we cannot know what it means by its
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, insert, inspect, select

from reconciler.store.errors import StoreError
from reconciler.store.tables import meta, metadata

Upgrade = Callable[[Connection], None]

UPGRADES: Final[tuple[Upgrade, ...]] = ()
"""How each version becomes the next one: the first leads from 1 to 2. Only ever added to."""

_VERSION: Final = "schema"


def newest(upgrades: Sequence[Upgrade] = UPGRADES) -> int:
    """Give the version that this program writes."""
    return 1 + len(upgrades)


def version(connection: Connection, path: Path, upgrades: Sequence[Upgrade] = UPGRADES) -> int | None:
    """Tell which version a database holds, None when it is empty; `path` is what messages call it.

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
            f"the database {path} is not a state that reconciler wrote",
            "Let `state` name another file, or move this one away.",
        )
    if int(held) > newest(upgrades):
        raise StoreError(
            f"the state {path} has version {held}, and this reconciler knows only {newest(upgrades)}",
            "Use the reconciler that wrote it, or a newer one.",
        )
    return int(held)


def bring_up(connection: Connection, path: Path, upgrades: Sequence[Upgrade] = UPGRADES) -> None:
    """Make the tables, or lead older ones up, in the caller's transaction. Raises as `version` does."""
    held = version(connection, path, upgrades)
    if held == newest(upgrades):
        return
    if held is None:
        metadata.create_all(connection)
    else:
        for step in upgrades[held - 1 :]:
            step(connection)
    connection.execute(delete(meta).where(meta.c.name == _VERSION))
    connection.execute(insert(meta).values(name=_VERSION, value=str(newest(upgrades))))
