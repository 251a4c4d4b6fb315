"""Opening: a URL to a store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from reconciler.model.shard import Shard
from reconciler.store.database import locate
from reconciler.store.readonly import ReadOnlyStore
from reconciler.store.scope import DEFAULT_PROJECT, Scope
from reconciler.store.writable import WritableStore


def _utc() -> datetime:
    return datetime.now(UTC)


def open_record(
    url: str,
    account: str,
    project: str = DEFAULT_PROJECT,
    *,
    shard: Shard | None = None,
    now: Callable[[], datetime] = _utc,
) -> ReadOnlyStore:
    """Open the state for reading: changes and makes nothing, and what is not there is an empty record.

    Each call of its methods reads anew. Raises StoreError for a URL that is not supported; the
    methods raise it for what cannot be read.
    """
    return ReadOnlyStore(locate(url), Scope(account, project, shard), now)


def open_store(
    url: str,
    account: str,
    project: str = DEFAULT_PROJECT,
    *,
    shard: Shard | None = None,
    now: Callable[[], datetime] = _utc,
) -> WritableStore:
    """Open the state for writing; makes what is missing, brings an older one up.

    A `shard` writes its share of the account, while others write theirs.
    A file is made with mode 0600, its folders with 0700; a database in PostgreSQL has to exist.

    Raises StoreError when it cannot be written, is not ours or was written by a newer program.
    """
    return WritableStore(locate(url), Scope(account, project, shard), now)
