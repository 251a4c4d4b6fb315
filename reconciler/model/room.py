"""Room: where that lies of which there may be a million while a plan is drawn.

In memory, unless somebody has opened another room. Who fills what lies there must not know which one it is.
"""

from __future__ import annotations

from typing import Final, Protocol

from reconciler.model.names import Keeper
from reconciler.model.shelf import Shelf
from reconciler.model.sightings import Sightings, Sights
from reconciler.model.source import SourceManifest
from reconciler.model.wishes import Wishes


class Room(Protocol):
    """A place for what sources wish and what a target shows."""

    def wishes(self, source: SourceManifest) -> Shelf:
        """Give an empty shelf for the wishes of a source."""
        ...

    def sights(self, keeper: Keeper) -> Sights:
        """Give a place for what will be seen; what the keeper keeps need not be kept there."""
        ...


class Memory:
    """Memory, as much of it as it takes."""

    def wishes(self, source: SourceManifest) -> Shelf:
        """Give an empty shelf for the wishes of a source."""
        return Wishes(source)

    def sights(self, keeper: Keeper) -> Sights:
        """Give a place for what will be seen."""
        return Sightings(keeper)


MEMORY: Final[Room] = Memory()
