"""The pipeline: the stages in order. The whole program on one screen.

    files --load--> documents --validate--> manifests --derive--> what is wanted now --+
    target --observe--> a world --------------------------------------------------------+--diff--plan--> plan
    store --> a record -----------------------------------------------------------------+
    plan --apply--> outcomes, with the intent before, the result after and a verifying read at the end

Nothing here prints, exits or reads the environment: who calls decides what to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from reconciler.model.address import EVERY_LINE, ORDER, ORDER_LINE, Address
from reconciler.model.approval import Approval, Narrowed, approval_of
from reconciler.model.beneath import Beneath
from reconciler.model.change import Pending
from reconciler.model.collector import collector_paused
from reconciler.model.diagnostic import Diagnostic, error, has_errors, in_order
from reconciler.model.difference import Difference
from reconciler.model.evidence import Present
from reconciler.model.fingerprint import fingerprint
from reconciler.model.lines import Layer
from reconciler.model.manifest import Manifests
from reconciler.model.observation import World
from reconciler.model.plan import Asked, Options, Plan, Selection, TargetName
from reconciler.model.record import Baseline, Record
from reconciler.model.report import Report
from reconciler.model.rules import Observe, Rules, Transition
from reconciler.model.wishes import Wishes
from reconciler.ports import Broken, Clock, Kinds, Readable, Target, Terms
from reconciler.stages.again import Again, Yielding
from reconciler.stages.apply import PATIENCE, Ledger, Rechecked, Sending, apply
from reconciler.stages.approve import approve
from reconciler.stages.derive import Counting, Derived, derive, followed
from reconciler.stages.diff import Sides, diff, divided
from reconciler.stages.estimate import estimate
from reconciler.stages.hear import Ear, answered, hear
from reconciler.stages.limit import limit
from reconciler.stages.load import load
from reconciler.stages.near import near
from reconciler.stages.observe import observe
from reconciler.stages.overlay import Overlaid, overlay
from reconciler.stages.own import own
from reconciler.stages.plan import plan
from reconciler.stages.ride import ride
from reconciler.stages.seal import seal
from reconciler.stages.share import counted_together, share, together, without_ride
from reconciler.stages.validate import validate


@dataclass(frozen=True, slots=True)
class Declared:
    """What the manifests of a repository say for one target, and everything that is wrong with them."""

    manifests: Manifests
    """All of it, with what tables say of lines."""
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    """The text of each file, for excerpts."""
    entries: Manifests | None = None
    """What the files state themselves; None where that is all."""
    tables: tuple[Report, ...] = ()
    overlaid: tuple[Diagnostic, ...] = ()
    """Those of the diagnostics that tell how entries and tables came together, whatever the day."""

    @property
    def stated(self) -> Manifests:
        """What the files state themselves, without what any source says."""
        return self.manifests if self.entries is None else self.entries

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
    ear: Ear = field(default_factory=lambda: Ear({}, Path(), lambda: datetime.now(UTC)))
    """What reads the sources that stand in files."""


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
    remembers: bool = True
    """False: the plan will only be shown, so what it would write into the record is not gathered."""
    patience: timedelta = PATIENCE
    """How long to wait for definitions that another shard writes."""
    heard: Callable[[int], None] = lambda _: None
    ear: Ear = field(default_factory=lambda: Ear({}, Path(), lambda: datetime.now(UTC)))
    """What asks the sources that answer anew each time."""


def declare(place: Place, instead: Mapping[str, bytes] | None = None) -> Declared:
    """Read and check the manifests; no network is needed, and no token.

    `instead` holds the text of files as if it stood there already.
    """
    with collector_paused():
        loaded = load(
            place.root,
            place.patterns,
            variables=place.variables,
            target=place.target,
            targets=place.targets,
            instead=instead,
        )
        transitions = () if has_errors(loaded.diagnostics) else place.transitions
        manifests, found = validate(loaded.documents, place.kinds, place.terms, transitions)
        broken = {each.origin for each in loaded.diagnostics}
        diagnostics = [*loaded.diagnostics, *(each for each in found if each.origin not in broken)]
        tables: tuple[Report, ...] = ()
        if not has_errors(diagnostics):
            files = (each for each in manifests.sources.values() if not each.live)
            tables = hear(files, place.ear, manifests.catalogue)
        laid = overlay(manifests, tables)
    diagnostics += [each for table in tables for each in table.diagnostics]
    return Declared(
        manifests=laid.manifests,
        diagnostics=in_order((*diagnostics, *laid.diagnostics)),
        sources=loaded.sources,
        entries=manifests,
        tables=tables,
        overlaid=laid.diagnostics,
    )


def inputs_of(declared: Declared, base: Rules, salt: str) -> str:
    """Digest the manifests, the tables and the rules that a plan is drawn from."""
    return fingerprint(
        declared.stated, base, salt, {each.source.name: each.digest for each in declared.tables}
    )


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
    heard = _attend(declared, question, source, record)
    derived, world, laid, reports = heard.derived, heard.world, heard.laid, heard.reports
    found, others = ride(*_divided(derived, world, record, question), question.rules, heard.at.date())
    found = replace(found, finished=found.finished + derived.finished)
    inputs = inputs_of(declared, question.base, question.terms.salt)
    asked = Asked(question.target, question.selection, heard.at, question.options, inputs)
    said = [each for report in reports for each in report.diagnostics]
    stated_so = [each for each in declared.diagnostics if each not in declared.overlaid]
    diagnostics = dict.fromkeys((*stated_so, *laid.diagnostics, *said, *derived.diagnostics))
    drawn = plan(found, world, asked, question.rules, tuple(diagnostics))
    answers = tuple(map(answered, (*declared.tables, *reports)))
    drawn = replace(
        drawn, requests=estimate(drawn.steps, world, question.rules, question.how), sources=answers
    )
    shard, manifests = question.selection.shard, derived.manifests
    stuck = without_ride((*found.steps, *others.steps), shard, question.rules)
    drawn = share(drawn, others, shard)
    result = Drawn(drawn, stuck, manifests, world, record, derived, laid.manifests, others)
    return replace(result, breaches=(*stuck, *_breaches(result, question)))


def _breaches(drawn: Drawn, question: Question) -> tuple[Diagnostic, ...]:
    """Name the limits that the shards together exceed, and what belongs to somebody else."""
    exceeded = limit(together(drawn.plan, drawn.others), drawn.world, question.rules)
    return (*counted_together(exceeded, question.selection.shard), *own(drawn.manifests, drawn.record))


@dataclass(frozen=True, slots=True)
class Attended:
    """What is wanted now, live sources included, and what the target shows of it."""

    derived: Derived
    world: World
    laid: Overlaid
    """All wishes laid over each other, those that are over or done included."""
    reports: tuple[Report, ...]
    at: datetime


def attend(declared: Declared, question: Question, source: Readable, record: Record) -> Attended:
    """Ask the live sources that were asked for, and observe the target; compares nothing."""
    with collector_paused():
        return _attend(declared, question, source, record)


def _attend(declared: Declared, question: Question, source: Readable, record: Record) -> Attended:
    now, stated = question.clock.now(), declared.stated
    sources = followed(stated, question.selection, now.date())
    reports = hear((each for each in sources if not each.asks_for), question.ear, stated.catalogue)
    counts = Counting(question.selection, now.date())
    laid = _laid(declared, reports, counts, record)
    derived = derive(laid.manifests, record.finished, question.selection, now.date())
    world = observe(source, derived.manifests, record, question.how, now, question.heard)
    asking = [each for each in sources if each.asks_for]
    if asking:
        reports += hear(asking, question.ear, stated.catalogue, world)
    here, elsewhere = near(reports, world, derived.manifests.orders)
    if asking or elsewhere:
        laid = _laid(declared, here, counts, record, elsewhere)
        derived = derive(laid.manifests, record.finished, question.selection, now.date())
    return Attended(derived, world, laid, reports, now)


def _laid(
    declared: Declared,
    reports: Sequence[Report],
    counts: Counting,
    record: Record,
    elsewhere: Sequence[Layer] = (),
) -> Overlaid:
    """Lay what counts now over each other, and beneath it what does not: that outvotes nothing."""
    stated, tables = declared.stated, declared.tables
    entries, *rows = [counts.parted(layer) for layer in (stated.lines, *(each.wishes for each in tables))]
    asleep = [layer for _, layer in (entries, *rows) if layer]
    if asleep:
        tables = tuple(
            replace(each, wishes=cast("Wishes", layer))  # a part of them reads alike
            for each, (layer, _) in zip(tables, rows, strict=True)
        )
        stated = replace(stated, lines=entries[0])
    yields = Yielding(record)
    laid = overlay(stated, (*tables, *reports), yields)
    lines = laid.manifests.lines
    static = overlay(stated, tables).manifests.lines if asleep else declared.manifests.lines
    if reports and static:
        lines = Again(lines, static, overlay(Manifests(), reports).manifests.lines, yields)
    for layer in (*asleep, *elsewhere):
        lines = Beneath(lines, layer)
    return replace(laid, manifests=replace(laid.manifests, lines=lines))


def hold_to(drawn: Drawn, question: Question, approval: Approval) -> tuple[Drawn, Narrowed]:
    """Narrow a plan to what was approved; its requests and its limits are counted anew."""
    narrowed = approve(drawn.plan, approval, lambda address: _was_looked_at(address, drawn))
    requests = estimate(narrowed.steps, drawn.world, question.rules, question.how)
    plan = replace(drawn.plan, steps=narrowed.steps, requests=requests)
    held = replace(drawn, plan=plan)
    stuck = without_ride((*plan.steps, *drawn.others.steps), question.selection.shard, question.rules)
    return replace(held, breaches=(*stuck, *_breaches(held, question))), narrowed


def _was_looked_at(address: Address, drawn: Drawn) -> bool:
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
    manifests = drawn.manifests.narrowed(orders)
    unsaid = {where: each for where, each in manifests.definitions.items() if where in asked_for}
    subject = replace(manifests, definitions=unsaid)
    world = observe(source, subject, drawn.record, question.how, now, heard)
    if world.broken:
        raise Broken(world.broken)
    whole = replace(manifests, sources=drawn.manifests.sources)
    found = _compare(replace(drawn.derived, manifests=whole), world, drawn.record, question)
    steps = tuple(step for step in found.steps if step.address in asked_for)
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
    narrowed = approve(plan, approval, lambda address: _was_looked_at(address, there))
    return Rechecked(narrowed, world, tuple(each for each in found.taken if each.address in asked_for))


def _compare(derived: Derived, world: World, record: Record, question: Question) -> Difference:
    """Find what differs, each import with the digest of what it would send."""
    return _sealed(diff(_sides(derived, world, record, question)), derived, question)


def _divided(
    derived: Derived, world: World, record: Record, question: Question
) -> tuple[Difference, Difference]:
    """Find what differs, apart what is asked for and what is other shards'."""
    shard = question.selection.shard
    if shard is None:
        return _compare(derived, world, record, question), Difference()
    ours, others = divided(_sides(derived, world, record, question), shard)
    return _sealed(ours, derived, question), others


def _sealed(found: Difference, derived: Derived, question: Question) -> Difference:
    kind, catalogue = question.kinds.order, derived.manifests.catalogue
    return replace(found, steps=seal(found.steps, kind, catalogue, question.terms))


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
        remembers=question.remembers,
        in_force=derived.in_force,
    )
