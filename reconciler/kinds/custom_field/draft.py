"""Draft: the entry of a custom field that is written for the user, from its use or from the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reconciler.kinds.custom_field.shape import COMPLETE, ENTITY_TYPES
from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.draft import INFERRED, Draft
from reconciler.model.manifest import Catalogue
from reconciler.model.text import counted
from reconciler.model.usage import Usage

_LOOK: Final = "name, default, required and members cannot be read: Market > Settings, custom fields"


def in_use(where: Address, uses: Mapping[Address, Usage], catalogue: Catalogue) -> Draft:
    """Write the entry of one whose values occur; its type only where all of them speak for it.

    Where the same id is a field of something else with another type, none is said: the platform may know
    fields by id alone (A24), and then one of the two would be wrong.
    """
    entity_type, external_id = where.parts
    usage = uses[where]
    value_type, twins = usage.value_type, _twins(where, uses, catalogue)
    unlike = [f"{said} as a field of {other}" for other, said in twins.items() if said != _said(usage)]
    notes = [_LOOK]
    if unlike:
        here = f"{_said(usage)} in {counted(usage.orders, 'order')} here"
        notes.insert(0, f"value_type: {here}, {' and '.join(unlike)}: one id, so look which it is")
        value_type = None
    elif value_type is None:
        notes.insert(0, f"value_type: {_untold(usage)}")
    values = {
        "external_id": external_id,
        "entity_type": entity_type,
        **({"value_type": value_type} if value_type else {}),
        "external": True,
    }
    return Draft(values, {"value_type": _inference(usage)}, tuple(notes))


def restated(spec: Mapping[str, Any]) -> Draft | None:
    """Write the entry of one that the record holds; of a sensitive default it holds only a digest."""
    keys = ("external_id", *COMPLETE[:3], "enum_values", "default_value", "required")
    said = {key: spec[key] for key in keys if spec.get(key) is not None}
    if isinstance(said.get("default_value"), Mapping) or not said.keys() >= {"external_id", *COMPLETE}:
        return None
    return Draft(said)


def _inference(usage: Usage) -> str:
    """Say in a comment what an inferred type rests on."""
    said = f"{INFERRED}{counted(usage.orders, 'order')}"
    return f"{said}; the members of a list (enum) look the same" if usage.value_type == "int" else said


def _said(usage: Usage) -> str:
    return usage.value_type or usage.seen_as or "nothing"


def _untold(usage: Usage) -> str:
    """Say why the values do not tell the type."""
    if not usage.seen_as:
        return f"only empty values in {counted(usage.orders, 'order')}"
    if usage.unchanged:
        return f"text in {counted(usage.orders, 'order')}, all of it could be something else as well"
    return f"{usage.seen_as} in {counted(usage.orders, 'order')}"


def _twins(where: Address, uses: Mapping[Address, Usage], catalogue: Catalogue) -> Mapping[str, str]:
    """Name the types of fields of the same id that other things carry, as declared or else as seen."""
    found = {}
    for other in ENTITY_TYPES:
        twin = address.custom_field(other, where.parts[1])
        facts = catalogue.fields.get(twin)
        if twin == where or (facts is None and twin not in uses):
            continue
        declared = facts.value_type if facts is not None else None
        if declared or twin in uses:
            found[other] = declared or _said(uses[twin])
    return found
