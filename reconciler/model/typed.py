"""Typed values: a custom field's value, by the field's declared type (reference, section 5).

Manifests are read strictly, for a value of the wrong type would be stored as something else; a target is read
tolerantly, because the documentation does not say how values come back (A29).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

from reconciler.model.document import WrittenFloat, WrittenInt
from reconciler.model.text import did_you_mean, listed, quoted, text_of
from reconciler.model.times import canonical_date, is_day

ValueType = Literal["unicode", "int", "float", "bool", "enum", "date"]
Value = str | int | float | bool
"""A value in canonical form: an enum member is its number, a date its text."""

_EXACT: Final = 2**53
"""Up to here a float is a whole number without doubt."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)


class Unfit(ValueError):
    """A value does not have its field's type. The text says what is expected, without the value."""

    def __init__(self, expected: str, advice: str = "") -> None:
        super().__init__(expected)
        self.advice = advice


def read_value(value_type: str | None, members: Mapping[str, int], value: object) -> Value:
    """Read a value as a manifest writes it, into its canonical form; raises Unfit.

    Without a type, as for an external field that declares none, any scalar is taken as it is.
    """
    match value_type:
        case "enum":
            return _member(members, value)
        case "date":
            return _date(value)
        case "unicode":
            return _unicode(value)
        case None:
            return _scalar(value)
        case _:
            return _plain(value_type, value)


def _plain(value_type: str, value: object) -> Value:
    if isinstance(value, bool):
        if value_type == "bool":
            return value
    elif value_type == "int" and isinstance(value, int):
        return int(value)
    elif value_type == "float" and isinstance(value, int | float):
        return _finite(value)
    unquote = isinstance(value, str) and see_value(value_type, {}, value) is not None
    raise Unfit(_EXPECTED[value_type], "write it without quotes" if unquote else "")


_EXPECTED: Final = {"int": "a whole number", "float": "a number", "bool": "true or false"}


def _finite(value: float) -> float:
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise Unfit("a finite number")
    return found


def _member(members: Mapping[str, int], value: object) -> Value:
    if not members:
        return _scalar(value)
    if isinstance(value, str) and value in members:
        return members[value]
    if isinstance(value, int) and not isinstance(value, bool) and value in members.values():
        return int(value)
    choices = listed(f"{name} ({number})" for name, number in members.items())
    advice = did_you_mean(value, members) if isinstance(value, str) else ""
    raise Unfit(f"one of {choices}", advice)


def _date(value: object) -> str:
    if not isinstance(value, str):
        raise Unfit("a date such as 2026-12-31 or a time such as 2026-12-31T15:04:05Z")
    try:
        return canonical_date(value)
    except ValueError as wrong:
        said = str(wrong).removeprefix("has to be ")
        raise Unfit(said if said != str(wrong) else "a date that exists") from None


def _unicode(value: object) -> str:
    text = text_of(value)
    if text is None:
        advice = f'quote it: "{quoted(value)}"' if isinstance(value, bool) else ""
        raise Unfit("text", advice)
    return text


def _scalar(value: object) -> Value:
    if isinstance(value, WrittenInt):
        return int(value)
    if isinstance(value, WrittenFloat | float):
        return _finite(value)
    if isinstance(value, str | bool | int):
        return value
    raise Unfit("text, a number, true or false")


def see_value(value_type: str | None, members: Mapping[str, int], value: object) -> Value | None:
    """Read a value as a target shows it, in any of the forms of A29; None when it does not have the type."""
    text = _text(value)
    if text is None:
        return None
    if value_type == "enum" and members:
        number = members.get(text)
        return _integer(text) if number is None else number
    read = _SEEN.get(value_type or "")
    return read(text) if read else text


def same_value(value_type: str | None, members: Mapping[str, int], wanted: Value, value: object) -> bool:
    """Tell whether a shown value is the wanted one, whatever form it came in (A29)."""
    if isinstance(wanted, str) and value_type != "date":
        return _text(value) == wanted
    if value_type == "date" and isinstance(wanted, str) and isinstance(value, str) and is_day(value):
        return wanted == value
    if value_type is None or (value_type == "enum" and not members):
        return _same_scalar(wanted, value)
    if value_type == "enum" and members.get(_text(value) or "") == wanted:
        return True
    found = see_value("int" if value_type == "enum" else value_type, {}, value)
    return found is not None and found == wanted


def _same_scalar(wanted: Value, value: object) -> bool:
    if isinstance(wanted, bool):
        return see_value("bool", {}, value) is wanted
    found = see_value("float" if isinstance(wanted, float) else "int", {}, value)
    return found is not None and found == wanted


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return text_of(value)


def _integer(text: str) -> int | None:
    if _INTEGER.fullmatch(text):
        return int(text)
    number = _number(text)
    return int(number) if number is not None and number.is_integer() and abs(number) <= _EXACT else None


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _seen_date(text: str) -> str | None:
    try:
        return canonical_date(text)
    except ValueError:
        return None


def _truth(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())


_SEEN: Final[Mapping[str, Callable[[str], Value | None]]] = {
    "int": _integer,
    "float": _number,
    "bool": _truth,
    "date": _seen_date,
}
