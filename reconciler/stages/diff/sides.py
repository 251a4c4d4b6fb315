"""What a comparison looks at, and what it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from reconciler.model.address import Address
from reconciler.model.change import Withhold
from reconciler.model.difference import Difference, PassedOver
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import DefinitionManifest, LineManifest, Manifests, Mode, OrderManifest
from reconciler.model.observation import World
from reconciler.model.plan import Drift, Kept, Taken, everything
from reconciler.model.record import Baseline, Memory, Record
from reconciler.model.rules import Rules
from reconciler.model.steps import Steps
from reconciler.ports import Kinds, Terms

NAMED: Final = 3
"""How many stale lines are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The three sides: what is wanted, what is shown and what is remembered; and how they are compared."""

    manifests: Manifests
    world: World
    record: Record
    kinds: Kinds
    terms: Terms
    rules: Rules
    now: datetime
    covers: Callable[[Address], bool]
    """Tells whether an address that no manifest names is part of what was asked for."""
    selects: Callable[[Address], bool] = everything
    """Tells whether an address was asked for by name. Other lines of an order that was are here too, because
    an import speaks for them; without an import nothing is done about them.
    """
    in_force: Mapping[str, OrderManifest] = field(default_factory=dict)
    """Every full declaration whose time is not over, asked for or not."""
    remembers: bool = True
    """False: nothing will be written into the record, so what was read of lines is not gathered for it."""

    def asks(self, wish: LineManifest) -> bool:
        """Tell whether a line was asked for by name."""
        return self.selects is everything or self.selects(wish.address)

    def managed(self, address: Address) -> bool:
        """Tell whether a definition is declared and ours to say."""
        manifest: DefinitionManifest | None = self.manifests.definitions.get(address)
        return manifest is not None and manifest.mode is Mode.MANAGED


@dataclass(slots=True)
class Findings:
    """What was found so far. Grows during one comparison and is then read once."""

    steps: Steps = field(default_factory=Steps)
    withheld: list[Withhold] = field(default_factory=list)
    kept: Counter[Evidence] = field(default_factory=Counter)
    oldest: datetime | None = None
    drift: list[Drift] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    baselines: dict[str, Baseline] = field(default_factory=dict)
    refused: set[Address] = field(default_factory=set)
    """Definitions that are withheld, so that what needs them is withheld too."""
    stale: list[tuple[Address, Memory]] = field(default_factory=list)
    finished: int = 0
    leaving: int = 0
    passed_over: Counter[tuple[str, PassedOver]] = field(default_factory=Counter)

    def pass_over(self, wish: LineManifest, why: PassedOver) -> None:
        """Count a line that a source speaks of and that is left alone."""
        self.passed_over[wish.source.label if wish.source is not None else "", why] += 1

    def keep(self, evidence: Evidence, memory: Memory | None = None) -> None:
        """Count something that stays as it is."""
        self.kept[evidence] += 1
        if evidence is not Evidence.OBSERVED and memory is not None:
            self.age(memory.at)

    def age(self, at: datetime) -> None:
        """Note when something was remembered that cannot be read."""
        if self.oldest is None or at < self.oldest:
            self.oldest = at

    def settle(self, order: str, baseline: Baseline | None, updated: datetime | None) -> None:
        """Note the first update_time of an order that our last write explains."""
        settled = baseline.settled(updated) if baseline is not None else None
        if settled is not None and settled is not baseline:
            self.baselines[order] = settled

    @property
    def only_keeps(self) -> bool:
        """Tell whether a single thing was found, which stays as it is, and nothing follows from it."""
        more = (self.steps, self.withheld, self.drift, self.taken, self.baselines, self.passed_over)
        return self.kept.total() == 1 and not any(more) and not self.finished and not self.leaving

    def keep_not(self, evidence: Evidence) -> None:
        """Take one count back, of something that stays as it is and is sent all the same."""
        self.kept[evidence] -= 1

    def keep_stale(self, where: Address, memory: Memory) -> None:
        """Count a line whose record may no longer be true, and keep the first few to be named."""
        self.keep(Evidence.STALE, memory)
        if len(self.stale) < NAMED:
            self.stale.append((where, memory))

    def read(self) -> Difference:
        """Give what was found as a value, the strongest evidence first."""
        by_evidence = {each: self.kept[each] for each in Evidence if self.kept[each]}
        return Difference(
            steps=self.steps,
            withheld=tuple(self.withheld),
            kept=Kept(by_evidence, self.oldest),
            drift=tuple(self.drift),
            taken=tuple(self.taken),
            baselines=self.baselines,
            stale=tuple(self.stale),
            finished=self.finished,
            leaving=self.leaving,
            passed_over=dict(self.passed_over),
        )
