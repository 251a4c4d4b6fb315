"""Question: which part of a target is asked about, by which rules, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.model.plan import Options, Selection, TargetName
from reconciler.model.room import MEMORY, Room
from reconciler.model.rules import Observe, Rules
from reconciler.model.shard import PATIENCE
from reconciler.ports import Clock, Kinds, Terms
from reconciler.stages.hear import Ear


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a target: which part, by which rules, and how it is read."""

    target: TargetName
    selection: Selection
    rules: Rules
    terms: Terms
    kinds: Kinds
    how: Observe
    clock: Clock
    base: Rules = field(default_factory=Rules)
    """The rules as the settings give them, before the command line changed them."""
    options: Options = field(default_factory=Options)
    remembers: bool = True
    """False: the plan will only be shown, so what it would write into the record is not gathered."""
    patience: timedelta = PATIENCE
    """How long to wait for definitions that another shard writes."""
    heard: Callable[[int], None] = lambda _: None
    room: Room = MEMORY
    """Where what the target shows is kept."""
    ear: Ear = field(default_factory=lambda: Ear({}, Path(), lambda: datetime.now(UTC)))
    """What asks the sources that answer anew each time."""
