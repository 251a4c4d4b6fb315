"""Document: what a file says as plain data, and where each part of it was written.

The data are dicts, lists, strings, ints, floats, bools and None, nothing of the parser's. A number keeps the
text it was written as, because an id such as `00012` or an amount such as `10.50` means its characters and
not its value.

Places are packed: one array of integers a container instead of an object a value, because a manifest of
100,000 lines has 300,000 values and most of them are never pointed at.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.model.diagnostic import Origin

COLUMN_BITS: Final = 27
"""Room for the longest line that a file of 64 MiB can have, so that no reader needs to cut a column."""

_COLUMN_MASK: Final = (1 << COLUMN_BITS) - 1


class WrittenInt(int):
    """An integer and the text it was written as."""

    text: str


class WrittenFloat(float):
    """A floating-point number and the text it was written as."""

    text: str


def written(value: object) -> object:
    """Give the source text of a number that kept it, else the value itself."""
    return value.text if isinstance(value, WrittenInt | WrittenFloat) else value


def pack(line: int, column: int) -> int:
    """Put a line and a column, both counted from 1, into one integer that fits 64 bits."""
    return (line << COLUMN_BITS) | column


def unpack(place: int) -> tuple[int, int]:
    """Give the line and the column of a packed place."""
    return place >> COLUMN_BITS, place & _COLUMN_MASK


Variable = tuple[Any, str | int, int]
"""Where a value holds `${`: its container, its key or index in it, its packed place."""


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of one file.

    `places` maps the `id()` of each dict and list in `data` to its packed places: for a list one integer an
    item, for a dict two integers a key in insertion order, the key's and the value's. The document keeps its
    containers alive, so the ids stay valid as long as it lives.
    """

    file: str
    data: Any
    places: Mapping[int, array[int]]
    start: int = pack(1, 1)
    variables: tuple[Variable, ...] = ()
    """The values that may refer to variables, so that nothing else needs to be visited."""
    meant: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """Keys that were misspelt: by the `id()` of their dict and what they were meant to be."""

    def at(self, path: Sequence[str | int], *, key: bool = False) -> Origin:
        """Find where a path was written, or the nearest of its parents.

        With `key`, where the key stands and not its value.
        """
        node, found = self.data, self.start
        for depth, step in enumerate(path):
            wants_key = key and depth == len(path) - 1
            said = self.meant.get((id(node), step), step) if isinstance(step, str) else step
            place = self.place(node, said, key=wants_key)
            if place is None:
                break
            found, node = place, node[said]
        return self.origin(found)

    def place(self, container: object, step: str | int, *, key: bool = False) -> int | None:
        """Give the packed place of one entry of a container of this document, None if there is none."""
        packed = self.places.get(id(container))
        if packed is None:
            return None
        if isinstance(container, dict):
            for index, name in enumerate(container):
                if name == step:
                    return packed[2 * index + (0 if key else 1)]
            return None
        if isinstance(container, list) and isinstance(step, int) and 0 <= step < len(container):
            return packed[step]
        return None

    def origin(self, packed: int) -> Origin:
        """Unpack a place of this document."""
        return Origin(self.file, *unpack(packed))
