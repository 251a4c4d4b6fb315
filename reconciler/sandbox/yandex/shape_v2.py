"""How an order looks in v2: amounts of one unit, Moscow times without an offset, and a buyer.

Of units only those that did not stay with the buyer are counted (`details`), and of these only two states.
"""

from typing import Any

from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.yandex import people
from reconciler.sandbox.yandex.bending import (
    UNKNOWN_UNIT,
    bent,
    put_array,
    put_extra,
    put_units,
    put_update,
)
from reconciler.sandbox.yandex.moments import v2_day, v2_moment
from reconciler.sandbox.yandex.order import Item, MarketOrder
from reconciler.sandbox.yandex.shape_v1 import CURRENCY, DELIVERY_SERVICE

COUNTED = ("REJECTED", "RETURNED", UNKNOWN_UNIT)
"""States of units that `details` counts."""


def v2_order(stored: MarketOrder, how: Behaviour) -> dict[str, Any]:
    """Write an order as v2 shows it."""
    order = bent(stored, how)
    total = sum(item.price * item.count for item in order.items)
    words: dict[str, Any] = {
        "id": order.id,
        "status": order.status,
        "substatus": order.substatus,
        "creationDate": v2_moment(order.created),
        "currency": CURRENCY,
        "itemsTotal": total,
        "deliveryTotal": 0,
        "buyerItemsTotalBeforeDiscount": total,
        "paymentType": "PREPAID",
        "paymentMethod": "YANDEX",
        "fake": order.fake,
        "items": [_item(item, order.updated, how) for item in order.items],
        "delivery": _delivery(order, how),
        "buyer": people.buyer(order),
        "notes": people.notes(order),
        "taxSystem": "OSN",
        "cancelRequested": order.cancel_requested,
    }
    put_update(words, "updatedAt", v2_moment(order.updated), how)
    put_array(words, "subsidies", [], how, {"type": "SUBSIDY", "amount": 10})
    if order.external is not None:
        words["externalOrderId"] = order.external
    if how["yandex_items"] == "absent":
        del words["items"]
    return put_extra(words, how)


def _item(item: Item, updated: str, how: Behaviour) -> dict[str, Any]:
    words: dict[str, Any] = {
        "id": item.id,
        "offerId": item.offer_id,
        "offerName": item.name,
        "price": item.price,
        "buyerPrice": item.price,
        "buyerPriceBeforeDiscount": item.price,
        "count": item.count,
        "vat": "VAT_20",
        "shopSku": item.offer_id,
    }
    details = [
        {"itemCount": count, "itemStatus": status, "updateDate": v2_day(updated)}
        for status, count in (item.units or {}).items()
        if status in COUNTED
    ]
    put_units(words, "details", details, how)
    put_array(words, "promos", [], how, {"type": "MARKET_PROMOCODE", "subsidy": 10})
    put_array(words, "instances", [], how, {"countryCode": "RU"})
    put_array(words, "subsidies", [], how, {"type": "SUBSIDY", "amount": 10})
    put_array(words, "requiredInstanceTypes", [], how, "CIS_OPTIONAL")
    put_array(words, "tags", [], how, "SAFE_TAG")
    return put_extra(words, how)


def _delivery(order: MarketOrder, how: Behaviour) -> dict[str, Any]:
    words: dict[str, Any] = {
        "type": "PICKUP" if order.status == "PICKUP" or order.id % 2 == 0 else "DELIVERY",
        "serviceName": "Market delivery",
        "deliveryPartnerType": "YANDEX_MARKET",
        "deliveryServiceId": DELIVERY_SERVICE,
        "dates": {"fromDate": v2_day(order.created, 2), "toDate": v2_day(order.created, 4)},
        "region": people.region(),
        "address": {
            **people.address(order),
            "recipient": "Kanareykina Canarina",
            "phone": people.telephone(order),
        },
        "courier": people.courier(order),
        "estimated": False,
    }
    put_array(words, "tracks", [], how, {"trackCode": "T-1", "deliveryServiceId": DELIVERY_SERVICE})
    put_array(words, "shipments", [], how, {"shipmentDate": v2_day(order.created, 1)})
    return words
