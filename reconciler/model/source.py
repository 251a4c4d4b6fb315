"""Source: where order-line states come from in bulk, as the manifests declare it.

A declaration only; what a source says stands in its report. The reader of each type knows the rest, which is
kept in `details` as the user wrote it, checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import BaseModel

from reconciler.model.diagnostic import Origin


class Missing(StrEnum):
    """What becomes of an order that a source names and the target does not show."""

    NOTE = "note"
    """It is counted in one note: the target may never get to know that order."""
    WITHHOLD = "withhold"
    """It is withheld as not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceManifest:
    """One entry of `order_sources`: what all the wishes that follow from it have in common."""

    name: str
    type: str
    live: bool
    """True: it answers anew each time it is asked. False: it stands in files beside the manifests."""
    origin: Origin
    details: BaseModel
    """The entry itself, in the shape of its type."""
    priority: int = 0
    """Among sources that speak of one line, the higher one wins."""
    once: bool = False
    """Whether its wishes are done after one confirmed write."""
    expires: date | None = None
    """The last day, in UTC, on which its wishes count."""
    max_line_changes: int | None = None
    """How many line changes one plan may take from it; None: the settings' limit counts them."""
    endpoint: str | None = None
    """Only orders that the target shows at this endpoint follow it; None: all do."""
    missing: Missing = Missing.WITHHOLD
    asks_for: bool = False
    """True: it is asked only for the orders that the target shows at `endpoint`."""

    @property
    def label(self) -> str:
        """How origins and selections name it, such as `source:market`."""
        return f"source:{self.name}"
