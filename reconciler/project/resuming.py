"""Resuming: what was lost is settled, then what was approved and is unchanged is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from reconciler.model.approval import Approval
from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.history import RunFacts
from reconciler.model.outcome import Done, Failed, Lost, Outcome
from reconciler.model.plan import OnMoved, Plan
from reconciler.model.settlement import Assumption, Settlement, Verdict
from reconciler.model.shard import PATIENCE
from reconciler.pipeline import Declared, Drawn, Question, draw, inputs_of
from reconciler.project import codes
from reconciler.project.applying import refuse_unsendable
from reconciler.project.approving import moved_outcomes, narrow, under
from reconciler.project.asking import Asking, question_of
from reconciler.project.audience import NOBODY, Audience
from reconciler.project.carrying import Carried, Mandate, carry
from reconciler.project.leasing import Patience
from reconciler.project.looking import Lookup, Wanted, looked_into
from reconciler.project.opened import Opened
from reconciler.project.opening import utc_now
from reconciler.project.settling import Settled, keep
from reconciler.project.sharing import share_of_record
from reconciler.project.watch import Watch
from reconciler.store import WritableStore
from reconciler.store.absence import is_absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Resuming:
    """What is known of what was lost, and how far to go."""

    assumptions: Sequence[Assumption] = ()
    settle_only: bool = False
    """Settle what was lost, and send nothing."""
    patience: Patience = field(default_factory=Patience)
    definitions_within: timedelta = PATIENCE
    """For one share of the work: how long to wait for definitions that another share writes."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What became of what was lost, and of what was left."""

    carried: Carried
    """Of all of it: what was settled, then what was sent."""
    sent: bool
    """False: nothing was sent, and the outcomes are those of earlier runs."""
    exit_code: int


def resume(opened: Opened, resuming: Resuming, watch: Watch, audience: Audience = NOBODY) -> Resumed | None:
    """Settle what was lost and finish what was approved; None where there is nothing of either.

    Raises `Stop`, `Denied`, `Broken` and `StoreError`.
    """
    manifests = Wanted(opened)
    with ExitStack() as held:
        if resuming.patience.manner == "wait" or is_absent(opened.chosen.state):
            manifests.declared()  # what is wrong with them is told before anything is waited for, or made
        with manifests.going_first():
            store = held.enter_context(opened.held("resume", watch, resuming.patience))
            unsettled, left_by = share_of_record(store.doubts(), opened.shard).unsettled, store.left_by()
        if not unsettled and (left_by is None or resuming.settle_only):
            manifests.declared()
            return None
        within = resuming.definitions_within if opened.shard is not None else _AT_ONCE
        question = question_of(opened, Asking(definitions_within=within), watch)
        lost = Lookup(store, unsettled, resuming.assumptions)
        settled = looked_into(lost, manifests, question, watch, audience)
        declared = manifests.declared()
        settled = audience.ask(settled)
        keep(settled, store, question)
        audience.known(_outcomes(settled.settlements))
        audience.settled(settled.settlements)
        work = _Rest(opened, declared, store, watch, question, audience)
        left = store.left() if not resuming.settle_only else None
        if left is None:
            return _resumed(settled, None, opened, goes_on=left_by is not None)
        obstacle = work.obstacle(left)
        carried = work.finish(left, settled) if obstacle is None else None
        if carried is not None and store.left_by() not in {None, left[0]}:
            carried = replace(carried, goes_on=True)  # another share's, for this one is done
        return _resumed(settled, carried, opened, obstacle=obstacle)


_AT_ONCE: Final = timedelta(0)
"""Who holds everything waits for no other share: none can be at work."""


def _outcomes(settlements: Sequence[Settlement]) -> tuple[Outcome, ...]:
    """Give the fates of lost changes as outcomes; what is open is lost at every call."""
    return tuple(_FATES[each.verdict](each.address, each.how, each.lost.wanted) for each in settlements)


_FATES: Final[Mapping[Verdict, type[Done | Failed | Lost]]] = {
    Verdict.DONE: Done,
    Verdict.NOT_DONE: Failed,
    Verdict.OPEN: Lost,
}


