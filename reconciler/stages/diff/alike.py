"""Alike: lines that stay as they are, which are nearly all of a large plan.

This is no second way to decide. A line is decided by `decide_line` the first time its situation occurs: what
is wanted of it, what is shown, what is remembered. If all that came of it is that it is kept, so is every
other line in that situation; if anything else came of it, each such line is looked at. What decides besides
the situation (a lost write, a mark, a selection, a name in `--resend-stale`) is told by address, and an order
that it may concern is never taken for alike.

Orders of which the same is wanted, shown and remembered are known by three numbers, so that they cost a few
look-ups each and no object. How their lines are called does not matter, only which of them are the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import repeat
from typing import Any, Final, NamedTuple

from reconciler.model.address import EVERY_LINE, ORDER, ORDER_LINE
from reconciler.model.evidence import Evidence, Present
from reconciler.model.ids import foreseen_at_once
from reconciler.model.lines import Lines, Rows, rows_of
from reconciler.model.memories import Gist, Memories
from reconciler.model.names import KEPT, Names, Shapes
from reconciler.model.plan import everything
from reconciler.model.shelf import Shelf, Words
from reconciler.model.sightings import Sightings
from reconciler.model.stated import Stated
from reconciler.stages.diff.lines import decide_line
from reconciler.stages.diff.sides import NAMED, Findings, Sides

_MANY: Final = 1 << 16
"""How many kinds of order and of line are remembered; beyond that each is looked at anew."""


@dataclass(slots=True)
class Kept:
    """What comes of an order whose lines, or all but some of them, are kept, and how many such there were."""

    evidence: Mapping[Evidence, int]
    unread: tuple[int, ...]
    """Which of its memories, by their places, are all that is known of their lines."""
    stale: bool
    apart: tuple[int, ...]
    """Which of its lines, by the places of their wishes, are to be looked at in each such order."""
    times: int = 0


_Meeting = tuple[tuple[int, ...] | None, tuple[int, ...]]
"""The how-manieth of those that are wanted each line is that is shown, and each that is remembered."""

_NOT_WANTED: Final = -1
_NONE_MEET: Final[_Meeting] = (None, (_NOT_WANTED - 1,))

_Key = tuple[object, object, object, bool, _Meeting | None]
"""What is wanted, shown and remembered of an order, whether it was touched, and which lines meet.

