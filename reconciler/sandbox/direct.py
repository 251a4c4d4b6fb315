"""Orders that come in past the API: shape and types are checked; nothing is looked up or filled in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from reconciler.sandbox.checks import optional_string
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.sent import SentLine, parse_order
from reconciler.sandbox.switches import DEFAULTS
from reconciler.sandbox.times import moved_on, parse_time, stored_time
from reconciler.sandbox.values import Line, Order

_CHANGEABLE = {
    "endpoint",
    "status",
    "total_price",
    "delivery_cost",
    "currency",
    "create_time",
    "tags",
    "region",
    "custom_fields",
    "lines",
    "profile",
}


def direct_order(words: Mapping[str, Any], now: datetime) -> Order:
    """Read an order in the import's words; `profile` and `update_time` count too. Raises ValueError."""
    try:
        sent = parse_order(words, DEFAULTS)
        created = sent.create_time or stored_time(now)
        updated = optional_string(words, "update_time")
        return Order(
            external_id=sent.external_id,
            endpoint=sent.endpoint,
            status=sent.status,
            total_price=sent.total_price,
            currency=sent.currency,
            create_time=created,
            update_time=created if updated is None else parse_time(updated, "update_time"),
            lines=tuple(_direct_line(line) for line in sent.lines),
            profile=optional_string(words, "profile") or sent.profile,
            tags=sent.tags or (),
            region=sent.region or "",
            delivery_cost=sent.delivery_cost or 0,
            custom_fields=dict(sent.custom_fields or {}),
        )
    except Refusal as refusal:
        raise ValueError(f"order {words.get('external_id')!r}: {refusal.text}") from None


def changed(order: Order, lines: Mapping[str, str], values: Mapping[str, Any], now: datetime) -> Order:
    """Return the order with other line statuses and keys, touched. Raises KeyError, ValueError."""
    for line_id in lines:
        if order.line(line_id) is None:
            raise KeyError(line_id)
    if unknown := values.keys() - _CHANGEABLE:
        raise ValueError(f"an order has no key {min(unknown)!r}")
    after = direct_order({**order.as_import(), **values}, now)
    moved = tuple(replace(line, status=lines.get(line.external_id, line.status)) for line in after.lines)
    return replace(after, lines=moved, update_time=moved_on(now, order.update_time))


def _direct_line(line: SentLine) -> Line:
    return Line(
        external_id=line.external_id,
        status=line.status or "new",
        reference=line.reference,
        reference_key=line.reference_key,
        count=line.count,
        base=line.base,
        minimum=line.minimum,
        final=line.final,
        custom_fields=dict(line.custom_fields or {}),
    )
