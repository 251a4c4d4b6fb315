"""Ids: those of orders, of which there may be a million, without a second copy of them.

What keeps them may lie on disk. So it is told which are asked for next, and can fetch many of them at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterable, Iterator, Sequence, Sized
from collections.abc import Set as AbstractSet
from functools import cached_property
from heapq import merge
from itertools import groupby, islice
from typing import Final, Protocol, TypeVar

from reconciler.model.names import Held, Names

T = TypeVar("T")

AT_ONCE: Final = 300
"""How many orders are fetched together where they lie on disk."""


class Foreseeing:
    """Something that may lie on disk, and is told what it will be asked for."""

    __slots__ = ()

    def foresee(self, orders: Sequence[str]) -> None:
        """Be told that these orders are asked for next, each perhaps several times."""


class Keeping(Foreseeing, ABC):
    """Something that keeps ids."""

    __slots__ = ()

    @abstractmethod
    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders, each once."""

    def in_order(self) -> Iterator[str]:
        """Give the ids of the orders, sorted."""
        return iter(sorted(self))

    @abstractmethod
    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept here where there is one."""

    @abstractmethod
    def names(self, order: str) -> Names | None:
        """Name the lines of an order that are kept here, every time alike; None where none are."""

    def held(self, orders: Sequence[str]) -> Iterable[Held]:
        """Give of each order its id as `same` does, and its lines as `names` does."""
        return zip(map(self.same, orders), map(self.names, orders), strict=True)


def same_in(keepers: Iterable[object], order: str) -> str:
    """Give an id back, as the object that the first of these keeps that keeps any."""
    for each in keepers:
        if isinstance(each, Keeping):
            kept = each.same(order)
            if kept is not order:
                return kept
    return order


def names_in(keeper: object, order: str) -> Names | None:
    """Name the lines of an order that are kept in something, if it keeps any."""
    return keeper.names(order) if isinstance(keeper, Keeping) else None


def foresee(keepers: Iterable[object], orders: Sequence[str]) -> None:
    """Tell each of these that can make use of it which orders it is asked for next."""
    for each in keepers:
        if isinstance(each, Foreseeing):
            each.foresee(orders)


def foreseen(orders: Iterable[str], *keepers: object) -> Iterator[str]:
    """Give ids as they are, and tell keepers of each a while before."""
    return foreseen_of(orders, str, *keepers)


def foreseen_of(each_of: Iterable[T], order: Callable[[T], str], *keepers: object) -> Iterator[T]:
    """Give what is about orders as it is, and tell keepers of each order a while before."""
    rest = iter(each_of)
    if not any(isinstance(each, Foreseeing) for each in keepers):
        yield from rest
        return
    while some := list(islice(rest, AT_ONCE)):
        foresee(keepers, list(map(order, some)))
        yield from some


def foreseen_at_once(orders: Iterable[str], *keepers: object) -> Iterator[Sequence[str]]:
    """Give ids some at a time, of which keepers have been told."""
    rest = iter(orders)
    while some := list(islice(rest, AT_ONCE)):
        foresee(keepers, some)
        yield some


def in_order(orders: Iterable[str]) -> Iterator[str]:
    """Give ids sorted, without a list of them where they lie so on disk."""
    return orders.in_order() if isinstance(orders, Keeping) else iter(sorted(orders))


def merged(all_of: Iterable[Iterable[str]]) -> Iterator[str]:
    """Give the ids of several that keep some, sorted and each once."""
    some = [each for each in all_of if isinstance(each, Keeping) or each]  # to count them may cost much
    if len(some) == 1:
        return in_order(some[0])
    return (order for order, _ in groupby(merge(*map(in_order, some))))


class Keys(Sized, Iterable[str], Container[str], Protocol):
    """What can be asked for its ids."""


class Either(AbstractSet[str], Foreseeing):
    """The ids that stand in one of two mappings."""

    def __init__(self, first: Keys, second: Keys) -> None:
        """Take the mappings; that of fewer ids is best the first."""
        self._first = first
        self._second = second

    def __contains__(self, order: object) -> bool:
        """Tell whether an id stands in either."""
        return order in self._first or order in self._second

    def among(self, orders: Sequence[str]) -> AbstractSet[str]:
        """Give those of some ids that stand in either: quicker than to ask for one after the other."""
        found = {*filter(self._second.__contains__, orders)}
        return found.union(filter(self._first.__contains__, orders)) if self._first else found

    def __iter__(self) -> Iterator[str]:
        """Give each once."""
        if not self._first:
            return iter(self._second)
        return self._both()

    def _both(self) -> Iterator[str]:
        yield from (order for order in self._first if order not in self._second)
        yield from self._second

    def __len__(self) -> int:
        """Count them."""
        return self._count

    def in_order(self) -> Iterator[str]:
        """Give each once, sorted."""
        return merged((self._first, self._second))

    def foresee(self, orders: Sequence[str]) -> None:
        """Be told which are asked for next."""
        foresee((self._first, self._second), orders)

    @cached_property
    def _count(self) -> int:
        return len(self._second) + sum(order not in self._second for order in self._first)

    @classmethod
    def _from_iterable(cls, ids: Iterable[str]) -> frozenset[str]:  # type: ignore[override]  # a set, as asked
        return frozenset(ids)
