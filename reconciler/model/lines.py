"""Lines: many wishes, a part of them, or layers of them, without a copy.

The wishes of a source may be a million, made into objects only while somebody looks. To leave some of them
out, or to lay others over them, must not cost an object each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.model.fewer import Fewer
from reconciler.model.ids import Keeping, foresee, foreseen, merged, names_in, same_in
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.names import Names
from reconciler.model.shelf import Shelf
from reconciler.model.stated import Stated

Lines = Mapping[str, LineManifest]
Layer = Mapping[str, Lines]


def _unheard(_: LineManifest) -> None:
    pass


def _unknown(_: str) -> None:
    pass


def narrowed(
    lines: Layer,
    keep: Callable[[LineManifest], bool],
    left_out: Callable[[LineManifest], None] = _unheard,
    at_once: Callable[[str], bool | None] = _unknown,
) -> Layer:
    """Leave out what is not to be kept; `left_out` is told of each. `keep` has to say the same every time.

    `at_once` may tell of a whole order, without a look at its wishes, whether all of them are kept or none,
    and None when each is to be asked about.
    """
    gone = Fewer()
    parted: set[str] = set()
    for order in foreseen(lines, lines):
        known = at_once(order)
        left = known is not False
        if known is None:
            wishes = lines[order].values()
            out = [wish for wish in wishes if not keep(wish)]
            for wish in out:
                left_out(wish)
            left = not out or len(out) < len(wishes)
            if out and left:
                parted.add(order)
        gone.add(order, out=not left)
    return Part(lines, keep, gone, frozenset(parted)) if parted or gone.count else lines


def wanted_of(manifests: Manifests, orders: Collection[str]) -> Manifests:
    """Leave out what is wanted of other orders, and all sources; definitions stay. No wish is made for it."""
    return replace(
        manifests,
        sources={},
        orders={order: each for order, each in manifests.orders.items() if order in orders},
        lines=narrowed(manifests.lines, lambda wish: wish.order in orders, at_once=orders.__contains__),
    )


class Layered(Mapping[str, Lines], Keeping):
    """Wishes that are put together from several layers when they are asked for."""

    all: Sequence[Layer]
    """Every layer, the one of the highest right first."""

    def alone(self, order: str) -> Layer | None:
        """Give the one layer that speaks of an order, None where that are several or none."""
        speaking = [layer for layer in self.all if order in layer]
        return speaking[0] if len(speaking) == 1 else None

    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept here where there is one."""
        return same_in(self.all, order)

    def names(self, order: str) -> Names | None:
        """Name the lines of an order of which one layer alone speaks, None of any other."""
        return names_in(self.alone(order), order)

    def foresee(self, orders: Sequence[str]) -> None:
        """Be told which orders are asked for next."""
        foresee(self.all, orders)

    def in_order(self) -> Iterator[str]:
        """Give the ids of the orders, sorted."""
        return merged(self.all)

    def __contains__(self, order: object) -> bool:
        """Tell whether anything is wished of an order."""
        return any(order in layer for layer in self.all)

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders, each once."""
        for number, layer in enumerate(self.all):
            before = self.all[:number]
            mine = foreseen(layer, *before)
            yield from (order for order in mine if not any(order in earlier for earlier in before))

    def __len__(self) -> int:
        """Count the orders."""
        return len(self.all[0]) if len(self.all) == 1 else sum(1 for _ in self)


class Part(Mapping[str, Lines], Keeping):
    """Those of the wishes of a mapping that are kept."""

    def __init__(
        self,
        lines: Layer,
        keep: Callable[[LineManifest], bool],
        gone: Fewer,
        parted: frozenset[str] = frozenset(),
    ) -> None:
        """Take all wishes, what tells which are kept, and the orders of which none is, or only some are."""
        self.source = getattr(lines, "source", None)
        """The source whose wishes they are, where all are of one."""
        self.whole = lines
        self._keep = keep
        self._gone = gone
        self._parted = parted

    def __getitem__(self, order: str) -> Lines:
        """Give what is kept of one order; raises KeyError when that is nothing."""
        if order in self._gone:
            raise KeyError(order)
        wishes = self.whole[order]
        if order not in self._parted:
            return wishes
        return {line: wish for line, wish in wishes.items() if self._keep(wish)}

    def keeps_all_of(self, order: str) -> bool:
        """Tell whether nothing of an order was left out."""
        return order in self.whole and order not in self._gone and order not in self._parted

    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept here where there is one."""
        return same_in([self.whole], order)

    def names(self, order: str) -> Names | None:
        """Name the lines of an order of which all is kept, None of any other."""
        return names_in(self.whole, order) if self.keeps_all_of(order) else None

    def foresee(self, orders: Sequence[str]) -> None:
        """Be told which orders are asked for next."""
        foresee([self.whole], orders)

    def in_order(self) -> Iterator[str]:
        """Give the ids of the orders, sorted."""
        return (order for order in merged([self.whole]) if order not in self._gone)

    def __contains__(self, order: object) -> bool:
        """Tell whether anything of an order is kept."""
        return order in self.whole and order not in self._gone

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders."""
        return (order for order in self.whole if order not in self._gone)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self.whole) - self._gone.count


Rows = Shelf | Stated
"""What is kept in columns: each wish becomes an object only while somebody looks at it."""


def rows_of(layer: Layer, order: str) -> Rows | None:
    """Give what alone speaks of an order, the entries or one source; None where more do or some are out."""
    if isinstance(layer, Shelf | Stated):
        return layer
    if isinstance(layer, Layered):
        alone = layer.alone(order)
        return None if alone is None else rows_of(alone, order)
    if isinstance(layer, Part) and layer.keeps_all_of(order):
        return rows_of(layer.whole, order)
    return None


Said = tuple[str, frozenset[str] | None]
"""What is wished of a line: its status, and from which it may move."""


def said_of(layer: Layer, order: str) -> Mapping[str, Said]:
    """Give what is wished of the lines of an order and nothing else, without an object for each wish."""
    rows = rows_of(layer, order)
    if rows is not None:
        return {line: (words.status, words.allowed_from) for line, words in rows.said(order).items()}
    return {line: (wish.status, wish.allowed_from) for line, wish in layer.get(order, {}).items()}


def named(layer: Layer, order: str) -> Collection[str]:
    """Name the lines of an order of which something is wished, without an object for each wish."""
    rows = rows_of(layer, order)
    return rows.said(order) if rows is not None else layer.get(order, {})
