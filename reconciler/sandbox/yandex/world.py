"""A world of two markets: orders of a shop, and what Yandex Market knows of those that were sold there.

Cabinet 777, store 4242. The ids of the orders are the same on both sides, and so are `offerId` and the ids of
the lines. Every state that a follower has to deal with is there once. Made from a moment: the same moment
gives the same world, and everything in it changed within the last two weeks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reconciler.sandbox.times import stored_time
from reconciler.sandbox.yandex.order import BUSINESS, CAMPAIGN, usual_substatus

_FIRST = 900_001_001
_PRICES = {"kettle": 4590, "lamp": 2190, "phones": 8999, "mat": 1299, "beans": 1540, "case": 499}
_TOUCHPOINTS = ("website", "app", "website")
ALL = "DELIVERED_TO_BUYER"


@dataclass(frozen=True, slots=True)
class _Told:
    """What Yandex Market knows of an order: `units` by `offerId`, in the order of their count."""

    status: str
    substatus: str = ""
    units: Mapping[str, Mapping[str, int]] | None = None
    more: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Sold:
    """One order: its lines with their counts, the state that ours are in, and what the Market knows."""

    why: str
    lines: Mapping[str, int]
    ours: str | None
    """None: the shop does not know the order."""
    told: _Told | None
    """None: the Market does not."""


_ORDERS = (
    _Sold("just made", {"kettle": 1}, "new", _Told("PROCESSING", "STARTED")),
    _Sold("packed", {"lamp": 2, "case": 1}, "new", _Told("PROCESSING", "READY_TO_SHIP")),
    _Sold(
        "handed over",
        {"phones": 1},
        "processing",
        _Told("PROCESSING", "SHIPPED", {"phones": {"SHIPPED": 1}}),
    ),
    _Sold(
        "on its way",
        {"mat": 1, "beans": 3},
        "processing",
        _Told("DELIVERY", "", {"mat": {"SHIPPED": 1}, "beans": {"SHIPPED": 3}}),
    ),
    _Sold(
        "waiting at the pick-up point",
        {"kettle": 1, "case": 2},
        "delivering",
        _Told("PICKUP", "", {"kettle": {"SHIPPED": 1}, "case": {"SHIPPED": 2}}),
    ),
    _Sold("waiting, units unknown", {"lamp": 1}, "delivering", _Told("PICKUP", "READY_FOR_PICKUP")),
    _Sold("delivered", {"beans": 2}, "delivering", _Told("DELIVERED", "", {"beans": {ALL: 2}})),
    _Sold(
        "partly refused at the door",
        {"beans": 3, "lamp": 1},
        "delivering",
        _Told("DELIVERED", "", {"beans": {ALL: 2, "REJECTED": 1}, "lamp": {"REJECTED": 1}}),
    ),
    _Sold(
        "partly returned",
        {"mat": 1, "kettle": 1},
        "delivered",
        _Told("PARTIALLY_RETURNED", "", {"mat": {"RETURNED": 1}, "kettle": {ALL: 1}}),
    ),
    _Sold("partly returned, units unknown", {"case": 2}, "delivered", _Told("PARTIALLY_RETURNED")),
    _Sold("returned", {"phones": 1}, "delivered", _Told("RETURNED", "", {"phones": {"RETURNED": 1}})),
    _Sold("cancelled by the buyer", {"mat": 2}, "processing", _Told("CANCELLED", "USER_CHANGED_MIND")),
    _Sold(
        "never fetched",
        {"kettle": 1},
        "delivering",
        _Told("CANCELLED", "PICKUP_EXPIRED", {"kettle": {"REJECTED": 1}}),
    ),
    _Sold("a test order", {"case": 1}, "new", _Told("DELIVERED", more={"fake": True})),
    _Sold("unknown to the shop", {"lamp": 1}, None, _Told("DELIVERED", "", {"lamp": {ALL: 1}})),
    _Sold("in a state without a name", {"beans": 1}, "processing", _Told("AWAITING_DRONE", "DRONE_CHARGES")),
    _Sold("unknown to the Market", {"mat": 1}, "processing", None),
    _Sold("one thing on two lines", {"case": 1, "beans": 1}, "delivering", _Told("DELIVERY")),
    _Sold(
        "to be cancelled, says the buyer",
        {"phones": 1},
        "delivering",
        _Told("DELIVERY", more={"cancelRequested": True}),
    ),
    _Sold("as both sides say", {"kettle": 1}, "delivered", _Told("DELIVERED", "", {"kettle": {ALL: 1}})),
)
_TWICE = "one thing on two lines"


def market_world(now: datetime) -> dict[str, Any]:
    """Return both markets, in the form of a seed file."""
    sold = [*enumerate(_ORDERS)]
    known = [_ours(number, each, now) for number, each in sold if each.ours is not None]
    elsewhere = [_bought_elsewhere(number, now) for number in range(len(_TOUCHPOINTS))]
    theirs = [_theirs(number, each, each.told, now) for number, each in sold if each.told is not None]
    stores = [{"id": CAMPAIGN, "business": BUSINESS, "name": "Sandbox store"}]
    return {"data": [*known, *elsewhere], "yandex_market": {"stores": stores, "orders": theirs}}


def _ours(number: int, sold: _Sold, now: datetime) -> dict[str, Any]:
    ended = {"delivered": "delivered"}.get(sold.ours or "", "paid")
    return _order(f"{_FIRST + number}", "yandex", ended, sold.ours or "new", sold.lines, _made(number, now))


def _bought_elsewhere(number: int, now: datetime) -> dict[str, Any]:
    return _order(
        f"{100_001 + number}", _TOUCHPOINTS[number], "paid", "processing", {"lamp": 1}, _made(number, now)
    )


def _order(
    order_id: str, endpoint: str, status: str, line_status: str, lines: Mapping[str, int], made: datetime
) -> dict[str, Any]:
    return {
        "external_id": order_id,
        "matching": "profile_id",
        "profile_id": f"p-{order_id}",
        "endpoint": endpoint,
        "status": status,
        "delivery_cost": "0",
        "total_price": str(sum(_PRICES[offer] * count for offer, count in lines.items())),
        "currency": "RUB",
        "create_time": stored_time(made),
        "lines": [
            {
                "external_id": offer,
                "status": line_status,
                "product": offer,
                "base_price_per_item": str(_PRICES[offer]),
                "min_price_per_item": str(_PRICES[offer]),
                "final_price_per_item": str(_PRICES[offer]),
                "count": count,
            }
            for offer, count in lines.items()
        ],
    }


def _theirs(number: int, sold: _Sold, told: _Told, now: datetime) -> dict[str, Any]:
    items = [_item(place, offer, count, told) for place, (offer, count) in enumerate(sold.lines.items(), 1)]
    if sold.why == _TWICE:
        items.append({**items[0], "id": len(items) + 1})
    return {
        "orderId": _FIRST + number,
        "externalOrderId": f"shop-{number + 1:03d}",
        "campaignId": CAMPAIGN,
        "status": told.status,
        "substatus": told.substatus or usual_substatus(told.status),
        "creationDate": stored_time(_made(number, now)),
        "updateDate": stored_time(now - timedelta(hours=1 + 7 * number)),
        "items": items,
        **(told.more or {}),
    }


def _item(place: int, offer: str, count: int, told: _Told) -> dict[str, Any]:
    words = {
        "id": place,
        "offerId": offer,
        "offerName": f"A {offer}",
        "count": count,
        "price": _PRICES[offer],
    }
    units = (told.units or {}).get(offer)
    if units is None:
        return words
    return {**words, "itemStatuses": [{"status": state, "count": number} for state, number in units.items()]}


def _made(number: int, now: datetime) -> datetime:
    """Return when an order was made: one every 30 hours, the first a week ago."""
    return now.replace(microsecond=0) - timedelta(days=7, hours=30 * number)
