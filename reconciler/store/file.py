"""SqliteFile: a state in one file. Nothing but that file is needed, so it is what a single machine uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from reconciler.store import snapshot, sqlite
from reconciler.store.errors import StoreError

ResultT = TypeVar("ResultT")


class SqliteFile:
    """See `Database`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self._path)

    def read(self, reading: Callable[[Connection], ResultT]) -> ResultT | None:
        """Read the file without leaving a trace; None when there is none."""
        return snapshot.read(self._path, reading)

    def open(self) -> Connection:
        """Make the file (mode 0600) and its folders (0700) unless they exist, and open it."""
        sqlite.create(self._path)
        return sqlite.connect_to_write(self._path)

    def close(self, connection: Connection) -> None:
        """Let go of the file so that it alone holds everything."""
        sqlite.close_writer(connection)

    def explained(self, fault: DBAPIError) -> StoreError:
        """Say in words what a fault of SQLite means."""
        return sqlite.explained(fault, self._path)

    def alone(self, connection: Connection, name: str) -> None:
        """Nothing: a transaction that writes has the whole file to itself."""

    def count_on(self, connection: Connection) -> None:
        """Nothing: SQLite counts on by itself."""
