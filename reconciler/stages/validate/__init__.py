"""Validate: documents become manifests, or every reason why not.

All reasons are found in one run: first the shape of every entry of every file, then what is declared, then
what is declared twice, then the meaning of each entry. One broken entry hides nothing of another, and a
definition that is broken still counts as declared, so that its users are not blamed. Knows no kind by name,
only the two families of the ports: definitions and orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reconciler.model.address import Address
from reconciler.model.collector import collector_paused
from reconciler.model.diagnostic import Diagnostic, Origin, Severity, error, in_order, note
from reconciler.model.document import Document
from reconciler.model.manifest import (
    Catalogue,
    DefinitionManifest,
    FieldFacts,
    Manifests,
    OrderManifest,
    StatusFacts,
)
from reconciler.model.rules import Transition
from reconciler.model.source import SourceManifest
from reconciler.model.stated import Stated, Statement
from reconciler.model.text import visible
from reconciler.ports import DefinitionKind, Kinds, Reading, Terms
from reconciler.stages.validate.entries import Entry, Taken, take
from reconciler.stages.validate.likenesses import Declared, find_likenesses
from reconciler.stages.validate.shape import manifest_schema
from reconciler.stages.validate.transitions import check_transitions

__all__ = ["manifest_schema", "validate"]

_MOST: Final = 1000
"""How many diagnostics of one severity are given; the rest is counted."""


def validate(
    documents: Sequence[Document], kinds: Kinds, terms: Terms, transitions: Sequence[Transition] = ()
) -> tuple[Manifests, tuple[Diagnostic, ...]]:
    """Turn documents into manifests, with all that is wrong, sorted by place.

    Documents come in the order of their files, and of one file in the order in which they stand there.
    `transitions` are the rows of `line_transitions`, which have to speak of declared statuses.

    With an error among the diagnostics the manifests are not to be used.
    """
    with collector_paused():
        manifests, diagnostics, untold = _validated(documents, kinds, terms)
    diagnostics += check_transitions(transitions, manifests)
    return manifests, _capped(diagnostics, untold)


def _validated(
    documents: Sequence[Document], kinds: Kinds, terms: Terms
) -> tuple[Manifests, list[Diagnostic], int]:
    """Do the work; a function of its own, so that all entries are gone before the collector looks again."""
    taken = list(_taken(documents, kinds))
    diagnostics = [each for one in taken for each in one.diagnostics]
    entries = [entry for one in taken for entry in one.entries]
    catalogue = _catalogue(entries, kinds)
    diagnostics += _duplicates(entries, kinds)
    diagnostics += find_likenesses(_declared(entries, kinds))
    manifests = _read(entries, catalogue, terms, diagnostics)
    return manifests, diagnostics, sum(one.untold for one in taken)


def _taken(documents: Iterable[Document], kinds: Kinds) -> Iterator[Taken]:
    """Take documents apart. Behind as many errors as are shown none would be: there they are only counted."""
    errors = 0
    for document in documents:
        taken = take(document, kinds, telling=errors < _MOST)
        errors += len(taken.diagnostics)
        yield taken


def _catalogue(entries: Iterable[Entry], kinds: Kinds) -> Catalogue:
    facts: dict[Address, FieldFacts | StatusFacts] = {}
    salvaged: dict[Address, FieldFacts | StatusFacts] = {}
    for entry in entries:
        definition = kinds.definitions.get(entry.kind.name)
        if definition is None:
            continue
        if entry.whole and entry.value is not None:
            where, known = definition.facts(entry.value)
            facts.setdefault(where, known)
        elif isinstance(entry.data, dict):
            salvaged.update(definition.salvage(entry.data))
    every = {**salvaged, **facts}
    return Catalogue(
        {where: known for where, known in every.items() if isinstance(known, FieldFacts)},
        {where.parts[0]: known for where, known in every.items() if isinstance(known, StatusFacts)},
    )


def _duplicates(entries: Iterable[Entry], kinds: Kinds) -> Iterator[Diagnostic]:
    """Find what is declared twice, wherever; both places are named."""
    first: dict[object, Entry] = {}
    for entry in entries:
        definition = kinds.definitions.get(entry.kind.name)
        unique = _own_id(entry) if definition is None else _address(entry, definition)
        if unique is None:
            continue
        earlier = first.setdefault(unique, entry)
        if earlier is not entry:
            yield error(
                f"{_called(entry, unique)} is declared twice",
                _id_place(entry),
                "merge the two entries",
                related=[_id_place(earlier)],
            )


def _declared(entries: Iterable[Entry], kinds: Kinds) -> Iterator[Declared]:
    for entry in entries:
        definition = kinds.definitions.get(entry.kind.name)
        where = _address(entry, definition) if definition is not None else None
        if where is not None:
            yield Declared(where, _id_place(entry))


def _address(entry: Entry, definition: DefinitionKind) -> Address | None:
    if entry.whole and entry.value is not None:
        return definition.facts(entry.value)[0]
    likely = definition.salvage(entry.data) if isinstance(entry.data, dict) else {}
    return next(iter(likely)) if len(likely) == 1 else None


def _own_id(entry: Entry) -> tuple[str, str] | None:
    """Give the kind and the id of an order or a source."""
    found = entry.data.get(_id_key(entry)) if isinstance(entry.data, dict) else None
    return (entry.kind.name, found) if isinstance(found, str) and found else None


def _id_key(entry: Entry) -> str:
    return "external_id" if "external_id" in entry.kind.shapes[0].model_fields else "name"


def _called(entry: Entry, unique: Address | tuple[str, str]) -> str:
    id_ = "/".join(unique.parts) if isinstance(unique, Address) else unique[1]
    return f"{entry.kind.name.replace('_', ' ')} {visible(id_)}"


def _id_place(entry: Entry) -> Origin:
    return entry.document.at((*entry.path, _id_key(entry)))


def _read(
    entries: Sequence[Entry], catalogue: Catalogue, terms: Terms, diagnostics: list[Diagnostic]
) -> Manifests:
    definitions: dict[Address, DefinitionManifest] = {}
    orders: dict[str, OrderManifest] = {}
    lines = Stated()
    sources: dict[str, SourceManifest] = {}
    plain: dict[int, Statement] = {}
    for entry in entries:
        if entry.twin is not None and (again := _again(entry, plain.get(id(entry.twin)))) is not None:
            lines.add(again)
            continue
        reading = _reading(entry, catalogue, terms)
        diagnostics += reading.diagnostics
        if not entry.whole:
            continue
        diagnostics += reading.dependent
        for manifest in reading.manifests:
            match manifest:
                case Statement():
                    lines.add(manifest)
                    if len(reading.manifests) == 1 and not (reading.diagnostics or reading.dependent):
                        plain[id(entry)] = manifest
                case OrderManifest():
                    orders.setdefault(manifest.order, manifest)
                case DefinitionManifest():
                    definitions.setdefault(manifest.address, manifest)
                case SourceManifest():
                    sources.setdefault(manifest.name, manifest)
    return Manifests(definitions, orders, lines, catalogue, sources)


def _reading(entry: Entry, catalogue: Catalogue, terms: Terms) -> Reading:
    """Read an entry by itself."""
    kind, document, path, data, value, _, twin = entry
    if twin is not None:  # there is something to say about each of them
        value = kind.shape_of(data).model_validate(data)
    return Reading() if value is None else kind.read(value, document, path, catalogue, terms)


def _again(entry: Entry, said: Statement | None) -> Statement | None:
    """State of another order what was read of a twin, if there is nothing more to it."""
    lines = entry.data["lines"]
    places = entry.document.places.get(id(lines))
    if said is None or places is None:
        return None
    names = tuple(line["external_id"] for line in lines)
    return Statement(entry.data["external_id"], names, said.pattern, entry.document.file, places)


def _capped(diagnostics: Iterable[Diagnostic], untold: int) -> tuple[Diagnostic, ...]:
    """Sort, and keep a thousand of each severity with a count of the rest, and of the errors left untold."""
    kept: list[Diagnostic] = []
    count = dict.fromkeys(Severity, 0)
    for each in in_order(diagnostics):
        count[each.severity] += 1
        if count[each.severity] <= _MOST:
            kept.append(each)
    count[Severity.ERROR] += untold
    kept += [
        note(f"{total - _MOST:,} more {severity}s are not shown")
        for severity, total in count.items()
        if total > _MOST
    ]
    return tuple(kept)
