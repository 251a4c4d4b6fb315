"""Typed reading of JSON objects; whatever is wrong is refused with the key's name.

`null` counts as left out, as it does for the keys that the documentation calls required.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.refusal import Refusal

Json = Mapping[str, Any]


def an_object(value: object, key: str) -> Json:
    """Return a JSON object, or refuse naming `key`."""
    if not isinstance(value, Mapping):
        raise Refusal(f"{key}: must be an object")
    return value


def a_list(value: object, key: str) -> Sequence[Any]:
    """Return a JSON array, or refuse naming `key`."""
    if not isinstance(value, list | tuple):
        raise Refusal(f"{key}: must be an array")
    return value


def a_string(value: object, key: str) -> str:
    """Return a string, or refuse naming `key`."""
    if not isinstance(value, str):
        raise Refusal(f"{key}: must be a string")
    return value


def a_bool(value: object, key: str) -> bool:
    """Return true or false, or refuse naming `key`."""
    if not isinstance(value, bool):
        raise Refusal(f"{key}: must be true or false")
    return value


def an_int(value: object, key: str) -> int:
    """Return a whole number, or refuse naming `key`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refusal(f"{key}: must be a whole number")
    return value


def required(fields: Json, key: str) -> object:
    """Return the value of a key that has to be there."""
    value = fields.get(key)
    if value is None:
        raise Refusal(f"{key}: is required")
    return value


def required_string(fields: Json, key: str) -> str:
    """Return the text of a key that has to be there and must not be empty."""
    text = a_string(required(fields, key), key)
    if not text:
        raise Refusal(f"{key}: must not be empty")
    return text


def optional_string(fields: Json, key: str) -> str | None:
    """Return the text of a key, or None when it is left out or null."""
    value = fields.get(key)
    return None if value is None else a_string(value, key)


def required_id(fields: Json, key: str, id_length: str) -> str:
    """Return an id: printable, and no longer than the switch A52 allows."""
    text = required_string(fields, key)
    if not text.isprintable():
        raise Refusal(f"{key}: must hold printable characters only")
    if id_length != "none" and len(text) > int(id_length):
        raise Refusal(f"{key}: must not be longer than {id_length} characters")
    return text
