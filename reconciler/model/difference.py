"""Difference: everything that one comparison found, before it is ordered and limited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.model.address import Address
from reconciler.model.change import Pending, Withhold
from reconciler.model.plan import Drift, Kept, Taken
from reconciler.model.record import Baseline, Memory


class PassedOver(StrEnum):
    """Why a line that a source speaks of is left alone, and is no change."""

    NOT_SHOWN = "of orders that the target does not show"
    NO_SUCH_LINE = "that their orders do not have"
    ELSEWHERE = "of orders at another endpoint"
    OLDER = "reported earlier than what was applied last"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wanted compared with what is shown and remembered."""

    steps: Sequence[Pending] = ()
    withheld: tuple[Withhold, ...] = ()
    kept: Kept = field(default_factory=Kept)
    drift: tuple[Drift, ...] = ()
    taken: tuple[Taken, ...] = ()
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    stale: tuple[tuple[Address, Memory], ...] = ()
    """Some of the lines that are kept on a stale record."""
    finished: int = 0
    """Wishes with `hold: once` that are done."""
    leaving: int = 0
    """Orders and lines that leave the record with the next apply."""
    passed_over: Mapping[tuple[str, PassedOver], int] = field(default_factory=dict)
    """How many lines of a source, by its label, were left alone, and why."""
