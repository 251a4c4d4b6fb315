"""Reversal: what would take a run's line statuses back, and what cannot be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reconciler.model.address import Address
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunRow


class Left(StrEnum):
    """Why something that a run sent is not taken back."""

    UNKNOWN = "unknown"
    """Nobody knew the line's status when it was sent."""
    DOUBTED = "doubted"
    """A status was on record, and nobody could vouch that the line still had it."""
    UNSETTLED = "unsettled"
    """Nobody knows whether it was done at all."""
    LASTING = "lasting"
    """It is no status of a line: nothing takes a definition back, and an order is what its manifest says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """One line that goes back."""

    address: Address
    status: str
    """What it had before the run."""
    said: str
    """What the run gave it."""
    evidence: Evidence
    """How the status before was known: observed, recorded or declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """One thing that does not go back."""

    address: Address
    why: Left
    said: str | None = None
    """The status that the run gave a line."""
    before: str | None = None
    """The status that was on record, where that is all there was."""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """All that a run sent, sorted by whether it goes back. What was refused needs no way back."""

    run: RunRow
    lines: tuple[Restored, ...] = ()
    left: tuple[LeftOut, ...] = ()
    resting: frozenset[str] = frozenset()
    """Orders of which a line was once brought to that status by `hold: once`: the same wish would rest."""
    until: date | None = None
    """The last day of the wishes for these."""

    @property
    def by_order(self) -> Mapping[str, tuple[Restored, ...]]:
        """The lines that go back, by their orders."""
        found: dict[str, list[Restored]] = {}
        for each in self.lines:
            found.setdefault(each.address.parts[0], []).append(each)
        return {order: tuple(lines) for order, lines in found.items()}

    @property
    def counted(self) -> Mapping[Left, int]:
        """How much is left, by the reason."""
        return Counter(each.why for each in self.left)

    @property
    def is_empty(self) -> bool:
        """Tell whether no line goes back and none is left that somebody could add by hand."""
        return not self.lines and all(each.why is Left.LASTING for each in self.left)
