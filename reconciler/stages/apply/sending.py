"""Sending: what it takes to carry out a plan, besides the plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.manifest import Manifests
from reconciler.model.observation import World
from reconciler.model.record import Record
from reconciler.model.rules import Rules
from reconciler.ports import Clock, Kinds, Target, Terms


@dataclass(frozen=True, slots=True)
class Sending:
    """The target, what is wanted of it, what it showed and what we remembered before the first write."""

    target: Target
    look: Callable[[Manifests], World]
    """Reads from the target what some manifests are about; raises `Broken` when nothing could be read."""
    redraw: Callable[[Collection[str]], Mapping[Address, Change]]
    """Observes some orders again and gives every change that would be planned for them now; raises `Broken`
    when they could not be read, `Denied` when the target refuses us.
    """
    manifests: Manifests
    world: World
    record: Record
    kinds: Kinds
    terms: Terms
    rules: Rules
    clock: Clock
