"""spill: a room on disk, for a plan that is to get along with little memory.

What tables wish and what the target shows of it lie in one temporary SQLite file. Nobody else can read it,
and its name is gone before anything stands in it: whatever becomes of the process, nothing stays behind. It
is no state: nothing in it is worth keeping, so nothing is ever synced, and a crash loses nothing.

Both sides lie there, and not only what is wished: a list shifts while it is read, so the last sight of an
order has to win over an earlier one, and two orders of one id have to be noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.model.names import Keeper
from reconciler.model.shelf import Shelf
from reconciler.model.sightings import Sights
from reconciler.model.source import SourceManifest
from reconciler.spill.file import File
from reconciler.spill.sights import Seen
from reconciler.spill.wishes import Wished

__all__ = ["Disk", "disk"]


class Disk:
    """A room on disk (see `Room`)."""

    def __init__(self, file: File) -> None:
        """Put everything into this file."""
        self._file = file
        self._shelves = 0
        self._walks = 0

    def wishes(self, source: SourceManifest) -> Shelf:
        """Give an empty shelf for the wishes of a source."""
        self._shelves += 1
        return Wished(source, self._file, self._shelves)

    def sights(self, _: Keeper) -> Sights:
        """Give a place for what will be seen, without what was seen in another walk."""
        self._walks += 1
        return Seen(self._file, self._walks)


@contextmanager
def disk(limit: int, folder: Path | None = None) -> Iterator[Disk]:
    """Open a room that takes so many bytes of memory; all is gone after the block.

    `folder` is where its file is made, the one for temporary files when left out.

    Raises `Unspilled` where the file cannot be made, and whatever is done in the block where it cannot grow.
    """
    with File.opened(limit, folder) as file:
        yield Disk(file)
