"""Looked at: orders that are to be read although nothing is wanted of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from reconciler.model.ids import Keeping, names_in, same_in
from reconciler.model.manifest import LineManifest
from reconciler.model.names import Names


class LookedAt(Mapping[str, Mapping[str, LineManifest]], Keeping):
    """No wishes for each of some orders, in the form in which wishes stand."""

    def __init__(self, orders: Collection[str], keeper: object) -> None:
        """Take the orders, and what keeps their ids already."""
        self._orders = orders
        self._keeper = keeper

    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept already where there is one."""
        return same_in((self._keeper,), order)

    def names(self, order: str) -> Names | None:
        """Name the lines of an order, if they are kept already."""
        return names_in(self._keeper, order)

    def __getitem__(self, order: str) -> Mapping[str, LineManifest]:
        if order not in self._orders:
            raise KeyError(order)
        return {}

    def __contains__(self, order: object) -> bool:
        return order in self._orders

    def __iter__(self) -> Iterator[str]:
        return iter(self._orders)

    def __len__(self) -> int:
        return len(self._orders)
