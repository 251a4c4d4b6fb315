"""SQLite: how its files are opened and what its faults mean. All that only SQLite has is in this module.

A writer has one connection in WAL mode with full synchronisation: a commit that returned is on the disk. What
reads opens the file in a way that can leave no trace, see `snapshot`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from reconciler.store.driven import drive
from reconciler.store.errors import StoreError
from reconciler.store.values import written

SCHEME: Final = "sqlite:///"
BUSY_SECONDS: Final = 5
"""How long to wait for a lock that another program holds."""

_BY_ERROR_CODE: Final[Mapping[int, tuple[str, str]]] = {
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "Free some space and run the command again."),
    sqlite3.SQLITE_READONLY: ("cannot be written", "Give write permission to the file and its folder."),
    sqlite3.SQLITE_PERM: ("may not be opened", "Give permission to the file and its folder."),
    sqlite3.SQLITE_BUSY: (
        f"was locked by another program for {BUSY_SECONDS} seconds",
        "Wait for the other run to end, then run the command again.",
    ),
    sqlite3.SQLITE_LOCKED: ("is locked", "Wait for the other run to end, then run the command again."),
    sqlite3.SQLITE_NOTADB: (
        "is not an SQLite database",
        "Let `state` name another file, or move this one away.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "Restore the file from a copy; do not delete it, it may be repaired.",
    ),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Look at the permissions of the file and of its folder."),
    sqlite3.SQLITE_IOERR: (
        "cannot be used: the disk reported a fault",
        "Look at the disk, then run it again.",
    ),
}


def locate(url: str) -> Path:
    """Give the file that a `sqlite:///PATH` names; raises StoreError when it would be none."""
    path = url.removeprefix(SCHEME)
    if path in ("", ":memory:"):
        raise StoreError("the state has to be a file", f"Write {SCHEME}PATH, such as {SCHEME}state.db.")
    return Path(path).absolute()


def refuse_folder(path: Path) -> None:
    """Raise StoreError when there is a folder where the file should be."""
    if path.is_dir():
        raise StoreError(f"the state {path} is a folder, not a file", "Let `state` name a file.")


def create(path: Path) -> None:
    """Make the file (mode 0600) and its folders (mode 0700) unless they exist; raises StoreError."""
    refuse_folder(path)
    try:
        for folder in reversed([each for each in path.parents if not each.exists()]):
            folder.mkdir(mode=0o700, exist_ok=True)
        # An existing file is never opened by hand: closing it again would drop this process's locks on it.
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as fault:
        raise explained_os(fault, path) from fault


def connect_to_write(path: Path) -> Connection:
    """Open an existing file for writing. Each transaction takes the write lock at once. Raises DBAPIError."""
    return _engine(partial(_open_to_write, path), "BEGIN IMMEDIATE").connect()


def connect_to_read(path: Path, how: str) -> Connection:
    """Open an existing file with the query parameters given, such as `mode=ro`. Raises DBAPIError.

    All that is read through the connection is of one moment.
    """
    return _engine(partial(_open, path, how), "BEGIN").connect()


def connect_to_copy(original: Connection) -> Connection:
    """Copy a whole database into memory, where it may be changed."""
    copy = sqlite3.connect(":memory:")
    _driver(original).backup(copy)
    return _engine(lambda: copy, "BEGIN").connect()


def connect_to_memory() -> Connection:
    """Give an empty database that is gone when it is closed."""
    return _engine(lambda: sqlite3.connect(":memory:"), "BEGIN").connect()


def close_writer(connection: Connection) -> None:
    """Let go of a file so that it alone holds everything, even while somebody else still reads it.

    The last to close removes what lay beside the file. When a reader outlasts the wait, what was written is
    safe in the log all the same.
    """
    with suppress(sqlite3.Error):
        _driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    connection.close()


def explained(fault: DBAPIError, path: Path) -> StoreError:
    """Say in words what a fault of SQLite means for the state."""
    code = getattr(fault.orig, "sqlite_errorcode", 0)
    words = _BY_ERROR_CODE.get(code & 0xFF)
    if words is None:
        return StoreError(f"the state {path} cannot be used: {fault.orig}")
    return StoreError(f"the state {path} {words[0]}", words[1])


def explained_os(fault: OSError, path: Path) -> StoreError:
    """Say in words what a fault of the file system means for the state."""
    reason = fault.strerror or type(fault).__name__
    where = fault.filename or path
    return StoreError(
        f"the state {path} cannot be used: {where}: {reason}", "Look at the path and its permissions."
    )


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(f"not a connection to SQLite: {driver!r}")
    return driver


def _engine(opening: Callable[[], sqlite3.Connection], begin: str) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=opening,
        poolclass=NullPool,
        hide_parameters=True,
        json_serializer=written,
    )
    event.listen(engine, "begin", lambda connection: drive(connection, begin))
    return engine


def _open(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(path))}?{how}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions begin where we say so, and take in changes of the schema
        check_same_thread=False,  # the connection is handed to one other thread
    )


def _open_to_write(path: Path) -> sqlite3.Connection:
    opened = _open(path, "mode=rw")
    try:
        if opened.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            opened.execute("PRAGMA journal_mode = WAL")
        opened.execute("PRAGMA synchronous = FULL")
        opened.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error:
        opened.close()
        raise
    return opened
