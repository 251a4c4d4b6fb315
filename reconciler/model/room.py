"""Room: where that lies of which there may be a million while a plan is drawn.

In memory, unless somebody has opened another room. Who fills what lies there must not know which one it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from reconciler.model.shelf import Shelf
from reconciler.model.sightings import Sightings, Sights
from reconciler.model.source import SourceManifest
from reconciler.model.wishes import Wishes


class Room(Protocol):
    """A place for what sources wish and what a target shows."""

    def wishes(self, source: SourceManifest) -> Shelf:
        """Give an empty shelf for the wishes of a source."""
        ...

    def sights(self, same: Callable[[str], str]) -> Sights:
        """Give a place for what will be seen; `same` gives an id as the object that is kept already."""
        ...


class Memory:
    """Memory, as much of it as it takes."""

    def wishes(self, source: SourceManifest) -> Shelf:
        """Give an empty shelf for the wishes of a source."""
        return Wishes(source)

    def sights(self, same: Callable[[str], str]) -> Sights:
        """Give a place for what will be seen."""
        return Sightings(same)


MEMORY: Final[Room] = Memory()
