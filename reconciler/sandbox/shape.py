"""How an order looks in orders/list: the documented answer, bent by the switches. Pure."""

from typing import Any

from reconciler.sandbox.amounts import shown_amount
from reconciler.sandbox.field_values import Fields, shown_values
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.times import shown_time
from reconciler.sandbox.values import Line, Order

_PROFILE_ID = 24


def listed_order(order: Order, fields: Fields, how: Behaviour) -> dict[str, Any]:
    """Write an order as orders/list shows it; by default amounts are times 100 and lines have no status."""
    amounts, times = how["amounts"], how["time_format"]
    null_delivery = how["empty_keys"] == "null" and not order.delivery_cost
    tags = sorted(set(order.tags)) if how["tags"] == "sorted" else list(order.tags)
    shown: dict[str, Any] = {}
    if order.profile is not None:
        shown["profile"] = {"profile_id": order.profile[:_PROFILE_ID], "xxh": order.profile[_PROFILE_ID:]}
    shown["external_id"] = order.external_id
    shown["endpoint"] = order.endpoint
    _put(shown, "tags", tags, [], how)
    shown["status"] = order.status
    shown["delivery_cost"] = None if null_delivery else shown_amount(order.delivery_cost, amounts)
    shown["total_price"] = shown_amount(order.total_price, amounts)
    shown["currency"] = order.currency
    _put_values(shown, "order", order.custom_fields, fields, how)
    _put(shown, "region", order.region, "", how)
    shown["lines"] = [_listed_line(line, order.currency, fields, how) for line in order.lines]
    shown["create_time"] = shown_time(order.create_time, times)
    shown["update_time"] = shown_time(order.update_time, times)
    if how["extra_keys"] == "yes":
        shown["final_total_price"] = shown_amount(order.total_price, amounts)
        shown["loyalty"] = {"points": 0, "promotions": []}
    return shown


def _listed_line(line: Line, currency: str, fields: Fields, how: Behaviour) -> dict[str, Any]:
    amounts = how["amounts"]
    key = line.reference_key if how["sku_lines"] == "sku" else "product"
    shown: dict[str, Any] = {"external_id": line.external_id}
    if how["line_status"] == "shown":
        shown["status"] = line.status
    shown[key] = line.reference
    shown["base_price_per_item"] = shown_amount(line.base or 0, amounts)
    if line.minimum or how["min_price_zero"] == "zero":
        shown["min_price_per_item"] = shown_amount(line.minimum or 0, amounts)
    shown["final_price_per_item"] = shown_amount(line.final or 0, amounts)
    shown["count"] = line.count
    _put_values(shown, "line_order", line.custom_fields, fields, how)
    shown["currency"] = currency
    if how["extra_keys"] == "yes":
        shown["discounts"] = []
    return shown


def _put_values(shown: dict[str, Any], entity_type: str, values: Any, fields: Fields, how: Behaviour) -> None:
    written = shown_values(entity_type, values, fields, how["field_values"])
    shown["custom_fields"] = None if not written and how["empty_keys"] == "null" else written


def _put(shown: dict[str, Any], key: str, value: object, empty: object, how: Behaviour) -> None:
    if value:
        shown[key] = value
    elif how["empty_keys"] != "absent":
        shown[key] = empty if how["empty_keys"] == "empty" else None
