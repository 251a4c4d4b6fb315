"""File: a temporary SQLite file without a name, asked for many keys at a time. The only sqlite3 of the spill.

No journal and no sync: when it cannot be written any more the plan is given up, and there is nothing to roll
back to.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from reconciler.model.ids import AT_ONCE
from reconciler.ports import Unspilled

_CACHED: Final = 0.5
"""The part of the limit that is the file's cache; rows on their way into and out of it take the rest."""
_FULL: Final = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_PRIMARY: Final = 0xFF
"""The bits of an error's code that tell its family."""
_ADVICE: Final = "free some space there, name a folder with more in TMPDIR, or plan without --memory-limit"


class File:
    """Rows on disk."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder

    @classmethod
    @contextmanager
    def opened(cls, limit: int, folder: Path | None) -> Iterator[File]:
        """Make a file in this folder that takes so many bytes of memory, and take its name away at once."""
        folder = folder or _temporary()
        connection = _nameless(folder)
        try:
            file = cls(connection, folder)
            file.run(f"PRAGMA cache_size = -{int(limit * _CACHED) >> 10}")
            yield file
        finally:
            with suppress(sqlite3.Error):
                connection.close()

    def make(self, tables: Iterable[str]) -> None:
        """Make the tables of these names and columns, where they are not there yet."""
        for table in tables:
            self.run(f"CREATE TABLE IF NOT EXISTS {table} WITHOUT ROWID")

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Carry out a statement that gives nothing."""
        with self._told():
            self._connection.execute(statement, values).close()

    def put(self, statement: str, rows: Iterable[Sequence[Any]]) -> int:
        """Carry out a statement for each of some rows; gives how many were changed by it."""
        before = self._connection.total_changes
        with self._told():
            self._connection.executemany(statement, rows).close()
        return self._connection.total_changes - before

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Give all rows of an answer; they are to be few."""
        with self._told():
            return self._connection.execute(statement, values).fetchall()

    def ask_of(
        self, statement: str, keys: Sequence[Any], values: Sequence[Any] = ()
    ) -> Iterator[tuple[Any, ...]]:
        """Give the rows of many keys, some at a time: in the statement `@` stands for those.

        `values` are for the question marks before it.
        """
        for some in _batches(keys):
            marks = ",".join("?" * len(some))
            yield from self.ask(statement.replace("@", marks), (*values, *some))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say what is wrong with the file in words that help."""
        try:
            yield
        except sqlite3.Error as fault:
            code = getattr(fault, "sqlite_errorcode", 0)
            if code & _PRIMARY not in _FULL:
                raise
            full = code == sqlite3.SQLITE_FULL
            why = "the disk is full" if full else f"the disk gives an error ({fault})"
            said = f"the temporary file of --memory-limit in {self._folder} cannot grow: {why}"
            raise Unspilled(said, _ADVICE) from None


def _batches(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    if len(keys) <= AT_ONCE:
        if keys:
            yield keys
        return
    for begin in range(0, len(keys), AT_ONCE):
        yield keys[begin : begin + AT_ONCE]


def _temporary() -> Path:
    """Name the folder for temporary files: the first of TMPDIR, /tmp and others that can be written."""
    try:
        return Path(tempfile.gettempdir())
    except OSError:
        said = "there is no folder for the temporary file of --memory-limit"
        raise Unspilled(said, "name one that can be written in TMPDIR") from None


def _nameless(folder: Path) -> sqlite3.Connection:
    """Open a new file that only we can read; it loses its name before anything stands in it."""
    try:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix="reconciler-", suffix=".spill")
    except OSError as fault:
        raise Unspilled(
            f"no temporary file can be made in {folder} for --memory-limit: {fault.strerror}", _ADVICE
        ) from None
    try:
        os.close(descriptor)
        connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
        try:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
                connection.execute(f"PRAGMA {pragma}").close()
            connection.execute("BEGIN EXCLUSIVE").close()  # from here on nothing looks for its name
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as fault:
        said = f"the temporary file of --memory-limit in {folder} cannot be opened: {fault}"
        raise Unspilled(said, _ADVICE) from None
    else:
        return connection
    finally:
        Path(name).unlink(missing_ok=True)
