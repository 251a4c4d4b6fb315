"""Sightings: the orders that a target showed, a million of their lines in little memory.

An order is an object only while somebody looks at it. At rest it is one number: which look it has, for
endpoint, status and the statuses of its lines are alike in most orders and kept once, and the how-manieth it
is. One that is kept in detail, or says a time that does not fit, stays as it is.
"""

from __future__ import annotations

from abc import abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from reconciler.model.address import EVERY_LINE
from reconciler.model.evidence import Present, Unknown
from reconciler.model.ids import Foreseeing
from reconciler.model.names import KEPT, Keeper, Names, Once, Shapes
from reconciler.model.observation import LiveOrder, later

REPEATED: Final = 1 << 16
"""How many looks are known by sight; where there are more, most orders have one of their own."""

_BITS: Final = 34
_ENTRIES: Final = 1 << _BITS

Seen = Present[LiveOrder] | Unknown


class Sights(Mapping[str, Seen], Foreseeing):
    """What was seen of orders, by id, wherever it lies. Filled while a list is walked, and then only read."""

    @abstractmethod
    def see(self, live: LiveOrder) -> None:
        """Keep what is shown of an order now, instead of what was kept of it."""

    def see_again(self, live: LiveOrder) -> None:
        """Keep what is shown of an order that may have been shown before."""
        if live.external_id not in self:
            self.see(live)
            return
        seen = later(self[live.external_id], live)
        if isinstance(seen, Unknown):
            self.doubt(live.external_id, seen.reason)
        else:
            self.see(seen.state)

    def see_all_again(self, shown: Sequence[LiveOrder]) -> None:
        """Keep what is shown of orders each of which may have been shown before."""
        for live in shown:
            self.see_again(live)

    @abstractmethod
    def doubt(self, order: str, reason: str) -> None:
        """Keep that it cannot be told what an order is."""

    @abstractmethod
    def pass_by(self, order: str) -> None:
        """Count an order of which nothing is wanted, once; one that is seen later counts no longer."""

    @property
    @abstractmethod
    def passed(self) -> int:
        """How many orders were passed by."""


_Look = tuple[str | None, str | None, tuple[str | None, ...] | None]
"""Endpoint, status, and the statuses of the lines, one after the other."""


