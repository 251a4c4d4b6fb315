"""orders/update_order_line_status and orders/get_status: the two methods that name one order."""

from dataclasses import replace
from typing import Any

from reconciler.sandbox.call import HIDDEN_TOUCHPOINT, Call
from reconciler.sandbox.checks import an_int, required_string
from reconciler.sandbox.merge import World, check_move, line_status, touched, with_derived_status
from reconciler.sandbox.refusal import FORBIDDEN, TARIFF, Refusal
from reconciler.sandbox.shelf import Shelf, Stored

_NUMBERS = 2**63
"""Internal ids are below this, the largest that the file can hold."""


def update_order_line_status(call: Call, shelf: Shelf) -> dict[str, Any]:
    """Set the status of one line; always fires a trigger, for there is no way to skip it. Raises Refusal."""
    order_id = required_string(call.body, "order_external_id")
    line_id = required_string(call.body, "order_line_external_id")
    said = required_string(call.body, "status_external_id")
    if call.how["tariff"] == "used_up":
        raise Refusal("the tariff's limit is used up", TARIFF)
    world = World(call.how, call.now, {}, shelf.status_types(), shelf.known)
    status = line_status(said, "status_external_id", world)
    stored = _accessible(shelf.order(order_id), call)
    if stored is None or stored.order.line(line_id) is None:
        if call.how["unknown_order_or_line"] != "echo":
            missing = "order_external_id" if stored is None else "order_line_external_id"
            raise Refusal(f"{missing}: not found", int(call.how["unknown_order_or_line"]))
    else:
        _move(stored, line_id, status, call, shelf, world)
        shelf.fire(call.now, "update", order_id, line_id, status)
    echo = {"order_external_id": order_id, "order_line_external_id": line_id, "status_external_id": said}
    return {"data": echo, "error": 0, "error_text": "Successful operation"}


def get_status(call: Call, shelf: Shelf) -> dict[str, Any]:
    """Answer an order's touchpoint and status, found by `external_id` or internal `id`. Raises Refusal."""
    stored = _accessible(_seen(_named(call, shelf), shelf), call)
    if stored is None:
        if call.how["get_status_unknown"] == "empty_array":
            return {"error": 0, "error_text": "", "result": []}
        raise Refusal("external_id: not found", int(call.how["get_status_unknown"]))
    result = {"endpoint": stored.order.endpoint, "status": stored.order.status}
    listed = call.how["get_status_result"] == "array"
    return {"error": 0, "error_text": "", "result": [result] if listed else result}


def _named(call: Call, shelf: Shelf) -> Stored | None:
    if call.body.get("external_id") is not None:
        return shelf.order(required_string(call.body, "external_id"))
    if call.body.get("id") is not None:
        number = an_int(call.body["id"], "id")
        return shelf.order_by_number(number) if 0 < number < _NUMBERS else None
    raise Refusal("external_id: is required, or id instead")


def _seen(stored: Stored | None, shelf: Shelf) -> Stored | None:
    return None if stored is None else shelf.seen(stored)


def _accessible(stored: Stored | None, call: Call) -> Stored | None:
    if stored is None or stored.order.endpoint != HIDDEN_TOUCHPOINT:
        return stored
    if call.how["hidden_touchpoint"] == "forbidden":
        raise Refusal("no access to this order", FORBIDDEN)
    return None if call.how["hidden_touchpoint"] == "hidden" else stored


def _move(stored: Stored, line_id: str, status: str, call: Call, shelf: Shelf, world: World) -> None:
    before = stored.order
    lines = []
    for line in before.lines:
        if line.external_id != line_id:
            lines.append(line)
            continue
        check_move(line.status, status, "status_external_id", world)
        if line.status == status and call.how["update_to_same"] == "error":
            raise Refusal(f"status_external_id: the line has the status {status!r} already")
        lines.append(replace(line, status=status))
    order = with_derived_status(replace(before, lines=tuple(lines)), world.status_types, call.how)
    order = touched(order, before, call.now, call.how, write="update")
    shelf.put_order(order, seq=stored.seq, lag=call.lag)
