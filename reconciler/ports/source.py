"""Source: where order-line states come from in bulk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from reconciler.model.manifest import Catalogue
from reconciler.model.report import Report
from reconciler.model.room import MEMORY, Room
from reconciler.model.source import SourceManifest


@dataclass(frozen=True, slots=True)
class Sought:
    """What a source is asked."""

    source: SourceManifest
    catalogue: Catalogue
    root: Path
    """The folder of reconciler.yaml; the paths of origins are relative to it."""
    now: datetime
    orders: Collection[str] | None = None
    """The orders that it is asked for, by the target's ids; None: whatever it has to say by itself."""
    room: Room = MEMORY
    """Where the wishes of a source in files lie."""


class OrderSource(Protocol):
    """Where order-line states come from in bulk. It only reads, and knows nothing of the target."""

    def report(self, sought: Sought) -> Report:
        """Ask the source. What is wrong with its content stands in the report.

        Raises `Broken` when it cannot be read, `Denied` when it refuses us.
        """
        ...
