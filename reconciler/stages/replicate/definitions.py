"""Definitions: which fields and statuses the target is known to have, as an import would say them.

Known is what was said and accepted, what somebody vouches for, and what was seen in use. Of all else nobody
knows whether it exists, so a stand-in does not have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconciler.model import address
from reconciler.model.address import CUSTOM_FIELD, LINE_STATUS, Address
from reconciler.model.manifest import BUILT_IN_STATUSES, Manifests, Mode
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import Record

_DEFAULTS: Final[Mapping[str, Any]] = {
    "unicode": "",
    "int": 0,
    "float": 0.0,
    "bool": False,
    "date": "2000-01-01",
}
"""What stands for a default that is not known, by the field's type: an import has to say one (A25)."""

Values = Mapping[Address, object]
"""A value that was seen or is wanted of a field, by its address."""


@dataclass(frozen=True, slots=True)
class Known:
    """The definitions that are known to exist, complete."""

    fields: tuple[Mapping[str, Any], ...] = ()
    statuses: tuple[Mapping[str, Any], ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.fields) + len(self.statuses)


def known(manifests: Manifests, record: Record, world: World, detailed: Sequence[LiveOrder]) -> Known:
    """Gather the definitions that are known to exist; `detailed` are the orders that are shown in full."""
    found = dict(_said(manifests, record, world))
    seen = dict(_seen(detailed))
    for where in seen:
        found.setdefault(where, _declared(where, manifests))
    values = {**seen, **dict(_wanted(manifests))}
    ordered = sorted(found, key=lambda where: where.rank)
    return Known(
        tuple(_field(where, found[where], values) for where in ordered if where.kind == CUSTOM_FIELD),
        tuple(_status(where, found[where]) for where in ordered if where.kind == LINE_STATUS),
    )


def _said(manifests: Manifests, record: Record, world: World) -> Iterator[tuple[Address, Mapping[str, Any]]]:
    for where, manifest in manifests.definitions.items():
        if manifest.mode is not Mode.MANAGED or where in world.in_use:
            yield where, manifest.fields
    for where, memory in record.definitions.items():
        spec = {key: value for key, value in memory.spec.items() if not isinstance(value, Mapping)}
        members = memory.spec.get("enum_values")
        yield where, {**spec, **({"enum_values": members} if members else {})}


def _declared(where: Address, manifests: Manifests) -> Mapping[str, Any]:
    facts = manifests.catalogue.fields.get(where)
    if facts is None:
        return {}
    return {"value_type": facts.value_type, "enum_values": facts.enum_values, "default_value": facts.default}


def _seen(orders: Iterable[LiveOrder]) -> Iterator[tuple[Address, object]]:
    """Name the fields that have a value in an order or in one of its lines."""
    for live in orders:
        detail = live.detail or {}
        lines = detail.get("lines")
        yield from _of("order", detail)
        for line in lines if isinstance(lines, list) else ():
            yield from _of("line_order", line)


def _wanted(manifests: Manifests) -> Iterator[tuple[Address, object]]:
    for manifest in manifests.orders.values():
        yield from _of("order", manifest.fields)
        for line in manifest.fields.get("lines", {}).values():
            yield from _of("line_order", line)


def _of(entity_type: str, part: object) -> Iterator[tuple[Address, object]]:
    values = part.get("custom_fields") if isinstance(part, Mapping) else None
    for field_id, value in values.items() if isinstance(values, Mapping) else ():
        if isinstance(value, str | int | float):
            yield address.custom_field(entity_type, str(field_id)), value


def _field(where: Address, fields: Mapping[str, Any], values: Values) -> Mapping[str, Any]:
    """Complete a field: what is not known of it is taken from a value, or made up."""
    entity_type, field_id = where.parts
    members = fields.get("enum_values") or {}
    value_type = fields.get("value_type") or ""
    if value_type not in _DEFAULTS and not (value_type == "enum" and members):
        value_type = _type_of(values.get(where))
    enum = value_type == "enum"
    default = fields.get("default_value")
    if default is None:
        default = min(members.values()) if enum else _DEFAULTS[value_type]
    words = {
        "external_id": field_id,
        "name": fields.get("name") or field_id,
        "entity_type": entity_type,
        "required": bool(fields.get("required")),
        "value_type": value_type,
        "default_value": default,
    }
    return {**words, "enum_values": dict(members)} if enum else words


def _type_of(value: object) -> str:
    for kind, name in ((bool, "bool"), (int, "int"), (float, "float")):
        if isinstance(value, kind):
            return name
    return "unicode"


def _status(where: Address, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    status = where.parts[0]
    kind = fields.get("type") or BUILT_IN_STATUSES.get(status, "in_process")
    return {"external_id": status, "name": fields.get("name") or status, "type": str(kind)}
