"""Nodes: where the parts of a YAML text begin and end, and where something can be put between its lines.

Nothing is decided here but places. What has no place that is surely right, such as something shared by its
name, raises `Unfit`, and then the file is left to its author.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from reconciler.stages.load.scalars import WORDS

_REST: Final = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")
_COMMENT_LINE: Final = re.compile(r"(?P<indent> *)#[^\r\n]*(?:\r\n|\r|\n|\Z)")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Unfit(Exception):
    """A text cannot be edited at some place; the reason says why."""


class Sort(StrEnum):
    """What a node is."""

    SCALAR = "scalar"
    LIST = "list"
    MAPPING = "mapping"
    ALIAS = "alias"


@dataclass(slots=True)
class Node:
    """A part of a document. Places are indexes into the text, lines and columns are counted from 0."""

    sort: Sort
    begin: int
    end: int
    line: int
    column: int
    flow: bool = False
    """Whether it is written with brackets or braces."""
    style: str | None = None
    """For a scalar the sign of its quotes or of its block."""
    value: str = ""
    shared: bool = False
    """Whether it has a name by which it can be used again, or a tag."""
    below: list[Node] = field(default_factory=list)
    """The items of a list; of a mapping keys and values in turn."""

    @property
    def pairs(self) -> list[tuple[Node, Node]]:
        """The keys of a mapping with their values."""
        return list(zip(self.below[::2], self.below[1::2], strict=True)) if self.sort is Sort.MAPPING else []

    @property
    def finish(self) -> int:
        """Where what is written of it ends; comments and blank lines after it do not belong to it."""
        return self.end if self.flow or not self.below else self.below[-1].finish

    def get(self, key: str) -> Node | None:
        """Give the value of a key, None when it is not there."""
        return next((value for each, value in self.pairs if each.value == key), None)

    def check_plain(self) -> None:
        """Raise Unfit where a part of it is shared by name, merged in or tagged."""
        if self.shared or self.sort is Sort.ALIAS or any(key.value == "<<" for key, _ in self.pairs):
            raise Unfit("it holds an anchor, an alias or a tag")
        for child in self.below:
            child.check_plain()


def roots(text: str) -> list[Node]:
    """Give the root of each document of a text that can be parsed; one that says nothing is none."""
    found: list[Node] = []
    open_: list[Node] = []
    for event in YAML(typ="safe").parse(text):
        if isinstance(event, DocumentStartEvent):
            open_ = []
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            ended = open_.pop()
            ended.end = event.end_mark.index
        elif isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent):
            node = _node(event)
            (open_[-1].below if open_ else found).append(node)
            if node.sort in {Sort.MAPPING, Sort.LIST}:
                open_.append(node)
        elif isinstance(event, DocumentEndEvent):
            open_ = []
    return [root for root in found if not (root.sort is Sort.SCALAR and _is_null(root))]


def _is_null(node: Node) -> bool:
    return not node.style and node.value in WORDS and WORDS[node.value] is None


def _node(event: Any) -> Node:
    start, end = event.start_mark, event.end_mark
    if isinstance(event, AliasEvent):
        return Node(Sort.ALIAS, start.index, end.index, start.line, start.column)
    shared = event.anchor is not None
    if isinstance(event, ScalarEvent):
        shared = shared or not (event.implicit[0] or event.implicit[1])
        return Node(
            Sort.SCALAR,
            start.index,
            end.index,
            start.line,
            start.column,
            style=event.style,
            value=event.value,
            shared=shared,
        )
    sort = Sort.MAPPING if isinstance(event, MappingStartEvent) else Sort.LIST
    shared = shared or not event.implicit
    flow = bool(event.flow_style)
    return Node(sort, start.index, end.index, start.line, start.column, flow=flow, shared=shared)


def entries_of(documents: list[Node]) -> Mapping[tuple[int, int], Node]:
    """Give the items of the lists at the top of documents, by line and column counted from 1."""
    return {
        (node.line + 1, node.column + 1): node
        for root in documents
        for _, section in root.pairs
        if section.sort is Sort.LIST
        for node in section.below
        if node.sort is Sort.MAPPING
    }


def entry_of(entries: Mapping[tuple[int, int], Node], line: int, column: int) -> Node:
    """Find the entry that begins at a place. Raises Unfit, also for one that shares a part by name."""
    node = entries.get((line, column))
    if node is None:
        raise Unfit("its entry was not found again")
    node.check_plain()
    return node


def item_of(items: Node | None, external_id: str) -> int:
    """Find the position of the item of a list that has an id. Raises Unfit."""
    for index, item in enumerate(items.below if items is not None and items.sort is Sort.LIST else ()):
        found = item.get("external_id")
        if found is not None and found.value == external_id:
            return index
    raise Unfit("one of its lines was not found again")


def line_start(text: str, index: int) -> int:
    """Where the line of an index begins."""
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


def after_line(text: str, index: int) -> int:
    """Where the line ends in which something ended; what follows on it has to be a comment. Raises Unfit."""
    if index and text[index - 1] in "\r\n":
        return index
    rest = _REST.match(text, index)
    if rest is None:
        raise Unfit("something else stands on its last line")
    return rest.end()


def after_comments(text: str, index: int, deeper_than: int) -> int:
    """Go on past the lines of comments that are indented deeper than a column."""
    while match := _COMMENT_LINE.match(text, index):
        if len(match["indent"]) <= deeper_than:
            break
        index = match.end()
    return index


def newline_of(text: str) -> str:
    """Give the sign that ends the lines of a text."""
    found = _LINE_END.search(text)
    return found[0] if found else "\n"
