"""Relation: many rows handed to a database as `given`, which one statement reads.

A driver that is given rows one by one goes to the database once for each, and the way there costs more than a
row does: a commit of fifty would last many times as long as its work.

SQLite gets them as parameters, which costs a third of taking a JSON text apart. A statement of its own for
every number of rows would have to be compiled anew all the time, so there are few sizes, and what is left of
one is filled with rows of NULL: the first column of a relation is never NULL otherwise. PostgreSQL, which
would have to be told the type of each parameter, gets one JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, Protocol

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Float,
    Integer,
    TableClause,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)

from reconciler.store.driven import Driven, compiled, drive
from reconciler.store.errors import StoreError

Row = Mapping[str, Any]
Columns = tuple[Column[Any], ...]

_NAME: Final = "given"
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64)
_ROWS: Final = "given_rows"
_CASTS: Final = (Integer, Float, Boolean, JSON)
"""What PostgreSQL does not make of a text by itself."""
_ENCODE: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def given(columns: Columns) -> TableClause:
    """Give the relation with columns of these names and types, for a statement to read."""
    return table(_NAME, *(column(each.name, each.type) for each in columns))


class Relation(Protocol):
    """How rows get to one kind of database."""

    def feed(self, connection: Connection, statement: Driven, rows: Sequence[Row], more: Row) -> int:
        """Run a statement over rows; gives the number of rows that it touched.

        `more` are further parameters. Raises StoreError for a value that cannot be kept, DBAPIError.
        """
        ...


@lru_cache(maxsize=64)
def relation(dialect: Dialect, columns: Columns) -> Relation:
    """Give the way to a database for rows with these columns."""
    form = _form(dialect, columns)
    if dialect.name != "sqlite":
        return _Packed(form, compiled(dialect, _taken_apart(columns)).text)
    names = ", ".join(dialect.identifier_preparer.quote(each.name) for each in columns)
    return _Listed(form, names)


@dataclass(frozen=True, slots=True)
class _Form:
    """Takes the values of columns out of a row, in the form that the database wants."""

    picked: Callable[[Row], tuple[Any, ...]]
    ways: tuple[tuple[int, Callable[[Any], Any]], ...]
    width: int

    def values(self, row: Row) -> list[Any]:
        """Give the values of a row."""
        found = list(self.picked(row))
        for place, way in self.ways:
            found[place] = way(found[place])
        return found


def _form(dialect: Dialect, columns: Columns) -> _Form:
    ways = ((place, _way(each, dialect)) for place, each in enumerate(columns))
    return _Form(
        picked=_picker([each.name for each in columns]),
        ways=tuple((place, way) for place, way in ways if way is not None),
        width=len(columns),
    )


def _picker(names: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names)


def _way(each: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Give what turns a value of a column into the database's own form."""
    found: Callable[[Any], Any] | None = each.type.dialect_impl(dialect).bind_processor(dialect)
    return found


@dataclass(frozen=True, slots=True)
class _Listed:
    """Rows as parameters."""

    form: _Form
    names: str

    def feed(self, connection: Connection, statement: Driven, rows: Sequence[Row], more: Row) -> int:
        last = [{**statement.constants, **more}[name] for name in statement.places or ()]
        driver: Any = connection.connection.driver_connection
        changed = driver.total_changes  # its cursors count only for what begins with INSERT, UPDATE or DELETE
        for first in range(0, len(rows), _SIZES[-1]):
            part = rows[first : first + _SIZES[-1]]
            size = next(size for size in _SIZES if size >= len(part))
            try:
                values = [value for row in part for value in self.form.values(row)]
                values += [None] * (self.form.width * (size - len(part))) + last
                text = _listing(self.names, self.form.width, size) + statement.text
                drive(connection, text, values)
            except (TypeError, ValueError, OverflowError) as fault:
                raise unkept(fault) from fault
        touched: int = driver.total_changes - changed
        return touched


@lru_cache(maxsize=256)
def _listing(names: str, width: int, size: int) -> str:
    row = f"({', '.join('?' * width)})"
    return f"WITH {_NAME} ({names}) AS (VALUES {', '.join([row] * size)}) "


@dataclass(frozen=True, slots=True)
class _Packed:
    """Rows as one JSON text, which the database takes apart."""

    form: _Form
    query: str

    def feed(self, connection: Connection, statement: Driven, rows: Sequence[Row], more: Row) -> int:
        try:
            packed = _ENCODE([self.form.values(row) for row in rows])
        except (TypeError, ValueError) as fault:
            raise unkept(fault) from fault
        text = f"WITH {_NAME} AS ({self.query}) {statement.text}"
        return drive(connection, text, {**statement.constants, **more, _ROWS: packed}).rowcount


def _taken_apart(columns: Columns) -> Any:
    value = func.json_array_elements(cast(bindparam(_ROWS, type_=Text), JSON)).table_valued("value").c.value
    return select(*_parts(value, columns))


def _parts(value: ColumnElement[Any], columns: Columns) -> Iterator[ColumnElement[Any]]:
    for place, each in enumerate(columns):
        text = value.op("->>", return_type=Text())(literal_column(str(place)))
        kind = getattr(each.type, "impl_instance", each.type)
        wanted = next((known for known in _CASTS if isinstance(kind, known)), None)
        yield (text if wanted is None else cast(text, wanted)).label(each.name)


def unkept(fault: Exception) -> StoreError:
    """Say that a value has a form which no database takes."""
    return StoreError(f"a value cannot be put on record: {fault}", "Please report it.")
