"""observe: what the target shows of what is wanted.

The list of orders is the only place where lines can be seen, and it has no filter, so it is walked and left
as soon as everything that somebody wanted to know was seen. What a broken walk did not reach stays unknown;
only a walk that came to the end of the list can say that something is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.address import CUSTOM_FIELD, Address
from reconciler.model.evidence import Absent, Present, Unknown
from reconciler.model.ids import foresee
from reconciler.model.manifest import Manifests, Mode
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import Record
from reconciler.model.room import MEMORY, Room
from reconciler.model.rules import Observe
from reconciler.model.sightings import Sights
from reconciler.ports import Broken, Page, Readable

READABLE_ENTITIES = frozenset({"order", "line_order"})
"""Entity types whose fields occur in the list of orders; those of products and SKUs can be seen nowhere."""


def observe(  # noqa: PLR0913, PLR0917 -- what is read, how, and where it goes
    source: Readable,
    manifests: Manifests,
    record: Record,
    how: Observe,
    now: datetime,
    heard: Callable[[int], None] = lambda _: None,
    room: Room = MEMORY,
) -> World:
    """Read what is wanted, and every order that a source is to be asked for. `heard` is told how many so far.

    What is seen lies in `room`.

    Raises `Broken` when not even the first page could be had, `Denied` when the target refuses us.
    """
    wanted = manifests.wanted_orders
    endpoints = frozenset(each.endpoint for each in manifests.sources.values() if each.asks_for)
    if how is Observe.GET_STATUS and not endpoints:
        return _ask(source, wanted, now, heard)
    curious = _to_be_inferred(manifests, record)
    if not wanted and not curious and not endpoints:
        return World(read_at=now)
    sought = _Sought(wanted, frozenset(manifests.orders), curious, endpoints)
    return _walk(source, sought, room.sights(manifests), now, heard)


@dataclass(frozen=True, slots=True)
class _Sought:
    """What somebody wants to know of the list."""

    wanted: AbstractSet[str]
    detailed: frozenset[str]
    curious: frozenset[Address]
    endpoints: frozenset[str | None]

    def wants(self, live: LiveOrder) -> bool:
        return live.external_id in self.wanted or live.endpoint in self.endpoints

    def misses_more(self, orders: int, found: Collection[str]) -> bool:
        """Tell whether so many more orders cannot be all that is to be found."""
        return bool(self.endpoints) or len(self.wanted) - len(found) > orders

    def seen_all(self, found: Collection[str]) -> bool:
        """Tell whether nothing more is to be found; who wants all orders of an endpoint reads to the end."""
        return not self.endpoints and len(found) == len(self.wanted)


def _to_be_inferred(manifests: Manifests, record: Record) -> frozenset[Address]:
    """Name the definitions of which the record says nothing and which an order may show in use."""
    return frozenset(
        where
        for where, manifest in manifests.definitions.items()
        if manifest.mode is Mode.MANAGED
        and where not in record.definitions
        and (where.kind != CUSTOM_FIELD or where.parts[0] in READABLE_ENTITIES)
    )


def _walk(
    source: Readable,
    sought: _Sought,
    found: Sights,
    now: datetime,
    heard: Callable[[int], None],
) -> World:
    used: set[Address] = set()
    found_by: list[int] = []
    before, broken, whole, largest = source.requests, "", False, 0
    try:
        for page in source.walk(sought.detailed, lambda orders: sought.misses_more(orders, found)):
            complete = sought.seen_all(found)
            used |= page.in_use
            _sort(page, sought, found)
            largest = max(largest, len(page.orders))
            if not complete:
                found_by.append(len(found))
            heard(len(found) + found.passed)
            if sought.seen_all(found) and sought.curious <= used:
                break
        else:
            whole = True
    except Broken as fault:
        if not found and not found.passed:
            raise
        broken = str(fault)
    return World(
        orders=found,
        whole=whole,
        broken=broken,
        seen=len(found) + found.passed,
        in_use=sought.curious & used,
        used=frozenset(used),
        requests=source.requests - before,
        found_by=tuple(found_by),
        largest=largest,
        read_at=now,
    )


def _sort(page: Page, sought: _Sought, found: Sights) -> None:
    """Keep of a page the orders that somebody wants, and count the others."""
    foresee((sought.wanted, found), [live.external_id for live in page.orders])
    for live in page.orders:
        if sought.wants(live):
            found.see_again(live)
        else:
            found.pass_by(live.external_id)
    for order, why in page.unread.items():
        if order in found:
            found.doubt(order, why)


def _ask(source: Readable, wanted: AbstractSet[str], now: datetime, heard: Callable[[int], None]) -> World:
    """Ask for one order after the other; lines are not read."""
    found: dict[str, Present[LiveOrder] | Unknown | Absent] = {}
    before = source.requests
    for count, order in enumerate(sorted(wanted), 1):
        found[order] = source.status(order)
        heard(count)
    present = {order: seen for order, seen in found.items() if not isinstance(seen, Absent)}
    unread = [seen.reason for seen in found.values() if isinstance(seen, Unknown)]
    if unread and len(unread) == len(found):
        raise Broken(unread[0])
    return World(
        orders=present,
        whole=True,
        broken=unread[0] if unread else "",
        seen=len(present),
        requests=source.requests - before,
        read_at=now,
        listed=False,
    )
