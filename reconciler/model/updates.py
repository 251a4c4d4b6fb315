"""Updates: the line updates of a plan, a million of them in little memory.

An update is an object only while somebody looks at it. At rest it is one row of a few columns: whose it is,
where it is said, and a number for all the rest, in which most updates of a plan are alike. One of which more
is said (a report's time, a rival) stays as it is.

What can be told of a wording is told once for all that have it (`grouped`), without any object.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterator, Sequence
from copy import copy
from itertools import groupby, pairwise
from typing import Final, TypeVar, overload

from reconciler.model.address import Address, order_line
from reconciler.model.change import UpdateLine
from reconciler.model.diagnostic import Origin
from reconciler.model.document import pack, unpack
from reconciler.model.manifest import LineManifest
from reconciler.model.texts import Texts

WORDINGS: Final = 1 << 12
"""How many wordings are known; where there are more, most updates have one of their own."""

FEW: Final = 8
"""How many lines most orders have at most."""

KeyT = TypeVar("KeyT", bound=Hashable)


class _Columns:
    """The rows of all updates that were found together. Only grows."""

    def __init__(self) -> None:
        self.orders: list[str] = []
        self.lines = Texts()
        self.wordings = array("i")
        """Of each row the number of its wording; below zero that of an update which stays as it is."""
        self.files = array("i")
        self.places = array("q")
        self._alike: list[UpdateLine] = []
        """Of each wording the first update that has it."""
        self._numbers: dict[Hashable, int] = {}
        self._kept: list[UpdateLine] = []
        self._names: dict[str, int] = {}
        self._named: list[str] = []

    def taken(self, rows: Sequence[int]) -> _Columns:
        """Give some rows as they are, in this order."""
        found = copy(self)
        found.orders, found.lines = [self.orders[row] for row in rows], Texts()
        found.lines.extend([self.lines[row] for row in rows])
        found.wordings = array("i", map(self.wordings.__getitem__, rows))
        found.files = array("i", map(self.files.__getitem__, rows))
        found.places = array("q", map(self.places.__getitem__, rows))
        return found

    def append(self, step: UpdateLine) -> None:
        wish, (order, line) = step.wanted, step.address.parts
        self.orders.append(order)
        self.lines.append(line)
        self.wordings.append(self._number(step))
        file = self._names.setdefault(wish.origin.file, len(self._named))
        if file == len(self._named):
            self._named.append(wish.origin.file)
        self.files.append(file)
        self.places.append(pack(wish.origin.line, wish.origin.column))

    def _number(self, step: UpdateLine) -> int:
        wish = step.wanted
        key = (
            id(step.evidence),
            step.reason,
            id(step.fields),
            step.needs,
            step.triggers,
            step.carried,
            wish.status,
            wish.allowed_from,
            wish.once,
            wish.expires,
            id(wish.source),
            wish.said,
        )
        number = self._numbers.get(key)
        if not _is_plain(step) or (number is None and len(self._alike) == WORDINGS):
            self._kept.append(step)
            return -len(self._kept)
        if number is None:
            number = self._numbers[key] = len(self._alike)
            self._alike.append(step)  # keeps alive whatever the key knows by its `id`
        return number

    def worded(self, number: int) -> UpdateLine:
        """Give an update that has this wording."""
        return self._alike[number] if number >= 0 else self._kept[-1 - number]

    def made(self, row: int) -> UpdateLine:
        """Make the update of a row."""
        number = self.wordings[row]
        if number < 0:
            return self._kept[-1 - number]
        like, order, line = self._alike[number], self.orders[row], self.lines[row]
        said, origin = like.wanted, Origin(self._named[self.files[row]], *unpack(self.places[row]))
        return UpdateLine(
            address=order_line(order, line),
            evidence=like.evidence,
            reason=like.reason,
            origin=origin,
            fields=like.fields,
            needs=like.needs,
            triggers=like.triggers,
            carried=like.carried,
            wanted=LineManifest(
                order=order,
                line=line,
                status=said.status,
                origin=origin,
                allowed_from=said.allowed_from,
                once=said.once,
                expires=said.expires,
                source=said.source,
                said=said.said,
            ),
        )


class Updates(Sequence[UpdateLine]):
    """Line updates, all that were appended or some of them."""

    def __init__(self, columns: _Columns | None = None, rows: Sequence[int] | None = None) -> None:
        """Begin without any, or with some rows of those that were found together."""
        self._columns = _Columns() if columns is None else columns
        self._chosen = rows
        self._ordered = False

    @property
    def _rows(self) -> Sequence[int]:
        return range(len(self._columns.orders)) if self._chosen is None else self._chosen

    def append(self, step: UpdateLine) -> None:
        """Add an update. Not to a part of others."""
        self._ordered = False
        self._columns.append(step)

    def in_order(self) -> Updates:
        """Give the same by order and line."""
        if self._ordered:
            return self
        orders, lines, rows = self._columns.orders, self._columns.lines, self._rows
        keys = ((orders[row], lines[row]) for row in rows)
        if self._chosen is None and all(one <= next_ for one, next_ in pairwise(keys)):
            found = self
        else:
            by_line = sorted(rows, key=lines.__getitem__)
            found = Updates(self._columns.taken(sorted(by_line, key=orders.__getitem__)))
        found._ordered = True
        return found

    def grouped(self, key: Callable[[UpdateLine], KeyT]) -> dict[KeyT, Updates]:
        """Part them by what `key` tells of their wording; it must not look at whose they are, or where said.

        Each part is in the order of the whole.
        """
        columns = self._columns
        found: dict[KeyT, array[int]] = {}
        known: dict[int, Callable[[int], None]] = {}
        for row in self._rows:
            number = columns.wordings[row]
            if number not in known:
                told = key(columns.worded(number))
                known[number] = found.setdefault(told, array("q")).append
            known[number](row)
        if len(found) == 1:
            return {told: Updates(columns, self._chosen) for told in found}
        return {told: Updates(columns, rows) for told, rows in found.items()}

    @property
    def sent_alone(self) -> Updates:
        """Those that no import of their order carries."""
        return self.grouped(_is_carried).get(False, Updates())

    @property
    def carried(self) -> Updates:
        """Those that an import of their order carries."""
        return self.grouped(_is_carried).get(True, Updates())

    def orders(self) -> Iterator[str]:
        """Name the orders that they are about, each once, where the lines of each stand together."""
        return (order for order, _ in groupby(map(self._columns.orders.__getitem__, self._rows)))

    def addresses(self) -> Iterator[Address]:
        """Give the address of each."""
        orders, lines = self._columns.orders, self._columns.lines
        return (order_line(orders[row], lines[row]) for row in self._rows)

    def address(self, place: int) -> Address:
        """Give the address of one."""
        row = self._rows[place]
        return order_line(self._columns.orders[row], self._columns.lines[row])

    def worded(self, place: int) -> tuple[int, UpdateLine]:
        """Give the number of a wording and an update that has it."""
        number = self._columns.wordings[self._rows[place]]
        return number, self._columns.worded(number)

    def of_order(self, order: str) -> Updates:
        """Give the lines of one order, of all that a plan has, `in_order`."""
        return Updates(self._columns, range(*self._span(order)))

    def place(self, order: str, line: str) -> int | None:
        """Find a line among all that a plan has, `in_order`; None where it is none of them."""
        lines, (begin, end) = self._columns.lines, self._span(order)
        found = bisect_left(lines, line, begin, end)
        return found if found < end and lines[found] == line else None

    def _span(self, order: str) -> tuple[int, int]:
        orders = self._columns.orders
        begin = bisect_left(orders, order)
        few = min(begin + FEW, len(orders))
        end = bisect_right(orders, order, begin, few)
        return begin, end if end < few else bisect_right(orders, order, end)

    @overload
    def __getitem__(self, place: int) -> UpdateLine: ...
    @overload
    def __getitem__(self, place: slice) -> Updates: ...
    def __getitem__(self, place: int | slice) -> UpdateLine | Updates:
        """Make the update at a place; a part of them stays as it is."""
        if isinstance(place, slice):
            return Updates(self._columns, self._rows[place])
        return self._columns.made(self._rows[place])

    def __iter__(self) -> Iterator[UpdateLine]:
        """Make one after another."""
        return map(self._columns.made, self._rows)

    def __len__(self) -> int:
        """Count them."""
        return len(self._rows)


def _is_plain(step: UpdateLine) -> bool:
    """Tell whether nothing is said of an update but what columns and a wording can hold."""
    wish = step.wanted
    if wish.reported or wish.overruled or wish.dispute or wish.rival or step.origin is not wish.origin:
        return False
    return step.address.parts == (wish.order, wish.line)


def _is_carried(step: UpdateLine) -> bool:
    return step.carried
