"""Wishes: the line states of one source, a million of them in little memory.

A wish is an object only while somebody looks at it. At rest it is one row of a few columns: what differs from
row to row is a number, what repeats (the status, the words of the source, the allowed moves) is kept once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Final

from reconciler.model.diagnostic import Origin
from reconciler.model.manifest import LineManifest
from reconciler.model.names import Held, Names
from reconciler.model.shelf import Shelf, Words
from reconciler.model.source import SourceManifest
from reconciler.model.texts import Texts

CROWD: Final = 32
"""How many lines of one order are looked through one by one; those of a larger order get an index."""

_END: Final = -1
_NEVER: Final = -(2**62)


class Wishes(Shelf):
    """The wishes of one source, in memory."""

    def __init__(self, source: SourceManifest) -> None:
        """Begin without any wish."""
        super().__init__(source)
        self._numbers: dict[str, int] = {}
        """By order its number, by which `_orders` and `_last` know it."""
        self._orders: list[str] = []
        self._last = array("i")
        """The row that was added last; from there `_before` leads to the others."""
        self._before = array("i")
        self._lines = Texts()
        self._words = array("i")
        self._place = array("I")
        self._updated = array("q")
        """As long as it has to be: empty where the source never said a time."""
        self._crowded: dict[str, dict[str, int]] = {}

    def add(
        self, order: str, line: str, words: Words, place: Origin, reported: datetime | None = None
    ) -> LineManifest | None:
        """Add a wish, unless there is one of this line (see `Shelf`)."""
        row = self._find(order, line)
        if row != _END:
            return self._of(order, row)
        self.extend(place.file, (place.line,), (order,), (line,), (self.learn(words),))
        if reported is not None:
            row = len(self._lines) - 1
            self._updated.extend([_NEVER] * (row - len(self._updated)))
            self._updated.append(int(reported.timestamp()))
        return None

    def extend(
        self,
        file: str,
        places: Sequence[int],
        orders: Sequence[str],
        lines: Sequence[str],
        words: Sequence[int],
    ) -> int:
        """Add the wishes of rows, up to the first of a line that is spoken of already (see `Shelf`)."""
        numbers, last, before, held, crowded = (
            self._numbers,
            self._last,
            self._before,
            self._lines,
            self._crowded,
        )
        begin = row = len(held)
        for order, line in zip(orders, lines, strict=True):
            number = numbers.setdefault(order, len(last))
            if number == len(last):
                self._orders.append(order)
                last.append(_END)
            earlier = at = last[number]
            if order in crowded:
                at = crowded[order].setdefault(line, row)
                at = _END if at == row else at
            else:
                steps = 0
                while at != _END and (lines[at - begin] if at >= begin else held[at]) != line:
                    at, steps = before[at], steps + 1
                if steps > CROWD and at == _END:
                    rows = self._rows(order)
                    met = {lines[each - begin] if each >= begin else held[each]: each for each in rows}
                    crowded[order] = {**met, line: row}
            if at != _END:
                break
            before.append(earlier)
            last[number] = row
            row += 1
        count = row - begin
        held.extend(lines[:count])
        self._words.extend(words[:count])
        self._place.extend(places[:count])
        if count:
            self._opens(file, begin)
        return count

    @property
    def count(self) -> int:
        """How many lines are spoken of."""
        return len(self._lines)

    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept here where there is one."""
        number = self._numbers.get(order)
        return order if number is None else self._orders[number]

    def names(self, order: str) -> Names | None:
        """Name the lines of an order of which something is wished, None where that is none."""
        return tuple(self._named(self._rows(order))) or None

    def held(self, orders: Sequence[str]) -> Iterable[Held]:
        """Give of each order its id as `same` does, and its lines as `names` does."""
        numbers = list(map(self._numbers.get, orders))
        rows = list(self._rows_of(numbers))
        names = iter(self._named(list(chain.from_iterable(rows))))
        for order, number, each in zip(orders, numbers, rows, strict=True):
            yield order if number is None else self._orders[number], tuple(islice(names, len(each))) or None

    def wordings(self, orders: Iterable[str]) -> Sequence[tuple[int, ...] | None]:
        """Give of each what orders of which the same is wished have in common, None where nothing is."""
        words = self._words
        return [
            tuple([words[row] for row in rows]) or None
            for rows in self._rows_of(map(self._numbers.get, orders))
        ]

    def statuses(self, order: str) -> Mapping[str, str]:
        """Give what is wished of the lines of an order and nothing else, which costs a fraction."""
        return {line: words.status for line, words in self.said(order).items()}

    def said(self, order: str) -> Mapping[str, Words]:
        """Give what is said of the lines of an order."""
        rows = self._rows(order)
        spoken = [self._spoken[self._words[row]] for row in rows]
        return dict(zip(self._named(rows), spoken, strict=True))

    def __getitem__(self, order: str) -> Mapping[str, LineManifest]:
        """Give the wishes of one order, in the order in which they were said."""
        if order not in self._numbers:
            raise KeyError(order)
        rows = self._rows(order)
        return {line: self._of(order, row) for line, row in zip(self._named(rows), rows, strict=True)}

    def __contains__(self, order: object) -> bool:
        """Tell whether anything is wished of an order."""
        return order in self._numbers

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders."""
        return iter(self._orders)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self._orders)

    def _find(self, order: str, line: str) -> int:
        if order in self._crowded:
            return self._crowded[order].get(line, _END)
        row = self._newest(order)
        while row != _END and self._lines[row] != line:
            row = self._before[row]
        return row

    def _newest(self, order: str) -> int:
        number = self._numbers.get(order)
        return _END if number is None else self._last[number]

    def _rows(self, order: str) -> list[int]:
        """Give the rows of an order, the first one first."""
        return next(self._rows_of((self._numbers.get(order),)))

    def _rows_of(self, numbers: Iterable[int | None]) -> Iterator[list[int]]:
        """Give the rows of each of some orders by their numbers, the first one first."""
        last, before = self._last, self._before
        for number in numbers:
            row = _END if number is None else last[number]
            rows = []
            while row != _END:
                rows.append(row)
                row = before[row]
            rows.reverse()
            yield rows

    def _named(self, rows: Sequence[int]) -> Sequence[str]:
        """Name the lines of some rows, which lie side by side in most tables."""
        if rows and rows == list(range(rows[0], rows[0] + len(rows))):
            return self._lines.between(rows[0], rows[-1])
        return [self._lines[row] for row in rows]

    def _of(self, order: str, row: int) -> LineManifest:
        updated = self._updated[row] if row < len(self._updated) else _NEVER
        reported = None if updated == _NEVER else updated
        return self._manifest(order, self._lines[row], row, self._words[row], self._place[row], reported)
