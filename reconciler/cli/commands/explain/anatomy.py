"""Anatomy: the keys of one kind, read from the shape that checks them, in words that people know.

Nothing is told twice: types, allowed values and descriptions are the shape's own, so that `explain` cannot
fall behind what the program takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from pydantic import BaseModel

from reconciler.kinds import EXPLAINED, KINDS
from reconciler.kinds.order.shape import LINE_NEEDS, LineEntry

_LINE: Final = "order_line"
_FULL: Final = "in a full declaration"
_SHAPES: Final[Mapping[str, Sequence[type[BaseModel]]]] = {
    **{kind.name: kind.shapes for kind in KINDS.every()},
    _LINE: (LineEntry,),
}
SECTIONS: Final[Mapping[str, str]] = {
    **{kind.section: kind.name for kind in KINDS.every()},
    "lines": _LINE,
}
"""The kinds by the keys under which manifests declare them."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an entry."""

    name: str
    type: str
    required: str
    """`always`, the case in which it is required, or empty."""
    default: Any
    values: Sequence[str]
    description: str


def forms_of(kind: str) -> Mapping[str, Sequence[Key]]:
    """Give the keys of an entry of a kind, in the order in which the shape names them.

    By the `type` of the entry where there are several, else under an empty word.
    """
    shapes = _SHAPES[kind]
    return {_type_named(shape) if len(shapes) > 1 else "": _keys(kind, shape) for shape in shapes}


def _type_named(shape: type[BaseModel]) -> str:
    """Give the only word that an entry of a shape takes for its `type`."""
    return str(get_args(shape.model_fields["type"].annotation)[0])


def _keys(kind: str, shape: type[BaseModel]) -> Sequence[Key]:
    schema = shape.model_json_schema(by_alias=True)
    needed = _needed(schema) if kind != _LINE else dict.fromkeys(LINE_NEEDS, _FULL)
    needed.update(dict.fromkeys(schema.get("required", ()), "always"))
    return [_key(name, part, needed.get(name, "")) for name, part in schema["properties"].items()]


def section_of(kind: str) -> str:
    """Give the key under which manifests declare a kind."""
    return next(section for section, name in SECTIONS.items() if name == kind)


def named(word: str) -> str | None:
    """Give the kind that a word means, its own name or a manifest's section; None when there is none."""
    return word if word in EXPLAINED else SECTIONS.get(word)


def _needed(schema: Mapping[str, Any]) -> dict[str, str]:
    """Read the conditions under which further keys are required.

    Shapes have two forms of them: another key makes an entry complete, or further keys make it full.
    """
    condition, then, otherwise = (schema.get(word, {}) for word in ("if", "then", "else"))
    if "propertyNames" in condition:
        return dict.fromkeys(otherwise.get("required", ()), _FULL)
    case = " and ".join(f"unless {name}: true" for name in condition.get("properties", ()))
    both = set(then.get("required", ())) & set(otherwise.get("required", ()))
    return {name: "always" if name in both else case for name in then.get("required", ())}


def _key(name: str, part: Mapping[str, Any], required: str) -> Key:
    forms = [each for each in part.get("anyOf", [part]) if each.get("type") != "null"]
    return Key(
        name=name,
        type=_type(forms),
        required=required,
        default=part.get("default"),
        values=[str(value) for form in forms for value in form.get("enum", ())],
        description=part.get("description", ""),
    )


def _type(forms: Sequence[Mapping[str, Any]]) -> str:
    words = dict.fromkeys(word for form in forms for word in _words(form))
    if "amount" in words:
        words.pop("number", None)
    return " or ".join(words) or "any value"


def _words(form: Mapping[str, Any]) -> Iterator[str]:
    """Name a form's types; a number that stands for text, as in an id of digits, is text to people."""
    if "$ref" in form:
        yield "mapping"
        return
    said = form.get("type", [])
    types = [said] if isinstance(said, str) else said
    if types and types[0] == "string":
        yield _string(form)
        return
    for each in types:
        if each == "array":
            yield f"list of {_type([form['items']])}"
        elif each == "object":
            inner = form.get("additionalProperties")
            of = _type([inner]) if isinstance(inner, dict) else "values"
            yield f"mapping of text to {of}"
        else:
            yield {"boolean": "true or false", "integer": "integer", "number": "number"}[each]


def _string(form: Mapping[str, Any]) -> str:
    pattern = form.get("pattern", "")
    if "enum" in form:
        return "word"
    if pattern.endswith("[0-9]{2}$"):
        return "date"
    if pattern.endswith("[0-9]{2}"):
        return "time"
    return "amount" if "{1,18}" in pattern else "text"
