"""Planning: a plan is drawn for somebody to look at. Reads, and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reconciler.model.change import Pending
from reconciler.model.diagnostic import Diagnostic, has_errors, warning
from reconciler.model.plan import Kept, Plan, Requests
from reconciler.pipeline import draw
from reconciler.project import codes
from reconciler.project.asking import Asking, question_of
from reconciler.project.guards import passing_state
from reconciler.project.opened import Opened
from reconciler.project.watch import Watch


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what keeps it from being applied."""

    plan: Plan
    breaches: tuple[Diagnostic, ...] = ()
    """Limits that it exceeds, and what another project holds; they stand in the plan's diagnostics too."""
    latency: float | None = None
    """Seconds that a reading request took."""

    def exit_code(self, *, detailed: bool = False) -> int:
        """Judge it; `detailed` tells changes that are pending, or withheld, by exit code 2."""
        if self.breaches:
            return codes.REFUSED
        if has_errors(self.plan.diagnostics):
            return codes.ERROR
        pending = not self.plan.empty or self.plan.unacknowledged
        return codes.PENDING if detailed and pending else codes.DONE

    @property
    def steps(self) -> tuple[Pending, ...]:
        """What an apply would send, in its order."""
        return self.plan.steps

    @property
    def drift_alone(self) -> Planned:
        """The same without what would be done: only what was changed outside."""
        bare = replace(self.plan, steps=(), withheld=(), kept=Kept(), requests=Requests(), drift_only=True)
        return replace(self, plan=bare)


def plan(opened: Opened, asking: Asking, watch: Watch) -> Planned:
    """Observe the target and draw a plan.

    Raises `Stop` for manifests that are wrong, `Denied`, `Broken` for a target that cannot be read, and
    `StoreError`.
    """
    declared = opened.declared()
    with opened.reading(watch) as source, opened.state() as store:
        question = replace(question_of(opened, asking, watch), remembers=False)
        drawn = draw(declared, question, source, store.load())
    found = drawn.plan.diagnostics
    judged = replace(drawn.plan, diagnostics=(*found, *drawn.breaches, *_warnings(opened)))
    return Planned(judged, drawn.breaches, source.latency)


def _warnings(opened: Opened) -> tuple[Diagnostic, ...]:
    """Warn of a state that will be gone with this CI job: an apply would be refused."""
    found = passing_state(opened.chosen, opened.environment)
    return tuple(warning(each.summary, advice=f"an apply here is refused: {each.advice}") for each in found)
