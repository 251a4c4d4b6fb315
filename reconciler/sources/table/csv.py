"""CSV: rows of cells, in any encoding and with any delimiter.

Rows are taken from the parser some at a time, and a row counts by the line of the file where it starts: where
cells hold line breaks, those are counted.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice
from operator import itemgetter
from typing import Final

from reconciler.model.secret import masked
from reconciler.model.table import TableEntry
from reconciler.model.text import did_you_mean, listed, quoted
from reconciler.sources.table.bytes import Digested
from reconciler.sources.table.lines import lines_of
from reconciler.sources.table.rows import AT_ONCE, Rows, wanted
from reconciler.sources.table.unreadable import Unreadable

_DELIMITERS: Final = ",;\t|"
_LONGEST_CELL: Final = 1 << 16
_NAMED: Final = 20


class Csv:
    """The form `csv`."""

    def rows(self, read: Digested, entry: TableEntry) -> Iterator[Rows | Unreadable]:
        """Give the rows after the header."""
        with read.open() as file:
            lines = chain.from_iterable(lines_of(file, entry.encoding))
            first = next(lines, "")
            delimiter = entry.delimiter or max(_DELIMITERS, key=first.count)
            csv.field_size_limit(_LONGEST_CELL)
            reader = csv.reader(chain((first,), lines), delimiter=delimiter, strict=True)
            number = 1
            try:
                columns = _Columns([each.strip() for each in next(reader, [])], entry)
                number = reader.line_num + 1
                for found in _some_at_a_time(reader):
                    starts = _starts(found, number, reader.line_num)
                    number = starts[-1]
                    yield from columns.rows(starts, found)
            except csv.Error as fault:
                advice = "look at the quotes of this row"
                raise Unreadable(f"it is no CSV: {fault}", number, advice) from None


def _some_at_a_time(reader: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    """Give the rows, and where one is broken those before it first."""
    while True:
        found: list[list[str]] = []
        try:
            found.extend(islice(reader, AT_ONCE))
        except (csv.Error, Unreadable):
            yield found
            raise
        yield found
        if len(found) < AT_ONCE:
            return


def _starts(found: Sequence[list[str]], first: int, read: int) -> Sequence[int]:
    """Tell in which line each row starts, and the one after them, when so many lines were read."""
    if read - first + 1 == len(found):
        return range(first, first + len(found) + 1)
    return list(accumulate(map(_height, found), initial=first))


def _height(cells: Sequence[str]) -> int:
    """Count the lines of a row."""
    return 1 + sum(each.count("\n") + each.count("\r") - each.count("\r\n") for each in cells)


class _Columns:
    """Where the columns that matter are."""

    def __init__(self, header: Sequence[str], entry: TableEntry) -> None:
        """Find them; raises Unreadable."""
        if not header:
            raise Unreadable("it is empty", 1, "a table begins with the names of its columns")
        for name in wanted(entry):
            if header.count(name) != 1:
                fault = "there is no column" if name not in header else "there are two columns"
                known = f"there are {listed(map(masked, header[:_NAMED]))}"
                raise Unreadable(f"{fault} {quoted(name)}", 1, did_you_mean(name, header) or known)
        self._width = len(header)
        columns = entry.columns
        self._order, self._status = header.index(columns.order), header.index(columns.status)
        self._line = None if columns.line is None else header.index(columns.line)
        self._from = None if columns.from_ is None else header.index(columns.from_)

    def rows(self, starts: Sequence[int], found: Sequence[list[str]]) -> Iterator[Rows | Unreadable]:
        """Sort cells by column. A row with more or fewer than the header is unreadable, an empty one none."""
        if {*map(len, found)} == {self._width}:
            yield self._sorted(starts[:-1], found)
            return
        for number, cells in zip(starts, found, strict=False):
            if len(cells) == self._width:
                yield self._sorted((number,), (cells,))
            elif cells:
                yield Unreadable(
                    f"the row has {len(cells)} cells, and the header {self._width}",
                    number,
                    "quote a cell that holds the delimiter or a line break",
                )

    def _sorted(self, numbers: Sequence[int], found: Sequence[list[str]]) -> Rows:
        order, line, status, allowed = (
            None if place is None else list(map(itemgetter(place), found))
            for place in (self._order, self._line, self._status, self._from)
        )
        return Rows(numbers, order or (), line, status or (), allowed)
