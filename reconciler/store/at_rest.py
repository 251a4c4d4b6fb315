"""At rest: the record of a state file that nobody writes to, read with the standard library alone.

Nearly every plan meets its state like that, and the library that the rest of the store speaks takes longer to
load than all the rest of a small plan. It must not judge: whatever is not as usual (a file that is being
written, or was left by a killed run, that is older, damaged or none) is left to the store, which says so in
words.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from reconciler.model.record import Record
from reconciler.store.remembered import record
from reconciler.store.scope import Scope

VERSION: Final = 8
"""The newest shape of the tables: `schema.newest()`, which takes the library to ask."""

_SCHEME: Final = "sqlite:///"
_NO_FILE: Final = frozenset(("", ":memory:"))
_VERSION: Final = "SELECT value FROM meta WHERE name = 'schema'"


class Stamp(NamedTuple):
    """What tells one moment of a file from another."""

    inode: int
    size: int
    changed_ns: int
    guarded: bool
    """The files with which SQLite locks lie beside it."""


def stamp(path: Path) -> Stamp | None:
    """Look at a state file; None when there is none. Raises OSError."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return None
    guarded = beside(path, "-wal").exists() and beside(path, "-shm").exists()
    return Stamp(seen.st_ino, seen.st_size, seen.st_mtime_ns, guarded)


def beside(path: Path, ending: str) -> Path:
    """Name a file that SQLite puts beside another."""
    return path.with_name(path.name + ending)


def holds_something(path: Path) -> bool:
    """Tell whether there is a file with something in it."""
    return path.exists() and path.stat().st_size > 0


def record_at_rest(url: str, scope: Scope) -> Record | None:
    """Read what is remembered; None where only the store can tell.

    A share of the work is such a case, for it has to know which other shares go on.
    """
    name = url.removeprefix(_SCHEME)
    if not url.startswith(_SCHEME) or name in _NO_FILE:
        return None
    try:
        return _read(Path(name).absolute(), scope)
    except (OSError, sqlite3.Error, LookupError, TypeError, ValueError):
        return None


def _read(path: Path, scope: Scope) -> Record | None:
    before = stamp(path)
    if before is None:
        return Record()
    pending = before.guarded or any(holds_something(beside(path, end)) for end in ("-wal", "-journal"))
    if pending or scope.shard is not None:
        return None
    way = f"file:{quote(str(path))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(way, uri=True, isolation_level=None)) as connection:
        if connection.execute(_VERSION).fetchone() != (str(VERSION),):
            return None
        found = record(connection.execute, scope)
    return found if stamp(path) == before else None
