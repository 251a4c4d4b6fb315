"""Show: comparable data as a flat mapping of dotted paths to JSON values, as plans and reports hold it.

This is the one place where an order's values leave for people's eyes, so it is here that sensitive ones turn
into secrets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from reconciler.model.amounts import plain
from reconciler.model.change import Secret
from reconciler.model.manifest import Catalogue, OrderManifest
from reconciler.model.secret import MASK, digest
from reconciler.model.times import rfc3339
from reconciler.ports import Terms


def show(
    manifest: OrderManifest, catalogue: Catalogue, terms: Terms, comparable: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Flatten; a line that the manifest does not declare stays one small object."""
    declared = manifest.fields.get("lines", {})
    flat: dict[str, Any] = {}
    for path, entity_type, field_id, value in _leaves(comparable, declared):
        facts = catalogue.field_of(entity_type, field_id) if field_id else None
        if isinstance(value, Secret):
            flat[path] = value
        elif facts is not None and facts.sensitive:
            flat[path] = Secret(digest(terms.salt, manifest.address, path, _json(value)), MASK)
        else:
            flat[path] = _json(value)
    return flat


def _leaves(
    comparable: Mapping[str, Any], declared: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, Any]]:
    """Give each value with its path and, for a custom field, the entity type and id of the field."""
    yield from _part("", "order", {key: value for key, value in comparable.items() if key != "lines"})
    for line_id, line in comparable.get("lines", {}).items():
        path = f"lines.{step(line_id)}"
        if line_id in declared:
            yield from _part(f"{path}.", "line_order", line)
        else:
            yield path, "line_order", "", line


def _part(prefix: str, entity_type: str, part: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    for key, value in part.items():
        if key == "custom_fields":
            for field_id, found in value.items():
                yield f"{prefix}custom_fields.{step(field_id)}", entity_type, field_id, found
        else:
            yield f"{prefix}{key}", entity_type, "", value


def step(id: str) -> str:
    """Write an id as one step of a dotted path; its dots are percent-encoded, so that paths stay unlike."""
    return id.replace("%", "%25").replace(".", "%2E") if "." in id or "%" in id else id


def _json(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return rfc3339(value)
        case frozenset():
            return sorted(value)
        case Mapping():
            return {key: _json(each) for key, each in value.items()}
        case str() | int() | float() | bool() | None:
            return value
        case _:
            return str(value)
