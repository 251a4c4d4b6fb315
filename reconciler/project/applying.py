"""Applying: a plan is drawn again, held to what was approved, shown, confirmed, and carried out.

What may be sent is settled before the first write: a plan that has errors, breaks a limit or has moved stops
here, with the account given back and nothing sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from reconciler.model.approval import Approval
from reconciler.model.diagnostic import Diagnostic, error, has_errors
from reconciler.model.history import RunFacts
from reconciler.model.plan import OnMoved
from reconciler.pipeline import Declared, Drawn, Question, draw, inputs_of
from reconciler.project import codes
from reconciler.project.approving import (
    PlanFile,
    Recalled,
    approval_of_shown,
    approved,
    first,
    moved_outcomes,
    narrow,
    recalled,
    under,
)
from reconciler.project.asking import Asking, question_of
from reconciler.project.audience import NOBODY, Audience
from reconciler.project.carrying import Carried, Mandate, carry
from reconciler.project.guards import Trust, state_breaches, unplanned
from reconciler.project.leasing import Patience
from reconciler.project.opened import Opened
from reconciler.project.sharing import shard_of, share_of_approval
from reconciler.project.stop import Stop
from reconciler.project.watch import Watch
from reconciler.store import WritableStore

MAX_AGE: Final = timedelta(hours=24)
"""How old a saved plan may be, where nothing else is said (contract, 6.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """What is to be applied, and under which conditions."""

    asking: Asking = field(default_factory=Asking)
    plan: PlanFile | None = None
    """What was approved; None: what is drawn now, once it is confirmed."""
    max_age: timedelta = MAX_AGE
    on_moved: OnMoved | None = None
    """None: as the saved plan says."""
    first: int | None = None
    """So many changes, and no more."""
    unseen: bool = False
    """True: nobody is asked, so what is withheld may surprise somebody."""
    trust: Trust = field(default_factory=Trust)
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        """Raise ValueError for a number of changes that sends none."""
        if self.first is not None and self.first < 1:
            raise ValueError(f"first={self.first}: send one change at least, or leave it out")


def apply(opened: Opened, applying: Applying, watch: Watch, audience: Audience = NOBODY) -> Carried:
    """Apply what was approved, or what `audience` confirms.

    Raises `Stop` with the contract's exit code where nothing is sent, `Denied`, `Broken` and `StoreError`.
    """
    plan = recalled(applying.plan) if applying.plan is not None else None
    opened = opened.shared(shard_of(opened.shard, plan))
    declared = opened.declared()
    with opened.held("apply", watch, applying.patience) as store:
        drawn, question, mandate, latency = _drawn(opened, applying, plan, watch, declared, store)
        audience.show(drawn, latency)
        refuse_unsendable(drawn)
        if not drawn.plan.empty:
            audience.confirm(drawn)
        if applying.first is not None:
            drawn = replace(drawn, plan=first(drawn.plan, applying.first))
        with opened.writing(watch, quiet=question.options.skip_triggers) as reached:
            return carry(drawn, question, reached, store, watch, mandate)


def _drawn(
    opened: Opened,
    applying: Applying,
    plan: Recalled | None,
    watch: Watch,
    declared: Declared,
    store: WritableStore,
) -> tuple[Drawn, Question, Mandate, float | None]:
    """Draw the plan of now and hold it to what was approved; tell how long a reading request took."""
    record = store.load()
    with opened.writing(watch) as reached:
        question, approval = question_of(opened, applying.asking, watch), None
        if plan is not None:
            inputs = inputs_of(declared, question.base, question.terms.salt)
            approval = approved(plan, opened.target, store, reached, applying.max_age, inputs)
            approval = share_of_approval(approval, opened.shard)
            question = under(question, approval)
        unreviewed = unplanned(opened.chosen) if plan is None else ()
        untrusted = state_breaches(opened.chosen, record, applying.trust, opened.environment)
        _refuse((*unreviewed, *untrusted))
        drawn = draw(declared, question, reached, record)
    drawn, mandate = _mandated(drawn, question, approval, applying, opened.facts)
    return drawn, question, mandate, reached.latency


def _mandated(
    drawn: Drawn, question: Question, approval: Approval | None, applying: Applying, facts: RunFacts
) -> tuple[Drawn, Mandate]:
    """Hold a plan to what was approved; without a saved plan that is the plan itself."""
    if approval is None:
        approval = approval_of_shown(drawn.plan)
        return drawn, Mandate(command="apply", facts=facts, approval=approval, unseen=applying.unseen)
    drawn, narrowed = narrow(drawn, question, approval, applying.on_moved or approval.options.on_moved)
    mandate = Mandate(
        command="apply",
        facts=facts,
        approval=approval,
        moved=moved_outcomes(narrowed.moved),
        converged=len(narrowed.converged),
        approved_withheld=approval.withheld,
    )
    return drawn, mandate


def unsendable(drawn: Drawn) -> bool:
    """Tell whether a plan has errors, is not complete, or exceeds a limit."""
    return has_errors(drawn.plan.diagnostics) or bool(drawn.breaches)


def refuse_unsendable(drawn: Drawn) -> None:
    """Raise `Stop` for a plan that is `unsendable`."""
    if has_errors(drawn.plan.diagnostics):
        problem = error(
            f"the plan {'has errors' if drawn.plan.complete else 'is not complete'}, so nothing was sent",
            advice="see above" + ("" if drawn.plan.complete else "; run it again when the target answers"),
        )
        raise Stop(codes.ERROR, (problem,))
    _refuse(drawn.breaches)


def _refuse(breaches: tuple[Diagnostic, ...]) -> None:
    if breaches:
        raise Stop(codes.REFUSED, breaches)
