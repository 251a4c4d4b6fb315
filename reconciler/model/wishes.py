"""Wishes: the line states of one source, a million of them in little memory.

A wish is an object only while somebody looks at it. At rest it is one row of a few columns: what differs from
row to row is a number, what repeats (the status, the words of the source, the allowed moves) is kept once.
Reads as a mapping of mappings, order id to line id to manifest, like the wishes that stand in manifests.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from reconciler.model.diagnostic import Origin
from reconciler.model.manifest import LineManifest
from reconciler.model.source import SourceManifest

_END: Final = -1
_NEVER: Final = -(2**62)


class Words(NamedTuple):
    """What a wish says, apart from whose it is and where it stands."""

    status: str
    said: str = ""
    """What the source said, in its own words, where that is more than our status."""
    allowed_from: frozenset[str] | None = None
    dispute: str = ""
    """Why the wish must not be carried out, whatever the target shows."""


class Wishes(Mapping[str, Mapping[str, LineManifest]]):
    """The wishes of one source, by order and line. Filled with `add`, and only read from then on."""

    def __init__(self, source: SourceManifest) -> None:
        """Begin without any wish."""
        self.source = source
        self._first: dict[str, int] = {}
        self._next = array("q")
        self._line: list[str] = []
        self._words = array("l")
        self._place = array("q")
        self._updated = array("q")
        self._vocabulary: dict[Words, int] = {}
        self._spoken: list[Words] = []
        self._files: list[str] = []
        self._ids: dict[str, str] = {}

    def add(
        self, order: str, line: str, words: Words, place: Origin, reported: datetime | None = None
    ) -> LineManifest | None:
        """Add a wish, unless there is one of this line: then give that one back and change nothing.

        `reported` is when the source last saw the order change, kept at whole seconds. Columns of places are
        not kept.
        """
        row = self._find(order, line)
        if row != _END:
            return self._manifest(order, row)
        row = len(self._line)
        number = self._vocabulary.setdefault(words, len(self._spoken))
        if number == len(self._spoken):
            self._spoken.append(words)
        self._next.append(self._first.get(order, _END))
        self._line.append(self._ids.setdefault(line, line))
        self._words.append(number)
        self._place.append(self._packed(place))
        self._updated.append(_NEVER if reported is None else int(reported.timestamp()))
        self._first[order] = row
        return None

    @property
    def count(self) -> int:
        """How many lines are spoken of."""
        return len(self._line)

    def __getitem__(self, order: str) -> Mapping[str, LineManifest]:
        """Give the wishes of one order, in the order in which they were said."""
        rows = []
        row = self._first[order]
        while row != _END:
            rows.append(row)
            row = self._next[row]
        return {self._line[row]: self._manifest(order, row) for row in reversed(rows)}

    def __contains__(self, order: object) -> bool:
        """Tell whether anything is wished of an order."""
        return order in self._first

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders."""
        return iter(self._first)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self._first)

    def _find(self, order: str, line: str) -> int:
        row = self._first.get(order, _END)
        while row != _END and self._line[row] != line:
            row = self._next[row]
        return row

    def _packed(self, place: Origin) -> int:
        if not self._files or self._files[-1] != place.file:
            self._files.append(place.file)
        return (len(self._files) - 1) << 40 | place.line

    def _manifest(self, order: str, row: int) -> LineManifest:
        words, place, updated = self._spoken[self._words[row]], self._place[row], self._updated[row]
        return LineManifest(
            order=order,
            line=self._line[row],
            status=words.status,
            origin=Origin(self._files[place >> 40], place & ((1 << 40) - 1)),
            allowed_from=words.allowed_from,
            once=self.source.once,
            expires=self.source.expires,
            source=self.source,
            said=words.said,
            reported=None if updated == _NEVER else datetime.fromtimestamp(updated, UTC),
            dispute=words.dispute,
        )
