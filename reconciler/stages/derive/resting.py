"""Resting: what is declared and not wanted now, because its time is over or its `hold: once` wish is done.

A table may hold a million of either. So nobody looks at the wishes of a source where its date and the marks
in the record tell enough, and of what rests only the address is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Origin, note
from reconciler.model.ids import foreseen_of
from reconciler.model.lines import Layer, Layered, Part, narrowed, rows_of
from reconciler.model.manifest import LineManifest, Manifests, OrderManifest
from reconciler.model.shelf import Shelf
from reconciler.model.source import SourceManifest
from reconciler.model.stated import Pattern, Stated


def counts(source: SourceManifest | Pattern, today: date) -> bool:
    """Tell whether the time of a source or an entry, and so of all of its wishes, is not over."""
    return source.expires is None or source.expires >= today


@dataclass(slots=True)
class Rest:
    """What is declared and not wanted now: of each only the address is kept, for it may be a million."""

    resting: set[Address] = field(default_factory=set)
    done: int = 0
    expired: int = 0
    latest: date | None = None
    first: Origin | None = None

    def expire(self, wish: OrderManifest | LineManifest) -> None:
        """Count a wish whose time is over."""
        self.resting.add(wish.address)
        self.expired += 1
        if self.latest is None or (wish.expires is not None and wish.expires > self.latest):
            self.latest = wish.expires
        if self.first is None or wish.origin < self.first:
            self.first = wish.origin


def still_wanted(manifests: Manifests, finished: Mapping[Address, str], today: date, rest: Rest) -> Manifests:
    """Leave out what is over and what is done; `rest` is told of it."""
    orders = _orders_in_force(manifests.orders, today, rest)

    def is_over(wish: LineManifest) -> bool:
        return wish.expires is not None and wish.expires < today

    def is_done(wish: LineManifest) -> bool:
        return wish.once and finished.get(wish.address) == wish.status

    def note_rest(wish: LineManifest) -> None:
        if is_over(wish):
            rest.expire(wish)

    past = orders_past(manifests.lines, today)
    left: dict[str, int] = {}
    for order, count, done in done_of(manifests.lines, finished, today):
        left[order] = left.get(order, count) - len(done)
        rest.done += len(done)
        rest.resting.update(done)

    if not past and not left:
        return replace(manifests, orders=orders)

    def at_once(order: str) -> bool | None:
        if order in past or left.get(order, 0) > 0:
            return None
        return order not in left

    lines = narrowed(
        manifests.lines, lambda wish: not is_over(wish) and not is_done(wish), note_rest, at_once
    )
    return replace(manifests, orders=orders, lines=lines)


def _orders_in_force(
    manifests: Mapping[str, OrderManifest], today: date, rest: Rest
) -> Mapping[str, OrderManifest]:
    orders = {}
    for order, manifest in manifests.items():
        if manifest.expires is not None and manifest.expires < today:
            rest.expire(manifest)
        else:
            orders[order] = manifest
    return orders


def done_of(
    lines: Layer, finished: Mapping[Address, str], today: date
) -> Iterator[tuple[str, int, Sequence[Address]]]:
    """Give orders, perhaps more than once, with the number of their wishes and those that are done.

    Goes by the marks and gives their addresses, so that no wish of a source becomes an object for it.
    """
    every = foreseen_of(finished.items(), _order_of, lines)
    for order, marks in groupby(every, key=_order_of):
        may_rest, count = _repeatable(lines, order, today)
        done = [where for where, status in marks if may_rest.get(where.parts[1]) == status]
        if done:
            yield order, count, done


def _order_of(mark: tuple[Address, str]) -> str:
    return mark[0].parts[0]


def _repeatable(lines: Layer, order: str, today: date) -> tuple[Mapping[str, str], int]:
    """Give the statuses of those wishes of an order that rest once they are done, and count all of them."""
    rows = rows_of(lines, order)
    if rows is not None:
        statuses = rows.statuses(order)
        owner = rows.source if isinstance(rows, Shelf) else rows.pattern(order) if order in rows else None
        rests = owner is not None and owner.once and counts(owner, today)
        return (statuses if rests else {}), len(statuses)
    wishes = lines.get(order, {})
    resting = {
        line: wish.status
        for line, wish in wishes.items()
        if wish.once and (wish.expires is None or wish.expires >= today)
    }
    return resting, len(wishes)


def orders_past(lines: Layer, today: date) -> Collection[str]:
    """Name the orders of which a wish may be over, without a look at the wishes of a source one by one."""
    if isinstance(lines, Shelf):
        return () if counts(lines.source, today) else lines
    if isinstance(lines, Stated):
        past = any(not counts(each, today) for each in lines.patterns)
        return {order for order in lines if not counts(lines.pattern(order), today)} if past else ()
    if isinstance(lines, Layered):
        return {order for layer in lines.all for order in orders_past(layer, today)}
    if isinstance(lines, Part):
        return orders_past(lines.whole, today)
    return {
        order
        for order, wishes in lines.items()
        if any(wish.expires is not None and wish.expires < today for wish in wishes.values())
    }


def expiry_notes(rest: Rest) -> Iterable[Diagnostic]:
    """Say that something is over, and where the first of it stands."""
    if rest.expired:
        yield note(
            f"expired and ignored: {rest.expired} (the latest on {rest.latest})",
            rest.first,
            "remove the entries, or move their `expires` date",
        )
