"""Observation: what the target showed in this run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from reconciler.model.address import Address
from reconciler.model.evidence import Absent, Present, Unknown


class LiveOrder(NamedTuple):
    """One order as the target shows it: a tuple, for one is made of each order of a long list.

    `lines` maps each line id to the status shown, None where the line is listed without one (A9); it is None
    itself when lines were not read at all. `detail` holds the answer's own keys and is kept only for orders
    that are compared in full.
    """

    external_id: str
    endpoint: str | None = None
    status: str | None = None
    updated: datetime | None = None
    """The order's update_time in UTC, None when it was not read or not understood."""
    lines: Mapping[str, str | None] | None = None
    detail: Mapping[str, Any] | None = None


def later(before: Present[LiveOrder] | Unknown | None, live: LiveOrder) -> Present[LiveOrder] | Unknown:
    """Take the later sight of an order (A8), unless it is another order of the same id (A13)."""
    if isinstance(before, Unknown):
        return before
    if before is not None and before.state.endpoint != live.endpoint:
        places = " and ".join(sorted({str(before.state.endpoint), str(live.endpoint)}))
        return Unknown(f"the target shows two orders of this id, at {places}")
    return Present(live)


OrderObservation = Present[LiveOrder] | Absent | Unknown


@dataclass(frozen=True, slots=True)
class World:
    """What one observation of the target gave, reduced to what somebody wanted to know."""

    orders: Mapping[str, Present[LiveOrder] | Unknown] = field(default_factory=dict)
    whole: bool = False
    """True when everything that could show a wanted order was read: only then is what was not seen absent."""
    broken: str = ""
    """Why the reading ended early against our will, empty when it did not."""
    seen: int = 0
    """Distinct orders in the part of the list that was read."""
    in_use: frozenset[Address] = frozenset()
    """Fields and line statuses that somebody wondered about and that were seen on some order."""
    used: frozenset[Address] = frozenset()
    """All of them that were seen on the orders that were read, wondered about or not."""
    requests: int = 0
    in_parts: bool = False
    """True when the lists of single touchpoints were read, before all of it if need be."""
    found_by: tuple[int, ...] = ()
    """How many of `orders` had been seen after each page of the list, until all that was wanted were."""
    asked_by: tuple[int, ...] = ()
    """How many requests each of these pages, with all before it, takes where all goes well."""
    largest: int = 0
    """How many orders the page with the most of them showed."""
    listed: bool = True
    """False: each wanted order was asked for by itself, so nothing is known of the others."""
    read_at: datetime | None = None

    def of(self, order: str) -> OrderObservation:
        """Tell what is known of an order; what was not seen is absent only when everything was read."""
        found = self.orders.get(order)
        if found is not None:
            return found
        if self.whole:
            return Absent()
        return Unknown(self.broken or "the list was not read to its end")