class Sightings(Sights):
    """What was seen of orders, in memory."""

    def __init__(self, keeper: Keeper | None = None) -> None:
        """Begin with none. Ids that the keeper keeps are not kept here; it must not change from now on."""
        self.keeper = keeper
        self._seen: dict[str, int | Seen] = {}
        self._passed: set[str] = set()
        self._names: list[Names | None] = []
        """By the number of an order, as the next; None where its lines were not read."""
        self._seconds = array("q")
        """When each was updated, since 1970; 0 stands for no time at all."""
        self._looks: list[_Look] = []
        self._numbers: dict[_Look, int] = {}
        self._once = Once()

    def see(self, live: LiveOrder) -> None:
        """Keep what is shown of an order now, instead of what was kept of it."""
        kept = None if self.keeper is None else self.keeper.names(live.external_id)
        self._keep(live.external_id, self._rested(live, kept))
        self._passed.discard(live.external_id)

    def see_all_again(self, shown: Sequence[LiveOrder]) -> None:
        """Keep what is shown of orders each of which may have been shown before: quick where none was."""
        orders = [live.external_id for live in shown]
        if self.keeper is None or len({*orders}) < len(orders) or not self._seen.keys().isdisjoint(orders):
            super().see_all_again(shown)
            return
        for live, (order, kept) in zip(shown, self.keeper.held(orders), strict=True):
            self._seen[order] = self._rested(live, kept)
        self._passed.difference_update(orders)

    def doubt(self, order: str, reason: str) -> None:
        """Keep that it cannot be told what an order is."""
        self._keep(order, Unknown(reason))
        self._passed.discard(order)

    def pass_by(self, order: str) -> None:
        """Count an order of which nothing is wanted."""
        if order not in self._seen:
            self._passed.add(order)

    @property
    def passed(self) -> int:
        """How many orders were passed by."""
        return len(self._passed)

    def over(self, later: Mapping[str, Seen]) -> Sightings:
        """Give a copy in which what was seen later stands instead of what was seen before."""
        copy = Sightings(self.keeper)
        copy._seen = {**self._seen}
        copy._names = [*self._names]
        copy._seconds = self._seconds[:]
        copy._looks = [*self._looks]
        copy._numbers = {**self._numbers}
        for order, seen in later.items():
            if isinstance(seen, Present) and seen.state.external_id == order:
                copy.see(seen.state)
            else:
                copy._keep(order, seen)
        return copy

    def shapes(self, orders: Iterable[str]) -> Shapes:
        """Give what is shown of each of these, None and None where it is more than a number.

        `KEPT` stands for ids that the keeper names.
        """
        found, names = list(map(self._seen.get, orders)), self._names
        return Shapes(
            [names[seen & (_ENTRIES - 1)] if seen.__class__ is int else None for seen in found],
            [seen >> _BITS if seen.__class__ is int else None for seen in found],
        )

    def updated(self, order: str) -> datetime | None:
        """Give the update_time of an order that has a shape, None of any other."""
        seen = self._seen.get(order)
        return self._moment(seen) if isinstance(seen, int) else None

    def __getitem__(self, order: str) -> Seen:
        """Give what was seen of an order; raises KeyError when that is nothing."""
        seen = self._seen[order]
        return self._live(order, seen) if isinstance(seen, int) else seen

    def __contains__(self, order: object) -> bool:
        """Tell whether an order was seen."""
        return order in self._seen

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders."""
        return iter(self._seen)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self._seen)

    def _keep(self, order: str, seen: int | Seen) -> None:
        if order not in self._seen and self.keeper is not None:
            order = self.keeper.same(order)
        self._seen[order] = seen

    def _rested(self, live: LiveOrder, kept: Names | None) -> int | Present[LiveOrder]:
        """Give an order as a number, or whole when it is more; `kept` are the lines that the keeper names."""
        seconds = _seconds(live.updated)
        if seconds is None or live.detail is not None:
            return Present(live)
        statuses = None if live.lines is None else tuple(live.lines.values())
        packed = self._number((live.endpoint, live.status, statuses)) << _BITS | len(self._names)
        self._names.append(None if live.lines is None else self._spared(tuple(live.lines), kept))
        self._seconds.append(seconds)
        return packed

    def _spared(self, names: Names, kept: Names | None) -> Names:
        """Give what has to be kept of the ids of the lines of an order beside those that its keeper keeps."""
        return KEPT if kept == names and EVERY_LINE not in names else self._once(names)

    def _number(self, look: _Look) -> int:
        number = self._numbers.get(look)
        if number is None:
            number = len(self._looks)
            self._looks.append(look)
            if len(self._numbers) < REPEATED:
                self._numbers[look] = number
        return number

    def _live(self, order: str, packed: int) -> Present[LiveOrder]:
        endpoint, status, statuses = self._looks[packed >> _BITS]
        names = self._names[packed & (_ENTRIES - 1)]
        if names is KEPT and self.keeper is not None:
            names = self.keeper.names(order)
        return Present(
            LiveOrder(
                external_id=order,
                endpoint=endpoint,
                status=status,
                updated=self._moment(packed),
                lines=None if names is None else dict(zip(names, statuses or (), strict=True)),
            )
        )

    def _moment(self, packed: int) -> datetime | None:
        seconds = self._seconds[packed & (_ENTRIES - 1)]
        return datetime.fromtimestamp(seconds, UTC) if seconds else None


def seen_over(before: Mapping[str, Seen], later: Mapping[str, Seen]) -> Mapping[str, Seen]:
    """Put what was seen later over what was seen before."""
    return before.over(later) if isinstance(before, Sightings) else {**before, **later}


def updated_in(seen: Mapping[str, Seen], order: str) -> datetime | None:
    """Give the update_time of an order as it was seen; None where it said none, or was not seen."""
    known = seen.updated(order) if isinstance(seen, Sightings) else None
    if known is not None:
        return known
    found = seen.get(order)
    return found.state.updated if isinstance(found, Present) else None


def _seconds(updated: datetime | None) -> int | None:
    """Give a time in UTC at whole seconds as a number, 0 for none, and None where that is not possible."""
    if updated is None:
        return 0
    if updated.microsecond or updated.tzinfo is not UTC:
        return None
    return int(updated.timestamp()) or None
