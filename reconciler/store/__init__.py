"""The store: what we remember of our own words, and the journal of every run, in a database named by URL.

`open_record` is for what only reads and leaves no trace; `open_store` is for what writes. Neither is ever
given a payload or anything personal, only digests of it. Importing this package is cheap, so that a command
may name `StoreError` without a store: the database library is loaded when a store is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from reconciler.model.history import RunFacts, RunRow, RunStory, WriteRow
from reconciler.store.errors import LeaseLost, StoreError

if TYPE_CHECKING:
    from reconciler.store.journal import RunJournal
    from reconciler.store.lease import Lease
    from reconciler.store.opening import open_record, open_store
    from reconciler.store.process import is_alive, may_run
    from reconciler.store.readonly import ReadOnlyStore
    from reconciler.store.writable import WritableStore

__all__ = [
    "Lease",
    "LeaseLost",
    "ReadOnlyStore",
    "RunFacts",
    "RunJournal",
    "RunRow",
    "RunStory",
    "StoreError",
    "WritableStore",
    "WriteRow",
    "is_alive",
    "may_run",
    "open_record",
    "open_store",
]

_HOMES: Final = {
    "Lease": "lease",
    "ReadOnlyStore": "readonly",
    "RunJournal": "journal",
    "WritableStore": "writable",
    "is_alive": "process",
    "may_run": "process",
    "open_record": "opening",
    "open_store": "opening",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
