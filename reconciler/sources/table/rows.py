"""Rows: what every form of a table is read into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from reconciler.model.table import TableEntry
    from reconciler.sources.table.bytes import Digested


class Row(NamedTuple):
    """The cells that matter of one row; None where there is none. A cell that is no text says its value."""

    number: int
    order: object
    line: object
    status: object
    allowed_from: object = None


class Unreadable(Exception):
    """A file, or one row of it, is not what it should be. `row` 0 means the file as a whole."""

    def __init__(self, summary: str, row: int = 0, advice: str = "") -> None:
        super().__init__(summary)
        self.row = row
        self.advice = advice


class Form(Protocol):
    """One form of tables."""

    def rows(self, read: Digested, entry: TableEntry) -> Iterator[Row | Unreadable]:
        """Give the rows one by one, and a bad one as what is wrong with it.

        Raises `Unreadable` when nothing more can be read.
        """
        ...


def cells(number: int, found: Mapping[str, object], entry: TableEntry) -> Row:
    """Take the cells that matter out of a mapping by column."""
    columns = entry.columns
    return Row(
        number,
        found.get(columns.order),
        found.get(columns.line) if columns.line is not None else None,
        found.get(columns.status),
        found.get(columns.from_) if columns.from_ is not None else None,
    )


def wanted(entry: TableEntry) -> tuple[str, ...]:
    """Name the columns that a table has to have."""
    columns = entry.columns
    named = (columns.order, columns.line, columns.status, columns.from_)
    return tuple(each for each in named if each is not None)
