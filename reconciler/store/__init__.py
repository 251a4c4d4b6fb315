"""The store: what we remember of our own words, and the journal of every run, in a database named by URL.

`open_record` is for what only reads and leaves no trace; `open_store` is for what writes. Neither is ever
given a payload or anything personal, only digests of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from reconciler.model.history import RunFacts, RunRow, RunStory, WriteRow
from reconciler.store import sqlite
from reconciler.store.book import ReadOnlyStore, WritableStore
from reconciler.store.errors import StoreError
from reconciler.store.journal import RunJournal

__all__ = [
    "ReadOnlyStore",
    "RunFacts",
    "RunJournal",
    "RunRow",
    "RunStory",
    "StoreError",
    "WritableStore",
    "WriteRow",
    "open_record",
    "open_store",
]


def _utc() -> datetime:
    return datetime.now(UTC)


def open_record(url: str, account: str) -> ReadOnlyStore:
    """Open the state for reading: changes no byte, makes no file, takes a missing file for an empty record.

    Each call of its methods reads the file anew. Raises StoreError for a URL that is not supported; the
    methods raise it for what cannot be read.
    """
    return ReadOnlyStore(sqlite.locate(url), account)


def open_store(url: str, account: str, *, now: Callable[[], datetime] = _utc) -> WritableStore:
    """Open the state for writing; makes the file (mode 0600) and its folders (0700), brings older ones up.

    Raises StoreError when it cannot be written, is not ours or was written by a newer program.
    """
    return WritableStore(sqlite.locate(url), account, now)
