"""Rows: what is listed on a page, as compact JSON in pieces.

A hundred thousand changes repeat a few dozen words, reasons and files. Each is written once, in a table that
follows the rows, and stands in a row as its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import msgspec

from reconciler.model.address import ORDER, ORDER_LINE, Address
from reconciler.model.change import ABSENT, UNKNOWN
from reconciler.model.diagnostic import Origin
from reconciler.reports.shown.values import clean, value

PIECE: Final = 2_000
"""Rows of one piece: few enough to be read between two frames."""
_TABLE: Final = 20_000
"""Texts that the table takes; those that come later stand where they are used."""
_INERT: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the page."""

    word: str
    """The action, or the outcome."""
    address: Address
    evidence: str = ""
    marks: tuple[str, ...] = ()
    reason: str = ""
    origin: Origin | None = None
    fields: tuple[tuple[str, Any, Any], ...] = ()
    """Paths with the values before and after."""
    more: Mapping[str, str] = field(default_factory=dict)
    """What else is known of it, by what it is called."""


@dataclass(slots=True)
class Table:
    """The texts that rows name by number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> int | str:
        """Give a text's number, or the text where the table is full."""
        found = self.numbers.get(text)
        if found is None:
            if len(self.numbers) >= _TABLE:
                return text
            found = self.numbers[text] = len(self.numbers)
        return found

    def value(self, of: Any) -> int | str | bool | None:
        """Give a value: false is not known, null is absent."""
        if of is UNKNOWN:
            return False
        return None if of is ABSENT or of is None else self.of(value(of))


def pieces(rows: Iterable[Row], table: Table) -> Iterator[str]:
    """Write rows as JSON lists of at most `PIECE` of them, and fill the table."""
    left = iter(rows)
    while piece := [_encoded(row, table) for row in islice(left, PIECE)]:
        yield inert(piece)


def inert(data: Any) -> str:
    """Write data as JSON for a script element: nothing in it can end one, or begin a comment."""
    return msgspec.json.encode(data).decode("utf-8").translate(_INERT)


def _encoded(row: Row, table: Table) -> list[Any]:
    place = row.origin
    return [
        table.of(row.word),
        table.of(row.address.kind),
        clean(str(row.address)),
        table.of(clean(row.address.parts[0])) if row.address.kind in {ORDER, ORDER_LINE} else None,
        table.of(row.evidence),
        [table.of(mark) for mark in row.marks],
        table.of(clean(row.reason)),
        None if place is None else table.of(clean(place.file)),
        "" if place is None else str(place).removeprefix(place.file),
        [
            [table.of(clean(path)), table.value(before), table.value(after)]
            for path, before, after in row.fields
        ],
        [[table.of(name), clean(text)] for name, text in row.more.items()],
    ]
