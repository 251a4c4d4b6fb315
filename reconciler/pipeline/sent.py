"""Sent: a plan that was approved is carried out, and what is left of a long run is looked at again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from reconciler.model.address import ORDER, ORDER_LINE
from reconciler.model.approval import Approval, approval_of
from reconciler.model.change import Pending
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.lines import wanted_of
from reconciler.model.manifest import Manifests
from reconciler.model.observation import World
from reconciler.model.plan import Plan
from reconciler.model.record import Baseline
from reconciler.model.steps import Steps
from reconciler.pipeline.compared import compare
from reconciler.pipeline.drawn import Drawn, was_looked_at
from reconciler.pipeline.question import Question
from reconciler.ports import Broken, Readable, Target
from reconciler.stages.apply import Ledger, Rechecked, Sending, apply
from reconciler.stages.approve import approve
from reconciler.stages.observe import observe


def carry_out(drawn: Drawn, question: Question, target: Target, ledger: Ledger) -> tuple[Diagnostic, ...]:
    """Apply a plan that was approved; what became of it stands in the ledger."""

    def look(manifests: Manifests) -> World:
        return observe(target, manifests, drawn.record, question.how, question.clock.now())

    def again(left: Sequence[Pending], written: Mapping[str, Baseline]) -> Rechecked:
        baselines = {**drawn.record.baselines, **drawn.plan.baselines, **written}
        known = replace(drawn, record=replace(drawn.record, baselines=baselines))
        return _look_again(known, question, target, left, ledger.looking)

    sending = Sending(
        target=target,
        look=look,
        again=again,
        manifests=drawn.manifests,
        record=drawn.record,
        kinds=question.kinds,
        terms=question.terms,
        rules=question.rules,
        clock=question.clock,
        patience=question.patience,
    )
    return apply(drawn.plan, sending, ledger)


def _look_again(
    drawn: Drawn,
    question: Question,
    source: Readable,
    left: Sequence[Pending],
    heard: Callable[[int], None],
) -> Rechecked:
    """Observe what is left of a plan once more, and hold it to what was approved of it.

    Raises `Broken` also when a part could not be read, for that has not moved.
    """
    now, asked_for = question.clock.now(), approval_of(left)
    orders = {where.parts[0] for where in asked_for if where.kind in {ORDER, ORDER_LINE}}
    manifests = wanted_of(drawn.manifests, orders)
    unsaid = {where: each for where, each in manifests.definitions.items() if where in asked_for}
    subject = replace(manifests, definitions=unsaid)
    world = observe(source, subject, drawn.record, question.how, now, heard)
    if world.broken:
        raise Broken(world.broken)
    whole = replace(manifests, sources=drawn.manifests.sources)
    found = compare(replace(drawn.derived, manifests=whole), world, drawn.record, question)
    steps = Steps(step for step in found.steps if step.address in asked_for)
    plan = Plan(target=question.target, created_at=now, steps=steps, withheld=found.withheld)
    approval = Approval(
        digest="",
        created_at=now,
        target=question.target,
        selection=question.selection,
        inputs=drawn.plan.inputs,
        changes=asked_for,
    )
    there = replace(drawn, manifests=manifests, world=world)
    held = approve(plan, approval, lambda address: was_looked_at(address, there))
    return Rechecked(held, world, tuple(each for each in found.taken if each.address in asked_for))
