"""PostgreSQL: a state that a team shares. All that only PostgreSQL has is in this module.

The driver is an optional part of the package and is loaded when such a state is opened. One that is only read
is read in a read-only transaction of one moment, which the server itself keeps from writing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from reconciler.model.state_url import shown
from reconciler.store import schema, sqlite
from reconciler.store.errors import StoreError
from reconciler.store.tables import metadata, runs
from reconciler.store.values import written

ResultT = TypeVar("ResultT")

SCHEMES: Final = ("postgresql://", "postgresql+psycopg://")

BUSY_SECONDS: Final = 5
"""How long to wait for a lock that another program holds; the same as for SQLite."""

_PATIENCE: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "30",  # a server that is gone is noticed in a minute and not in hours
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "application_name": "reconciler",
}
"""What holds for a connection unless the URL says otherwise; all but the name in seconds or tries."""

_SESSION: Final = (
    f"SET lock_timeout = '{BUSY_SECONDS}s'",
    # A process that is stopped in the middle of a transaction must not keep its locks for ever.
    "SET idle_in_transaction_session_timeout = '30s'",
    # An intent is on disk before its request leaves, whatever the server's default is.
    (
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    ),
)

_ADVISORY: Final = 0x7265636F
"""The first half of our advisory locks' keys, so that they are nobody else's."""

_BY_STATE: Final[Mapping[str, tuple[str, str]]] = {
    "25006": ("can only be read", "Let its URL name the primary server, not a standby."),
    "28": ("does not let us in", "Look at the user and the password of its URL."),
    "3D000": ("does not exist", "Create the database, or correct the URL."),
    "3F000": ("has no schema to put tables into", "Create the schema that search_path names."),
    "42501": (
        "may not be used by this user",
        "Grant it CREATE on the schema, and its tables.",
    ),
    "53100": ("cannot grow: the disk of its server is full", "Free some space and run the command again."),
    "53300": ("has too many connections", "Wait, or raise max_connections, then run the command again."),
    "55P03": (
        f"was locked by another program for {BUSY_SECONDS} seconds",
        "Wait for the other run to end, then run the command again.",
    ),
    "57P": ("was shut down by its server", "Run the command again when the server is up."),
}

_DRIVER_MISSING: Final = "pip install 'reconciler[postgres]'"


class PostgresDatabase:
    """See `Database`."""

    def __init__(self, url: str) -> None:
        self.name = shown(url)
        self._engine = _engine(url, self.name)

    def read(self, reading: Callable[[Connection], ResultT]) -> ResultT | None:
        """Read it in a read-only transaction; an older one from a copy in memory that is brought up there."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        try:
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                held = schema.version(connection, self.name)
                if held is None:
                    return None
                if held == schema.newest():
                    return reading(connection)
                with sqlite.connect_to_memory() as copy, copy.begin():
                    _copy(connection, copy)
                    return reading(copy)
        except DBAPIError as fault:
            raise self.explained(fault) from fault

    def open(self) -> Connection:
        """Connect. The database has to exist, its tables are made."""
        return self._engine.connect()

    def close(self, connection: Connection) -> None:
        """Hang up."""
        with suppress(SQLAlchemyError):
            connection.close()

    def explained(self, fault: DBAPIError) -> StoreError:
        """Say in words what a fault of PostgreSQL means for the state."""
        state = getattr(fault.orig, "sqlstate", None) or ""
        words = next((said for start, said in _BY_STATE.items() if state.startswith(start)), None)
        if words is not None:
            return StoreError(f"the state {self.name} {words[0]}", words[1])
        reason = " ".join(str(fault.orig).split())
        if not state or fault.connection_invalidated:
            advice = "Look at the URL of the state and whether its server is up."
            return StoreError(f"the state {self.name} cannot be reached: {reason}", advice)
        return StoreError(f"the state {self.name} cannot be used: {reason}")

    def alone(self, connection: Connection, name: str) -> None:
        """Take an advisory lock that ends with the transaction."""
        place = func.hashtext(func.concat(func.current_schema(), "/", name))
        connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY, place)))

    def count_on(self, connection: Connection) -> None:
        """Set the sequence of the runs to the highest number."""
        highest = select(func.max(runs.c.id)).scalar_subquery()
        sequence = func.pg_get_serial_sequence("runs", "id")
        connection.execute(select(func.setval(sequence, func.coalesce(highest, 1))))


def _engine(url: str, name: str) -> Engine:
    try:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
        patience = {key: value for key, value in _PATIENCE.items() if key not in parsed.query}
        engine = create_engine(
            parsed,
            connect_args=patience,
            poolclass=NullPool,
            hide_parameters=True,
            json_serializer=written,
            use_native_hstore=False,
        )
    except ImportError as fault:
        raise StoreError(
            "a state in PostgreSQL needs a driver that is not installed", _DRIVER_MISSING
        ) from fault
    except (ArgumentError, ValueError):
        # Not even as a cause: the library's words may repeat a part of the password.
        raise StoreError(
            f"the URL of the state cannot be understood: {name}",
            "Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE; @ in a password as %40, and so on.",
        ) from None
    event.listen(engine, "connect", _settle_session)
    return engine


def _settle_session(connection: Any, _: object) -> None:
    """Say once for each connection how it waits and what a commit means."""
    connection.autocommit = True
    for statement in _SESSION:
        connection.execute(statement)
    connection.autocommit = False


def _copy(original: Connection, copy: Connection) -> None:
    """Copy an older state into tables of the newest shape; a column that it lacks gets its default.

    That is true of every upgrade that only adds.
    """
    metadata.create_all(copy)
    held = schema.columns(original)
    for table in metadata.sorted_tables:
        present = [column for column in table.columns if column.name in held.get(table.name, ())]
        if present:
            rows = [dict(row) for row in original.execute(select(*present)).mappings()]
            if rows:
                copy.execute(table.insert(), rows)
