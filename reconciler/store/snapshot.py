"""Snapshot: a look at a state file that changes nothing, neither the file nor its folder.

SQLite in WAL mode makes files beside the database even for a reader, and an ordinary reader cannot remove
them. So the way in depends on what lies there:

    no -wal                 as immutable: nothing is pending and nothing is made
    -wal and -shm           read-only with read-only shared memory: a writer is alive, or one has died
    -wal or -journal alone  as a copy in a temporary folder, where it may be recovered: no writer can be alive
    an older schema         as a copy in memory that is brought up there

An immutable file that is written to while it is read gives nonsense, so the file is looked at before and
after, and read again when it changed. A database is never opened by hand where this process may be writing to
it: closing a file drops all locks that the process holds on it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from reconciler.store import schema, sqlite
from reconciler.store.at_rest import Stamp, beside, holds_something, stamp
from reconciler.store.errors import StoreError

ResultT = TypeVar("ResultT")

_ATTEMPTS: Final = 5


def read(path: Path, reading: Callable[[Connection], ResultT]) -> ResultT | None:
    """Read a state file; None when there is none.

    `reading` may be called several times. Raises StoreError when the file cannot be read or is not ours.
    """
    sqlite.refuse_folder(path)
    for attempt in range(1, _ATTEMPTS + 1):
        before = _stamp(path)
        if before is None:
            return None
        try:
            with _looking(path, guarded=before.guarded) as connection:
                result = reading(connection)
        except DBAPIError as fault:
            if attempt == _ATTEMPTS or before == _stamp(path):
                raise sqlite.explained(fault, path) from fault
        except OSError as fault:
            if attempt == _ATTEMPTS or before == _stamp(path):
                raise sqlite.explained_os(fault, path) from fault
        else:
            if before.guarded or before == _stamp(path):
                return result
    raise StoreError(
        f"the state {path} changed each time it was read",
        "Wait for the other run to end, then run the command again.",
    )


def _stamp(path: Path) -> Stamp | None:
    try:
        return stamp(path)
    except OSError as fault:
        raise sqlite.explained_os(fault, path) from fault


@contextmanager
def _looking(path: Path, *, guarded: bool) -> Iterator[Connection]:
    with _opened(path, guarded=guarded) as connection:
        if schema.version(connection, path) == schema.newest():
            yield connection
            return
        with closing(sqlite.connect_to_copy(connection)) as copy:
            schema.bring_up(copy, path)
            yield copy


@contextmanager
def _opened(path: Path, *, guarded: bool) -> Iterator[Connection]:
    if guarded:
        with closing(sqlite.connect_to_read(path, "mode=ro&readonly_shm=1")) as connection:
            yield connection
    elif holds_something(beside(path, "-wal")) or holds_something(beside(path, "-journal")):
        with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
            copied = _copy(path, Path(folder))
            with closing(sqlite.connect_to_read(copied, "mode=rw")) as connection:
                yield connection
    else:
        with closing(sqlite.connect_to_read(path, "mode=ro&immutable=1")) as connection:
            yield connection


def _copy(path: Path, folder: Path) -> Path:
    for name in ("", "-wal", "-journal"):
        if beside(path, name).exists():
            shutil.copyfile(beside(path, name), folder / f"{path.name}{name}")
    return folder / path.name
