"""Beneath: wishes that count for nothing now, laid under those that do.

They are over, or not asked for. Where nothing else speaks of a line they are still there to be told of;
where something does, they have no say.
"""

from __future__ import annotations

from reconciler.model.lines import Layer, Layered, Lines


class Beneath(Layered):
    """Wishes, and below them those that only show where there is nothing above."""

    def __init__(self, above: Layer, below: Layer) -> None:
        """Lay `below` under `above`."""
        self.all = (above, below)

    def __getitem__(self, order: str) -> Lines:
        """Give the wishes of one order; raises KeyError when there are none."""
        above, below = (layer.get(order) for layer in self.all)
        if above is None or below is None:
            return self.all[above is None][order]
        return {**below, **above}
