"""Lines: a part of many wishes, without a copy of them.

The wishes of a source may be a million, made into objects only while somebody looks. To leave some of them
out must not cost an object each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reconciler.model.ids import Keeping, same_in
from reconciler.model.manifest import LineManifest

Lines = Mapping[str, LineManifest]


def _unheard(_: LineManifest) -> None:
    pass


def narrowed(
    lines: Mapping[str, Lines],
    keep: Callable[[LineManifest], bool],
    left_out: Callable[[LineManifest], None] = _unheard,
) -> Mapping[str, Lines]:
    """Leave out what is not to be kept; `left_out` is told of each. `keep` has to say the same every time."""
    gone, parted = set(), False
    for order, wishes in lines.items():
        kept = 0
        for wish in wishes.values():
            if keep(wish):
                kept += 1
            else:
                left_out(wish)
                parted = True
        if not kept:
            gone.add(order)
    return Part(lines, keep, frozenset(gone)) if parted or gone else lines


class Part(Mapping[str, Lines], Keeping):
    """Those of the wishes of a mapping that are kept."""

    def __init__(
        self, lines: Mapping[str, Lines], keep: Callable[[LineManifest], bool], gone: frozenset[str]
    ) -> None:
        """Take all wishes, what tells which are kept, and the orders of which none is."""
        self.source = getattr(lines, "source", None)
        """The source whose wishes they are, where all are of one."""
        self._lines = lines
        self._keep = keep
        self._gone = gone

    def __getitem__(self, order: str) -> Lines:
        """Give what is kept of one order; raises KeyError when that is nothing."""
        if order in self._gone:
            raise KeyError(order)
        return {line: wish for line, wish in self._lines[order].items() if self._keep(wish)}

    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept here where there is one."""
        return same_in([self._lines], order)

    def __contains__(self, order: object) -> bool:
        """Tell whether anything of an order is kept."""
        return order in self._lines and order not in self._gone

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders."""
        return (order for order in self._lines if order not in self._gone)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self._lines) - len(self._gone)
