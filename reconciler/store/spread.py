"""Spread: many rows handed to the database as one value, and taken apart there.

A driver that is given rows goes to the database once for each, and lets go of the interpreter each time: with
thirty threads waiting for it, a commit of fifty rows lasts many times as long as its work. So the rows travel
as one JSON text, and one statement writes them all. Both databases can take such a text apart; only their
words for it differ. The statements never change, so each is compiled once: that too is most of their cost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Float,
    FromClause,
    Integer,
    Table,
    Text,
    UpdateBase,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from reconciler.store.driven import Driven, compiled
from reconciler.store.errors import StoreError

Row = Mapping[str, Any]

_ROWS: Final = "spread_rows"
_CASTS: Final = (Integer, Float, Boolean, JSON)
"""What PostgreSQL does not make of a text by itself."""
_ENCODE: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement over rows, compiled for one database."""

    statement: Driven
    picked: Callable[[Row], tuple[Any, ...]]
    """Takes the values of its columns out of a row."""
    ways: tuple[tuple[int, Callable[[Any], Any]], ...]
    """The places of values that the database wants in another form, and what gives it."""

    def run(self, connection: Connection, rows: Iterable[Row], **given: Any) -> int:
        """Run it over rows, whose keys are the names of the columns; gives the number of rows it touched.

        `given` are further parameters. Raises StoreError for a value that cannot be kept.
        """
        return self.statement.run(connection, {_ROWS: self._packed(rows), **given}).rowcount

    def _packed(self, rows: Iterable[Row]) -> str:
        try:
            return _ENCODE([self._values(row) for row in rows])
        except (TypeError, ValueError) as fault:
            raise StoreError(f"a value cannot be put on record: {fault}", "Please report it.") from fault

    def _values(self, row: Row) -> Sequence[Any]:
        values = list(self.picked(row))
        for place, way in self.ways:
            values[place] = way(values[place])
        return values


def prepare(dialect: Dialect, columns: tuple[Column[Any], ...], statement: UpdateBase) -> Prepared:
    """Compile a statement over what `spread` gives for these columns."""
    ways = ((place, _way(column, dialect)) for place, column in enumerate(columns))
    return Prepared(
        statement=compiled(dialect, statement),
        picked=_picker([column.name for column in columns]),
        ways=tuple((place, way) for place, way in ways if way is not None),
    )


def _picker(names: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, all with the same keys; of columns that they lack, only the database's defaults count."""
    if rows:
        _insert(table, tuple(rows[0]), connection.dialect).run(connection, rows)


def put_rows(
    connection: Connection, table: Table, rows: Sequence[Row], ours: ColumnElement[bool], **given: Any
) -> bool:
    """Insert rows, each in the place of one with the same primary key, but only where that one is `ours`.

    Tells whether all were written. No two may have the same primary key; `given` is for `ours`.
    """
    if not rows:
        return True
    statement = _put(table, tuple(rows[0]), ours, connection.dialect)
    return statement.run(connection, rows, **given) == len(rows)


def delete_keys(
    connection: Connection, key: Column[Any], keys: Iterable[str], ours: ColumnElement[bool], **given: Any
) -> None:
    """Delete the rows of a table that are `ours` and have one of these keys."""
    rows = [{key.name: each} for each in keys]
    if rows:
        _delete(key, ours, connection.dialect).run(connection, rows, **given)


def in_rounds(rows: Iterable[Row], key: str) -> Iterator[Sequence[Row]]:
    """Divide rows so that none has the same key as another of its round, in order: one statement a round."""
    rounds: list[list[Row]] = []
    turns: dict[Any, int] = {}
    for row in rows:
        turn = turns.get(row[key], 0)
        turns[row[key]] = turn + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(row)
    yield from rounds


def spread(dialect: Dialect, columns: Sequence[Column[Any]]) -> FromClause:
    """Give the rows of the parameter as a relation with columns of these names and types."""
    given = bindparam(_ROWS, type_=Text)
    parts: list[ColumnElement[Any]]
    if dialect.name == "sqlite":
        value = func.json_each(given).table_valued("value").c.value
        parts = [func.json_extract(value, literal_column(f"'$[{n}]'")) for n in range(len(columns))]
    else:
        value = func.json_array_elements(cast(given, JSON)).table_valued("value").c.value
        texts = [value.op("->>", return_type=Text())(literal_column(str(n))) for n in range(len(columns))]
        parts = [_typed(part, column) for part, column in zip(texts, columns, strict=True)]
    return select(*(part.label(column.name) for part, column in zip(parts, columns, strict=True))).subquery()


@lru_cache(maxsize=64)
def _insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> Prepared:
    columns = tuple(table.c[name] for name in names)
    rows = select(*spread(dialect, columns).c)
    return prepare(dialect, columns, insert(table).from_select(names, rows, include_defaults=False))


@lru_cache(maxsize=64)
def _put(table: Table, names: tuple[str, ...], ours: ColumnElement[bool], dialect: Dialect) -> Prepared:
    columns = tuple(table.c[name] for name in names)
    rows = select(*spread(dialect, columns).c).where(true())  # without WHERE, SQLite takes ON for a join's
    keys = [column.name for column in table.primary_key]
    words = sqlite if dialect.name == "sqlite" else postgresql
    made = words.insert(table).from_select(names, rows, include_defaults=False)
    others = {name: made.excluded[name] for name in names if name not in keys}
    return prepare(dialect, columns, made.on_conflict_do_update(index_elements=keys, set_=others, where=ours))


@lru_cache(maxsize=64)
def _delete(key: Column[Any], ours: ColumnElement[bool], dialect: Dialect) -> Prepared:
    given = select(*spread(dialect, (key,)).c)
    return prepare(dialect, (key,), delete(key.table).where(ours, key.in_(given)))


def _typed(part: ColumnElement[Any], column: Column[Any]) -> ColumnElement[Any]:
    kind = getattr(column.type, "impl_instance", column.type)
    wanted = next((each for each in _CASTS if isinstance(kind, each)), None)
    return part if wanted is None else cast(part, wanted)


def _way(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Give what turns a value of a column into the database's own form."""
    found: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return found
