"""Drawn: a plan and what it was drawn from, and the same plan narrowed to what was approved of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from reconciler.model.address import EVERY_LINE, ORDER, ORDER_LINE, Address
from reconciler.model.approval import Approval, Narrowed
from reconciler.model.collector import collector_paused
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.difference import Difference
from reconciler.model.evidence import Present
from reconciler.model.manifest import Manifests
from reconciler.model.observation import World
from reconciler.model.plan import Asked, Plan
from reconciler.model.record import Record
from reconciler.model.steps import packed
from reconciler.pipeline.attended import Attended, attend
from reconciler.pipeline.compared import compare_divided
from reconciler.pipeline.declared import Declared, inputs_of
from reconciler.pipeline.question import Question
from reconciler.ports import Readable
from reconciler.stages.approve import approve
from reconciler.stages.derive import Derived
from reconciler.stages.estimate import estimate
from reconciler.stages.hear import answered
from reconciler.stages.limit import limit
from reconciler.stages.own import own
from reconciler.stages.plan import plan
from reconciler.stages.ride import ride
from reconciler.stages.share import counted_together, share, together, without_ride


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan and what it was drawn from."""

    plan: Plan
    breaches: tuple[Diagnostic, ...]
    """Why it must not be sent: limits that it exceeds, what another project holds."""
    manifests: Manifests
    world: World
    record: Record
    derived: Derived
    laid: Manifests
    """All that is declared and reported, what is over or done included."""
    others: Difference = field(default_factory=Difference)
    """What the other shards of the same work are about to do."""


def draw(declared: Declared, question: Question, source: Readable, record: Record) -> Drawn:
    """Observe the target and draw a plan; sends no write and keeps no record."""
    with collector_paused():
        return _draw(declared, question, source, record)


def _draw(declared: Declared, question: Question, source: Readable, record: Record) -> Drawn:
    heard = attend(declared, question, source, record)
    derived, world = heard.derived, heard.world
    found, others = ride(*compare_divided(derived, world, record, question), question.rules, heard.at.date())
    found = replace(found, finished=found.finished + derived.finished)
    inputs = inputs_of(declared, question.base, question.terms.salt)
    asked = Asked(question.target, question.selection, heard.at, question.options, inputs)
    drawn = plan(found, world, asked, question.rules, _remarks(declared, heard))
    requests = estimate(drawn.steps, world, question.rules, question.how)
    answers = tuple(map(answered, (*declared.tables, *heard.reports)))
    drawn = share(replace(drawn, requests=requests, sources=answers), others, question.selection.shard)
    return _judged(
        Drawn(drawn, (), derived.manifests, world, record, derived, heard.laid.manifests, others), question
    )


def _remarks(declared: Declared, heard: Attended) -> tuple[Diagnostic, ...]:
    """Gather what is worth saying of what was declared and heard, each once."""
    stated = [each for each in declared.diagnostics if each not in declared.overlaid]
    said = [each for report in heard.reports for each in report.diagnostics]
    return tuple(dict.fromkeys((*stated, *heard.laid.diagnostics, *said, *heard.derived.diagnostics)))


def _judged(drawn: Drawn, question: Question) -> Drawn:
    """Name why it must not be sent: limits that the shards together exceed, and what belongs to others."""
    shard, rules = question.selection.shard, question.rules
    others = (*packed(drawn.plan.steps).others, *packed(drawn.others.steps).others)
    stuck = without_ride(others, shard, rules)
    exceeded = counted_together(limit(together(drawn.plan, drawn.others), drawn.world, rules), shard)
    return replace(drawn, breaches=(*stuck, *exceeded, *own(drawn.manifests, drawn.record)))


def hold_to(drawn: Drawn, question: Question, approval: Approval) -> tuple[Drawn, Narrowed]:
    """Narrow a plan to what was approved; its requests and its limits are counted anew."""
    narrowed = approve(drawn.plan, approval, lambda address: was_looked_at(address, drawn))
    requests = estimate(narrowed.steps, drawn.world, question.rules, question.how)
    held = replace(drawn, plan=replace(drawn.plan, steps=narrowed.steps, requests=requests))
    return _judged(held, question), narrowed


def was_looked_at(address: Address, drawn: Drawn) -> bool:
    """Tell whether an address that is no change is wanted, and what it is about was there to be compared.

    A wish that was done once rests: nobody asks for its order any more, and nothing has moved. One that has
    expired rests too, and is no longer wanted.
    """
    manifests = drawn.manifests
    if address in manifests.resting:
        return address in drawn.record.finished
    if address.kind not in {ORDER, ORDER_LINE}:
        return address in manifests.definitions
    order = address.parts[0]
    observed = drawn.world.of(order)
    if not isinstance(observed, Present):
        return False
    if address.kind == ORDER:
        return order in manifests.orders
    wishes, lines = manifests.lines.get(order, {}), observed.state.lines
    wanted = address.parts[1] in wishes or EVERY_LINE in wishes
    return wanted and (lines is None or address.parts[1] in lines)
