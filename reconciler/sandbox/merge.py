"""Laying a sent order over the stored one: upsert, replace or merge, and every reason to refuse it.

Pure: the world is passed in, the new order is returned. What the documentation leaves open is decided by the
switches.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from reconciler.sandbox.field_values import Fields, stored_values
from reconciler.sandbox.refusal import NOT_FOUND, Refusal
from reconciler.sandbox.sent import Sent, SentLine
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.times import moved_on, stored_time
from reconciler.sandbox.values import CURRENCIES, ORDER_STATUSES, Line, Order

Value = TypeVar("Value")
LOCKED_TYPES = ("canceled", "refunded")
"""Types of line statuses that `transitions: terminal_locked` does not let go of."""


@dataclass(frozen=True, slots=True)
class World:
    """What an order is checked against: definitions, the clock, and what else the market knows."""

    how: Behaviour
    now: datetime
    fields: Fields
    status_types: Mapping[str, str]
    known: Callable[[str, str], bool]
    """Whether a `product`, `sku`, `endpoint`, `region` or `profile` of that name is known."""


def merged(sent: Sent, before: Order | None, world: World) -> Order:
    """Return the order as it is to be stored; `before` is what is stored now. Raises Refusal."""
    how = world.how
    _check_references(sent, world)
    lines = _lines(sent, before, world)
    profile = _profile(sent, before, world)
    if before and how["move_order"] == "reject" and sent.endpoint != before.endpoint:
        raise Refusal(f"endpoint: the order belongs to {before.endpoint!r} and is not moved")
    stored_fields = before.custom_fields if before else {}
    order = Order(
        external_id=sent.external_id,
        endpoint=sent.endpoint,
        status=_order_status(sent.status, how),
        total_price=sent.total_price,
        currency=sent.currency,
        create_time=_create_time(sent, before, world),
        update_time=before.update_time if before else stored_time(world.now),
        lines=lines,
        profile=profile,
        tags=_tags(sent, before, how),
        region=_kept(sent.region, before.region if before else "", "", how),
        delivery_cost=_kept(sent.delivery_cost, before.delivery_cost if before else 0, 0, how),
        custom_fields=stored_values("order", sent.custom_fields, stored_fields, world.fields, how),
    )
    order = _checked_total(order, how)
    return touched(
        with_derived_status(order, world.status_types, how), before, world.now, how, write="import"
    )


def touched(order: Order, before: Order | None, now: datetime, how: Behaviour, *, write: str) -> Order:
    """Move a written order's `update_time`; `write` is "import" or "update" (contract, and A37)."""
    if before is None:
        return order
    moves = how["update_time_moves"]
    still = moves == "never" or (moves == "imports_only" and write == "update")
    if still or (order == before and how["touch_on_same"] == "no"):
        return order
    return replace(order, update_time=moved_on(now, before.update_time))


def with_derived_status(order: Order, status_types: Mapping[str, str], how: Behaviour) -> Order:
    """Recompute the order's status from its lines where the switch A35 says so."""
    if how["order_status"] == "independent":
        return order
    types = {status_types.get(line.status, "in_process") for line in order.lines}
    if len(types) == 1 and types <= {"delivered", "canceled"}:
        return replace(order, status=types.pop())
    return replace(order, status="part_refunded") if "refunded" in types else order


def line_status(status: str, key: str, world: World) -> str:
    """Return the status to store for a line: itself, or `new` for an unknown one if A31 says so."""
    if status in world.status_types:
        return status
    return _unknown_status(status, key, world.how)


def check_move(before: str, after: str, key: str, world: World) -> None:
    """Refuse a line's move out of a canceled or refunded type where the switch A36 says so."""
    locked = world.status_types.get(before) in LOCKED_TYPES
    if world.how["transitions"] == "terminal_locked" and locked and after != before:
        raise Refusal(f"{key}: {before!r} is final")


def _order_status(status: str, how: Behaviour) -> str:
    extra = ("confirmed",) if how["order_statuses"] == "with_confirmed" else ()
    return status if status in (*ORDER_STATUSES, *extra) else _unknown_status(status, "status", how)


