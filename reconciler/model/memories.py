"""Memories: what is remembered of lines, a million of them in little memory.

A memory is an object only while somebody looks at it. At rest an order is one number: which gists its
memories have, for most orders are remembered alike whatever their lines are called, and the how-manieth it
is. An order of which more is remembered (something unmet, a report's time) stays as it is.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from reconciler.model.evidence import Evidence
from reconciler.model.names import Names, Once, Shapes
from reconciler.model.record import Memory

REPEATED: Final = 1 << 16
"""How many gists are known by sight; where there are more, most orders have one of their own."""

NOTHING: Final = -1
"""What is said of the lines of an order of which nothing is remembered."""

_BITS: Final = 34
_ENTRIES: Final = 1 << _BITS
_MET: Final[Mapping[str, Any]] = {}


class Gist(NamedTuple):
    """What is remembered of a line, apart from when it was said and in which run."""

    spec: str
    how: Evidence
    source: str = ""


Gists = tuple[Gist, ...]
"""What is remembered of the lines of an order, one after the other."""


class Memories(Mapping[str, Mapping[str, Memory]]):
    """What is remembered of lines, by order. Filled with `put` and `keep`, and only read from then on."""

    def __init__(self, lines: Mapping[str, Mapping[str, Memory]] | None = None) -> None:
        """Begin with these."""
        self._kept: dict[str, int | dict[str, Memory]] = {}
        self._names: list[Names] = []
        """By the number of an order, as the next."""
        self._begins = array("q")
        """Where in the columns below those of its lines begin."""
        self._at: list[datetime] = []
        self._runs = array("q")
        self._gists: list[Gists] = []
        self._numbers: dict[Gists, int] = {}
        self._once = Once()
        self.oldest: datetime | None = None
        """No memory that is kept as a number is older."""
        for order, memories in (lines or {}).items():
            self.keep(order, memories)

    def put(
        self, order: str, names: Names, gists: Gists, at: Sequence[datetime], runs: Iterable[int]
    ) -> None:
        """Keep the memories of the lines of an order of which none was kept yet."""
        number = self._numbers.get(gists)
        if number is None:
            number = len(self._gists)
            self._gists.append(gists)
            if number < REPEATED:
                self._numbers[gists] = number
        self._kept[order] = number << _BITS | len(self._names)
        self._names.append(self._once(names))
        self._begins.append(len(self._at))
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
            self.put(order, tuple(every), gists, at, [each.run for each in every.values()])
        else:
            self._kept[order] = every

    def shapes(self, orders: Iterable[str]) -> Shapes:
        """Give what is remembered of each of these orders.

        No ids and `NOTHING` where nothing is, None and None where it is more than a number.
        """
        found, names = list(map(self._kept.get, orders)), self._names
        return Shapes(
            [
                names[kept & (_ENTRIES - 1)] if kept.__class__ is int else () if kept is None else None
                for kept in found
            ],
            [kept >> _BITS if kept.__class__ is int else NOTHING if kept is None else None for kept in found],
        )

    def lines_of(self, order: str) -> Collection[str]:
        """Name the lines of an order of which something is remembered."""
        kept = self._kept.get(order, {})
        return self._names[kept & (_ENTRIES - 1)] if isinstance(kept, int) else kept

    def gists(self, order: str) -> Mapping[str, Gist]:
        """Give what is remembered of the lines of an order that has a shape, in the order of their ids."""
        kept = self._kept.get(order)
        if not isinstance(kept, int):
            return {}
        return dict(zip(self._names[kept & (_ENTRIES - 1)], self._gists[kept >> _BITS], strict=True))

    def oldest_of(self, order: str, places: Iterable[int]) -> datetime:
        """Give the time of the oldest of some memories of an order that has a shape, by their places."""
        kept = self._kept[order]
        begin = self._begins[kept & (_ENTRIES - 1)] if isinstance(kept, int) else 0
        return min(self._at[begin + place] for place in places)

    def __getitem__(self, order: str) -> Mapping[str, Memory]:
        """Give the memories of the lines of one order; raises KeyError when there are none."""
        kept = self._kept[order]
        if not isinstance(kept, int):
            return kept
        names, begin = self._names[kept & (_ENTRIES - 1)], self._begins[kept & (_ENTRIES - 1)]
        rows = slice(begin, begin + len(names))
        return unpacked(names, self._gists[kept >> _BITS], self._at[rows], self._runs[rows])

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


def unpacked(names: Names, gists: Gists, at: Iterable[datetime], runs: Iterable[int]) -> dict[str, Memory]:
    """Make the memories of the lines of an order."""
    return {
        line: Memory(gist.spec, gist.how, moment, run, unmet=_MET, source=gist.source)
        for line, gist, moment, run in zip(names, gists, at, runs, strict=True)
    }


def _is_plain(memory: Memory) -> bool:
    """Tell whether nothing is remembered of a line but its status, and how that is known."""
    more = memory.released or memory.unmet or memory.identity or memory.reported is not None
    return isinstance(memory.spec, str) and not more


def remembered_lines(memories: Mapping[str, Mapping[str, Memory]], order: str) -> Collection[str]:
    """Name the lines of an order of which something is remembered, without an object for each."""
    return memories.lines_of(order) if isinstance(memories, Memories) else memories.get(order, {})
