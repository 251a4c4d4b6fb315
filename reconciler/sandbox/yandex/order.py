"""An order of Yandex Market as it is stored, and the words in which it is put in and handed out.

The words are those of v1 of the API: `orderId`, `updateDate`, `items` with `offerId` and `itemStatuses`. Only
what tells the state of an order is stored. What the API sends besides, buyers and addresses above all, is
made up from the order's number when it is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from reconciler.sandbox.checks import a_bool, a_list, a_string, an_int, an_object, required
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.times import parse_time, stored_time

BUSINESS = 777
"""The cabinet of a store that nothing else is said about."""
CAMPAIGN = 4242
"""The store of an order that names none."""
PROGRAMS = ("FBY", "FBS", "DBS", "EXPRESS", "LAAS")
STATUSES = (
    "PLACING",
    "RESERVED",
    "UNPAID",
    "PROCESSING",
    "DELIVERY",
    "PICKUP",
    "DELIVERED",
    "CANCELLED",
    "PENDING",
    "PARTIALLY_RETURNED",
    "RETURNED",
    "UNKNOWN",
)
"""The documented ones; an order may be stored in any other."""
USUAL_SUBSTATUSES: Mapping[str, str] = {
    "PLACING": "ASYNC_PROCESSING",
    "RESERVED": "WAITING_USER_INPUT",
    "UNPAID": "AWAIT_PAYMENT",
    "PENDING": "AWAIT_CONFIRMATION",
    "PROCESSING": "STARTED",
    "DELIVERY": "DELIVERY_SERVICE_RECEIVED",
    "PICKUP": "PICKUP_SERVICE_RECEIVED",
    "DELIVERED": "DELIVERY_SERVICE_DELIVERED",
    "CANCELLED": "USER_CHANGED_MIND",
}
"""What stands beside a status when nobody says; beside any other UNKNOWN."""
_BIGGEST = 2**63 - 1
_ORDER_KEYS = {
    "orderId",
    "campaignId",
    "externalOrderId",
    "status",
    "substatus",
    "creationDate",
    "updateDate",
    "programType",
    "fake",
    "cancelRequested",
    "items",
}
_ITEM_KEYS = {"id", "offerId", "offerName", "count", "price", "itemStatuses"}


@dataclass(frozen=True, slots=True)
class Item:
    """One item; `units` counts its units by state, None where nothing is known of single units."""

    id: int
    offer_id: str
    name: str
    count: int
    price: int = 1000
    """Of one unit, in roubles."""
    units: Mapping[str, int] | None = None

    def as_words(self) -> dict[str, Any]:
        """Write the item as it is put in."""
        words: dict[str, Any] = {
            "id": self.id,
            "offerId": self.offer_id,
            "offerName": self.name,
            "count": self.count,
            "price": self.price,
        }
        if self.units is not None:
            words["itemStatuses"] = [
                {"status": status, "count": count} for status, count in self.units.items()
            ]
        return words


@dataclass(frozen=True, slots=True)
class MarketOrder:
    """One order; times are in the stored form of `times.py`."""

    id: int
    campaign: int
    status: str
    substatus: str
    created: str
    updated: str
    items: tuple[Item, ...]
    external: str | None = None
    program: str = "FBS"
    fake: bool = False
    cancel_requested: bool = False

    def as_words(self) -> dict[str, Any]:
        """Write the order as it is put in; `order_of` reads it again."""
        external = {} if self.external is None else {"externalOrderId": self.external}
        return {
            "orderId": self.id,
            "campaignId": self.campaign,
            "programType": self.program,
            **external,
            "status": self.status,
            "substatus": self.substatus,
            "creationDate": self.created,
            "updateDate": self.updated,
            "fake": self.fake,
            "cancelRequested": self.cancel_requested,
            "items": [item.as_words() for item in self.items],
        }

    def as_json(self) -> dict[str, Any]:
        """Write the order for the file; `from_json` reads it again."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "MarketOrder":
        """Read what `as_json` wrote."""
        return cls(**{**stored, "items": tuple(Item(**item) for item in stored["items"])})


