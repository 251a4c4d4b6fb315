"""Align: what is wanted of an order and what the target shows of it, in one comparable form.

Whatever the documentation leaves open about how values come back (A10, A28, A29, A42 to A47) is settled here,
value by value: a shown value that means the same as the wish takes the wish's own form, so that two sides are
equal exactly when nothing has to be done. What means something else stays as it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from reconciler.model.amounts import same_amount, see_amount
from reconciler.model.change import Secret
from reconciler.model.manifest import Catalogue, FieldFacts, OrderManifest
from reconciler.model.observation import LiveOrder
from reconciler.model.text import text_of
from reconciler.model.times import is_day, read_instant
from reconciler.model.typed import Value, same_value, see_value
from reconciler.ports import Terms


class _Gone(Enum):
    GONE = "gone"


_GONE: Final = _Gone.GONE
"""Stands for a value that the target does not show."""

_ZERO_IS_ABSENT: Final = frozenset({"delivery_cost", "min_price_per_item"})
_AMOUNTS: Final = frozenset(
    {"total_price", "delivery_cost", "base_price_per_item", "min_price_per_item", "final_price_per_item"}
)
_UNTYPED: Final = FieldFacts(None)


def align(
    manifest: OrderManifest, live: LiveOrder, catalogue: Catalogue, terms: Terms
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Give the wanted and the shown side; see `OrderKind.align`."""
    detail: Mapping[str, Any] = live.detail or {"endpoint": live.endpoint, "status": live.status}
    shown = _aligned(manifest.fields, detail, "order", catalogue, terms)
    wanted_lines: Mapping[str, Any] = manifest.fields.get("lines", {})
    lines = _by_id(detail.get("lines"))
    shown["lines"] = {
        line_id: _aligned(wanted_lines[line_id], line, "line_order", catalogue, terms)
        if line_id in wanted_lines
        else _leftover(line, terms)
        for line_id, line in lines.items()
    }
    return manifest.fields, shown


def _aligned(
    wanted: Mapping[str, Any], shown: Mapping[str, Any], entity_type: str, catalogue: Catalogue, terms: Terms
) -> dict[str, Any]:
    """Read the managed keys of an order or of a line, but for `lines`."""
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        if key == "lines":
            continue
        if key == "custom_fields":
            found[key] = _values(value, shown.get(key), entity_type, catalogue)
            continue
        seen = (
            _amount(key, value, shown.get(key), terms)
            if key in _AMOUNTS
            else _READ.get(key, _word)(value, _raw(key, shown))
        )
        if seen is not _GONE:
            found[key] = seen
    return found


def _raw(key: str, shown: Mapping[str, Any]) -> object:
    """Read a key; a SKU may come back as product and the other way round (A47)."""
    other = {"product": "sku", "sku": "product"}.get(key)
    value = shown.get(key)
    return shown.get(other) if other and nothing(value) else value


def _amount(key: str, wanted: Decimal, value: object, terms: Terms) -> Decimal | str | _Gone:
    if same_amount(wanted, value, terms.amount_scale):
        return wanted
    seen = see_amount(value, terms.amount_scale)
    if seen is None:
        return wanted if key in _ZERO_IS_ABSENT and wanted == 0 else _GONE
    return seen


def _word(wanted: str, value: object) -> str | _Gone:
    """Read text; empty and absent are alike (A43)."""
    if nothing(value):
        return wanted if wanted == "" else _GONE
    return said(value)


def _count(wanted: int, value: object) -> int | str | _Gone:
    if nothing(value):
        return _GONE
    return wanted if same_value("int", {}, wanted, value) else said(value)


def _tags(wanted: frozenset[str], value: object) -> frozenset[str] | _Gone:
    every = value if isinstance(value, list | tuple | set | frozenset) else [value]
    seen = frozenset(said(each) for each in every if not nothing(each))
    return seen if seen or not wanted else _GONE


def _instant(wanted: datetime, value: object) -> datetime | str | _Gone:
    """Read a time in any form of A42; one that shows only the day is compared by the day."""
    if nothing(value):
        return _GONE
    if not isinstance(value, str):
        return said(value)
    try:
        seen = read_instant(value)
    except ValueError:
        return value
    if is_day(value) and seen.date() == wanted.date():
        return wanted
    return seen


_READ: Final[Mapping[str, Callable[[Any, object], Any]]] = {
    "tags": _tags,
    "create_time": _instant,
    "count": _count,
}


def _values(
    wanted: Mapping[str, Value], shown: object, entity_type: str, catalogue: Catalogue
) -> Mapping[str, Value | Secret]:
    values = shown if isinstance(shown, Mapping) else {}
    found = {}
    for field_id, value in wanted.items():
        facts = catalogue.field_of(entity_type, field_id) or _UNTYPED
        seen = _value(facts, value, values.get(field_id))
        if not isinstance(seen, _Gone):
            found[field_id] = seen
    return found


def _value(facts: FieldFacts, wanted: Value, value: object) -> Value | Secret | _Gone:
    if isinstance(value, Secret):
        return value
    if nothing(value):
        return wanted if wanted in {facts.default, ""} and _alike(wanted, facts.default) else _GONE
    if same_value(facts.value_type, facts.enum_values, wanted, value):
        return wanted
    seen = see_value(facts.value_type, facts.enum_values, value)
    return said(value) if seen is None else seen


def _alike(wanted: Value, default: object) -> bool:
    return wanted == "" or type(wanted) is type(default)


def _by_id(lines: object) -> Mapping[str, Mapping[str, Any]]:
    every = lines if isinstance(lines, list | tuple) else ()
    return {
        said(line["external_id"]): line
        for line in every
        if isinstance(line, Mapping) and not nothing(line.get("external_id"))
    }


def nothing(value: object) -> bool:
    """Tell whether a value is absent, null or empty, which are all alike (A43)."""
    return value is None or value in ("", [], {})


def said(value: object) -> str:
    """Give the text of a value of any kind."""
    return text_of(value) or str(value)


def _leftover(line: Mapping[str, Any], terms: Terms) -> Mapping[str, Any]:
    """Say enough of an undeclared line to recognise it."""
    facts = {
        "product": _raw("product", line),
        "count": line.get("count"),
        "final_price_per_item": see_amount(line.get("final_price_per_item"), terms.amount_scale),
    }
    there = {key: value for key, value in facts.items() if not nothing(value)}
    return {
        key: value if isinstance(value, Decimal | int) and not isinstance(value, bool) else said(value)
        for key, value in there.items()
    }
