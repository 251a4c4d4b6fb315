"""Custom fields and custom line statuses as an import sends them: checked, and laid over what exists.

A fault in a definition refuses the whole request, because an answer has no place to name one definition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.sandbox.checks import (
    Json,
    a_bool,
    a_string,
    an_int,
    an_object,
    required,
    required_id,
    required_string,
)
from reconciler.sandbox.field_values import Fields
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.shelf import Shelf
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.times import parse_time
from reconciler.sandbox.values import (
    BUILTIN_LINE_STATUSES,
    ENTITY_TYPES,
    STATUS_TYPES,
    VALUE_TYPES,
    Field,
    LineStatus,
)

_DEFAULT_TYPES: Mapping[str, tuple[type, ...]] = {
    "unicode": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "date": (str,),
}


def define_fields(sent: Sequence[object], shelf: Shelf, how: Behaviour) -> None:
    """Store the custom fields of an import. Raises Refusal naming the first that cannot be."""
    for number, value in enumerate(sent):
        try:
            field = _resent(parse_field(value, how), shelf.fields(), how)
        except Refusal as refusal:
            raise refusal.within(f"custom_fields[{number}].") from None
        if field is not None:
            shelf.put_field(field)


def define_line_statuses(sent: Sequence[object], shelf: Shelf, how: Behaviour) -> None:
    """Store the custom line statuses of an import. Raises Refusal naming the first that cannot be."""
    for number, value in enumerate(sent):
        try:
            status = _resent_status(parse_line_status(value, how), shelf.line_statuses(), how)
        except Refusal as refusal:
            raise refusal.within(f"custom_line_statuses[{number}].") from None
        if status is not None:
            shelf.put_line_status(status)


def parse_field(value: object, how: Behaviour) -> Field:
    """Read one custom field's definition; `default_value` is checked by its type (A25)."""
    words = an_object(value, "definition")
    value_type = _one_of(words, "value_type", VALUE_TYPES)
    members = _members(words, how) if value_type == "enum" else {}
    default = words.get("default_value")
    if default is not None:
        _check_default(default, value_type, members, how)
    elif how["default_value"] == "required":
        raise Refusal("default_value: is required")
    return Field(
        external_id=required_id(words, "external_id", how["id_length"]),
        name=required_string(words, "name"),
        entity_type=_one_of(words, "entity_type", ENTITY_TYPES),
        required=a_bool(required(words, "required"), "required"),
        value_type=value_type,
        default_value=default,
        enum_values=members,
    )


def parse_line_status(value: object, how: Behaviour) -> LineStatus:
    """Read one custom line status's definition."""
    words = an_object(value, "definition")
    return LineStatus(
        external_id=required_id(words, "external_id", how["id_length"]),
        name=required_string(words, "name"),
        type=_one_of(words, "type", STATUS_TYPES),
    )


def _one_of(words: Json, key: str, allowed: Sequence[str]) -> str:
    word = required_string(words, key)
    if word not in allowed:
        raise Refusal(f"{key}: must be one of {', '.join(allowed)}")
    return word


def _members(words: Json, how: Behaviour) -> dict[str, int]:
    key = "enum_values"
    if how["enum_default"] == "map" and words.get(key) is None:
        key = "default_value"
    sent = an_object(required(words, key), key)
    if not sent:
        raise Refusal(f"{key}: must hold at least one member")
    return {a_string(name, key): an_int(number, f"{key}.{name}") for name, number in sent.items()}


def _check_default(default: object, value_type: str, members: Mapping[str, int], how: Behaviour) -> None:
    if value_type == "enum":
        accepted: Mapping[str, object] = {
            "number": default in members.values()
            and isinstance(default, int)
            and not isinstance(default, bool),
            "name": isinstance(default, str) and default in members,
            "map": isinstance(default, Mapping) and dict(default) == dict(members),
        }
        if not accepted[how["enum_default"]]:
            raise Refusal(f"default_value: must be the {how['enum_default']} of the enum's members")
        return
    fits = isinstance(default, _DEFAULT_TYPES[value_type])
    if not fits or (isinstance(default, bool) and value_type != "bool"):
        raise Refusal(f"default_value: must be of type {value_type}")
    if value_type == "date":
        parse_time(a_string(default, "default_value"), "default_value")


def _resent(sent: Field, fields: Fields, how: Behaviour) -> Field | None:
    """Return the definition to store; None when the stored one stays."""
    others = {entity for entity, field_id in fields if field_id == sent.external_id} - {sent.entity_type}
    if others and how["field_identity"] == "global":
        raise Refusal(f"external_id: {sent.external_id!r} is a field of {', '.join(sorted(others))} already")
    before = fields.get((sent.entity_type, sent.external_id))
    if before is None:
        return sent
    if how["field_resent"] == "duplicate_error":
        raise Refusal(f"external_id: {sent.external_id!r} exists")
    if sent.value_type != before.value_type and how["field_type_change"] == "reject":
        raise Refusal(f"value_type: {sent.external_id!r} is of type {before.value_type} and stays so")
    if how["field_resent"] == "ignored":
        return None
    return _with_members(sent, before, how["enum_members"])


def _with_members(sent: Field, before: Field, enum_members: str) -> Field:
    if not before.enum_values or sent.enum_values == before.enum_values or enum_members == "replaced":
        return sent
    if enum_members == "rejected":
        raise Refusal(f"enum_values: the members of {sent.external_id!r} stay as they are")
    if enum_members == "merged":
        return replace(sent, enum_values={**before.enum_values, **sent.enum_values})
    return replace(sent, enum_values=before.enum_values, default_value=before.default_value)


def _resent_status(sent: LineStatus, statuses: Mapping[str, LineStatus], how: Behaviour) -> LineStatus | None:
    """Return the definition to store; None when the stored one stays."""
    if sent.external_id in BUILTIN_LINE_STATUSES:
        if how["builtin_status_redefined"] == "rejected":
            raise Refusal(f"external_id: {sent.external_id!r} is built in")
        if how["builtin_status_redefined"] == "ignored":
            return None
    before = statuses.get(sent.external_id)
    if before is None:
        return sent
    if how["status_resent"] == "duplicate_error":
        raise Refusal(f"external_id: {sent.external_id!r} exists")
    if sent.type != before.type and how["status_type_change"] == "reject":
        raise Refusal(f"type: {sent.external_id!r} is of type {before.type} and stays so")
    return None if how["status_resent"] == "ignored" else sent
