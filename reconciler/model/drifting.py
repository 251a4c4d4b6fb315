"""Drifting: what the record holds, and whether the target still shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reconciler.model.address import Address
from reconciler.model.evidence import Evidence


class Verdict(StrEnum):
    """What became of something that is held."""

    CHANGED = "changed"
    """The target shows it otherwise than it was recorded."""
    GONE = "gone"
    """The target was read to its end and does not show it."""
    UNTOLD = "cannot be told"
    """It cannot be read, or could not this time; that is no sign of a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """One thing that is held and is not as it was recorded, or that nobody can vouch for."""

    address: Address
    verdict: Verdict
    recorded: Any
    """JSON data; of an order only the paths that differ."""
    observed: Any = None
    evidence: Evidence
    reason: str


@dataclass(frozen=True, slots=True)
class Drifting:
    """All that is held, compared."""

    found: tuple[Drifted, ...] = ()
    same: int = 0
    """How many are shown as they were recorded."""
    complete: bool = True
    """False: a read broke off."""

    @property
    def counted(self) -> Mapping[Verdict, int]:
        """How many there are of each."""
        return Counter(each.verdict for each in self.found)

    @property
    def is_clear(self) -> bool:
        """Tell whether nothing was changed and nothing is gone, as far as can be told."""
        return not (self.counted[Verdict.CHANGED] or self.counted[Verdict.GONE])