def order_of(words: Mapping[str, Any], now: datetime) -> MarketOrder:
    """Read an order; all but `orderId` and `items` may be left out. Raises ValueError naming the order."""
    try:
        return _order(an_object(words, "order"), now)
    except Refusal as refusal:
        raise ValueError(f"order {words.get('orderId')!r} of Yandex Market: {refusal.text}") from None


def units_of(value: object, key: str) -> dict[str, int]:
    """Read `[{status, count}]`, or the same as a mapping. Raises Refusal."""
    if isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        entries = [an_object(entry, key) for entry in a_list(value, key)]
        pairs = [(required(entry, "status"), required(entry, "count")) for entry in entries]
    units: dict[str, int] = {}
    for status, count in pairs:
        name = a_string(status, f"{key}.status")
        units[name] = units.get(name, 0) + a_count(count, f"{key}.count")
    return units


def a_count(value: object, key: str) -> int:
    """Return a number of units, which may be none. Raises Refusal."""
    count = an_int(value, key)
    if count < 0:
        raise Refusal(f"{key}: must not be negative")
    return count


def an_id(value: object, key: str) -> int:
    """Return a number of the Market's: from 1, in 64 bits. Raises Refusal."""
    number = an_int(value, key)
    if not 1 <= number <= _BIGGEST:
        raise Refusal(f"{key}: must be a positive 64-bit number")
    return number


def _order(words: Mapping[str, Any], now: datetime) -> MarketOrder:
    _only(words, _ORDER_KEYS)
    status = a_string(words.get("status", "PROCESSING"), "status")
    created = _time(words, "creationDate") or stored_time(now)
    items = tuple(
        _item(value, number) for number, value in enumerate(a_list(required(words, "items"), "items"), 1)
    )
    if len({item.id for item in items}) < len(items):
        raise Refusal("items: two of them have the same id")
    external = words.get("externalOrderId")
    return MarketOrder(
        id=an_id(required(words, "orderId"), "orderId"),
        campaign=an_id(words.get("campaignId", CAMPAIGN), "campaignId"),
        status=status,
        substatus=a_string(words.get("substatus", usual_substatus(status)), "substatus"),
        created=created,
        updated=_time(words, "updateDate") or created,
        items=items,
        external=None if external is None else a_string(external, "externalOrderId"),
        program=one_of(words.get("programType", "FBS"), "programType", PROGRAMS),
        fake=a_bool(words.get("fake", False), "fake"),
        cancel_requested=a_bool(words.get("cancelRequested", False), "cancelRequested"),
    )


def usual_substatus(status: str) -> str:
    """Return what usually stands beside a status."""
    return USUAL_SUBSTATUSES.get(status, "UNKNOWN")


def _item(value: object, number: int) -> Item:
    words = an_object(value, f"items[{number - 1}]")
    _only(words, _ITEM_KEYS)
    offer = a_string(required(words, "offerId"), "offerId")
    units = words.get("itemStatuses")
    return Item(
        id=an_id(words.get("id", number), "id"),
        offer_id=offer,
        name=a_string(words.get("offerName", f"Goods {offer}"), "offerName"),
        count=a_count(words.get("count", 1), "count"),
        price=a_count(words.get("price", 1000), "price"),
        units=None if units is None else units_of(units, "itemStatuses"),
    )


def _time(words: Mapping[str, Any], key: str) -> str | None:
    value = words.get(key)
    if value is None or isinstance(value, datetime):
        return None if value is None else stored_time(value)
    return parse_time(a_string(value, key), key)


def one_of(value: object, key: str, allowed: Sequence[str]) -> str:
    """Return one of the `allowed` words. Raises Refusal."""
    word = a_string(value, key)
    if word not in allowed:
        raise Refusal(f"{key}: must be one of {', '.join(allowed)}")
    return word


def _only(words: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(words.keys() - known):
        raise Refusal(f"there is no key {unknown[0]!r}")
