"""The direct door to the orders of Yandex Market: for tests, seeds and demonstrations, past the API.

Here orders are put in and live on; the API only shows them. What is read here is the whole truth, whatever
the switches make the API say.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.shelf import Shelf
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.times import moved_on, stored_time
from reconciler.sandbox.yandex.access import AVAILABILITIES, OPEN
from reconciler.sandbox.yandex.order import (
    BUSINESS,
    CAMPAIGN,
    Item,
    MarketOrder,
    a_count,
    an_id,
    one_of,
    order_of,
    units_of,
    usual_substatus,
)
from reconciler.sandbox.yandex.shelf import ALTERNATING, FIRST_STORE, Store, YandexShelf

Units = str | Mapping[str, int]
"""One state for all units of an item, or a count of units by state."""
_LAGS = {"none": 0, "1": 1, "3": 3, "alternating": ALTERNATING}


@dataclass(frozen=True, slots=True)
class YandexRequest:
    """One request in the log. It holds no key and nothing about a buyer."""

    at: str
    method: str
    entity: str
    """The cabinet or the store."""
    asked: Any
    """The body of a search; the order's id, as text, of a single question."""
    shown: tuple[int, ...]
    """The orders of the answer."""
    status: int
    """The HTTP status."""
    fault: str | None


class Building(Protocol):
    """What a cabinet stands in: a market's file, its clock and its behaviour."""

    now: Callable[[], datetime]

    def behaviour(self, shelf: Shelf) -> Behaviour:
        """Tell how the server behaves just now."""
        ...

    def shelf(self, *, create: bool = True) -> AbstractContextManager[Shelf]:
        """Hold one transaction; without `create` no file is made."""
        ...


class Cabinet:
    """The orders and stores of Yandex Market in one market's file."""

    def __init__(self, market: Building) -> None:
        self._market = market

    def orders(self) -> list[dict[str, Any]]:
        """Return every order in the words of `put`, by number."""
        with self._shelf(create=False) as shelf:
            return [order.as_words() for order in shelf.orders()]

    def order(self, number: int) -> dict[str, Any]:
        """Return one order as `orders` does. Raises KeyError."""
        with self._shelf(create=False) as shelf:
            return _found(shelf, number).as_words()

    def put(self, order: Mapping[str, Any]) -> None:
        """Store one order, over one of the same number. Raises ValueError."""
        self.put_all((order,))

    def put_all(
        self, orders: Iterable[Mapping[str, Any]], *, stores: Iterable[Mapping[str, Any]] = ()
    ) -> int:
        """Store stores and orders in one transaction, and return the number of orders.

        An order needs `orderId` and `items` with an `offerId` each; what is left out is made up, and is the
        same each time but for the moments. Raises ValueError, and then nothing is stored.
        """
        with self._shelf() as shelf:
            return put_into(shelf, self._market.now(), orders, stores)

    def progress(  # noqa: PLR0913 -- everything about an order that may move
        self,
        number: int,
        status: str | None = None,
        substatus: str | None = None,
        *,
        units: str | Mapping[str, Units] | None = None,
        counts: Mapping[str, int] | None = None,
        cancel_requested: bool | None = None,
        at: datetime | None = None,
    ) -> None:
        """Move an order on, as the Market does, at `at` or now.

        `units` is one state for all, or by `offerId` one state or a count by state; `counts` are new numbers
        of units by `offerId`. A new status without a substatus gets the usual one. `updateDate` moves, by a
        second at least, unless the switch Y12 says otherwise. Raises KeyError for an unknown order or item,
        ValueError for a wrong value.
        """
        with self._shelf() as shelf:
            before = _found(shelf, number)
            try:
                items = _moved(before, units, counts or {})
            except Refusal as refusal:
                raise ValueError(f"order {number} of Yandex Market: {refusal.text}") from None
            after = replace(
                before,
                status=before.status if status is None else status,
                substatus=_substatus(before, status, substatus),
                items=items,
                cancel_requested=before.cancel_requested if cancel_requested is None else cancel_requested,
            )
            how = self._market.behaviour(Shelf(shelf.connection))
            units_only = status is None and substatus is None and cancel_requested is None
            if not (units_only and how["yandex_update_moves"] == "not_for_units"):
                moment = self._market.now() if at is None else at
                updated = stored_time(moment) if at is not None else moved_on(moment, before.updated)
                after = replace(after, updated=updated)
            shelf.put_order(after, lag=_LAGS[how["yandex_read_lag"]])

    def remove(self, number: int) -> None:
        """Remove one order. Raises KeyError."""
        with self._shelf() as shelf:
            if not shelf.remove_order(number):
                raise KeyError(number)

    def stores(self) -> list[dict[str, Any]]:
        """Return every store; one is there when none was put in."""
        with self._shelf(create=False) as shelf:
            return [_as_words(store) for store in shelf.stores()]

    def put_store(
        self, campaign: int, business: int = BUSINESS, *, name: str = "", availability: str = OPEN
    ) -> None:
        """Store a store of a cabinet, over one of the same id. Raises ValueError."""
        words = {"id": campaign, "business": business, "name": name, "apiAvailability": availability}
        self.put_all((), stores=(words,))

    def requests(self) -> list[YandexRequest]:
        """Return the log of requests, the oldest first. Without a file nothing is logged."""
        with self._shelf(create=False) as shelf:
            return [
                YandexRequest(
                    at, each.method, each.entity, each.asked, tuple(each.shown), each.status, each.fault
                )
                for at, each in shelf.requests()
            ]

    @contextmanager
    def _shelf(self, *, create: bool = True) -> Iterator[YandexShelf]:
        with self._market.shelf(create=create) as shelf:
            yield YandexShelf(shelf.connection)


