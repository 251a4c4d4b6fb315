"""The file of a market: one SQLite database, opened when needed.

Reading a file that does not exist finds an empty market and makes no file; the first write makes it. A file
that was deleted or replaced while it was open is noticed and opened anew. Several processes may use one file:
each transaction takes SQLite's write lock at its start and waits for others. Writes are not synced to the
disk: this is a stand-in.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from reconciler.sandbox.yandex.shelf import SCHEMA as YANDEX_SCHEMA

MEMORY = ":memory:"
_APPLICATION_ID = 0x414D5342
_WAIT_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, moved INTEGER NOT NULL, external_id TEXT NOT NULL,
    endpoint TEXT NOT NULL, region TEXT NOT NULL, profile TEXT, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_by_id ON orders (external_id);
CREATE INDEX IF NOT EXISTS orders_by_move ON orders (moved);
CREATE TABLE IF NOT EXISTS pending (seq INTEGER PRIMARY KEY, reads_left INTEGER NOT NULL, shown TEXT);
CREATE TABLE IF NOT EXISTS fields (
    seq INTEGER PRIMARY KEY, entity_type TEXT NOT NULL, external_id TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (entity_type, external_id));
CREATE TABLE IF NOT EXISTS line_statuses (
    seq INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS goods (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, external_id TEXT NOT NULL, name TEXT NOT NULL,
    product TEXT, UNIQUE (kind, external_id));
CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, method TEXT NOT NULL, ids TEXT NOT NULL,
    definitions TEXT NOT NULL, status TEXT, error INTEGER, fault TEXT, processed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS triggers (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, order_id TEXT NOT NULL, line_id TEXT,
    status TEXT NOT NULL, cause TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
    seq INTEGER PRIMARY KEY, method TEXT NOT NULL, nth INTEGER NOT NULL, kind TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0);
"""
_HAS_YANDEX = "SELECT 1 FROM sqlite_master WHERE name = 'yandex_requests'"
"""A file of an earlier version lacks these tables."""


class Storage:
    """One database file, or `:memory:`, which lives as long as this object."""

    def __init__(self, path: str | Path) -> None:
        self.path = None if str(path) == MEMORY else Path(path)
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None

    @contextmanager
    def transaction(self, *, create: bool) -> Iterator[sqlite3.Connection]:
        """Hold one write transaction; it is undone when the block raises.

        Without `create`, a file that does not exist stays so: the block gets an empty database that is then
        forgotten. Raises ValueError when the file is not a market.
        """
        with self._lock:
            if self.path is not None and not create and not self.path.exists():
                connection = _opened(MEMORY)
                try:
                    yield connection
                finally:
                    connection.close()
                return
            connection = self._current()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file; the next transaction opens it again. A market in memory is gone."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = self._inode = None

    def _current(self) -> sqlite3.Connection:
        if self._connection is not None and (self.path is None or self._inode == _inode(self.path)):
            return self._connection
        self.close()
        if self.path is None:
            self._connection = _opened(MEMORY)
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _opened(str(self.path))
            self._inode = _inode(self.path)
        return self._connection


def _opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        strange = tables and mark != _APPLICATION_ID
        if not tables:
            connection.executescript(
                f"PRAGMA application_id = {_APPLICATION_ID}; BEGIN IMMEDIATE; {_SCHEMA} COMMIT;"
            )
        if not strange and not connection.execute(_HAS_YANDEX).fetchone():
            connection.executescript(f"BEGIN IMMEDIATE; {YANDEX_SCHEMA} COMMIT;")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise ValueError(f"{path} cannot be used as a sandbox file: {error}") from error
    if strange:
        connection.close()
        raise ValueError(f"{path} is a database, but not a sandbox's")
    return connection


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
