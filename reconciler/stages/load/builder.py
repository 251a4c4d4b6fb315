"""From the events of libyaml to plain data with places, in one pass.

A node graph would cost five times as much as the scan itself, so there is none: two small methods descend
through the events and make dicts and lists as they go. Descending by calls is safe, because depth is limited.
What cannot be read ends the file with `Refused`; what only should not be so is noted, and reading goes on.
This module must not know what a manifest is, nor what variables mean: it notes which values hold `${`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import Any, Final

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from reconciler.model.diagnostic import Diagnostic, Origin, error
from reconciler.model.document import COLUMN_BITS, Document, Variable, pack, unpack, written
from reconciler.stages.load.anchors import Anchored, Anchors, Limits, Misused
from reconciler.stages.load.scalars import NUMERIC, WORDS, resolve

OPENING: Final = "${"
"""What every value that refers to a variable contains."""

RECURRING: Final = 1 << 12
"""How many plain scalars that might be numbers and are text are remembered: a day recurs, an id may not."""

_FIRST_PLACE: Final = pack(1, 1)
_MERGE: Final[Any] = object()
"""The key `<<` when it is not quoted."""


class Refused(Exception):
    """Reading cannot go on; the diagnostic says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.summary)
        self.diagnostic = diagnostic


class Builder:
    """Builds the documents of one file; used once.

    `take` gives the parser's next event. `bare` promises that no event has a tag or an anchor, which is then
    not asked of each one.
    """

    def __init__(self, take: Callable[[], Any], file: str, limits: Limits, *, bare: bool) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._take = take
        self._file = file
        self._limits = limits
        self._bare = bare
        self._known: dict[str, Any] = dict(WORDS)
        self._keys: dict[str, str] = {}
        self._begin()

    def documents(self) -> Iterator[Document]:
        """Build each document that is not empty. Raises `Refused`, and whatever the parser raises."""
        while (event := self._take()).__class__ is not StreamEndEvent:
            if event.__class__ is not DocumentStartEvent:
                continue
            if event.version not in {None, (1, 2)}:
                raise self._refused(event, "a file is read as YAML 1.2", "remove the line %YAML")
            self._begin()
            event = self._take()
            data = self._value(event, 0)
            if data is not None:
                yield Document(self._file, data, self._places, _place(event), tuple(self._variables))

    def _begin(self) -> None:
        self._places: dict[int, array[int]] = {}
        self._variables: list[Variable] = []
        self._anchors = Anchors(self._limits)
        self._entries = self._deepest = 0

    def _value(self, event: Any, depth: int) -> Any:
        """Build the value that begins with `event`, inside `depth` containers."""
        if event.__class__ is ScalarEvent:
            if not self._bare and (event.tag is not None or event.anchor is not None):
                return self._adorned(event)
            return event.value if event.style else self._resolve(event.value)
        if event.__class__ is AliasEvent:
            return self._alias(event, depth)
        return self._collection(event, depth + 1)

    def _mapping(self, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        places = self._places[id(data)] = array("q")
        note, take, keys, known, bare = places.append, self._take, self._keys, self._known, self._bare
        merge: tuple[Any, int] | None = None
        while (event := take()).__class__ is not MappingEndEvent:
            mark = event.start_mark
            key_place = (mark.line << COLUMN_BITS) + mark.column + _FIRST_PLACE
            if not bare or event.__class__ is not ScalarEvent or (key := keys.get(event.value)) is None:
                key = self._key(event)
            event = take()
            if bare and event.__class__ is ScalarEvent:  # what `_value` does, without the call
                value = event.value
                if not event.style and (value in known or value[0] in NUMERIC):
                    value = self._resolve(value)
            else:
                value = self._value(event, depth)
            if key is _MERGE and merge is None:
                merge = value, key_place
            elif key is _MERGE or key in data:
                self._repeated(key, key_place, data, merge)
            else:
                data[key] = value
                mark = event.start_mark
                note(key_place)
                note((mark.line << COLUMN_BITS) + mark.column + _FIRST_PLACE)
                if value.__class__ is str and OPENING in value:
                    self._variables.append((data, key, places[-1]))
        if merge is not None:
            self._merge(data, places, *merge)
        self._entries += len(data)
        return data

    def _sequence(self, depth: int) -> list[Any]:
        data: list[Any] = []
        places = self._places[id(data)] = array("q")
        add, note, take, value_of = data.append, places.append, self._take, self._value
        while (event := take()).__class__ is not SequenceEndEvent:
            value = value_of(event, depth)
            mark = event.start_mark
            add(value)
            note((mark.line << COLUMN_BITS) + mark.column + _FIRST_PLACE)
            if value.__class__ is str and OPENING in value:
                self._variables.append((data, len(data) - 1, places[-1]))
        self._entries += len(data)
        return data

    def _resolve(self, text: str) -> Any:
        """Give what a plain scalar means; what recurs is remembered, for some of it is slow to make."""
        if text not in self._known:
            value = resolve(text)
            if isinstance(value, str) and len(self._known) >= RECURRING:
                return value
            self._known[text] = value
        return self._known[text]

    def _adorned(self, event: Any) -> Any:
        """Build a scalar with a tag or an anchor. A mere `!` says that it is text."""
        if event.tag not in {None, "!"}:
            self._tagged(event)
        value = event.value if event.style or event.tag is not None else self._resolve(event.value)
        if event.anchor is not None:
            self._anchors.name(event.anchor, Anchored(value, entries=1, ready=True))
        return value

    def _collection(self, event: Any, depth: int) -> Any:
        if depth > self._deepest:
            self._reach(event, depth)
        if event.tag not in {None, "!"}:
            self._tagged(event)
        build = self._mapping if event.__class__ is MappingStartEvent else self._sequence
        if event.anchor is None:
            return build(depth)
        anchored = Anchored()
        self._anchors.name(event.anchor, anchored)
        entries, deepest = self._entries, self._deepest
        self._deepest = depth
        anchored.value = build(depth)
        anchored.entries = self._entries - entries
        anchored.levels = self._deepest - depth + 1
        anchored.ready = True
        self._deepest = max(self._deepest, deepest)
        return anchored.value

    def _reach(self, event: Any, depth: int) -> None:
        if depth > self._limits.depth:
            raise self._refused(
                event, f"more than {self._limits.depth} levels inside one another", "flatten it"
            )
        self._deepest = max(self._deepest, depth)

    def _alias(self, event: Any, depth: int) -> Any:
        try:
            anchored = self._anchors.use(event.anchor)
        except Misused as misuse:
            raise self._refused(event, misuse.summary, misuse.advice) from None
        self._reach(event, depth + anchored.levels)
        self._entries += anchored.entries
        return anchored.value

    def _key(self, event: Any) -> Any:
        """Give a key that is new, or more than a word: its text, or `_MERGE`."""
        if event.__class__ is ScalarEvent:
            if event.tag is not None or event.anchor is not None:
                self._adorned(event)
            elif event.value == "<<":
                return event.value if event.style else _MERGE
            return self._keys.setdefault(event.value, event.value)
        key = written(self._alias(event, 0)) if event.__class__ is AliasEvent else None
        if not isinstance(key, str):
            raise self._refused(event, "a key is no text", "write each key as a word or as quoted text")
        return key

    def _merge(self, data: dict[str, Any], places: array[int], merged: Any, place: int) -> None:
        """Put the entries of `<<`, all at its place, before those that are written out, which win."""
        bases = merged if isinstance(merged, list) else [merged]
        if not all(isinstance(base, dict) for base in bases):
            self._note(place, "`<<` takes a mapping or a list of them", "name one, as in `<<: *base`")
            return
        own, own_places = dict(data), places[:]
        data.clear()
        del places[:]
        for key, value in ((key, base[key]) for base in bases for key in base):
            if key not in own and key not in data:
                data[key] = value
                places.extend((place, place))
                if isinstance(value, str) and OPENING in value:
                    self._variables.append((data, key, place))
        data.update(own)
        places.extend(own_places)

    def _repeated(self, key: Any, place: int, data: dict[str, Any], merge: tuple[Any, int] | None) -> None:
        if merge is not None and key is _MERGE:
            name, first = "<<", merge[1]
        else:
            name, first = key, self._places[id(data)][2 * list(data).index(key)]
        origin = self._origin(first)
        self._note(place, f"the key {name!r} is given twice", f"the first is in line {origin.line}", origin)

    def _tagged(self, event: Any) -> None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        self._note(
            _place(event), f"the tag {tag} is not supported", "remove it, and quote what shall be text"
        )

    def _refused(self, event: Any, summary: str, advice: str) -> Refused:
        return Refused(error(summary, self._origin(_place(event)), advice))

    def _note(self, place: int, summary: str, advice: str, *related: Origin) -> None:
        if len(self.diagnostics) == self._limits.faults:
            found = f"more than {self._limits.faults} errors in one file"
            raise Refused(error(found, self._origin(place), "correct those before this one first"))
        self.diagnostics.append(error(summary, self._origin(place), advice, related))

    def _origin(self, place: int) -> Origin:
        return Origin(self._file, *unpack(place))


def _place(event: Any) -> int:
    return pack(event.start_mark.line + 1, event.start_mark.column + 1)