def put_into(
    shelf: YandexShelf,
    now: datetime,
    orders: Iterable[Mapping[str, Any]],
    stores: Iterable[Mapping[str, Any]],
) -> int:
    """Store stores and orders within a transaction, as `Cabinet.put_all` does."""
    count = 0
    for words in stores:
        shelf.put_store(_store(words))
    for words in orders:
        order = order_of(words, now)
        _see_to_store(shelf, order)
        shelf.put_order(order)
        count += 1
    return count


def _found(shelf: YandexShelf, number: int) -> MarketOrder:
    order = shelf.order(number)
    if order is None:
        raise KeyError(number)
    return order


def _see_to_store(shelf: YandexShelf, order: MarketOrder) -> None:
    """Make the first store real when an order is put into it. Raises ValueError for an unknown store."""
    if all(store.campaign != order.campaign for store in shelf.stores()):
        raise ValueError(f"order {order.id} of Yandex Market: there is no store {order.campaign}")
    if order.campaign == CAMPAIGN:
        shelf.keep_store(FIRST_STORE)


def _store(words: Mapping[str, Any]) -> Store:
    campaign, business = words.get("id"), words.get("business", BUSINESS)
    name, availability = words.get("name") or f"Store {campaign}", words.get("apiAvailability", OPEN)
    try:
        open_how = one_of(availability, "apiAvailability", AVAILABILITIES)
        return Store(an_id(campaign, "id"), an_id(business, "business"), str(name), open_how)
    except Refusal as refusal:
        raise ValueError(f"store {campaign!r} of Yandex Market: {refusal.text}") from None


def _as_words(store: Store) -> dict[str, Any]:
    return {
        "id": store.campaign,
        "business": store.business,
        "name": store.name,
        "apiAvailability": store.availability,
    }


def _substatus(before: MarketOrder, status: str | None, substatus: str | None) -> str:
    if substatus is not None:
        return substatus
    return before.substatus if status in (None, before.status) else usual_substatus(status or "")


def _moved(
    before: MarketOrder, units: str | Mapping[str, Units] | None, counts: Mapping[str, int]
) -> tuple[Item, ...]:
    offers = {item.offer_id for item in before.items}
    by_offer: Mapping[str, Any]
    by_offer = dict.fromkeys(offers, units) if isinstance(units, str) else dict(units or {})
    for offer in (*by_offer, *counts):
        if offer not in offers:
            raise KeyError(offer)
    items = [
        replace(item, count=a_count(counts.get(item.offer_id, item.count), "count")) for item in before.items
    ]
    return tuple(
        replace(item, units=_counted(by_offer[item.offer_id], item.count))
        if item.offer_id in by_offer
        else item
        for item in items
    )


def _counted(units: Units, count: int) -> dict[str, int]:
    return {units: count} if isinstance(units, str) else units_of(units, "units")
