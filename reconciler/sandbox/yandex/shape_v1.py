"""How an order looks in v1: amounts for all units of a line, moments with an offset, a ledger of units."""

from typing import Any

from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.yandex import people
from reconciler.sandbox.yandex.bending import bent, put_array, put_extra, put_units, put_update
from reconciler.sandbox.yandex.moments import v1_day, v1_moment
from reconciler.sandbox.yandex.order import Item, MarketOrder

CURRENCY = "RUR"
DELIVERY_SERVICE = 1003937


def v1_order(stored: MarketOrder, how: Behaviour) -> dict[str, Any]:
    """Write an order as a list of v1 shows it."""
    order = bent(stored, how)
    words: dict[str, Any] = {
        "orderId": order.id,
        "campaignId": order.campaign,
        "programType": order.program,
        "status": order.status,
        "substatus": order.substatus,
        "creationDate": v1_moment(order.created, how["yandex_dates"]),
        "paymentType": "PREPAID",
        "paymentMethod": "YANDEX",
        "fake": order.fake,
        "items": [_item(item, how) for item in order.items],
        "prices": {"payment": _amount(sum(item.price * item.count for item in order.items))},
        "delivery": _delivery(order, how),
        "buyerType": "PERSON",
        "notes": people.notes(order),
        "cancelRequested": order.cancel_requested,
        "sourcePlatform": "MARKET",
    }
    put_update(words, "updateDate", v1_moment(order.updated, how["yandex_dates"]), how)
    if order.external is not None:
        words["externalOrderId"] = order.external
    if how["yandex_items"] == "absent":
        del words["items"]
    return put_extra(words, how)


def _item(item: Item, how: Behaviour) -> dict[str, Any]:
    words: dict[str, Any] = {
        "id": item.id,
        "offerId": item.offer_id,
        "offerName": item.name,
        "count": item.count,
        "prices": {"payment": _amount(item.price * item.count), "vat": "VAT_20"},
    }
    counted = [{"status": status, "count": count} for status, count in (item.units or {}).items()]
    put_units(words, "itemStatuses", None if item.units is None else counted, how)
    put_array(words, "instances", [], how, {"countryCode": "RU"})
    put_array(words, "requiredInstanceTypes", [], how, "CIS_OPTIONAL")
    put_array(words, "tags", [], how, "SAFE_TAG")
    return put_extra(words, how)


def _delivery(order: MarketOrder, how: Behaviour) -> dict[str, Any]:
    to_point = order.status == "PICKUP" or order.id % 2 == 0
    place = {"address": people.address(order), "region": people.region()}
    words: dict[str, Any] = {
        "type": "PICKUP" if to_point else "DELIVERY",
        "serviceName": "Market delivery",
        "deliveryServiceId": DELIVERY_SERVICE,
        "deliveryPartnerType": "YANDEX_MARKET",
        "dates": {"fromDate": v1_day(order.created, 2), "toDate": v1_day(order.created, 4)},
        "shipment": {"id": order.id * 10, "shipmentDate": v1_day(order.created, 1)},
        "transfer": {"courier": people.courier(order)},
        "estimated": False,
        **({"pickup": {**place, "logisticPointId": 55}} if to_point else {"courier": place}),
    }
    put_array(words, "boxesLayout", [], how)
    put_array(words, "tracks", [], how, {"trackCode": "T-1", "deliveryServiceId": DELIVERY_SERVICE})
    return words


def _amount(roubles: int) -> dict[str, Any]:
    return {"value": roubles, "currencyId": CURRENCY}
