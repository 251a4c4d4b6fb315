"""Approving: a saved plan is read, held against where and when it is applied, and narrows what may be sent.

A saved plan is an upper bound. What has converged is dropped, what differs has moved, what is new waits for
the next plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from reconciler.model.approval import Approval, Move, Narrowed, approval_of, told
from reconciler.model.change import Create, UpdateLine, UpdateOrder
from reconciler.model.diagnostic import Diagnostic, error, has_errors, note
from reconciler.model.outcome import Moved
from reconciler.model.plan import OnMoved, Plan, TargetName
from reconciler.model.steps import Steps
from reconciler.pipeline import Drawn, Question, hold_to
from reconciler.ports import Broken, Readable
from reconciler.project import codes
from reconciler.project.opening import utc_now
from reconciler.project.stop import Stop
from reconciler.stages.recall import LARGEST, NotAPlan, recall
from reconciler.store import ReadOnlyStore

PLAN_AGAIN = "plan again, have it reviewed, and apply that plan"
AHEAD: Final = timedelta(minutes=10)
"""How far the clocks of two machines may be apart."""


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a plan's file holds; what it means is judged later, for other reasons to stop come first."""

    path: Path
    content: bytes

    @classmethod
    def read(cls, path: Path) -> PlanFile:
        """Read the file, or stop with exit 64 when it cannot be read."""
        try:
            with path.open("rb") as file:
                return cls(path, file.read(LARGEST))
        except OSError as fault:
            said = f"{path} cannot be read: {fault.strerror}"
            raise Stop(
                codes.USAGE, (error(said, advice="`reconciler plan -o json=FILE` writes one"),)
            ) from None

    def approval(self) -> Approval:
        """Give the approval that the file stands for, or stop with exit 6."""
        try:
            return recall(self.content.decode("utf-8"))
        except UnicodeDecodeError:
            fault = NotAPlan("it is not UTF-8")
        except NotAPlan as refused:
            fault = refused
        said = error(f"{self.path} is not to be applied: {fault}", advice=fault.advice)
        raise Stop(codes.STALE, (said,))


Recalled = Approval | Stop
"""What a plan's file stands for, or why it is not to be applied."""


def recalled(plan: PlanFile) -> Recalled:
    """Read a plan's file; why it cannot be applied is told later, for other reasons to stop come first."""
    try:
        return plan.approval()
    except Stop as stop:
        return stop


def approved(
    plan: Recalled,
    target: TargetName,
    store: ReadOnlyStore,
    source: Readable,
    max_age: timedelta,
    inputs: str,
) -> Approval:
    """Give what was approved; stop with exit 6 when it is not to be applied, or not here, or not any more."""
    try:
        if isinstance(plan, Stop):
            raise plan
        used = store.used(plan)
        check_approval(plan, target, utc_now(), max_age, used_in=used, inputs=inputs)
    except Stop:
        knock(source)
        raise
    return plan


def knock(source: Readable) -> None:
    """Ask the target for one page, so that a plan that is not to be applied hides no missing permission.

    Raises `Denied`, which goes before exit 6.
    """
    with suppress(Broken):
        next(iter(source.walk(frozenset())), None)


def check_approval(
    approval: Approval,
    target: TargetName,
    now: datetime,
    max_age: timedelta,
    *,
    used_in: int | None,
    inputs: str,
) -> None:
    """Stop with exit 6 when an approval is for another target, too old, used or drawn from something else.

    `inputs` is the fingerprint of the manifests and settings of now.
    """
    problems = []
    meant, here = approval.target, target
    if (meant.name, meant.url, meant.account) != (here.name, here.url, here.account):
        problems.append(
            error(
                f"the plan is for target {meant.name} ({meant.url}), account {meant.account}; "
                f"this is {here.name} ({here.url}), account {here.account}",
                advice="name the plan's target with -t, or plan again for this one",
            )
        )
    if now - approval.created_at > max_age:
        problems.append(
            error(
                f"the plan is of {approval.created_at:%Y-%m-%d %H:%MZ}, older than --max-age",
                advice=PLAN_AGAIN,
            )
        )
    if approval.created_at - now > AHEAD:
        problems.append(
            error(
                f"the plan is of {approval.created_at:%Y-%m-%d %H:%MZ}, which is still to come",
                advice="set the clock of this machine, or of the one that planned",
            )
        )
    if used_in is not None:
        problems.append(
            error(
                f"the plan was used in run {used_in}",
                advice=f"`reconciler resume` goes on with what run {used_in} left; else plan again",
            )
        )
    elif approval.inputs != inputs:
        problems.append(
            error("manifests or settings have changed since the plan was drawn", advice=PLAN_AGAIN)
        )
    if problems:
        raise Stop(codes.STALE, problems)


def narrow(drawn: Drawn, question: Question, approval: Approval, on_moved: OnMoved) -> tuple[Drawn, Narrowed]:
    """Narrow a plan to what was approved; stop with exit 6 and a list when something has moved."""
    held, narrowed = hold_to(drawn, question, approval)
    whole = not has_errors(drawn.plan.diagnostics)  # what could not be read has not moved
    if narrowed.moved and on_moved is OnMoved.STOP and whole:
        listed = [error(f"moved: {move.address}: {told(move)}") for move in narrowed.moved]
        closing = error(
            f"{len(listed)} approved changes are no longer the same; nothing was sent",
            advice=f"{PLAN_AGAIN}; --on-moved skip leaves them out and does the rest",
        )
        raise Stop(codes.STALE, (*listed, closing))
    notes = (*held.plan.diagnostics, *_notes(narrowed))
    return replace(held, plan=replace(held.plan, diagnostics=notes)), narrowed


def under(question: Question, approval: Approval) -> Question:
    """Ask what was asked when the plan was drawn: the same part, by the same options."""
    options = approval.options
    return replace(question, selection=approval.selection, options=options, rules=options.over(question.base))


def approval_of_shown(plan: Plan) -> Approval:
    """Make the approval of a plan that was shown and approved at once."""
    return Approval(
        digest=f"shown {plan.created_at.isoformat()}",
        created_at=plan.created_at,
        target=plan.target,
        selection=plan.selection,
        options=plan.options,
        inputs=plan.inputs,
        changes=approval_of(plan.steps),
        withheld=frozenset(each.address for each in plan.withheld),
    )


def moved_outcomes(moves: Sequence[Move]) -> tuple[Moved, ...]:
    """Give the outcomes of what was skipped because it had moved."""
    return tuple(Moved(move.address, told(move)) for move in moves)


def first(plan: Plan, count: int) -> Plan:
    """Keep the first changes in the order of sending; the lines that an import carries go with it."""
    kept = Steps()
    orders = set()
    for step in plan.steps:
        if isinstance(step, UpdateLine) and step.carried:
            if step.wanted.order in orders:
                kept.append(step)
        elif len(kept) < count:
            kept.append(step)
            if isinstance(step, Create | UpdateOrder):
                orders.add(step.wanted.order)
    return replace(plan, steps=kept)


def _notes(narrowed: Narrowed) -> list[Diagnostic]:
    notes = []
    if narrowed.converged:
        listed = ", ".join(str(each) for each in narrowed.converged[:3])
        notes.append(note(f"approved and already so, dropped: {len(narrowed.converged)} ({listed})"))
    if narrowed.unapproved:
        listed = ", ".join(str(each.address) for each in narrowed.unapproved[:3])
        notes.append(
            note(
                f"not in the approved plan, left for the next one: {len(narrowed.unapproved)} ({listed})",
                advice="run plan to see it",
            )
        )
    return notes
