"""Story: all that is known of one address: what is wanted, remembered, shown, planned, and what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.history import RunRow, WriteRow
from reconciler.model.holding import Holding
from reconciler.model.manifest import DefinitionManifest, LineManifest, OrderManifest
from reconciler.model.record import Baseline

Wanted = DefinitionManifest | OrderManifest | LineManifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the target shows of an address."""

    words: str
    """In a sentence, whatever was or was not to be seen."""
    status: str | None = None
    """Of a line or an order; None where it is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One address. Parts that were not looked for are None."""

    address: Address
    wanted: Wanted | None = None
    resting: str = ""
    """Why what is declared is not wanted now; empty where it is."""
    unasked: str = ""
    """Why it is not known whether something is wanted; empty where it is."""
    holding: Holding | None = None
    baseline: Baseline | None = None
    seen: Seen | None = None
    change: Change | None = None
    """What the next plan holds of it."""
    planned: bool = False
    """True: a plan was drawn, so that no change means that nothing would be done."""
    writes: tuple[WriteRow, ...] = ()
    """Every write of it, and for a line every import of its order, which may have spoken for it."""
    runs: Mapping[int, RunRow] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    def by_run(self) -> Iterator[tuple[RunRow | None, tuple[WriteRow, ...]]]:
        """Give the writes by run, the oldest first."""
        for run in dict.fromkeys(each.run for each in self.writes):
            yield self.runs.get(run), tuple(each for each in self.writes if each.run == run)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all is known."""
        return self.wanted is None and self.holding is None and not self.writes
