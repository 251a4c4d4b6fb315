"""The comments of a YAML text: which there are, and where those on lines of their own belong.

Whoever moves text must move its comments along. A comment belongs to the entry after it, or ends the one
before; which of them, only its indentation tells. Nothing here reads what the text says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.events import ScalarEvent

_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its # on, its line counted from 0, and whether it has that line for itself."""

    line: int
    text: str
    alone: bool


def comments(text: str) -> list[Comment]:
    """Find the comments: what begins with # between the scalars, and behind the sign of a block scalar."""
    found = []
    line = counted = 0
    for start, end in _gaps(text):
        for match in _COMMENT.finditer(text, start, end):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            before = text[text.rfind("\n", 0, counted) + 1 : counted]
            found.append(Comment(line, match[0].rstrip(), not before.strip()))
    return found


def _gaps(text: str) -> Iterator[tuple[int, int]]:
    """Give where the text between the scalars begins and ends."""
    end = 0
    for event in YAML(typ="safe").parse(text):
        if event.__class__ is ScalarEvent and event.end_mark.index > event.start_mark.index:
            start = event.start_mark.index
            if event.style in {"|", ">"}:
                start = (text.find("\n", start) + 1 or len(text) + 1) - 1
            yield end, start
            end = event.end_mark.index
    yield end, len(text)


def flatten(text: str) -> str:
    """Move comments on lines of their own to the first column, where they can never become part of a text."""
    lines = text.split("\n")
    for line in _alone(text):
        lines[line] = lines[line].lstrip()
    return "\n".join(lines)


def align(text: str, belongs_after: list[bool]) -> str:
    """Indent each comment on a line of its own like the entry after it, or else the one before."""
    lines, at = text.split("\n"), _alone(text)
    for line, (before, after), is_after in zip(at, _neighbours(text), belongs_after, strict=True):
        lines[line] = " " * (after if is_after else before) + lines[line].lstrip()
    return "\n".join(lines)


def sides(text: str) -> list[bool]:
    """Tell of each comment on a line of its own whether it belongs to the entry after it."""
    lines = text.split("\n")
    return [
        after > before or abs(after - column) <= abs(before - column)
        for column, (before, after) in zip(
            (_indent(lines[line]) for line in _alone(text)), _neighbours(text), strict=True
        )
    ]


def _alone(text: str) -> list[int]:
    return [each.line for each in comments(text) if each.alone]


def _neighbours(text: str) -> list[tuple[int, int]]:
    """Give for each comment on a line of its own how far the entries before and after it are indented."""
    alone = _alone(text)
    inside = {*alone, *_continued(text)}
    columns = [
        _indent(line) if line.strip() and at not in inside else None
        for at, line in enumerate(text.split("\n"))
    ]
    before = list(accumulate(columns, _latest))
    after = list(accumulate(reversed(columns), _latest))[::-1]
    return [(before[line] or 0, after[line] or 0) for line in alone]


def _continued(text: str) -> Iterator[int]:
    """Give the lines on which a scalar goes on."""
    for event in YAML(typ="safe").parse(text):
        if event.__class__ is ScalarEvent:
            yield from range(event.start_mark.line + 1, event.end_mark.line + (event.end_mark.column > 0))


def _latest(known: int | None, column: int | None) -> int | None:
    return known if column is None else column


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
