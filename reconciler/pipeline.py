"""The pipeline: the stages in order. The whole program on one screen.

    files --load--> documents --validate--> manifests --derive--> what is wanted now --+
    target --observe--> a world --------------------------------------------------------+--diff--plan--> plan
    store --> a record -----------------------------------------------------------------+
    plan --apply--> outcomes, with the intent before, the result after and a verifying read at the end

Nothing here prints, exits or reads the environment: who calls decides what to show.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reconciler.model.address import EVERY_LINE, ORDER, ORDER_LINE, Address
from reconciler.model.approval import Approval, Narrowed
from reconciler.model.change import Change
from reconciler.model.collector import collector_paused
from reconciler.model.diagnostic import Diagnostic, error, has_errors, in_order
from reconciler.model.evidence import Present
from reconciler.model.fingerprint import fingerprint
from reconciler.model.manifest import Manifests
from reconciler.model.observation import World
from reconciler.model.plan import Asked, Options, Plan, Selection, TargetName
from reconciler.model.record import Record
from reconciler.model.rules import Observe, Rules, Transition
from reconciler.ports import Clock, Kinds, Readable, Target, Terms
from reconciler.stages.apply import Ledger, Sending, apply
from reconciler.stages.approve import approve
from reconciler.stages.derive import Derived, derive
from reconciler.stages.diff import Sides, diff
from reconciler.stages.estimate import estimate
from reconciler.stages.limit import limit
from reconciler.stages.load import load
from reconciler.stages.observe import observe
from reconciler.stages.own import own
from reconciler.stages.plan import plan
from reconciler.stages.validate import validate


@dataclass(frozen=True, slots=True)
class Declared:
    """What the manifests of a repository say for one target, and everything that is wrong with them."""

    manifests: Manifests
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    """The text of each file, for excerpts."""

    @property
    def is_valid(self) -> bool:
        """Tell whether the manifests may be used."""
        return not has_errors(self.diagnostics)


@dataclass(frozen=True, slots=True)
class Place:
    """Where manifests are found and what may stand in them."""

    root: Path
    patterns: tuple[str, ...]
    variables: Mapping[str, Any]
    target: str
    targets: tuple[str, ...]
    kinds: Kinds
    terms: Terms
    transitions: tuple[Transition, ...] = ()
    """The rows of `line_transitions`, to be checked against the statuses that are declared."""


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


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a target: which part, by which rules, and how it is read."""

    target: TargetName
    selection: Selection
    rules: Rules
    terms: Terms
    kinds: Kinds
    how: Observe
    clock: Clock
    base: Rules = field(default_factory=Rules)
    """The rules as the settings give them, before the command line changed them."""
    options: Options = field(default_factory=Options)
    heard: Callable[[int], None] = lambda _: None


def declare(place: Place) -> Declared:
    """Read and check the manifests; no network is needed, and no token."""
    with collector_paused():
        loaded = load(
            place.root,
            place.patterns,
            variables=place.variables,
            target=place.target,
            targets=place.targets,
        )
        transitions = () if has_errors(loaded.diagnostics) else place.transitions
        manifests, found = validate(loaded.documents, place.kinds, place.terms, transitions)
    broken = {each.origin for each in loaded.diagnostics}
    diagnostics = [*loaded.diagnostics, *(each for each in found if each.origin not in broken)]
    return Declared(manifests, in_order(diagnostics), loaded.sources)


def emptiness(declared: Declared, place: Place) -> tuple[Diagnostic, ...]:
    """Say that nothing is declared for a target: a plan from nothing would release everything."""
    if not declared.manifests.empty or not declared.is_valid:
        return ()
    summary = f"the manifests declare nothing for target {place.target}"
    looked = f"looked in {', '.join(place.patterns)}; a document with `targets` counts only for those"
    return (error(summary, advice=looked),)


def draw(declared: Declared, question: Question, source: Readable, record: Record) -> Drawn:
    """Observe the target and draw a plan; sends no write and keeps no record."""
    with collector_paused():
        return _draw(declared, question, source, record)


def _draw(declared: Declared, question: Question, source: Readable, record: Record) -> Drawn:
    now = question.clock.now()
    derived = derive(declared.manifests, record.finished, question.selection, now.date())
    world = observe(source, derived.manifests, record, question.how, now, question.heard)
    found = diff(_sides(derived, world, record, question))
    found = replace(found, finished=found.finished + derived.finished)
    inputs = fingerprint(declared.manifests, question.base, question.terms.salt)
    asked = Asked(question.target, question.selection, now, question.options, inputs)
    drawn = plan(found, world, asked, question.rules, (*declared.diagnostics, *derived.diagnostics))
    drawn = replace(drawn, requests=estimate(drawn.steps, world, question.rules))
    breaches = (*limit(drawn, world, question.rules), *own(derived.manifests, record))
    return Drawn(drawn, breaches, derived.manifests, world, record, derived)


def hold_to(drawn: Drawn, question: Question, approval: Approval) -> tuple[Drawn, Narrowed]:
    """Narrow a plan to what was approved; its requests and its limits are counted anew."""
    narrowed = approve(drawn.plan, approval, lambda address: _was_looked_at(address, drawn))
    requests = estimate(narrowed.steps, drawn.world, question.rules)
    plan = replace(drawn.plan, steps=narrowed.steps, requests=requests)
    breaches = (*limit(plan, drawn.world, question.rules), *own(drawn.manifests, drawn.record))
    return replace(drawn, plan=plan, breaches=breaches), narrowed


def _was_looked_at(address: Address, drawn: Drawn) -> bool:
    """Tell whether an address that is no change is wanted, and what it is about was there to be compared."""
    manifests = drawn.manifests
    if address.kind not in {ORDER, ORDER_LINE}:
        return address in manifests.definitions
    order = address.parts[0]
    observed = drawn.world.of(order)
    if not isinstance(observed, Present):
        return False
    if address.kind == ORDER:
        return order in manifests.orders
    wishes, lines = manifests.lines.get(order, {}), observed.state.lines
    wanted = address.parts[1] in wishes or EVERY_LINE in wishes or address in manifests.resting
    return wanted and (lines is None or address.parts[1] in lines)


def carry_out(drawn: Drawn, question: Question, target: Target, ledger: Ledger) -> tuple[Diagnostic, ...]:
    """Apply a plan that was approved; what became of it stands in the ledger."""

    def look(manifests: Manifests) -> World:
        return observe(target, manifests, drawn.record, question.how, question.clock.now())

    def redraw(orders: Collection[str]) -> Mapping[Address, Change]:
        left = drawn.manifests.narrowed(orders)
        derived = replace(drawn.derived, manifests=left)
        found = diff(_sides(derived, look(left), drawn.record, question))
        return {change.address: change for change in (*found.steps, *found.withheld)}

    sending = Sending(
        target=target,
        look=look,
        redraw=redraw,
        manifests=drawn.manifests,
        world=drawn.world,
        record=drawn.record,
        kinds=question.kinds,
        terms=question.terms,
        rules=question.rules,
        clock=question.clock,
    )
    return apply(drawn.plan, sending, ledger)


def _sides(derived: Derived, world: World, record: Record, question: Question) -> Sides:
    return Sides(
        manifests=derived.manifests,
        world=world,
        record=record,
        kinds=question.kinds,
        terms=question.terms,
        rules=question.rules,
        now=question.clock.now(),
        covers=derived.covers,
        selects=derived.selects,
        in_force=derived.in_force,
    )
