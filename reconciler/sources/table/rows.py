"""Rows: what every form of a table is read into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from reconciler.sources.table.unreadable import Unreadable

if TYPE_CHECKING:
    from reconciler.model.table import TableEntry
    from reconciler.sources.table.bytes import Digested

AT_ONCE: Final = 4096
"""Rows that are read and looked at together: few enough to stay in the processor's cache."""


class Row(NamedTuple):
    """The cells that matter of one row; None where there is none. A cell that is no text says its value."""

    number: int
    order: object
    line: object
    status: object
    allowed_from: object = None


class Rows(NamedTuple):
    """Some rows that follow each other, column by column: to judge a column costs little, a cell much."""

    numbers: Sequence[int]
    orders: Sequence[object]
    lines: Sequence[object] | None
    """None where the table has no such column; so too of `allowed_from`."""
    statuses: Sequence[object]
    allowed_from: Sequence[object] | None = None

    def one_by_one(self, begin: int) -> Iterator[Row]:
        """Give them row by row, without the first so many."""
        columns = (self.orders, self.lines, self.statuses, self.allowed_from)
        cells = (repeat(None) if each is None else each[begin:] for each in columns)
        return map(Row, self.numbers[begin:], *cells)


class Form(Protocol):
    """One form of tables."""

    def rows(self, read: Digested, entry: TableEntry) -> Iterator[Rows | Unreadable]:
        """Give the rows, some at a time, and a bad one as what is wrong with it.

        Raises `Unreadable` when nothing more can be read.
        """
        ...


def wanted(entry: TableEntry) -> tuple[str, ...]:
    """Name the columns that a table has to have, each once."""
    columns = entry.columns
    named = (columns.order, columns.line, columns.status, columns.from_)
    return tuple(dict.fromkeys(each for each in named if each is not None))
