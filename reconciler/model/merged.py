"""Merged: several runs that did one piece of work together, told as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.model.change import Withhold
from reconciler.model.outcome import Outcome
from reconciler.model.shard import Shard


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One run as its report tells it."""

    run: int
    shard: Shard | None
    resumes: bool
    """True: it went on with what an earlier run had left."""
    exit_code: int
    outcomes: Sequence[Outcome]
    withheld: Sequence[Withhold] = ()
    withheld_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of everything; an address that several runs speak of ends as the last of them says."""

    runs: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    withheld: tuple[Withhold, ...]
    withheld_count: int
    exit_code: int
    missing: tuple[Shard, ...]
    """Shards of which none of the runs is."""
