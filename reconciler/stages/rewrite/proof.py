"""Proof: whether a merged text says exactly what the file said before, with the edits and the entries.

The same edits are made to plain data as were made to the text, and the text is read again: the two have to be
equal, number by number as they are written. This knows nothing of how the text was put together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.model.diagnostic import Origin, has_errors
from reconciler.model.document import Document
from reconciler.model.draft import AddLine, Draft, DropLine, Edit, Members, Path, Put, Reinfer, Revision
from reconciler.model.text import text_of
from reconciler.stages.load import parse
from reconciler.stages.rewrite.spelling import data


@dataclass(frozen=True, slots=True)
class Intended:
    """What was to be done to the documents of a file."""

    revised: Sequence[tuple[Revision, tuple[Edit, ...]]]
    added: Sequence[tuple[int, str, list[Draft]]]
    """The number of a document, a section of it, and what is put there."""
    begun: Mapping[str, Any] | None
    """What the document says that is begun, None when there is none."""


def fault_of(before: Sequence[Document], text: str, file: str, intended: Intended) -> str:
    """Say what a merged text would get wrong, nothing if it is sound."""
    after = parse(text.encode(), file)
    if has_errors(after.diagnostics):
        return "what would be written could not be read again"
    expected = [_said(document.data) for document in before]
    places = _places(before) if intended.revised else {}
    for revision, edits in intended.revised:
        number, section, index = places[revision.origin]
        for edit in edits:
            _apply(expected[number][section][index], edit)
    written = [each for each in expected if each is not None]
    for index, section, drafts in intended.added:
        written[index][section] = [*(written[index].get(section) or []), *_said(data(drafts))]
    if intended.begun is not None:
        written.append(_said(dict(intended.begun)))
    found = [_said(each.data) for each in after.documents if each.data is not None]
    return "" if found == written else "what would be written would say something else"


def _said(value: Any) -> Any:
    """Give data that are equal when they are written alike: a number counts as its text."""
    if isinstance(value, dict):
        return {key: _said(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_said(each) for each in value]
    if value is None or isinstance(value, bool | str):
        return value
    return ("number", text_of(value))


def _places(documents: Sequence[Document]) -> Mapping[Origin, tuple[int, str, int]]:
    """Give the document, the section and the number of each entry, by where it begins."""
    return {
        document.at((section, index)): (number, section, index)
        for number, document in enumerate(documents)
        if isinstance(document.data, dict)
        for section, entries in document.data.items()
        if isinstance(entries, list)
        for index in range(len(entries))
    }


def _apply(entry_: dict[str, Any], edit: Edit) -> None:
    match edit:
        case Put(path, value):
            _holder(entry_, path)[path[-1]] = _said(data(value))
        case Reinfer(key, None):
            del entry_[key]
        case Reinfer(key, value):
            entry_[key] = value
        case Members(path, members):
            _holder(entry_, path)[path[-1]] = _Set(_said(data(sorted(members))))
        case AddLine(line):
            entry_["lines"].append(_said(data(line)))
        case DropLine(line):
            entry_["lines"] = [each for each in entry_["lines"] if each.get("external_id") != line]


def _holder(node: Any, path: Path) -> Any:
    for step in path[:-1]:
        if isinstance(node, list):
            node = next(each for each in node if each.get("external_id") == step)
        else:
            node = node[step]
    return node


class _Set(list[Any]):
    """A list of which the order does not count."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list) and sorted(map(str, self)) == sorted(map(str, other))

    __hash__ = None
