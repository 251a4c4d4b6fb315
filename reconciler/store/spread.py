"""Spread: one statement for many rows, compiled once for each database: that too is most of its cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    UpdateBase,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from reconciler.store.driven import Driven, compiled
from reconciler.store.relation import Columns, Relation, given, relation

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement over rows, compiled for one database."""

    statement: Driven
    relation: Relation

    def run(self, connection: Connection, rows: Iterable[Row], **more: Any) -> int:
        """Run it over rows, whose keys are the names of the columns; gives the number of rows it touched.

        `more` are further parameters. Raises StoreError for a value that cannot be kept.
        """
        return self.relation.feed(connection, self.statement, tuple(rows), more)


def prepare(dialect: Dialect, columns: Columns, statement: UpdateBase) -> Prepared:
    """Compile a statement that reads what `given` gives for these columns."""
    return Prepared(compiled(dialect, statement), relation(dialect, columns))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, all with the same keys; of columns that they lack, only the database's defaults count."""
    if rows:
        _insert(table, tuple(rows[0]), connection.dialect).run(connection, rows)


def put_rows(
    connection: Connection, table: Table, rows: Sequence[Row], ours: ColumnElement[bool], **more: Any
) -> bool:
    """Insert rows, each in the place of one with the same primary key, but only where that one is `ours`.

    Tells whether all were written. No two may have the same primary key; `more` is for `ours`.
    """
    if not rows:
        return True
    statement = _put(table, tuple(rows[0]), ours, connection.dialect)
    return statement.run(connection, rows, **more) == len(rows)


def delete_keys(
    connection: Connection, key: Column[Any], keys: Iterable[str], ours: ColumnElement[bool], **more: Any
) -> None:
    """Delete the rows of a table that are `ours` and have one of these keys."""
    rows = [{key.name: each} for each in keys]
    if rows:
        _delete(key, ours, connection.dialect).run(connection, rows, **more)


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


@lru_cache(maxsize=64)
def _insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> Prepared:
    columns = tuple(table.c[name] for name in names)
    made = insert(table).from_select(names, _rows(columns), include_defaults=False)
    return prepare(dialect, columns, made)


@lru_cache(maxsize=64)
def _put(table: Table, names: tuple[str, ...], ours: ColumnElement[bool], dialect: Dialect) -> Prepared:
    columns = tuple(table.c[name] for name in names)
    keys = [column.name for column in table.primary_key]
    words = sqlite if dialect.name == "sqlite" else postgresql
    made = words.insert(table).from_select(names, _rows(columns), include_defaults=False)
    others = {name: made.excluded[name] for name in names if name not in keys}
    return prepare(dialect, columns, made.on_conflict_do_update(index_elements=keys, set_=others, where=ours))


def _rows(columns: Columns) -> Any:
    rows = given(columns)
    return select(*rows.c).where(rows.c[columns[0].name].is_not(None))


@lru_cache(maxsize=64)
def _delete(key: Column[Any], ours: ColumnElement[bool], dialect: Dialect) -> Prepared:
    return prepare(dialect, (key,), delete(key.table).where(ours, key.in_(select(*given((key,)).c))))
