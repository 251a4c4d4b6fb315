"""Listing: what a plan lists, its steps and between them what is withheld, without a copy of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from heapq import merge

from reconciler.model.change import Change, Withhold
from reconciler.model.steps import Steps


class Listing(Collection[Change]):
    """Changes by address; where one is sent and withheld, what is sent stands first."""

    def __init__(self, steps: Steps, withheld: Sequence[Withhold]) -> None:
        """Take both, in the order of a plan."""
        self._steps = steps
        self._withheld = withheld

    def __iter__(self) -> Iterator[Change]:
        """Give one after another, each made when its turn comes."""
        if not self._withheld:
            return iter(self._steps)
        return merge(self._steps, self._withheld, key=lambda change: change.address.rank)

    def __len__(self) -> int:
        """Count them."""
        return len(self._steps) + len(self._withheld)

    def __contains__(self, change: object) -> bool:
        """Tell whether a change is listed."""
        return any(each == change for each in self)
