"""The named values of one document (`&name`), and what their uses (`*name`) add up to.

A few lines of aliases of aliases can stand for billions of entries. Sharing makes them cheap to read and
deadly to walk, so they are counted as if written out, before anybody walks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of the reader; each error names the limit that it passes."""

    size: int = 64 * 1024 * 1024
    """Bytes of a file; at most 128 MiB, for a place has no room for longer lines."""
    depth: int = 64
    """Mappings and lists inside one another."""
    aliases: int = 1_000
    """Uses of named values in one document."""
    faults: int = 100
    """Repeated keys, tags and the like, after which reading ends."""
    expanded: int = 1_000_000
    """Entries that a document would gain if its aliases were written out."""


class Misused(Exception):
    """An alias means nothing, itself, or too much."""

    def __init__(self, summary: str, advice: str) -> None:
        super().__init__(summary)
        self.summary = summary
        self.advice = advice


@dataclass(slots=True)
class Anchored:
    """A value with a name; not `ready` while it is being read."""

    value: Any = None
    entries: int = 0
    """How many entries it has, those of its own entries included."""
    levels: int = 0
    """How many mappings and lists it has inside one another, itself included."""
    ready: bool = False


class Anchors:
    """What names mean at one point of a document: a name given again means the latest value."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._named: dict[str, Anchored] = {}
        self._uses = 0
        self._expanded = 0

    def name(self, name: str, anchored: Anchored) -> None:
        """Give a value its name."""
        self._named[name] = anchored

    def use(self, name: str) -> Anchored:
        """Give what a name means. Raises `Misused` if that is nothing or itself, or a limit is passed."""
        anchored = self._named.get(name)
        if anchored is None:
            raise Misused(
                f"nothing is named &{name}", f"write &{name} before a value further up in this document"
            )
        if not anchored.ready:
            raise Misused(f"*{name} stands inside of the value that it means", "write out what is needed")
        self._uses += 1
        self._expanded += anchored.entries
        if self._uses > self._limits.aliases:
            raise Misused(f"more than {self._limits.aliases:,} aliases in one document", "write values out")
        if self._expanded > self._limits.expanded:
            raise Misused(
                f"the aliases stand for more than {self._limits.expanded:,} entries", "write values out"
            )
        return anchored
