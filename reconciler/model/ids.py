"""Ids: those of orders, of which there may be a million, without a second copy of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Iterator, Sized
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Protocol


class Keeping(ABC):
    """Something that keeps ids. A class and no protocol, for it is asked once for each order of a list."""

    __slots__ = ()

    @abstractmethod
    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept here where there is one."""


def same_in(keepers: Iterable[object], order: str) -> str:
    """Give an id back, as the object that the first of these keeps that keeps any."""
    for each in keepers:
        if isinstance(each, Keeping):
            kept = each.same(order)
            if kept is not order:
                return kept
    return order


class Keys(Sized, Iterable[str], Container[str], Protocol):
    """What can be asked for its ids."""


class Either(AbstractSet[str]):
    """The ids that stand in one of two mappings."""

    def __init__(self, first: Keys, second: Keys) -> None:
        """Take the mappings; that of fewer ids is best the first."""
        self._first = first
        self._second = second

    def __contains__(self, order: object) -> bool:
        """Tell whether an id stands in either."""
        return order in self._first or order in self._second

    def __iter__(self) -> Iterator[str]:
        """Give each once."""
        yield from (order for order in self._first if order not in self._second)
        yield from self._second

    def __len__(self) -> int:
        """Count them."""
        return self._count

    @cached_property
    def _count(self) -> int:
        return len(self._second) + sum(order not in self._second for order in self._first)

    @classmethod
    def _from_iterable(cls, ids: Iterable[str]) -> frozenset[str]:  # type: ignore[override]  # a set, as asked
        return frozenset(ids)
