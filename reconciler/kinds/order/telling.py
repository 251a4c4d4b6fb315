"""Telling: which of the values that a target shows may stand in a manifest, and in which form.

A value is written only where reading it again means the same; what tells who somebody is stays out unless it
was asked for, because what is in Git stays there. What is left out is told without its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.model.manifest import Catalogue, FieldFacts
from reconciler.model.text import visible
from reconciler.model.typed import Unfit, Value, read_value, same_value, see_value
from reconciler.ports import Telling

LOOKS: Final = "looks like an e-mail or a telephone number; --personal writes it"
_EMAIL: Final = re.compile(r"[^@\s]@[^@\s]+\.[^@\s.]")
_PHONE: Final = re.compile(r"\+?[0-9(][0-9 ().-]{5,}[0-9]", re.ASCII)
_PHONE_DIGITS: Final = range(10, 16)


class Undeclarable(Exception):
    """Something cannot be declared as it is shown; the text says why."""


def values(
    entity_type: str, part: Mapping[str, Any], catalogue: Catalogue, telling: Telling, notes: list[str]
) -> Mapping[str, Value]:
    """Give the values of fields that can be declared; each of the others is a note without its value."""
    shown = part.get("custom_fields")
    found: dict[str, Value] = {}
    for field_id, value in shown.items() if isinstance(shown, Mapping) else ():
        if value in (None, "", [], {}):
            continue
        read_as = written(catalogue.field_of(entity_type, field_id), value, telling)
        if isinstance(read_as, Undeclarable):
            notes.append(f"custom_fields: {visible(field_id)} is left out: {read_as}")
        else:
            found[field_id] = read_as
    return found


def written(facts: FieldFacts | None, value: object, telling: Telling) -> Value | Undeclarable:
    """Give one value as a manifest writes it, or the reason why it is not to be written."""
    if facts is None:
        return Undeclarable("no manifest can declare it")
    if facts.sensitive and not telling.personal:
        return Undeclarable("it is declared sensitive")
    found = next(_forms(facts, value), None)
    if found is None:
        return Undeclarable(
            "what is shown does not fit its declared type" if facts.value_type else "no scalar"
        )
    if not telling.personal and looks_personal(found):
        return Undeclarable(f"it {LOOKS}")
    return found


def _forms(facts: FieldFacts, value: object) -> Iterator[Value]:
    """Give the forms in which a manifest can say what is shown so that both are the same."""
    for form in (see_value(facts.value_type, facts.enum_values, value), value):
        untyped = facts.value_type is None or (facts.value_type == "enum" and not facts.enum_values)
        if untyped and form is not value:
            continue
        try:
            read_as = read_value(facts.value_type, facts.enum_values, form)
        except Unfit:
            continue
        if same_value(facts.value_type, facts.enum_values, read_as, value):
            yield read_as


def looks_personal(value: object) -> bool:
    """Tell whether a text may be an e-mail address or a telephone number."""
    if not isinstance(value, str):
        return False
    if _EMAIL.search(value):
        return True
    digits = sum(each.isdigit() for each in value)
    return digits in _PHONE_DIGITS and _PHONE.fullmatch(value) is not None
