"""Wished: the wishes of one source on disk.

Orders are numbered as they come, and wishes lie by the number of their order: rows that follow each other in
a table lie next to each other, whatever their ids are. Many orders are looked up at a time: those that were
foreseen, with all that is wished of them once any of it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from reconciler.model.diagnostic import Origin
from reconciler.model.manifest import LineManifest
from reconciler.model.names import Names
from reconciler.model.shelf import Shelf, Words
from reconciler.model.source import SourceManifest
from reconciler.spill.file import File

_TABLES: Final = (
    "orders (shelf, number, id, PRIMARY KEY (shelf, number))",
    "numbers (shelf, id, number, PRIMARY KEY (shelf, id))",
    "wishes (shelf, number, line, row, words, place, reported, PRIMARY KEY (shelf, number, line))",
)
_AT_ONCE: Final = 1000
"""How many ids are given at a time where all are wanted."""

_Wish = tuple[int, str, int, int, int | None]
"""Of one order: row, line, words, place, when reported."""


class Wished(Shelf):
    """The wishes of one source, on disk."""

    def __init__(self, source: SourceManifest, file: File, shelf: int) -> None:
        """Begin without any; `shelf` is this one's number in the file."""
        super().__init__(source)
        self._file = file
        self._shelf = shelf
        self._rows = 0
        self._numbered = 0
        self._near: dict[str, int | None] = {}
        """The numbers of the orders that were foreseen, None of one that is not here."""
        self._looked_up: dict[int, list[_Wish]] | None = None
        """What is wished of those, once it was asked for."""
        file.make(_TABLES)

    def add(
        self, order: str, line: str, words: Words, place: Origin, reported: datetime | None = None
    ) -> LineManifest | None:
        """Add a wish, unless there is one of this line (see `Shelf`)."""
        number = self._number(order)
        if number is not None:
            found = self._file.ask(
                "SELECT row, line, words, place, reported FROM wishes"
                " WHERE shelf = ? AND number = ? AND line = ?",
                (self._shelf, number, line),
            )
            if found:
                return self._made(order, found[0])
        self._extend(
            place.file,
            (place.line,),
            (order,),
            (line,),
            (self.learn(words),),
            None if reported is None else int(reported.timestamp()),
        )
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
        return self._extend(file, places, orders, lines, words)

    def _extend(
        self,
        file: str,
        places: Sequence[int],
        orders: Sequence[str],
        lines: Sequence[str],
        words: Sequence[int],
        reported: int | None = None,
    ) -> int:
        numbers = self._numbers(orders)
        begin, shelf = self._rows, self._shelf
        rows = [
            (shelf, numbers[order], line, row, said, place, reported)
            for row, (order, line, said, place) in enumerate(
                zip(orders, lines, words, places, strict=True), begin
            )
        ]
        put = self._file.put("INSERT OR IGNORE INTO wishes VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        count = len(rows) if put == len(rows) else self._undone(rows)
        new: dict[str, int] = {}
        for order in orders[:count]:
            if numbers[order] >= self._numbered:
                new[order] = numbers[order]
        self._file.put(
            "INSERT INTO orders VALUES (?, ?, ?)", ((shelf, at, order) for order, at in new.items())
        )
        self._file.put(
            "INSERT INTO numbers VALUES (?, ?, ?)", ((shelf, order, at) for order, at in new.items())
        )
        self._numbered += len(new)
        self._rows += count
        self._near, self._looked_up = {}, None
        if count:
            self._opens(file, begin)
        return count

    def _undone(self, rows: Sequence[tuple[Any, ...]]) -> int:
        """Take rows back from the first of a line that was there already; gives how many stay."""
        first = next(place for place, row in enumerate(rows) if not self._is_stored(row))
        self._file.put(
            "DELETE FROM wishes WHERE shelf = ? AND number = ? AND line = ? AND row = ?",
            (row[:4] for row in rows[first:]),
        )
        return first

    def _is_stored(self, row: tuple[Any, ...]) -> bool:
        return bool(
            self._file.ask(
                "SELECT 1 FROM wishes WHERE shelf = ? AND number = ? AND line = ? AND row = ?", row[:4]
            )
        )

    def _numbers(self, orders: Sequence[str]) -> Mapping[str, int]:
        """Give the numbers of orders; new ones get the next ones, and are not kept yet."""
        numbers = dict(self._known(list(dict.fromkeys(orders))))
        after = self._numbered
        for order in orders:
            if order not in numbers:
                numbers[order] = after
                after += 1
        return numbers

    def _known(self, orders: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Give those orders that are here, with their numbers."""
        return self._file.ask_of(
            "SELECT id, number FROM numbers WHERE shelf = ? AND id IN (@)", orders, (self._shelf,)
        )

    # ------------------------------------------------------------------ read

    @property
    def count(self) -> int:
        """How many lines are spoken of."""
        return self._rows

    def same(self, order: str) -> str:
        """Give an id back: none is kept in memory."""
        return order

    def foresee(self, orders: Sequence[str]) -> None:
        """Look up together which of these orders are here."""
        if self._near.keys() >= {*orders}:
            return
        self._near = {**dict.fromkeys(orders), **dict(self._known(orders))}
        self._looked_up = None

    def said(self, order: str) -> Mapping[str, Words]:
        """Give what is said of the lines of an order."""
        return {line: self._spoken[words] for _, line, words, _, _ in self._wishes_of(order)}

    def names(self, order: str) -> Names | None:
        """Name the lines of an order of which something is wished, None where that is none."""
        return tuple(line for _, line, _, _, _ in self._wishes_of(order)) or None

    def wordings(self, orders: Iterable[str]) -> Sequence[tuple[int, ...] | None]:
        """Give of each what orders of which the same is wished have in common, None where nothing is."""
        every = map(self._wishes_of, orders)
        return [tuple(words for _, _, words, _, _ in wishes) or None for wishes in every]

    def __getitem__(self, order: str) -> Mapping[str, LineManifest]:
        """Give the wishes of one order, in the order in which they were said."""
        found = self._wishes_of(order)
        if not found:
            raise KeyError(order)
        return {wish[1]: self._made(order, wish) for wish in found}

    def __contains__(self, order: object) -> bool:
        """Tell whether anything is wished of an order."""
        return isinstance(order, str) and self._number(order) is not None

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders, as they came."""
        for begin in range(0, self._numbered, _AT_ONCE):
            for (order,) in self._file.ask(
                "SELECT id FROM orders WHERE shelf = ? AND number >= ? AND number < ? ORDER BY number",
                (self._shelf, begin, begin + _AT_ONCE),
            ):
                yield order

    def in_order(self) -> Iterator[str]:
        """Give the ids of the orders, sorted: as Unicode numbers letters, and so as Python does."""
        last = ""
        while some := self._file.ask(
            "SELECT id FROM numbers WHERE shelf = ? AND id > ? ORDER BY id LIMIT ?",
            (self._shelf, last, _AT_ONCE),
        ):
            for (order,) in some:
                yield order
            last = some[-1][0]

    def __len__(self) -> int:
        """Count the orders."""
        return self._numbered

    def _number(self, order: str) -> int | None:
        if order in self._near:
            return self._near[order]
        return next((number for _, number in self._known((order,))), None)

    def _wishes_of(self, order: str) -> list[_Wish]:
        number = self._number(order)
        if number is None:
            return []
        if order not in self._near:
            return self._look_up((number,))[number]
        if self._looked_up is None:
            self._looked_up = self._look_up([each for each in self._near.values() if each is not None])
        return self._looked_up[number]

    def _look_up(self, numbers: Sequence[int]) -> dict[int, list[_Wish]]:
        """Give what is wished of some orders, as it came."""
        found: dict[int, list[_Wish]] = {number: [] for number in numbers}
        for number, *wish in self._file.ask_of(
            "SELECT number, row, line, words, place, reported FROM wishes WHERE shelf = ? AND number IN (@)",
            numbers,
            (self._shelf,),
        ):
            found[number].append(tuple(wish))
        for wishes in found.values():
            wishes.sort()
        return found

    def _made(self, order: str, wish: Sequence[Any]) -> LineManifest:
        row, line, words, place, reported = wish
        return self._manifest(order, line, row, words, place, reported)
