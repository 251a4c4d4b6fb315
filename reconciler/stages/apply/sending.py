"""Sending: what it takes to carry out a plan, besides the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from reconciler.model.approval import Narrowed
from reconciler.model.change import Pending
from reconciler.model.manifest import Manifests
from reconciler.model.observation import World
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Record
from reconciler.model.rules import Rules
from reconciler.model.shard import PATIENCE
from reconciler.ports import Clock, Kinds, Target, Terms


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a second look at what is left gave."""

    narrowed: Narrowed
    world: World
    taken: tuple[Taken, ...] = ()
    """What it showed that belongs into the record."""


@dataclass(frozen=True, slots=True)
class Sending:
    """The target, what is wanted of it and what we remembered before the first write."""

    target: Target
    look: Callable[[Manifests], World]
    """Reads from the target what some manifests are about; raises `Broken` when nothing could be read."""
    again: Callable[[Sequence[Pending], Mapping[str, Baseline]], Rechecked]
    """Observes what some steps are about again and holds it to what was approved. The baselines are those of
    the orders that were written to meanwhile: they tell our own touch from that of others. Raises `Broken`
    when any of it could not be read, `Denied` when the target refuses us.
    """
    manifests: Manifests
    record: Record
    kinds: Kinds
    terms: Terms
    rules: Rules
    clock: Clock
    patience: timedelta = PATIENCE
    """How long to wait for definitions that another shard writes."""
