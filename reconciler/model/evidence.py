"""Evidence: how the program knows what it says, and the three things that can be known of a remote resource.

`Unknown` holds no state, so code that would compare it with a wish does not type-check: unknown is never
taken for absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

StateT = TypeVar("StateT")


class Evidence(StrEnum):
    """How a claim is known, the strongest first (the contract's table)."""

    OBSERVED = "observed"
    """Read from the target in this run."""
    RECORDED = "recorded"
    """The target accepted our words; it cannot be read back."""
    STALE = "stale"
    """Recorded, but the order was touched since our last write of it."""
    INFERRED = "inferred"
    """Seen in use in the target."""
    DECLARED = "declared"
    """The user vouched for it."""
    UNKNOWN = "unknown"
    """Nothing is known."""

    def at_least(self, required: Evidence) -> bool:
        """Tell whether this evidence is as strong as the required one."""
        ranks = list(Evidence)
        return ranks.index(self) <= ranks.index(required)


@dataclass(frozen=True, slots=True)
class Present(Generic[StateT]):
    """It exists, and this is what was seen of it."""

    state: StateT


@dataclass(frozen=True, slots=True)
class Absent:
    """The place where it would have to be was read in full, and it was not there."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It could not be told; the reason is shown to people."""

    reason: str
