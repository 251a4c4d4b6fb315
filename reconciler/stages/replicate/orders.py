"""Orders: one order as the target shows it, as an import would have to say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from reconciler.model.address import EVERY_LINE
from reconciler.model.amounts import plain, see_amount
from reconciler.model.manifest import Catalogue, Manifests
from reconciler.model.observation import LiveOrder
from reconciler.model.record import Record
from reconciler.model.rehearsal import Copied
from reconciler.model.text import text_of
from reconciler.model.times import is_day, read_instant, rfc3339
from reconciler.model.typed import see_value
from reconciler.ports import Terms

NOT_SHOWN: Final = "not-shown"
"""Stands for a touchpoint, a product or a line that has to be there and that nothing shows."""
_AMOUNTS: Final = ("base_price_per_item", "min_price_per_item", "final_price_per_item")
_LARGEST: Final = Decimal(10) ** 15
_CENT: Final = Decimal("0.01")


@dataclass(slots=True)
class Copying:
    """What orders are copied by, and how much of them had to be recalled or made up so far."""

    manifests: Manifests
    record: Record
    terms: Terms
    copied: Copied = field(default_factory=Copied)


def copy_order(live: LiveOrder, copying: Copying) -> Mapping[str, Any] | None:
    """Write an order as an import; None for one without lines of which nothing but lines is wanted."""
    order = live.external_id
    lines = list(_lines(live, copying))
    if not lines:
        if order not in copying.manifests.orders:
            return None
        lines = [{"external_id": NOT_SHOWN, "product": NOT_SHOWN}]
    if live.detail is None:
        copying.copied = replace(copying.copied, outlined=copying.copied.outlined + 1)
    words = {
        "external_id": order,
        "endpoint": live.endpoint or NOT_SHOWN,
        "status": live.status or "new",
        "update_time": rfc3339(live.updated) if live.updated is not None else None,
        "total_price": "0",
        "currency": "RUB",
        **_detail(live.detail or {}, copying),
        "lines": lines,
    }
    return _given(words)


def _detail(shown: Mapping[str, Any], copying: Copying) -> Mapping[str, Any]:
    scale, tags = copying.terms.amount_scale, shown.get("tags")
    return _given(
        {
            "total_price": _amount(shown.get("total_price"), scale),
            "delivery_cost": _amount(shown.get("delivery_cost"), scale),
            "currency": text_of(shown.get("currency")),
            "create_time": _time(shown.get("create_time")),
            "tags": [each for each in tags if isinstance(each, str)] if isinstance(tags, list) else None,
            "region": text_of(shown.get("region")),
            "custom_fields": _values(shown, "order", copying.manifests.catalogue),
        }
    )


def _lines(live: LiveOrder, copying: Copying) -> Iterator[Mapping[str, Any]]:
    every = (live.detail or {}).get("lines")
    detailed = {
        text_of(line.get("external_id")): line
        for line in (every if isinstance(every, list) else ())
        if isinstance(line, Mapping)
    }
    for line in _ids(live, copying):
        shown: Mapping[str, Any] = detailed.get(line, {})
        key = "sku" if shown.get("sku") and not shown.get("product") else "product"
        count = shown.get("count")
        words = {
            "external_id": line,
            "status": _status(live, line, copying),
            key: text_of(shown.get(key)) or NOT_SHOWN,
            "count": count if isinstance(count, int) and count > 0 else None,
            "custom_fields": _values(shown, "line_order", copying.manifests.catalogue),
            **{each: _amount(shown.get(each), copying.terms.amount_scale) for each in _AMOUNTS},
        }
        yield _given(words)


def _ids(live: LiveOrder, copying: Copying) -> Iterator[str]:
    """Name the lines of an order; where they were not read, those that are wanted or remembered."""
    if live.lines is not None:
        yield from live.lines
        return
    wanted = copying.manifests.lines.get(live.external_id, {})
    remembered = copying.record.lines.get(live.external_id, {})
    yield from (line for line in {**wanted, **remembered} if line != EVERY_LINE)


def _status(live: LiveOrder, line: str, copying: Copying) -> str:
    """Give the status shown, else the one recorded, else one that differs from what is wanted."""
    shown = (live.lines or {}).get(line)
    if shown is not None:
        return shown
    memory = copying.record.lines.get(live.external_id, {}).get(line)
    if memory is not None:
        copying.copied = replace(copying.copied, recalled=copying.copied.recalled + 1)
        return str(memory.spec)
    wishes = copying.manifests.lines.get(live.external_id, {})
    wish = wishes.get(line) or wishes.get(EVERY_LINE)
    copying.copied = replace(copying.copied, made_up=copying.copied.made_up + 1)
    return "processing" if wish is not None and wish.status == "new" else "new"


def _values(shown: Mapping[str, Any], entity_type: str, catalogue: Catalogue) -> Mapping[str, Any] | None:
    """Read field values by their declared types, as they came where nothing declares one (A29)."""
    values = shown.get("custom_fields")
    found = {}
    for field_id, value in values.items() if isinstance(values, Mapping) else ():
        if isinstance(value, str | int | float):
            facts = catalogue.field_of(entity_type, field_id)
            typed = see_value(facts.value_type, facts.enum_values, value) if facts else None
            found[field_id] = value if typed is None else typed
    return found or None


def _amount(value: object, scale: int) -> str | None:
    """Give an amount in major units; None for one that no import could say."""
    seen = see_amount(value, scale)
    if not isinstance(seen, Decimal) or not 0 <= seen < _LARGEST or seen != seen.quantize(_CENT):
        return None
    return plain(seen)


def _time(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return value if is_day(value) else rfc3339(read_instant(value))
    except ValueError:
        return None


def _given(words: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not known."""
    return {key: value for key, value in words.items() if value is not None}
