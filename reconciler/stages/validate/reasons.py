"""Reasons: why an entry does not have its kind's shape, in our own words and at the place at fault.

What pydantic says is for programmers and changes with its version; only its codes are read here, and its
words go nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.document import Document
from reconciler.model.text import closest, did_you_mean, listed, quoted, visible
from reconciler.stages.validate.annotations import Path, choices_at, keys_at


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document that was held against a shape: an entry, or the file's top level."""

    document: Document
    path: Path
    data: Any
    shape: type[BaseModel]
    noun: str
    """What it is called: the kind's name in words."""


def reasons(part: Part, refusal: ValidationError) -> list[Diagnostic]:
    """Translate every error of a refused part."""
    return [_translated(part, each) for each in _counting(part, refusal.errors(include_url=False))]


def count(part: Part, refusal: ValidationError) -> int:
    """Count what `reasons` would give."""
    return len(_counting(part, refusal.errors(include_url=False, include_input=False)))


def _counting(part: Part, details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out the keys that are missing because they are misspelt: that is one error and not two."""
    if not any(each["type"] == "missing" for each in details):
        return details
    meant = {
        (*each["loc"][:-1], meaning)
        for each in details
        if each["type"] == "extra_forbidden" and (meaning := _meaning(part, each["loc"]))
    }
    return [each for each in details if not (each["type"] == "missing" and each["loc"] in meant)]


def mended(part: Part, refusal: ValidationError) -> tuple[BaseModel | None, Document]:
    """Read a broken part as far as it can be read, to find what else is wrong with it.

    An unknown key is taken for the one it was likely meant to be, and the document given knows where that
    stands; a value that cannot be read is taken for one that is not there. None when the part cannot even be
    named.
    """
    data = _copied(part.data)
    meant: dict[tuple[int, str], str] = {}
    for details in refusal.errors(include_url=False, include_input=False):
        loc = details["loc"]
        if details["type"] == "missing":
            continue
        owner, _ = _split(part, loc)
        holder = _node_or_none(data, owner)
        if holder is None:  # what it stands in could not be read, and is left out already
            continue
        if len(owner) == len(loc) or loc[len(owner)] == "external_id":
            return None, part.document
        key = str(loc[len(owner)])
        if details["type"] != "extra_forbidden":
            holder[key] = None
        elif meaning := _meaning(part, loc):
            holder.setdefault(meaning, holder.pop(key))
            meant.setdefault((id(_node(part.data, owner)), meaning), key)
        else:
            del holder[key]
    try:
        return part.shape.model_validate(data), replace(part.document, meant=meant)
    except ValidationError:
        return None, part.document


def _copied(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    return [_copied(each) for each in node] if isinstance(node, list) else node


def _node(data: Any, loc: Path) -> Any:
    for step in loc:
        data = data[step]
    return data


def _meaning(part: Part, loc: Path) -> str:
    """Find the key that an unknown one was likely meant to be; empty when it is there already."""
    found = closest(str(loc[-1]), keys_at(part.shape, loc[:-1]))
    return "" if found in _node(part.data, loc[:-1]) else found


def _translated(part: Part, details: ErrorDetails) -> Diagnostic:
    code, loc, value = details["type"], details["loc"], details["input"]
    owner, key = _split(part, loc)
    subject = _subject(part, owner)
    if code == "missing":
        return error(f"{subject} lacks {key}", part.document.at((*part.path, *loc[:-1])))
    if code == "extra_forbidden":
        known = keys_at(part.shape, owner)
        advice = did_you_mean(str(loc[-1]), known) or f"known are {listed(known)}"
        return error(
            f"unknown key {quoted(loc[-1])} in {subject}",
            part.document.at((*part.path, *loc), key=True),
            advice,
        )
    whole = f"{key} of {subject}" if key else subject
    predicate, advice = _predicate(code, value, details.get("ctx", {}), choices_at(part.shape, loc))
    return error(f"{whole} {predicate}", part.document.at((*part.path, *loc)), advice)


def _predicate(
    code: str, value: object, context: Mapping[str, Any], choices: tuple[str, ...]
) -> tuple[str, str]:
    """Say what is wrong with a value, and what to do about it."""
    if code == "value_error":
        return str(context["error"]), ""
    if code == "literal_error":
        advice = did_you_mean(value, choices) if isinstance(value, str) else ""
        return f"has to be one of {listed(choices)}, not {quoted(value)}", advice
    if code == "too_short":
        return "must not be empty", ""
    if code in _BOUNDS:
        words, key = _BOUNDS[code]
        return f"has to be {words} {context[key]}, not {quoted(value)}", ""
    expected = _EXPECTED.get(code)
    if expected is None:
        return f"cannot be {quoted(value)}", ""
    unquote = isinstance(value, str) and (
        value in {"true", "false"} if code == "bool_type" else value.isdecimal()
    )
    return f"has to be {expected}, not {quoted(value)}", "write it without quotes" if unquote else ""


_BOUNDS: Final = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
}

_EXPECTED: Final = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "string_type": "text",
}


def _split(part: Part, loc: Path) -> tuple[Path, str]:
    """Divide a place into the innermost mapping that has a shape of its own, and the way from there."""
    depth = next(
        depth
        for depth in range(max(len(loc) - 1, 0), -1, -1)
        if depth == 0
        or (keys_at(part.shape, loc[:depth]) and isinstance(_node_or_none(part.data, loc[:depth]), dict))
    )
    owner, rest = loc[:depth], loc[depth:]
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest if step != "[key]")
    return owner, key.lstrip(".")


def _node_or_none(data: Any, loc: Path) -> Any:
    try:
        return _node(data, loc)
    except (KeyError, IndexError, TypeError):
        return None


def _subject(part: Part, owner: Path) -> str:
    """Name what a key belongs to, by the ids that can be read."""
    whole = _named(part.noun, part.data) or _counted(part.path) or f"the {part.noun}"
    if not owner:
        return whole
    section = str(next(step for step in reversed(owner) if isinstance(step, str)))
    inner = _named(section.removesuffix("s"), _node(part.data, owner)) or _counted(owner)
    return f"{inner} of {whole}"


def _named(noun: str, data: Any) -> str:
    key = "name" if noun == "order source" else "external_id"
    found = data.get(key) if isinstance(data, dict) else None
    return f"{noun} {visible(found)}" if isinstance(found, str) and found else ""


def _counted(path: Path) -> str:
    """Name an entry of a list by its number, one of a mapping by its key; empty for the top level."""
    if not path:
        return ""
    section, last = (str(path[-2]) if len(path) > 1 else ""), path[-1]
    if isinstance(last, int):
        return f"entry {last + 1} of {section}"
    return f"{section.removesuffix('s')} {visible(last)}".strip()
