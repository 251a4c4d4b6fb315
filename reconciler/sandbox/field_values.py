"""Values of custom fields: which are accepted for a type, what is filled in, and how they are shown."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.checks import Json
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.times import parse_time
from reconciler.sandbox.values import Field

Fields = Mapping[tuple[str, str], Field]
"""Custom fields by entity type and id."""


def typed_value(definition: Field, value: object) -> object:
    """Return a value in its field's type; numbers may come as text, enum members as number or name.

    Text for a `unicode` field, and dates, are kept as sent. Raises Refusal naming the field.
    """
    key = f"custom_fields.{definition.external_id}"
    kind = definition.value_type
    if kind == "unicode" and isinstance(value, str):
        return value
    if kind == "bool":
        return _boolean(value, key)
    if kind == "date" and isinstance(value, str):
        parse_time(value, key)
        return value
    if kind == "enum":
        return _member(definition.enum_values, value, key)
    if kind in ("int", "float") and isinstance(value, int | float | str) and not isinstance(value, bool):
        return _number(kind, value, key)
    raise Refusal(f"{key}: must be of type {kind}")


def stored_values(
    entity_type: str, sent: Json | None, before: Json, fields: Fields, how: Behaviour
) -> dict[str, Any]:
    """Return the values that an order (`order`) or line (`line_order`) has after it was written.

    `sent` is None when the key was left out, `before` is what was stored. Defaults are filled in at this
    moment and not when reading (A28). Raises Refusal for an unknown field, a value of another type, or a
    required value that is missing.
    """
    if sent is None:
        values = dict(before) if how["reimport_absent_keys"] == "kept" else {}
        sent = {}
    else:
        values = {}
    if how["reimport_fields"] == "merge":
        values = dict(before)
    for field_id, value in sent.items():
        definition = fields.get((entity_type, field_id))
        if definition is None:
            _unknown(field_id, how["unknown_field_value"])
        elif value is not None:
            values[field_id] = typed_value(definition, value)
        elif how["null_values"] == "clear":
            values.pop(field_id, None)
    _fill(values, entity_type, fields, how)
    return values


def shown_values(entity_type: str, values: Json, fields: Fields, field_values: str) -> dict[str, Any]:
    """Write stored values as orders/list does under the switch A29."""
    if field_values == "strings":
        return {key: _text(value) for key, value in values.items()}
    if field_values == "enum_names":
        return {key: _member_name(fields.get((entity_type, key)), value) for key, value in values.items()}
    return dict(values)


def _fill(values: dict[str, Any], entity_type: str, fields: Fields, how: Behaviour) -> None:
    for (entity, field_id), definition in fields.items():
        if entity != entity_type or field_id in values:
            continue
        if definition.required and how["required_field"] == "rejected":
            raise Refusal(f"custom_fields.{field_id}: is required")
        fills = how["required_field"] if definition.required else how["field_defaults"]
        default = default_member(definition)
        if fills == "filled" and default is not None:
            values[field_id] = default


def default_member(definition: Field) -> object:
    """Return a field's default as a stored value; an enum's was given as number, name or map (A25)."""
    default = definition.default_value
    if definition.value_type != "enum" or isinstance(default, int):
        return default
    if isinstance(default, Mapping):
        return min(definition.enum_values.values(), default=None)
    return definition.enum_values.get(str(default))


def _unknown(field_id: str, unknown_field_value: str) -> None:
    if unknown_field_value != "ignored":
        raise Refusal(
            f"custom_fields.{field_id}: no such custom field", whole=unknown_field_value == "request_error"
        )


def _boolean(value: object, key: str) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise Refusal(f"{key}: must be of type bool")


def _number(kind: str, value: float | str, key: str) -> float:
    try:
        number: float = int(value) if kind == "int" else float(value)
    except (ValueError, OverflowError):
        raise Refusal(f"{key}: must be of type {kind}") from None
    if kind == "int" and isinstance(value, float) and number != value:
        raise Refusal(f"{key}: must be of type int")
    return number


def _member(members: Mapping[str, int], value: object, key: str) -> int:
    if isinstance(value, str) and value in members:
        return members[value]
    if isinstance(value, int | str) and not isinstance(value, bool):
        for number in members.values():
            if str(number) == str(value):
                return number
    raise Refusal(f"{key}: must be a member of the enum: {', '.join(members)}")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _member_name(definition: Field | None, value: object) -> object:
    if definition is None or definition.value_type != "enum":
        return value
    return next((name for name, number in definition.enum_values.items() if number == value), value)
