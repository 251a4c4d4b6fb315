"""orders/import: definitions first, then the orders, one by one.

Each order succeeds or fails alone, and its result says which; what fails the whole request is undone by the
caller.
"""

from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.call import HIDDEN_TOUCHPOINT, Call
from reconciler.sandbox.checks import Json, a_bool, a_list, required
from reconciler.sandbox.definitions import define_fields, define_line_statuses
from reconciler.sandbox.merge import World, merged
from reconciler.sandbox.refusal import FORBIDDEN, TARIFF, Refusal
from reconciler.sandbox.sent import Sent, parse_order
from reconciler.sandbox.shelf import Shelf
from reconciler.sandbox.values import Order


@dataclass(frozen=True, slots=True)
class _Item:
    """What became of one order of the request."""

    order_id: str | None
    refusal: Refusal | None

    def as_json(self, item_error_text: str) -> dict[str, Any]:
        named = {} if self.order_id is None else {"external_id": self.order_id}
        if self.refusal is None:
            return {"error": 0, **named}
        text = {"error_text": self.refusal.text} if item_error_text == "yes" else {}
        return {"error": self.refusal.code, **text, **named}


def orders_import(call: Call, shelf: Shelf) -> dict[str, Any]:
    """Carry out an import. Raises Refusal when the request fails as a whole."""
    how, body = call.how, call.body
    data = a_list(required(body, "data"), "data")
    skip = a_bool(_optional(body, "skip_triggers", absent=False), "skip_triggers")
    fields = a_list(_optional(body, "custom_fields", absent=()), "custom_fields")
    statuses = a_list(_optional(body, "custom_line_statuses", absent=()), "custom_line_statuses")
    if how["tariff"] == "used_up":
        raise Refusal("the tariff's limit is used up", TARIFF)
    if how["batch_limit"] != "none" and len(data) > int(how["batch_limit"]):
        raise Refusal(f"data: must not hold more than {how['batch_limit']} orders")
    if not data and how["empty_data"] == "rejected":
        raise Refusal("data: must hold at least one order")
    if data or how["empty_data"] == "accepted":
        define_fields(fields, shelf, how)
        define_line_statuses(statuses, shelf, how)
    world = World(how, call.now, shelf.fields(), shelf.status_types(), shelf.known)
    fires = not skip or how["skip_triggers"] == "ignored"
    items = [_attempt(value, number, call, shelf, world, fires=fires) for number, value in enumerate(data)]
    return _answer(items, how["import_result"], how["item_error_text"])


def _optional(body: Json, key: str, *, absent: object) -> object:
    value = body.get(key)
    return absent if value is None else value


def _attempt(value: object, number: int, call: Call, shelf: Shelf, world: World, *, fires: bool) -> _Item:
    order_id = value.get("external_id") if isinstance(value, dict) else None
    order_id = order_id if isinstance(order_id, str) else None
    try:
        with shelf.undone_on_error():
            _import_one(_parsed(value, call), call, shelf, world, fires=fires)
    except Refusal as refusal:
        if refusal.whole or call.how["atomicity"] == "all_or_nothing":
            raise refusal.within(f"data[{number}].") from None
        return _Item(order_id, refusal)
    return _Item(order_id, None)


def _parsed(value: object, call: Call) -> Sent:
    try:
        return parse_order(value, call.how)
    except Refusal as refusal:
        whole = call.how["malformed_order"] == "request_error"
        raise Refusal(refusal.text, refusal.code, whole=whole) from None


def _import_one(sent: Sent, call: Call, shelf: Shelf, world: World, *, fires: bool) -> None:
    how = call.how
    scope = sent.endpoint if how["order_id_scope"] == "touchpoint" else None
    stored = shelf.order(sent.external_id, scope)
    before = stored.order if stored else None
    _check_access(sent, before, how["hidden_touchpoint"])
    if before is None and how["tariff"] == "used_up_per_item":
        raise Refusal("the tariff's limit is used up", TARIFF)
    if before is not None and how["reimport"] == "reject":
        raise Refusal(f"external_id: {sent.external_id!r} exists")
    if before is not None and how["reimport"] == "ignore":
        return
    order = merged(sent, before, world)
    shelf.put_order(order, seq=stored.seq if stored else None, lag=call.lag)
    if how["unknown_reference"] == "placeholder":
        for line in order.lines:
            shelf.put_good(line.reference_key, line.reference, line.reference)
    if fires:
        shelf.fire(call.now, "import", order.external_id, None, order.status)


def _check_access(sent: Sent, before: Order | None, hidden_touchpoint: str) -> None:
    touchpoint = before.endpoint if before else sent.endpoint
    if hidden_touchpoint == "none" or touchpoint != HIDDEN_TOUCHPOINT:
        return
    if hidden_touchpoint == "forbidden":
        raise Refusal("endpoint: no access", FORBIDDEN)
    if before is not None:
        raise Refusal(f"external_id: {sent.external_id!r} exists")


def _answer(items: list[_Item], import_result: str, item_error_text: str) -> dict[str, Any]:
    failed = [item for item in items if item.refusal is not None]
    shown = [item for item in items if item.refusal is None] if import_result == "only_ok" else items
    if import_result == "shuffled":
        shown = items[::-1]
    answer: dict[str, Any] = {"error": 0, "error_text": ""}
    if import_result == "top_error_partial" and failed:
        answer = {"error": 400, "error_text": f"{len(failed)} of {len(items)} orders were not imported"}
    if import_result != "none":
        answer["result"] = [item.as_json(item_error_text) for item in shown]
    return answer
