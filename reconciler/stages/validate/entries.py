"""Entries: each document held against the file's shape, taken apart into the entries of its sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.document import Document
from reconciler.model.text import listed, quoted
from reconciler.ports import Kind, Kinds
from reconciler.stages.validate.annotations import Path
from reconciler.stages.validate.reasons import Part, count, mended, reasons
from reconciler.stages.validate.shape import file_shape, shape_for
from reconciler.stages.validate.twins import Twins


class Entry(NamedTuple):
    """One entry of a section; `value` is None when it is too broken to be read at all."""

    kind: Kind
    document: Document
    path: Path
    data: Any
    value: BaseModel | None
    whole: bool = True
    """False when its shape is broken: it is read only to find what else is wrong with it."""
    twin: Entry | None = None
    """An earlier entry that says the same of another order; the value is that one's."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The entries of one document, and what is wrong with their shape."""

    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    untold: int = 0
    """How many more errors there are, which were counted and not put into words."""


def take(document: Document, kinds: Kinds, *, telling: bool = True) -> Taken:
    """Take a document apart: in one go when it is sound, else entry by entry, to find every fault.

    Without `telling` what is wrong with the shapes of entries is only counted.
    """
    if not isinstance(document.data, dict):
        sections = listed(kind.section for kind in kinds.every())
        summary = f"a manifest has to be a mapping, not {quoted(document.data)}"
        return Taken((), (error(summary, document.at(()), f"its keys are {sections}"),))
    data, section = document.data, kinds.order.section
    orders = data.get(section)
    orders = orders if isinstance(orders, list) else []
    twins = Twins()
    first = [twins.first(each, index) for index, each in enumerate(orders)]
    if orders:
        data = {**data, section: [each for index, each in enumerate(orders) if first[index] == index]}
    try:
        whole = shape_for(document.data, kinds).model_validate(data)
    except ValidationError:
        return _apart(document, kinds, telling=telling)
    return Taken(tuple(_sound(document, whole, kinds, first)))


def _sound(document: Document, whole: BaseModel, kinds: Kinds, first: Sequence[int]) -> Iterator[Entry]:
    """Give the entries of a document. `first` tells of each order which one says the same before it."""
    for kind in kinds.every():
        section = kind.section
        raw, values = document.data.get(section), iter(getattr(whole, section, None) or ())
        if kind is not kinds.order:
            yield from (
                Entry(kind, document, (section, index), raw[index], value)
                for index, value in enumerate(values)
            )
            continue
        read: dict[int, Entry] = {}
        for index, leader in enumerate(first):
            if leader == index:
                read[index] = entry = Entry(kind, document, (section, index), raw[index], next(values))
                yield entry
            else:
                twin = read[leader]
                yield Entry(kind, document, (section, index), raw[index], twin.value, twin=twin)


def _apart(document: Document, kinds: Kinds, *, telling: bool) -> Taken:
    diagnostics = _frame(document, kinds)
    entries, untold = [], 0
    for kind in kinds.every():
        section = document.data.get(kind.section)
        for index, data in enumerate(section if isinstance(section, list) else ()):
            shape = kind.shape_of(data if isinstance(data, dict) else {})
            part = Part(document, (kind.section, index), data, shape, kind.name.replace("_", " "))
            try:
                entries.append(Entry(kind, document, part.path, data, shape.model_validate(data)))
            except ValidationError as refusal:
                if telling:
                    diagnostics += reasons(part, refusal)
                else:
                    untold += count(part, refusal)
                value, known = mended(part, refusal)
                entries.append(Entry(kind, known, part.path, data, value, whole=False))
    return Taken(tuple(entries), tuple(diagnostics), untold)


def _frame(document: Document, kinds: Kinds) -> list[Diagnostic]:
    """Check the top level alone: sections that are lists are taken for empty ones."""
    sections = {kind.section for kind in kinds.every()}
    frame = {
        key: [] if key in sections and isinstance(value, list) else value
        for key, value in document.data.items()
    }
    shape = file_shape(kinds)
    try:
        shape.model_validate(frame)
    except ValidationError as refusal:
        return reasons(Part(document, (), frame, shape, "manifest"), refusal)
    return []
