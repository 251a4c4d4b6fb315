"""Encode: an order in the words of the import (reference, sections 4.2 and 4.3).

Always the full set of what is declared (A14): an import may replace what it is given, so half a list would
take the other half away. For the same reason an order that is imported again carries along what was observed
of the keys that nobody declares: a server may empty what an import leaves out. The buyer's identity cannot be
observed, so it is sent only when it is declared; lines that are not declared are never sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from reconciler.model.amounts import plain, see_amount
from reconciler.model.change import Secret
from reconciler.model.manifest import Catalogue, OrderManifest
from reconciler.model.observation import LiveOrder
from reconciler.model.times import is_day, read_instant, rfc3339
from reconciler.model.typed import see_value
from reconciler.ports import Terms


def encode(
    manifest: OrderManifest,
    statuses: Mapping[str, str],
    catalogue: Catalogue,
    terms: Terms,
    live: LiveOrder | None,
) -> Mapping[str, Any]:
    """Give one object for the import's `data`; a line without a status given for it carries none.

    `live` is the order as it was observed, None when it is to be created.
    """
    shown: Mapping[str, Any] = (live.detail if live is not None else None) or {}
    order = {key: _wire(value) for key, value in manifest.fields.items() if key != "lines"}
    there = _by_id(shown.get("lines"))
    lines = [
        {
            "external_id": line_id,
            **({"status": statuses[line_id]} if line_id in statuses else {}),
            **{key: _wire(value) for key, value in line.items()},
            **_values(line, there.get(line_id, {}), "line_order", catalogue),
        }
        for line_id, line in manifest.fields.get("lines", {}).items()
    ]
    return {
        "external_id": manifest.order,
        **manifest.identity,
        **_unmanaged(manifest.fields, shown, terms),
        **order,
        **_values(manifest.fields, shown, "order", catalogue),
        "lines": lines,
    }


def _unmanaged(managed: Mapping[str, Any], shown: Mapping[str, Any], terms: Terms) -> Mapping[str, Any]:
    """Give what is shown of an order's optional keys that are not declared, but for its field values."""
    delivery = see_amount(shown.get("delivery_cost"), terms.amount_scale)
    found = {
        "tags": shown.get("tags") if isinstance(shown.get("tags"), list) else None,
        "region": shown.get("region"),
        "delivery_cost": plain(delivery) if isinstance(delivery, Decimal) else None,
        "create_time": _moment(shown.get("create_time")),
    }
    return {key: value for key, value in found.items() if value and key not in managed}


def _moment(shown: object) -> str | None:
    """Read a time; one that shows only the day would be sent as another moment, so it is not (A42)."""
    if not isinstance(shown, str) or is_day(shown):
        return None
    try:
        return rfc3339(read_instant(shown))
    except ValueError:
        return None


def _values(
    part: Mapping[str, Any], shown: Mapping[str, Any], entity_type: str, catalogue: Catalogue
) -> Mapping[str, Any]:
    """Give the field values of an order or of a line: those that are shown, and over them the declared ones.

    A shown one is sent by its field's declared type, as it came where nothing declares it (A29). One of which
    only a digest is known is not sent; a plan with such a one is never carried out.
    """
    found: dict[str, Any] = {}
    values = shown.get("custom_fields")
    for field_id, value in values.items() if isinstance(values, Mapping) else ():
        if value is not None and not isinstance(value, Secret):
            facts = catalogue.field_of(entity_type, field_id)
            typed = see_value(facts.value_type, facts.enum_values, value) if facts else None
            found[field_id] = value if typed is None else typed
    if found or "custom_fields" in part:
        return {"custom_fields": {**found, **part.get("custom_fields", {})}}
    return {}


def _by_id(lines: object) -> Mapping[str, Mapping[str, Any]]:
    every = lines if isinstance(lines, list | tuple) else ()
    return {str(line.get("external_id")): line for line in every if isinstance(line, Mapping)}


def _wire(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return rfc3339(value)
        case frozenset():
            return sorted(value)
        case Mapping():
            return dict(value)
        case _:
            return value
