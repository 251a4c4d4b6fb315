"""Veil: the part of an order's detail that may be kept in a file, and back again.

Kept are the keys that orders are compared by, and of custom fields those that are declared. A sensitive value
is kept as the digest by which a plan would show it, so that a plan drawn from the file says the same as one
drawn from the target. What is not kept must not be taken for absent: `lacking` tells where that would happen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from reconciler.kinds.order.align import nothing, said
from reconciler.kinds.order.show import step
from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.change import Secret
from reconciler.model.manifest import Catalogue, FieldFacts, OrderManifest
from reconciler.model.observation import LiveOrder
from reconciler.model.secret import MASK, digest
from reconciler.model.typed import see_value
from reconciler.ports import Terms

_ORDER_KEYS: Final = (
    "endpoint", "status", "total_price", "delivery_cost", "currency", "create_time", "region", "tags",
)  # fmt: skip
_LINE_KEYS: Final = (
    "external_id", "product", "sku", "count",
    "base_price_per_item", "min_price_per_item", "final_price_per_item",
)  # fmt: skip

Turn = Callable[[FieldFacts, str, str, Any], Any]
"""What becomes of a sensitive value: of these facts, at this path, of this field, as it is."""


def veil(live: LiveOrder, catalogue: Catalogue, terms: Terms) -> Mapping[str, Any]:
    """Give what may be kept of an order's detail, as JSON data."""
    where = address.order(live.external_id)

    def hide(facts: FieldFacts, path: str, _: str, value: Any) -> Any:
        return None if nothing(value) else {"digest": _digest(facts, where, path, value, terms)}

    detail = live.detail or {}
    kept = {key: detail[key] for key in _ORDER_KEYS if key in detail}
    kept["custom_fields"] = dict(_values(detail, "order", "", catalogue, hide))
    shown = detail.get("lines")
    kept["lines"] = [
        {
            **{key: line[key] for key in _LINE_KEYS if key in line},
            "custom_fields": dict(_values(line, "line_order", _of_line(line), catalogue, hide)),
        }
        for line in (shown if isinstance(shown, list | tuple) else ())
        if isinstance(line, Mapping)
    ]
    return kept


def unveil(
    manifest: OrderManifest, kept: Mapping[str, Any], catalogue: Catalogue, terms: Terms
) -> Mapping[str, Any]:
    """Give a detail to compare with: a sensitive value is what is wanted where it is alike, else a secret."""
    lines = manifest.fields.get("lines", {})

    def reveal(wanted: Mapping[str, Any]) -> Turn:
        def turned(facts: FieldFacts, path: str, field_id: str, value: Any) -> Any:
            found = value.get("digest") if isinstance(value, Mapping) else None
            if not isinstance(found, str):
                return None
            wish = wanted.get("custom_fields", {}).get(field_id)
            alike = wish is not None and _digest(facts, manifest.address, path, wish, terms) == found
            return wish if alike else Secret(found, MASK)

        return turned

    detail = dict(kept)
    detail["custom_fields"] = dict(_values(kept, "order", "", catalogue, reveal(manifest.fields)))
    detail["lines"] = [
        {
            **line,
            "custom_fields": dict(
                _values(
                    line,
                    "line_order",
                    _of_line(line),
                    catalogue,
                    reveal(lines.get(said(line.get("external_id")), {})),
                )
            ),
        }
        for line in kept.get("lines", ())
    ]
    return detail


def kept_fields(catalogue: Catalogue) -> Mapping[str, str]:
    """Name the custom fields whose values are kept, each with what decides how that is done."""
    return {
        str(where): _manner(facts)
        for where, facts in sorted(catalogue.fields.items())
        if not facts.sensitive or _is_typed(facts)
    }


def lacking(manifest: OrderManifest, kept: Mapping[str, str], catalogue: Catalogue) -> Address | None:
    """Name a field that an order sets and that was not kept as it is declared now; None when all were."""
    parts = [("order", manifest.fields)]
    parts += [("line_order", line) for line in manifest.fields.get("lines", {}).values()]
    for entity_type, part in parts:
        for field_id in part.get("custom_fields", {}):
            where = address.custom_field(entity_type, field_id)
            facts = catalogue.field_of(entity_type, field_id)
            if facts is None or kept.get(str(where)) != _manner(facts):
                return where
    return None


def _manner(facts: FieldFacts) -> str:
    return json.dumps([facts.value_type, sorted(facts.enum_values.items()), facts.sensitive])


def _is_typed(facts: FieldFacts) -> bool:
    """Tell whether a value has one canonical form, which a digest can stand for."""
    return facts.value_type is not None and (facts.value_type != "enum" or bool(facts.enum_values))


def _values(
    part: Mapping[str, Any], entity_type: str, prefix: str, catalogue: Catalogue, turn: Turn
) -> Iterator[tuple[str, Any]]:
    values = part.get("custom_fields")
    for field_id, value in values.items() if isinstance(values, Mapping) else ():
        facts = catalogue.field_of(entity_type, field_id)
        if facts is None or (facts.sensitive and not _is_typed(facts)):
            continue
        path = f"{prefix}custom_fields.{step(field_id)}"
        yield field_id, turn(facts, path, field_id, value) if facts.sensitive else value


def _of_line(line: Mapping[str, Any]) -> str:
    return f"lines.{step(said(line.get('external_id')))}."


def _digest(facts: FieldFacts, where: Address, path: str, value: Any, terms: Terms) -> str:
    """Digest a value in its canonical form, as `show` does with one that differs from the wish."""
    seen = see_value(facts.value_type, facts.enum_values, value)
    return digest(terms.salt, where, path, said(value) if seen is None else seen)
