"""Memories: what is remembered of lines, a million of them in little memory.

A memory is an object only while somebody looks at it. At rest an order is one number: which shape its
memories have, for most orders are remembered alike, and the row in which the times of its lines begin. An
order of which more is remembered (something unmet, a report's time) stays as it is.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from reconciler.model.evidence import Evidence
from reconciler.model.record import Memory

REPEATED: Final = 1 << 16
"""How many shapes are known by sight; where there are more, most orders have one of their own."""

NOTHING: Final = -1
"""The shape of an order of which nothing is remembered."""

_BITS: Final = 34
_ROWS: Final = 1 << _BITS
_MET: Final[Mapping[str, Any]] = {}


class Gist(NamedTuple):
    """What is remembered of a line, apart from when it was said and in which run."""

    spec: str
    how: Evidence
    source: str = ""


Shape = tuple[tuple[str, ...], tuple[Gist, ...]]
"""The ids of the lines, and what is remembered of each."""


class Memories(Mapping[str, Mapping[str, Memory]]):
    """What is remembered of lines, by order. Filled with `put` and `keep`, and only read from then on."""

    def __init__(self, lines: Mapping[str, Mapping[str, Memory]] | None = None) -> None:
        """Begin with these."""
        self._kept: dict[str, int | dict[str, Memory]] = {}
        self._at: list[datetime] = []
        self._runs = array("q")
        self._shapes: list[Shape] = []
        self._numbers: dict[Shape, int] = {}
        self.oldest: datetime | None = None
        """No memory that is kept as a number is older."""
        for order, memories in (lines or {}).items():
            self.keep(order, memories)

    def put(self, order: str, shape: Shape, at: Sequence[datetime], runs: Iterable[int]) -> None:
        """Keep the memories of the lines of an order of which none was kept yet."""
        number = self._numbers.get(shape)
        if number is None:
            number = len(self._shapes)
            self._shapes.append(shape)
            if number < REPEATED:
                self._numbers[shape] = number
        self._kept[order] = number << _BITS | len(self._at)
        self._at.extend(at)
        self._runs.extend(runs)
        first = min(at)
        if self.oldest is None or first < self.oldest:
            self.oldest = first

    def keep(self, order: str, memories: Mapping[str, Memory]) -> None:
        """Keep the memories of lines of an order, with those that are kept already."""
        before = self._kept.get(order)
        every = {**memories} if before is None else {**self[order], **memories}
        if before is None and every and all(_is_plain(each) for each in every.values()):
            gists = tuple(Gist(each.spec, each.how, each.source) for each in every.values())
            at = [each.at for each in every.values()]
            self.put(order, (tuple(every), gists), at, [each.run for each in every.values()])
        else:
            self._kept[order] = every

    def shapes(self, orders: Iterable[str]) -> list[int | None]:
        """Give of each of these a number that orders remembered alike have in common.

        `NOTHING` where nothing is remembered, None where it is more than a number.
        """
        return [
            NOTHING if kept is None else kept >> _BITS if isinstance(kept, int) else None
            for kept in map(self._kept.get, orders)
        ]

    def lines_of(self, order: str) -> Collection[str]:
        """Name the lines of an order of which something is remembered."""
        kept = self._kept.get(order, {})
        return self._shapes[kept >> _BITS][0] if isinstance(kept, int) else kept

    def gists(self, order: str) -> Mapping[str, Gist]:
        """Give what is remembered of the lines of an order that has a shape, in the order of `times`."""
        kept = self._kept.get(order)
        if not isinstance(kept, int):
            return {}
        lines, gists = self._shapes[kept >> _BITS]
        return dict(zip(lines, gists, strict=True))

    def oldest_of(self, order: str, places: Iterable[int]) -> datetime:
        """Give the time of the oldest of some memories of an order that has a shape, by their places."""
        kept = self._kept[order]
        row = kept & (_ROWS - 1) if isinstance(kept, int) else 0
        return min(self._at[row + place] for place in places)

    def __getitem__(self, order: str) -> Mapping[str, Memory]:
        """Give the memories of the lines of one order; raises KeyError when there are none."""
        kept = self._kept[order]
        if not isinstance(kept, int):
            return kept
        shape = self._shapes[kept >> _BITS]
        rows = slice(row := kept & (_ROWS - 1), row + len(shape[0]))
        return unpacked(shape, self._at[rows], self._runs[rows])

    def keys(self) -> KeysView[str]:
        """Give the ids of the orders."""
        return self._kept.keys()

    def __contains__(self, order: object) -> bool:
        """Tell whether anything is remembered of the lines of an order."""
        return order in self._kept

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders."""
        return iter(self._kept)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self._kept)


def unpacked(shape: Shape, at: Iterable[datetime], runs: Iterable[int]) -> dict[str, Memory]:
    """Make the memories of the lines of an order."""
    return {
        line: Memory(gist.spec, gist.how, moment, run, unmet=_MET, source=gist.source)
        for line, gist, moment, run in zip(*shape, at, runs, strict=True)
    }


def _is_plain(memory: Memory) -> bool:
    """Tell whether nothing is remembered of a line but its status, and how that is known."""
    more = memory.released or memory.unmet or memory.identity or memory.reported is not None
    return isinstance(memory.spec, str) and not more


def remembered_lines(memories: Mapping[str, Mapping[str, Memory]], order: str) -> Collection[str]:
    """Name the lines of an order of which something is remembered, without an object for each."""
    return memories.lines_of(order) if isinstance(memories, Memories) else memories.get(order, {})
