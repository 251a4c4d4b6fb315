"""Tables: the shape of the state, in types that every database has.

    approvals            what was approved to be sent by a run, as far as it was not sent yet
    meta                 which version of this shape the database holds
    runs --- writes      the journal: who did what when, and what became of it
    memories, finished   the record: what is remembered of each address of an account, for one project
    baselines            the record: which update time of an order our own writes explain
    leases               which run holds an account or a shard of it, and how many held it before

The record is keyed by account, so that several targets may share a database. Times are ISO 8601 text in UTC
of fixed width: they sort, and no database can lose their zone. Nothing personal has a column here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    literal_column,
    or_,
)
from sqlalchemy.types import TypeDecorator

from reconciler.store.values import Json, Words


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as text in UTC with microseconds."""

    impl = String(32)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:  # noqa: ARG002 the base class says so
        """Give the function that writes a moment."""
        return in_words

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 the base class says so
        """Give the moment for a text."""
        return None if value is None else datetime.fromisoformat(value)


def in_words(value: datetime | None) -> str | None:
    """Give the text for a moment; raises ValueError for one without a zone."""
    return None if value is None else _in_words(value)


@lru_cache(maxsize=256)
def _in_words(value: datetime) -> str:
    """Write a moment; a commit holds each several times."""
    if value.tzinfo is not UTC:
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value}")
        value = value.astimezone(UTC)
    return value.isoformat(timespec="microseconds")


metadata: Final = MetaData()

meta: Final = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

runs: Final = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String(255), nullable=False, index=True),
    Column("target", String(255), nullable=False),
    Column("command", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("exit_code", Integer),
    Column("host", Words, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("actor", Words, nullable=False),
    Column("commit", Words, nullable=False),
    Column("ci_url", Words, nullable=False),
    Column("tool_version", String(64), nullable=False),
    Column("summary", Json),
    Column("project", String(255)),  # NULL: an older program did not say
    Column("shard", String(16), nullable=False, default="", server_default=""),  # K/N; empty: all of it
    sqlite_autoincrement=True,
)

writes: Final = Table(
    "writes",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # counted from 1 in each run
    Column("request", Integer),  # the first number of those that were intended together
    Column("address", Text, nullable=False, index=True),
    Column("action", String(16), nullable=False),
    Column("wanted", Json),
    Column("before", Json),
    Column("updated", Moment),  # the order's update_time before it was sent
    Column("intended_at", Moment),  # NULL: it never came to be sent
    Column("outcome", String(16)),  # NULL: in flight, or its run died
    Column("outcome_at", Moment),
    Column("reason", Words, nullable=False, default=""),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("settled_by", String(16)),  # NULL: by its own answer, or not at all
    Column("evidence", String(16)),  # how `before` was known; NULL: an older program did not say
)

LOST: Final = "lost"

in_doubt: Final = and_(
    or_(writes.c.outcome.is_(None), writes.c.outcome == literal_column(f"'{LOST}'")),
    writes.c.settled_by.is_(None),
)
"""What nobody knows the fate of. Its words are those of the index, or a database would not use that."""

writes_in_doubt: Final = Index(
    "writes_in_doubt", writes.c.run, writes.c.number, sqlite_where=in_doubt, postgresql_where=in_doubt
)
"""Holds what is in flight and little else, so that an outcome takes a row out of a page that is at hand."""

approvals: Final = Table(
    "approvals",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("account", String(255), nullable=False, index=True),
    Column("digest", String(80), nullable=False, index=True),  # of the plan that was approved
    Column("body", Json, nullable=False),
    Column("shard", String(16), nullable=False, default="", server_default=""),  # K/N; empty: all of it
    Column("closed", Text),  # why nothing of it is to be sent any more; NULL: what is left of it may be
)

memories: Final = Table(
    "memories",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("project", String(255), nullable=False, default="default"),
    Column("order_id", Text),  # the order that it belongs to, NULL for a definition
    Column("spec", Json),
    Column("how", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("run", Integer, nullable=False),
    Column("released", Boolean, nullable=False),
    Column("unmet", Json),
    Column("identity", Text, nullable=False),
    Column("source", Text, nullable=False, server_default=""),  # of order states that a line followed
    Column("reported", Moment),  # when that source had last seen the order change
    Index("memories_by_order", "account", "order_id"),
    sqlite_with_rowid=False,
)

baselines: Final = Table(
    "baselines",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("seen", Moment),
    Column("before", Moment),
    Column("written", Moment, nullable=False),
    Column("run", Integer, nullable=False),
    sqlite_with_rowid=False,
)

finished: Final = Table(
    "finished",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("project", String(255), nullable=False, default="default", server_default="default"),
    sqlite_with_rowid=False,
)

leases: Final = Table(
    "leases",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("shard", String(16), primary_key=True, default="", server_default=""),  # K/N; empty: all of it
    Column("fence", Integer, nullable=False),  # how often it was taken: only grows, so no row is deleted
    Column("taken_at", Moment),  # NULL: nobody holds it
    Column("heartbeat_at", Moment),
    Column("expires_at", Moment),
    Column("purpose", String(64), nullable=False, default=""),
    Column("run", Integer),  # NULL: it has not begun one yet
    Column("stop_requested", Boolean, nullable=False, default=False),
    Column("host", Words, nullable=False, default=""),
    Column("pid", Integer, nullable=False, default=0),
    Column("boot_id", String(64), nullable=False, default=""),
    Column("pid_namespace", String(64), nullable=False, default=""),
    Column("process_started", String(32), nullable=False, default=""),  # in ticks since the boot
    Column("actor", Words, nullable=False, default=""),
    Column("ci_url", Words, nullable=False, default=""),
    sqlite_with_rowid=False,
)
