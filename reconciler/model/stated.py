"""Stated: the line states that entries of manifests give, a hundred thousand of them in little memory.

A wish is an object only while somebody looks at it. At rest an order is one number, which pattern its entry
has and the how-manieth it is: most entries of a file say the same, of lines that may be called the same or
not. Reads as a mapping of mappings, order id to line id to manifest, as the wishes of a source do.
"""

from __future__ import annotations

from array import array
from bisect import bisect
from collections.abc import Collection, Hashable, Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from sys import intern
from typing import Final, NamedTuple

from reconciler.model.diagnostic import Origin
from reconciler.model.document import unpack
from reconciler.model.ids import Keeping
from reconciler.model.manifest import LineManifest
from reconciler.model.names import Held, Names, Once
from reconciler.model.shelf import Words

REPEATED: Final = 1 << 16
"""How many patterns are known by sight; where there are more, most entries have one of their own."""

_BITS: Final = 34
_ENTRIES: Final = 1 << _BITS


class Pattern(NamedTuple):
    """What an entry says of the lines of its order, apart from which they are and where it stands."""

    words: tuple[Words, ...]
    """Of each line."""
    once: bool = False
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What one entry states of the lines of an order: each line that has a status wanted."""

    order: str
    lines: Names
    pattern: Pattern
    file: str
    places: Sequence[int]
    """Of each line, packed."""

    def manifests(self) -> Iterator[LineManifest]:
        """Give the wish of each line."""
        pattern = self.pattern
        for line, words, place in zip(self.lines, pattern.words, self.places, strict=True):
            yield _manifest(self.order, line, words, pattern, Origin(self.file, *unpack(place)))


class Stated(Mapping[str, Mapping[str, LineManifest]], Keeping):
    """What entries state of lines, by order. Filled with `add`, and only read from then on."""

    def __init__(self, statements: Iterable[Statement] = ()) -> None:
        """Begin with these."""
        self._packed: dict[str, int] = {}
        """By order the number of its pattern, and of its entry."""
        self._names: list[Names] = []
        """By entry, as the next."""
        self._begins = array("q")
        """Where in `_places` those of its lines begin."""
        self._places = array("q")
        self._patterns: list[Pattern] = []
        self._numbers: dict[Pattern, int] = {}
        self._by_sight: dict[int, int] = {}
        """By the `id()` of a pattern its number."""
        self._files: list[str] = []
        self._opening: list[int] = []
        """The first entry of each file."""
        self._once = Once()
        for each in statements:
            self.add(each)

    def add(self, statement: Statement) -> None:
        """Add what an entry states, unless there is one of its order."""
        order, pattern, file = intern(statement.order), statement.pattern, statement.file
        if order in self._packed or not statement.lines:
            return
        number = self._by_sight.get(id(pattern))
        if number is None:
            number = self._learn(pattern)
        entry = len(self._names)
        if not self._files or self._files[-1] != file:
            self._files.append(file)
            self._opening.append(entry)
        self._packed[order] = number << _BITS | entry
        self._names.append(self._once(tuple(map(intern, statement.lines))))
        self._begins.append(len(self._places))
        self._places.extend(statement.places)

    def _learn(self, pattern: Pattern) -> int:
        number = self._numbers.get(pattern)
        if number is None:
            number = len(self._patterns)
            self._patterns.append(pattern)
            if number < REPEATED:
                self._numbers[pattern] = number
                self._by_sight[id(pattern)] = number
        return number

    @property
    def files(self) -> Collection[str]:
        """Where the entries stand."""
        return self._files

    @property
    def patterns(self) -> Sequence[Pattern]:
        """Everything that is said, most of it once."""
        return self._patterns

    def wordings(self, orders: Iterable[str]) -> Sequence[Hashable]:
        """Give of each what orders of which the same is said have in common, None where nothing is."""
        return [None if packed is None else packed >> _BITS for packed in map(self._packed.get, orders)]

    def pattern(self, order: str) -> Pattern:
        """Give what is said of the lines of an order; raises KeyError when that is nothing."""
        return self._patterns[self._packed[order] >> _BITS]

    def names(self, order: str) -> Names | None:
        """Name the lines of an order of which something is said, None where that is none."""
        packed = self._packed.get(order)
        return None if packed is None else self._names[packed & (_ENTRIES - 1)]

    def held(self, orders: Sequence[str]) -> Iterable[Held]:
        """Give of each order its id as `same` does, and its lines as `names` does."""
        names, found = self._names, map(self._packed.get, orders)
        kept = (None if packed is None else names[packed & (_ENTRIES - 1)] for packed in found)
        return zip(map(intern, orders), kept, strict=True)

    def statuses(self, order: str) -> Mapping[str, str]:
        """Give what is wished of the lines of an order and nothing else, which costs a fraction."""
        return {line: words.status for line, words in self.said(order).items()}

    def said(self, order: str) -> Mapping[str, Words]:
        """Give what is said of the lines of an order."""
        names = self.names(order)
        return {} if names is None else dict(zip(names, self.pattern(order).words, strict=True))

    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept here where there is one."""
        return intern(order)

    def __getitem__(self, order: str) -> Mapping[str, LineManifest]:
        """Give the wishes of one order, in the order in which they stand there."""
        return self.at(order, range(len(self._names[self._packed[order] & (_ENTRIES - 1)])))

    def at(self, order: str, places: Sequence[int]) -> Mapping[str, LineManifest]:
        """Give those of the wishes of an order that stand at some places among them."""
        packed = self._packed[order]
        pattern, entry = self._patterns[packed >> _BITS], packed & (_ENTRIES - 1)
        file = self._files[bisect(self._opening, entry) - 1]
        names, begin = self._names[entry], self._begins[entry]
        found = {}
        for place in places:
            origin = Origin(file, *unpack(self._places[begin + place]))
            found[names[place]] = _manifest(order, names[place], pattern.words[place], pattern, origin)
        return found

    def keys(self) -> KeysView[str]:
        """Give the ids of the orders."""
        return self._packed.keys()

    def __contains__(self, order: object) -> bool:
        """Tell whether anything is wished of an order."""
        return order in self._packed

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders."""
        return iter(self._packed)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self._packed)


def _manifest(order: str, line: str, words: Words, pattern: Pattern, origin: Origin) -> LineManifest:
    return LineManifest(
        order=order,
        line=line,
        status=words.status,
        origin=origin,
        allowed_from=words.allowed_from,
        once=pattern.once,
        expires=pattern.expires,
    )