The last is None where all three speak of the same lines in the same order.
"""
_ODD: Final[_Key] = (None, None, None, False, None)


class _Situation(NamedTuple):
    """All that decides whether a line stays as it is, but for its address."""

    words: Words
    speaker: object
    """Whose words they are: the source, or whether an entry says them once."""
    shown: str | None
    remembered: Gist | None
    touched: bool


class Alike:
    """Tells the lines that are kept from those that have to be looked at, and counts the former.

    `told_apart` names the orders of which all has to be; of the others nothing leaves the record.
    """

    def __init__(self, sides: Sides, findings: Findings) -> None:
        """Look at these sides; what is kept is counted in the findings."""
        self.told_apart: list[str] = []
        self._sides = sides
        self._findings = findings
        self._orders: dict[_Key, Kept | None] = {}
        self._lines: dict[_Situation, Evidence | None] = {}
        self._ways: dict[Any, Kept] = {}
        """In which orders are kept, each once."""
        memories = sides.record.lines
        self._memories = memories if isinstance(memories, Memories) else Memories(memories)

    def others(self, orders: Iterable[str]) -> Iterator[tuple[str, Lines]]:
        """Give the orders that have to be looked at, with the wishes that have to be, and count the rest."""
        lines = self._sides.manifests.lines
        for some in foreseen_at_once(orders, self._sides.manifests.wanted_orders, self._sides.world.orders):
            for order, places in self._told_apart(some):
                rows = None if places is None else rows_of(lines, order)
                yield order, lines.get(order, {}) if rows is None else rows.at(order, places or ())
        for kept in self._ways.values():
            for evidence, count in kept.evidence.items():
                self._findings.kept[evidence] += count * kept.times

    def _told_apart(self, orders: Sequence[str]) -> Iterable[tuple[str, Sequence[int] | None]]:
        """Count what is kept of some orders, and give those of which more is to be said.

        With each come the places of the wishes that are to be looked at, None where all are.
        """
        if self._sides.selects is not everything:
            self.told_apart += orders
            return zip(orders, repeat(None))
        places: defaultdict[_Key, list[int]] = defaultdict(list)
        for place, key in enumerate(self._keys(orders)):
            places[key].append(place)
        apart: dict[int, Sequence[int] | None] = {}
        for key, some in places.items():
            kept = self._orders[key] if key in self._orders else self._learn(key, orders[some[0]])
            if kept is None or (kept.stale and len(self._findings.stale) < NAMED):
                self.told_apart += [orders[place] for place in some]
                apart.update(dict.fromkeys(some))
                continue
            kept.times += len(some)
            if kept.apart:
                apart.update(dict.fromkeys(some, kept.apart))
            if kept.unread and self._findings.oldest != self._memories.oldest:
                for place in some:
                    self._findings.age(self._memories.oldest_of(orders[place], kept.unread))
        return [(orders[place], apart[place]) for place in sorted(apart)]

    def _keys(self, orders: Sequence[str]) -> Sequence[_Key]:
        """Give of each order all that decides about it, in few words; `_ODD` where that is more."""
        record = self._sides.record
        touched: Iterable[bool] = [False] * len(orders)
        if record.baselines:
            updated = [self._updated(order) for order in orders]
            touched = map(record.touched, orders, updated)
            for order, time in zip(orders, updated, strict=True):
                self._findings.settle(order, record.baselines.get(order), time)
        shown, known = self._shown(orders), self._memories.shapes(orders)
        meetings = self._meetings(orders, shown, known)
        keys = zip(self._wordings(orders), shown.said, known.said, touched, meetings, strict=True)
        odd = self._odd
        if odd.isdisjoint(orders):
            return list(keys)
        return [_ODD if order in odd else key for order, key in zip(orders, keys, strict=True)]

    def _updated(self, order: str) -> datetime | None:
        """Give the update_time of an order, None where it need not be known."""
        if order not in self._sides.record.baselines:
            return None
        shown = self._sides.world.orders
        if isinstance(shown, Sightings):
            return shown.updated(order)
        found = self._sides.world.of(order)
        return found.state.updated if isinstance(found, Present) else None

    def _shown(self, orders: Sequence[str]) -> Shapes:
        """Give what orders shown alike have in common, None where each is looked at.

        `KEPT` stands for the lines of which something is wanted.
        """
        world = self._sides.world.orders
        if isinstance(world, Sightings):
            shown, keeper = world.shapes(orders), world.keeper
            if keeper is None or keeper is self._sides.manifests:
                return shown
            every = zip(orders, shown.names, strict=True)
            return Shapes([keeper.names(one) if each is KEPT else each for one, each in every], shown.said)
        names: list[Names | None] = []
        said: list[Hashable] = []
        for order in orders:
            found = self._sides.world.of(order)
            lines = found.state.lines if isinstance(found, Present) else None
            looked_at = not isinstance(found, Present) or found.state.detail is not None
            names.append(None if lines is None else tuple(lines))
            said.append(None if looked_at else (None if lines is None else tuple(lines.values()),))
        return Shapes(names, said)

    @cached_property
    def _odd(self) -> AbstractSet[str]:
        """Name the orders of which more decides than the situations of their lines."""
        record = self._sides.record
        lost = {where.parts[0] for where in record.unsettled if where.kind in {ORDER, ORDER_LINE}}
        marked = {where.parts[0] for where in record.finished} if self._sides.remembers else set()
        return {*self._sides.manifests.orders, *lost, *marked}

    def _meetings(self, orders: Sequence[str], shown: Shapes, known: Shapes) -> Iterator[_Meeting | None]:
        """Tell of each order which lines meet.

        Where the lines that are wanted are shown and nothing is remembered, their ids are not asked for.
        """
        every = zip(orders, shown.names, known.names, strict=True)
        wanted = iter(self._names([order for order, seen, mine in every if seen is not KEPT or mine]))
        for seen, mine in zip(shown.names, known.names, strict=True):
            if seen is KEPT and not mine:
                yield None
            else:
                names = next(wanted)
                yield None if seen is KEPT and mine == names else _meeting(names, seen, mine)

    def _names(self, orders: Sequence[str]) -> Iterable[Names | None]:
        """Name the lines of each order of which one source, or the entries, alone speak."""
        lines = self._sides.manifests.lines
        if isinstance(lines, Stated | Shelf):
            return (names for _, names in lines.held(orders))  # the same as below, all at once
        alone = ((order, rows_of(lines, order)) for order in orders)
        return (None if rows is None else rows.names(order) for order, rows in alone)

    def _wordings(self, orders: Sequence[str]) -> Iterable[Hashable]:
        """Give what orders of which the same is wanted have in common, None where each is looked at."""
        lines = self._sides.manifests.lines
        if isinstance(lines, Stated | Shelf) and _is_plain(lines):
            return lines.wordings(orders)  # the same as below, all at once
        return map(self._worded, orders)

    def _worded(self, order: str) -> Hashable:
        rows = rows_of(self._sides.manifests.lines, order)
        if rows is None or not _is_plain(rows):
            return None
        (words,) = rows.wordings((order,))
        return None if words is None else (id(rows), words)

    def _learn(self, key: _Key, order: str) -> Kept | None:
        *sides, touched, _ = key
        kept = None if None in sides else self._kept(order, touched=touched)
        if kept is not None:
            kept = self._ways.setdefault((tuple(kept.evidence.items()), kept.unread, kept.apart), kept)
        if len(self._orders) < _MANY:
            self._orders[key] = kept
        return kept

    def _kept(self, order: str, *, touched: bool) -> Kept | None:
        """Give what is kept of an order of which nothing leaves the record; None where all is looked at."""
        rows, seen = rows_of(self._sides.manifests.lines, order), self._sides.world.of(order)
        if not isinstance(seen, Present):
            return None
        lines, gists = seen.state.lines, self._memories.gists(order)
        said = rows.said(order) if rows is not None else {}
        if rows is None or EVERY_LINE in said or not gists.keys() <= said.keys():
            return None
        if lines is not None and not said.keys() <= lines.keys():
            return None
        evidence: Counter[Evidence] = Counter()
        unread, apart = [], []
        places = {line: place for place, line in enumerate(gists)}
        speaker = _speaker(rows, order)
        for place, (line, words) in enumerate(said.items()):
            status = None if lines is None else lines[line]
            found = self._line(order, line, _Situation(words, speaker, status, gists.get(line), touched))
            if found is None:
                apart.append(place)
                continue
            evidence[found] += 1
            if found is not Evidence.OBSERVED and line in places:
                unread.append(places[line])
        return Kept(evidence, tuple(unread), Evidence.STALE in evidence, tuple(apart))

    def _line(self, order: str, line: str, situation: _Situation) -> Evidence | None:
        """Give how a line is known that is kept in this situation, None where more may come of it."""
        if situation in self._lines:
            return self._lines[situation]
        found = self._tried(order, line)
        if len(self._lines) < _MANY:
            self._lines[situation] = found
        return found

    def _tried(self, order: str, line: str) -> Evidence | None:
        """Decide about one line for all in its situation: it is kept, or each is to be looked at."""
        sides, trial = self._sides, Findings()
        seen = sides.world.of(order)
        if not isinstance(seen, Present):
            return None
        memory = self._memories.get(order, {}).get(line)
        change = decide_line(sides.manifests.lines[order][line], seen.state, memory, sides, trial)
        if change is not None or not trial.only_keeps:
            return None
        found = next(iter(trial.kept))
        return None if found is Evidence.STALE and sides.rules.resend_stale else found


def _meeting(wanted: Names | None, shown: Names | None, known: Names | None) -> _Meeting | None:
    """Tell which lines meet; who speaks of no line at all is told by what is said."""
    if wanted is None or EVERY_LINE in wanted:
        return _NONE_MEET
    if shown is KEPT:
        shown = wanted
    if (shown == wanted or shown is None) and (known == wanted or not known):
        return None
    place = {line: number for number, line in enumerate(wanted)}.get
    return (
        None if shown is None else tuple([place(line, _NOT_WANTED) for line in shown]),
        tuple([place(line, _NOT_WANTED) for line in known or ()]),
    )


def _is_plain(rows: Rows) -> bool:
    """Tell whether no report's time and no endpoint decides with the words."""
    return isinstance(rows, Stated) or (not rows.source.live and rows.source.endpoint is None)


def _speaker(rows: Rows, order: str) -> object:
    return rows.source.name if isinstance(rows, Shelf) else rows.pattern(order).once
