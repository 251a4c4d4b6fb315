"""Asking: which part of a target is asked about, and by which rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.model.evidence import Evidence
from reconciler.model.plan import Options, Selection
from reconciler.model.rules import Rules
from reconciler.model.shard import PATIENCE
from reconciler.pipeline import Question
from reconciler.ports import Clock
from reconciler.project.opened import Opened
from reconciler.project.watch import Watch
from reconciler.settings.listen import Surroundings, listen
from reconciler.shelves import KINDS


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked beside what the settings say; by itself everything, by the rules of the settings."""

    selection: Selection = field(default_factory=Selection)
    options: Options = field(default_factory=Options)
    require_evidence: Evidence | None = None
    """Refuse what is known by less; None: take what there is."""
    source_cache: Path | None = None
    """A folder in which answers of live sources are kept, and from which they are taken."""
    observation: Path | None = None
    """A file that keeps what the target shows; where it exists, the target is not read. Only to plan."""
    memory_limit: int | None = None
    """Bytes that tables and what the target shows of them may take; more lies in a file. Only to plan."""
    strict: bool = False
    """A source whose API has ended is an error."""
    definitions_within: timedelta = PATIENCE
    """For one share of the work: how long to wait for definitions that another share writes."""

    def over(self, rules: Rules) -> Rules:
        """Lay this over the rules of the settings."""
        return replace(self.options.over(rules), require_evidence=self.require_evidence)


def question_of(opened: Opened, asking: Asking, watch: Watch) -> Question:
    """Put together what is asked of the target, and of sources that answer anew each time."""
    chosen = opened.chosen
    around = Surroundings(chosen.root, opened.environment, watch.waiting, watch.sleep)
    return Question(
        target=chosen.target,
        selection=replace(asking.selection, shard=opened.shard),
        rules=asking.over(chosen.rules),
        base=chosen.rules,
        options=asking.options,
        terms=chosen.terms,
        kinds=KINDS,
        how=chosen.shape.observe,
        clock=Clock(now=lambda: datetime.now(UTC), sleep=watch.sleep),
        patience=asking.definitions_within,
        heard=watch.read,
        ear=listen(around, kept=asking.source_cache, strict=asking.strict),
    )
