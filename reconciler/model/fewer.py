"""Fewer: which of many orders are left out, told by the ids of those that are fewer.

Of a million orders one may be asked for, or all but one: neither needs a million ids to be kept.
"""

from __future__ import annotations

from collections.abc import Collection, Container
from typing import Final

_LOT: Final = 10_000
"""How many ids are kept in any case, while it is not clear yet on which side are fewer."""


class Fewer(Container[str]):
    """The ids of the orders that are left out. Each order is added once, and only those are asked about."""

    def __init__(self) -> None:
        """Begin with none."""
        self._out: set[str] | None = set()
        self._in: set[str] | None = set()
        self.count = 0
        """How many are left out."""

    @classmethod
    def of(cls, out: Collection[str]) -> Fewer:
        """Begin with those that are left out; no other is."""
        fewer = cls()
        fewer._out, fewer._in, fewer.count = {*out}, None, len(out)
        return fewer

    @property
    def held(self) -> int:
        """How many ids are kept."""
        return sum(len(side) for side in (self._out, self._in) if side is not None)

    def add(self, order: str, *, out: bool) -> None:
        """Take down of one order whether it is left out."""
        self.count += out
        side, other = (self._out, self._in) if out else (self._in, self._out)
        if side is None:
            return
        side.add(order)
        if other is not None and len(side) > _LOT + 2 * len(other):
            if out:
                self._out = None
            else:
                self._in = None

    def __contains__(self, order: object) -> bool:
        """Tell whether an order is left out."""
        if self._out is not None:
            return order in self._out
        return self._in is not None and order not in self._in
