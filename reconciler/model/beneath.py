"""Beneath: wishes that count for nothing now, laid under those that do.

They are over, or not asked for. Where nothing else speaks of a line they are still there to be told of;
where something does, they have no say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.model.ids import Keeping, same_in
from reconciler.model.manifest import LineManifest

Lines = Mapping[str, LineManifest]


class Beneath(Mapping[str, Lines], Keeping):
    """Wishes, and below them those that only show where there is nothing above."""

    def __init__(self, above: Mapping[str, Lines], below: Mapping[str, Lines]) -> None:
        """Lay `below` under `above`."""
        self._above = above
        self._below = below

    def __getitem__(self, order: str) -> Lines:
        """Give the wishes of one order; raises KeyError when there are none."""
        below, above = self._below.get(order), self._above.get(order)
        if below is None:
            return self._above[order]
        return below if above is None else {**below, **above}

    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept here where there is one."""
        return same_in([self._above, self._below], order)

    def __contains__(self, order: object) -> bool:
        """Tell whether anything is wished of an order."""
        return order in self._above or order in self._below

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders, each once."""
        yield from self._above
        yield from (order for order in self._below if order not in self._above)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self._above) + sum(order not in self._above for order in self._below)
