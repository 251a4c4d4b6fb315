"""Database: what the store asks of the place where a state is kept.

All that differs between SQLite and PostgreSQL is behind this; the rest of the package speaks SQLAlchemy Core.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from reconciler.store import postgres, sqlite
from reconciler.store.ask import Ask
from reconciler.store.errors import StoreError
from reconciler.store.file import SqliteFile

ResultT = TypeVar("ResultT")


class Database(Protocol):
    """One state. Raises StoreError unless something else is said."""

    @property
    def name(self) -> str:
        """What messages call it; holds no password."""
        ...

    def read(self, reading: Callable[[Connection], ResultT]) -> ResultT | None:
        """Read it at one moment, changing nothing; None when there is nothing yet.

        `reading` may be called several times.
        """
        ...

    def open(self) -> Connection:
        """Open it for writing, and make what is missing; a commit that returned is on disk.

        Raises DBAPIError too.
        """
        ...

    def close(self, connection: Connection) -> None:
        """Let go of what `open` gave. Never fails."""
        ...

    def explained(self, fault: DBAPIError) -> StoreError:
        """Say in words what a fault of the database means for the state."""
        ...

    def alone(self, connection: Connection, name: str) -> None:
        """Let no two transactions that name the same thing go on side by side, until this one ends."""
        ...

    def count_on(self, connection: Connection) -> None:
        """Let the next run be counted on from the highest there is; some were given numbers by us."""
        ...


def locate(url: str) -> Database:
    """Give the database that a URL names; raises StoreError, which repeats no password."""
    if url.startswith(sqlite.SCHEME):
        return SqliteFile(sqlite.locate(url))
    if url.startswith(postgres.SCHEMES):
        return postgres.PostgresDatabase(url)
    scheme = url.partition(":")[0] if ":" in url else url
    raise StoreError(
        f"a state of type {scheme!r} is not supported",
        f"Supported are {sqlite.SCHEME}PATH, such as {sqlite.SCHEME}state.db, "
        "and postgresql://USER@HOST/DATABASE.",
    )


def asking(connection: Connection) -> Ask:
    """Give what asks a connection in SQL."""
    return lambda sql, given: connection.execute(text(sql), given)