@dataclass(frozen=True, slots=True)
class _Rest:
    """What was approved and never sent, and all it takes to send it."""

    opened: Opened
    declared: Declared
    store: WritableStore
    watch: Watch
    question: Question
    audience: Audience

    def obstacle(self, left: tuple[int, Approval]) -> Diagnostic | None:
        """Say why nothing of what is left may be sent from here, None when it may."""
        run, approval = left
        row, project = self.store.rows([run]).get(run), self.opened.chosen.project
        if row is not None and row.project not in {"", project}:
            return error(
                f"what run {run} left was approved in project {row.project}, and this is {project}",
                advice=f"resume in {row.project}; what was lost is settled",
            )
        if approval.inputs == inputs_of(self.declared, self.question.base, self.question.terms.salt):
            return None
        commit = f" ({row.facts.commit[:12]})" if row is not None and row.facts.commit else ""
        return error(
            f"manifests or settings have changed since run {run} was approved; "
            "nothing of what it left is sent",
            advice=f"plan, and apply that: it takes the place of what run {run} left; "
            f"or resume with what was approved then{commit}",
        )

    def finish(self, left: tuple[int, Approval], settled: Settled) -> Carried | None:
        """Send what was approved and is unchanged; None when nothing of it is left."""
        run, approval = left
        question = under(self.question, approval)
        with self.opened.writing(self.watch) as reached:
            drawn = draw(self.declared, question, reached, self.store.load())
        drawn, mandate = _mandated(drawn, question, left, settled, self.opened.facts)
        if drawn.plan.empty and not mandate.moved:
            if all(each.verdict is not Verdict.OPEN for each in settled.settlements):
                self.store.end_approval(run, "nothing of it is left")
            return None
        self.audience.show(drawn, reached.latency)
        refuse_unsendable(drawn)
        if not drawn.plan.empty:
            self.audience.confirm(drawn)
        with self.opened.writing(self.watch, quiet=question.options.skip_triggers) as reached:
            return carry(drawn, question, reached, self.store, self.watch, mandate)


def _mandated(
    drawn: Drawn, question: Question, left: tuple[int, Approval], settled: Settled, facts: RunFacts
) -> tuple[Drawn, Mandate]:
    """Hold the plan of now to what was approved then; what is still lost has not moved, it is withheld."""
    run, approval = left
    open_ = {each.address for each in settled.settlements if each.verdict is Verdict.OPEN}
    asked_for = {where: change for where, change in approval.changes.items() if where not in open_}
    drawn, narrowed = narrow(drawn, question, replace(approval, changes=asked_for), OnMoved.SKIP)
    mandate = Mandate(
        command="resume",
        facts=facts,
        approval=approval,
        of_run=run,
        moved=moved_outcomes(narrowed.moved),
        converged=len(narrowed.converged),
        approved_withheld=approval.withheld,
        still_lost=bool(open_),
    )
    return drawn, mandate


def _resumed(
    settled: Settled,
    carried: Carried | None,
    opened: Opened,
    *,
    obstacle: Diagnostic | None = None,
    goes_on: bool = False,
) -> Resumed:
    """Put together what was settled and what was sent; what was sent again counts once.

    `obstacle` says why nothing more may be sent, `goes_on` tells that something is left for another time.
    """
    sent = carried is not None
    if carried is None:
        carried = Carried(
            run=0,
            plan=Plan(target=opened.target, created_at=settled.world.read_at or utc_now()),
            outcomes=(),
            diagnostics=() if obstacle is None else (obstacle,),
            denied=None,
            interrupted=None,
            goes_on=goes_on,
        )
    again = {outcome.address for outcome in carried.outcomes}
    kept = [fate for fate in _outcomes(settled.settlements) if fate.address not in again]
    whole = replace(carried, outcomes=(*kept, *carried.outcomes))
    return Resumed(whole, sent, _judged(whole, carried, obstacle))


def _judged(whole: Carried, carried: Carried, obstacle: Diagnostic | None) -> int:
    """Judge a resume: the first of 9, 6, and what the run that was sent gives by itself (contract, 6.1).

    That a lost change did not happen is no failure of this run.
    """
    if any(isinstance(fate, Lost) for fate in whole.outcomes):
        return codes.LOST
    if obstacle is not None:
        return codes.STALE
    return carried.exit_code(approved_unseen=True) if carried.run else codes.DONE
