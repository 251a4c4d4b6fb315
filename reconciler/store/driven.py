"""Driven: a statement that is compiled once and then handed to the driver as it is.

SQLAlchemy's own way to the driver costs as much as the statement, and every commit of a run has half a dozen.
Faults look as if they had come that way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any] | Sequence[Any]


class Cursor(Protocol):
    """What a driver gives for a statement."""

    rowcount: int

    def fetchone(self) -> Sequence[Any] | None:
        """Give the next row, None when there is no more."""
        ...


@dataclass(frozen=True, slots=True)
class Driven:
    """A statement in the words of one database."""

    text: str
    constants: Mapping[str, Any]
    places: tuple[str, ...] | None
    """The names of its parameters in order, None where the driver takes them by name."""

    def run(self, connection: Connection, given: Mapping[str, Any]) -> Cursor:
        """Run it within the transaction of the connection. Raises DBAPIError."""
        every = {**self.constants, **given}
        return drive(
            connection, self.text, every if self.places is None else [every[name] for name in self.places]
        )


def compiled(dialect: Dialect, statement: ClauseElement) -> Driven:
    """Compile a statement whose parameters need no conversion."""
    found = statement.compile(dialect=dialect)
    places = getattr(found, "positiontup", None)
    return Driven(str(found), dict(found.params), tuple(places) if places else None)


def drive(connection: Connection, text: str, values: Values = ()) -> Cursor:
    """Run a statement in the driver's own words, within the transaction of the connection.

    Raises DBAPIError.
    """
    driver: Any = connection.connection.driver_connection
    dialect = connection.dialect
    try:
        cursor: Cursor = driver.execute(text, values)
    except dialect.loaded_dbapi.Error as fault:
        gone = dialect.is_disconnect(fault, driver, None)
        if gone:
            connection.invalidate(fault)
        raise DBAPIError(text, None, fault, hide_parameters=True, connection_invalidated=gone) from fault
    return cursor
