"""Splicing: each edit as a piece of text in the place of another; all that lies between stays byte for byte.

Nothing is laid out anew. What would need that raises `Unfit`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from reconciler.model.draft import INFERRED, AddLine, Draft, DropLine, Edit, Members, Path, Put, Reinfer
from reconciler.stages.rewrite.nodes import (
    Node,
    Sort,
    Unfit,
    after_comments,
    after_line,
    item_of,
    line_start,
)
from reconciler.stages.rewrite.spelling import comment, entry, name, spell

_BLOCKS: Final = frozenset("|>")


@dataclass(frozen=True, slots=True)
class Splice:
    """Text that takes the place of what stands from one index to another."""

    begin: int
    end: int
    text: str
    lines: tuple[str, ...] = ()
    """Whole lines instead of `text`, to be put in between lines."""


def spliced(text: str, splices: Iterable[Splice], newline: str) -> str:
    """Carry out splices; those at one place in the order in which they are given. Raises Unfit."""
    pieces: list[str] = []
    at = 0
    for each in sorted(splices, key=lambda each: (each.begin, each.end)):
        if each.begin < at:
            raise Unfit("two edits touch one place")
        pieces += text[at : each.begin], each.text
        if each.lines:
            unended = each.begin > 0 and text[each.begin - 1] not in "\r\n"
            pieces += newline if unended else "", *(f"{line}{newline}" for line in each.lines)
        at = each.end
    return "".join([*pieces, text[at:]])


def append_entries(text: str, items: Node, drafts: Iterable[Draft]) -> Splice:
    """Put entries behind the last one of a list that has its items on lines of their own. Raises Unfit."""
    if items.flow or items.shared or not items.below or text[items.begin] != "-":
        raise Unfit("the list is not written with one entry a line")
    at = after_comments(text, after_line(text, items.finish), items.column)
    return Splice(at, at, "", tuple(line for each in drafts for line in entry(each, items.column)))


def splices_of(text: str, node: Node, edit: Edit) -> Iterator[Splice]:
    """Give what one edit of an entry does to the text. Raises Unfit."""
    match edit:
        case Put(path, value):
            yield _put(text, node, path, value)
        case Reinfer():
            yield from _reinfer(text, node, edit)
        case Members(path, members):
            yield from _members(text, _found(node, path), members)
        case AddLine(line):
            yield _add_line(text, node.get("lines"), line)
        case DropLine(line):
            yield _drop(text, node.get("lines"), item_of(node.get("lines"), line))


# ------------------------------------------------------------------ values


def _holder(node: Node, path: Path) -> Node:
    """Find the mapping whose key ends the path."""
    for step in path[:-1]:
        if node.sort is Sort.LIST:
            node = node.below[item_of(node, step)]
            continue
        below = node.get(step)
        if below is None:
            raise Unfit(f"it has no {step}")
        node = below
    return node


def _found(node: Node, path: Path) -> Node:
    value = _holder(node, path).get(path[-1])
    if value is None:
        raise Unfit(f"it has no {path[-1]}")
    return value


def _put(text: str, node: Node, path: Path, value: Any) -> Splice:
    holder, key = _holder(node, path), path[-1]
    there = holder.get(key)
    if there is None:
        return _put_new(text, holder, key, value)
    if "${" in text[there.begin : there.end]:
        raise Unfit(f"{key} is given by a variable")
    if there.style in _BLOCKS or there.sort is not Sort.SCALAR:
        raise Unfit(f"{key} is written on several lines")
    quote = there.style if there.style in {"'", '"'} else None
    said = spell(value, key, quote=quote if isinstance(value, str) else None)
    bare = there.begin == there.end
    return Splice(there.begin, there.end, f" {said}" if bare and text[there.begin - 1] == ":" else said)


def _put_new(text: str, holder: Node, key: str, value: Any) -> Splice:
    said = f"{name(key)}: {spell(value, key)}"
    if holder.flow:
        return _into_brackets(holder, said)
    at = after_line(text, holder.finish)
    return Splice(at, at, "", (f"{' ' * holder.column}{said}",))


def _into_brackets(holder: Node, said: str) -> Splice:
    if not holder.below:
        return Splice(holder.end - 1, holder.end - 1, said)
    at = holder.below[-1].end
    return Splice(at, at, f", {said}")


def _reinfer(text: str, node: Node, edit: Reinfer) -> Iterator[Splice]:
    """Say an inferred value anew, where a comment tells that it was inferred."""
    there = _found(node, (edit.key,))
    end = after_line(text, there.finish)
    rest = text[there.finish : end]
    if not rest.strip().removeprefix("#").strip().startswith(INFERRED):
        return
    kept = rest[len(rest.rstrip("\r\n")) :]
    remark = comment(edit.remark)
    if edit.value is not None:
        yield Splice(there.begin, end, f"{spell(edit.value)}  {remark}{kept}")
        return
    start = line_start(text, there.begin)
    if node.flow or text[start : there.begin].strip() != f"{edit.key}:":
        raise Unfit(f"{edit.key} does not stand on a line of its own")
    yield Splice(start, end, f"{' ' * node.column}{remark}{kept}")


def _members(text: str, there: Node, members: frozenset[str]) -> Iterator[Splice]:
    if "${" in text[there.begin : there.end]:
        raise Unfit("its tags are given by a variable")
    if there.sort is not Sort.LIST or there.flow:
        if there.sort is Sort.MAPPING or there.style in _BLOCKS:
            raise Unfit("its tags are not a list")
        said = spell(sorted(members))
        bare = there.begin == there.end and text[there.begin - 1] == ":"
        yield Splice(there.begin, there.end, f" {said}" if bare else said)
        return
    stay = [each for each in there.below if each.value in members]
    if not stay:
        raise Unfit("none of its tags would stay")
    for index, each in enumerate(there.below):
        if each not in stay:
            yield _drop(text, there, index)
    new = sorted(members - {each.value for each in stay})
    if new:
        at = after_line(text, there.finish)
        yield Splice(at, at, "", tuple(f"{' ' * there.column}- {spell(each)}" for each in new))


# ------------------------------------------------------------------ items of lists


def _add_line(text: str, lines: Node | None, line: Draft) -> Splice:
    if lines is None or lines.sort is not Sort.LIST or not lines.below:
        raise Unfit("it has no lines")
    if lines.flow:
        return _into_brackets(lines, spell(line))
    return append_entries(text, lines, (line,))


def _drop(text: str, items: Node | None, index: int) -> Splice:
    if items is None or len(items.below) < 2:
        raise Unfit("its last line is not shown any more")
    item = items.below[index]
    if items.flow:
        if index:
            return Splice(items.below[index - 1].end, item.end, "")
        return Splice(item.begin, items.below[1].begin, "")
    start = line_start(text, item.begin)
    if text[start : item.begin].strip() != "-":
        raise Unfit("one of its lines does not begin on a line of its own")
    return Splice(start, after_line(text, item.finish), "")
