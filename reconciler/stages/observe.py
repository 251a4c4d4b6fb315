"""observe: what the target shows of what is wanted.

The list of orders is the only place where lines can be seen, and it has no filter by order, so it is walked
and left as soon as everything that somebody wanted to know was seen. What a broken walk did not reach stays
unknown; only a walk that came to the end of the whole list can say that something is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from reconciler.model.address import CUSTOM_FIELD, Address
from reconciler.model.evidence import Absent, Present, Unknown
from reconciler.model.ids import Either, foresee
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

    wanted: Either
    detailed: frozenset[str]
    curious: frozenset[Address]
    endpoints: frozenset[str | None]

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
    """Read the lists of single touchpoints, where some are named, and the whole one if more is wanted."""
    reading = _Reading(sought, found, heard)
    before, broken, whole, in_parts = source.requests, "", False, False
    try:
        if not sought.endpoints:  # all orders of one are wanted: only the whole list surely shows them
            reading.read(source.walk_touchpoints(sought.detailed, reading.goes_on))
            in_parts = bool(reading.pages)
        if not in_parts or not reading.is_done:
            whole = reading.read(source.walk(sought.detailed, reading.goes_on))
    except Broken as fault:
        if not found and not found.passed:
            raise
        broken = str(fault)
    return World(
        orders=found,
        whole=whole,
        broken=broken,
        seen=len(found) + found.passed,
        in_use=sought.curious & reading.used,
        used=frozenset(reading.used),
        requests=source.requests - before,
        in_parts=in_parts,
        found_by=tuple(reading.found_by),
        asked_by=tuple(reading.asked_by),
        largest=reading.largest,
        read_at=now,
    )


@dataclass(slots=True)
class _Reading:
    """What came of the pages that were read so far."""

    sought: _Sought
    found: Sights
    heard: Callable[[int], None]
    pages: int = 0
    used: set[Address] = field(default_factory=set)
    found_by: list[int] = field(default_factory=list)
    asked_by: list[int] = field(default_factory=list)
    largest: int = 0
    _requests: int = 0

    def goes_on(self, orders: int) -> bool:
        """Tell whether a list is surely read on, if its next page holds so many orders."""
        return self.sought.misses_more(orders, self.found)

    @property
    def is_done(self) -> bool:
        """Tell whether nothing more is to be found."""
        return self.sought.seen_all(self.found) and self.sought.curious <= self.used

    def read(self, pages: Iterable[Page]) -> bool:
        """Read pages until nothing more is to be found; tells whether all of them were read."""
        for page in pages:
            complete = self.sought.seen_all(self.found)
            self.used |= page.in_use
            _sort(page, self.sought, self.found)
            self.pages += 1
            self.largest = max(self.largest, ceil(len(page.orders) / page.requests))
            self._requests += page.requests
            if not complete:
                self.found_by.append(len(self.found))
                self.asked_by.append(self._requests)
            self.heard(len(self.found) + self.found.passed)
            if self.is_done:
                return False
        return True


def _sort(page: Page, sought: _Sought, found: Sights) -> None:
    """Keep of a page the orders that somebody wants, and count the others."""
    orders = [live.external_id for live in page.orders]
    foresee((sought.wanted, found), orders)
    asked, wanted = sought.wanted.among(orders), []
    for live in page.orders:
        if live.external_id in asked or live.endpoint in sought.endpoints:
            wanted.append(live)
        else:
            found.pass_by(live.external_id)
    found.see_all_again(wanted)
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
