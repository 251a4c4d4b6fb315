"""Names: the ids of an order's lines, kept apart from what is said of the lines.

In some shops every order has the lines 1, 2 and 3, in others no id of a line occurs twice. What is said of
the lines repeats in both. So it is told apart from the ids, and orders of which the same is said are known as
alike whatever their lines are called.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Final, NamedTuple, Protocol

MOST: Final = 1 << 12
"""How many lists of ids are known by sight; where there are more, most orders have one of their own."""

Names = tuple[str, ...]
"""The ids of the lines of one order, in the order in which something is said of them."""


KEPT: Final[Names] = ("the lines that the keeper names",)
"""Stands, as this one object, for ids that a keeper names, so that they need not be kept a second time."""


class Shapes(NamedTuple):
    """Of some orders, side by side: the ids of their lines, and what is said of the lines."""

    names: Sequence[Names | None]
    """None where nothing is said of the lines of an order, or it has to be looked at by itself; or `KEPT`."""
    said: Sequence[Hashable]
    """Equal where the same is said of the first line, the second and so on."""


Held = tuple[str, Names | None]
"""The id of one order as the object that its keeper keeps, and the ids of its lines that the keeper names."""


class Keeper(Protocol):
    """Something that keeps the ids of orders and of their lines, of which there may be a million."""

    def same(self, order: str) -> str:
        """Give the id of an order back, as the object that is kept here where there is one."""
        ...

    def names(self, order: str) -> Names | None:
        """Name the lines of an order that are kept here, every time alike; None where none are."""
        ...

    def held(self, orders: Sequence[str]) -> Iterable[Held]:
        """Give of each order its id as `same` does, and its lines as `names` does."""
        ...


class Once:
    """Gives ids that recur back as one object, so that they are kept once."""

    def __init__(self) -> None:
        self._known: dict[Names, Names] = {}

    def __call__(self, names: Names) -> Names:
        """Give the same ids back, as the object that was met first where they are known."""
        if len(self._known) < MOST:
            return self._known.setdefault(names, names)
        return self._known.get(names, names)
