"""Spelling: entries that are to be written, as lines of YAML in the layout that all files share.

Any reader of YAML, of 1.1 too, has to read the same: what is not plainly a word stands in double quotes,
with everything that nobody can see written as an escape. A `${` that was shown by a target is no variable, so
it is written as `$${`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final

from reconciler.model.draft import Draft
from reconciler.stages.load.scalars import resolve

_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+)*", re.ASCII)
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:]{8}Z)?", re.ASCII)
_OLD_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that YAML 1.1 takes for something else."""
_quoted: Final = encode_basestring
_LONG: Final = 80
"""Characters from which a mapping is written on several lines."""
_QUOTED: Final = "external_id"


def spell(value: Any, key: str = "", *, quote: str | None = None) -> str:
    """Write a value on one line, fit for any place; an `external_id` always in quotes.

    `quote` is the sign in which the value stood before, to be kept where that is possible.
    """
    if value.__class__ is str:
        return _text(value.replace("${", "$${"), '"' if key == _QUOTED else quote)
    match value:
        case bool() | None:
            return {None: "null", True: "true", False: "false"}[value]
        case int() | float():
            return repr(value)
        case Draft():
            return spell(value.values)
        case Mapping():
            return "{" + ", ".join(f"{name(each)}: {spell(it, each)}" for each, it in value.items()) + "}"
        case _:
            return "[" + ", ".join(spell(each) for each in value) + "]"


@lru_cache(maxsize=1024)
def name(key: str) -> str:
    """Write a key; variables have no meaning in it."""
    return _text(key, None)


def data(value: Any) -> Any:
    """Give what a reader of the written text gets, with numbers as the text that they are written as."""
    match value:
        case str():
            return value.replace("${", "$${")
        case Draft():
            return data(value.values)
        case Mapping():
            return {key: data(each) for key, each in value.items()}
        case list() | tuple():
            return [data(each) for each in value]
        case _:
            return value


def entry(draft: Draft, column: int) -> list[str]:
    """Write an item of a list whose dash stands at a column, counted from 0."""
    lines: list[str] = []
    _write(draft, column, lines)
    return lines


def _write(draft: Draft, column: int, lines: list[str]) -> None:
    """Write an item, with the notes before the first key that goes on below: after it they seem its."""
    begin, indent = len(lines), " " * (column + 2)
    remarks = draft.remarks
    notes = [f"{indent}{comment(each)}" for each in draft.notes]
    for key, value in draft.values.items():
        remark = f"  {comment(remarks[key])}" if key in remarks else ""
        if value.__class__ is list and value and value[0].__class__ is Draft:
            lines += (*notes, f"{indent}{name(key)}:{remark}")
            for each in value:
                _write(each, column + 4, lines)
        else:
            whole = f"{indent}{name(key)}: {spell(value, key)}{remark}"
            if len(whole) <= _LONG + column + 2 or not isinstance(value, Mapping):
                lines.append(whole)
                continue
            lines += (*notes, f"{indent}{name(key)}:{remark}")
            lines += (f"{indent}  {name(each)}: {spell(it, each)}" for each, it in value.items())
        notes = []
    lines += notes
    lines[begin] = f"{' ' * column}- {lines[begin][column + 2 :]}"


def comment(text: str) -> str:
    """Write a comment, of which every character can be seen."""
    return "# " + "".join(each if each.isprintable() else _escape(each) for each in text)


def _text(text: str, quote: str | None) -> str:
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if quote == '"' or not _is_plain(text):
        quoted = _quoted(text)
        return quoted if text.isprintable() else "".join(map(_seen, quoted))
    return text


def _seen(character: str) -> str:
    return character if character.isprintable() else _escape(character)


@lru_cache(maxsize=1024)
def _is_plain(text: str) -> bool:
    if _MOMENT.fullmatch(text):
        return True
    return bool(_WORD.fullmatch(text)) and text.lower() not in _OLD_WORDS and isinstance(resolve(text), str)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