def _unknown_status(status: str, key: str, how: Behaviour) -> str:
    if how["unknown_status"] == "fallback_new":
        return "new"
    raise Refusal(f"{key}: no such status: {status!r}", whole=how["unknown_status"] == "top_error")


def _check_references(sent: Sent, world: World) -> None:
    how = world.how
    if sent.currency not in CURRENCIES:
        text = f"currency: {sent.currency!r} is not configured"
        raise Refusal(text, whole=how["unknown_currency"] == "request_error")
    if how["unknown_reference"] not in ("item_error", "request_error"):
        return
    named = [("endpoint", sent.endpoint), *([("region", sent.region)] if sent.region else [])]
    named += [(line.reference_key, line.reference) for line in sent.lines]
    for key, name in named:
        if not world.known(key, name):
            text = f"{key}: {name!r} does not exist"
            raise Refusal(text, NOT_FOUND, whole=how["unknown_reference"] == "request_error")


def _profile(sent: Sent, before: Order | None, world: World) -> str | None:
    how = world.how
    if sent.profile is None:
        if before is None or how["identity_omitted"] == "item_error":
            raise Refusal("matching: the key that it asks for is required (email, if matching is left out)")
        return before.profile
    if before and before.profile == sent.profile:
        return sent.profile
    if before and before.profile and how["move_order"] == "reject":
        raise Refusal("matching: the order belongs to another profile and is not moved")
    if how["no_profile"] == "create" or world.known("profile", sent.profile):
        return sent.profile
    if how["no_profile"] == "reject":
        raise Refusal("matching: no such profile", NOT_FOUND)
    return None


def _create_time(sent: Sent, before: Order | None, world: World) -> str:
    if sent.create_time is not None and world.how["create_time_sent"] == "stored":
        return sent.create_time
    return before.create_time if before else stored_time(world.now)


def _tags(sent: Sent, before: Order | None, how: Behaviour) -> tuple[str, ...]:
    stored = before.tags if before else ()
    if how["reimport_tags"] == "merge":
        return tuple(dict.fromkeys((*stored, *(sent.tags or ()))))
    return _kept(sent.tags, stored, (), how)


def _kept(sent: Value | None, stored: Value, empty: Value, how: Behaviour) -> Value:
    """Return what was sent, else what the switch A14 makes of a key that was left out."""
    if sent is not None:
        return sent
    return stored if how["reimport_absent_keys"] == "kept" else empty


def _lines(sent: Sent, before: Order | None, world: World) -> tuple[Line, ...]:
    stored = {line.external_id: line for line in before.lines} if before else {}
    written = {}
    for number, line in enumerate(sent.lines):
        try:
            written[line.external_id] = _line(line, stored.get(line.external_id), world)
        except Refusal as refusal:
            raise refusal.within(f"lines[{number}].") from None
    if world.how["reimport_lines"] == "merge":
        return tuple({**stored, **written}.values())
    return tuple(written.values())


def _line(sent: SentLine, before: Line | None, world: World) -> Line:
    how = world.how
    status = "new"
    if sent.status is not None:
        status = line_status(sent.status, "status", world)
    elif before and how["line_status_omitted"] == "kept":
        status = before.status
    if before:
        check_move(before.status, status, "status", world)
    stored = before.custom_fields if before else {}
    return Line(
        external_id=sent.external_id,
        status=status,
        reference=sent.reference,
        reference_key=sent.reference_key,
        count=sent.count,
        base=sent.base,
        minimum=sent.minimum,
        final=sent.final,
        custom_fields=stored_values("line_order", sent.custom_fields, stored, world.fields, how),
    )


def _checked_total(order: Order, how: Behaviour) -> Order:
    total = order.delivery_cost + sum((line.final or 0) * line.count for line in order.lines)
    if how["total_price"] == "stored" or total == order.total_price:
        return order
    if how["total_price"] == "rejected":
        raise Refusal("total_price: is not the sum of the lines and delivery_cost")
    return replace(order, total_price=total)
