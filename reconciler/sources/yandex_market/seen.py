"""Seen: what is kept of an answer, the same for both versions of the API.

Only what tells the state of lines: no buyer, no address, no price. This is also what a file of kept answers
holds, so it stays small and plain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct


class Unit(Struct, frozen=True, array_like=True):
    """How many units of an item are in one state, in the Market's words."""

    status: str
    count: int | None
    """None where the answer held none."""


class Item(Struct, frozen=True, array_like=True):
    """One item of an order."""

    id: str
    offer: str
    """The seller's own id, `offerId`."""
    count: int | None
    units: tuple[Unit, ...] | None
    """None where nothing is known of single units."""
    complete: bool = True
    """False: units that are not counted are in the state of the order, as in v2."""


class Order(Struct, frozen=True, array_like=True):
    """One order."""

    id: str
    external: str
    """The id that the seller gave it, empty without one."""
    status: str
    substatus: str
    updated: datetime | None
    fake: bool
    cancel_requested: bool
    items: tuple[Item, ...]


class Quota(Struct, frozen=True):
    """What the server last said of its quota for one cabinet or store."""

    entity: str
    limit: int
    left: int
    until: datetime | None


class Seen(Struct, frozen=True, kw_only=True):
    """One answer to all that was asked."""

    orders: tuple[Order, ...]
    read_at: datetime
    asked: frozenset[str] | None = None
    """The ids that were asked for; None: whatever changed lately."""
    requests: int = 0
    repeated_tokens: int = 0
    """How many lists were left because their token for the next page came again."""


def newest(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Leave one report of each order: lists shift while they are read, so one may come twice."""
    kept: dict[str, Order] = {}
    for order in orders:
        before = kept.get(order.id)
        if before is None or _moment(order) > _moment(before):
            kept[order.id] = order
    return tuple(kept.values())


def told(quotas: Mapping[str, Quota]) -> str:
    """Say what is left of each quota, empty where the server said nothing."""
    return "; ".join(_told(quotas[entity]) for entity in sorted(quotas))


def _told(quota: Quota) -> str:
    until = f" until {quota.until:%H:%M} UTC" if quota.until is not None else ""
    used = quota.limit - quota.left
    return f"{quota.entity}: {used:,} of {quota.limit:,} requests used, {quota.left:,} left{until}"


def _moment(order: Order) -> float:
    return float("-inf") if order.updated is None else order.updated.timestamp()
