"""Rehearsing: a plan is carried out on the stage, planned again, and what the stage saw is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from reconciler.model import address
from reconciler.model.address import ORDER_LINE, Address
from reconciler.model.change import Change, Withhold, may_trigger
from reconciler.model.outcome import Done, Lost
from reconciler.model.plan import Plan
from reconciler.model.rehearsal import Accident, Basis, Leg, Rehearsal, Rule, Sort, Wave
from reconciler.model.settlement import Settlement, Verdict
from reconciler.pipeline import Drawn, hold_to
from reconciler.project.approving import approval_of_shown, moved_outcomes
from reconciler.project.rehearsing.accidents import IMPORT, UPDATE, accidents
from reconciler.project.rehearsing.staging import Carried, Stage
from reconciler.project.settling import Settled
from reconciler.project.watch import Watch
from reconciler.stages.replicate import Replica

if TYPE_CHECKING:
    from reconciler.sandbox import Request

_SORTS: Final = {UPDATE: Sort.LINES, IMPORT: Sort.ORDERS}


@dataclass(frozen=True, slots=True)
class Staged:
    """A plan on its stage, and what of the stage was seen or chosen."""

    stage: Stage
    drawn: Drawn
    replica: Replica
    switches: Mapping[str, str]
    expected: Collection[Address]
    """What is left on purpose: withheld in the plan, moved, or not in what was approved."""
    read: int
    """How many requests it took to read the target."""


def rehearse(staged: Staged, watch: Watch, *, seed: int | None) -> Rehearsal:
    """Apply, settle what an accident lost, finish what is left, and plan again.

    Without a seed there are no accidents.
    """
    stage, drawn, plan = staged.stage, staged.drawn, staged.drawn.plan
    faults = accidents(plan.requests, seed, listed=drawn.world.listed) if seed is not None else ()
    first = stage.carry(drawn, "apply", watch, faults)
    told = stage.log()
    legs = [_leg("apply", first, told)]
    open_: tuple[Settlement, ...] = ()
    found = list(first.diagnostics)
    if seed is not None and not all(isinstance(each, Done) for each in first.outcomes):
        settled = stage.settle(first.run)
        open_ = tuple(each for each in settled.settlements if each.verdict is Verdict.OPEN)
        second = _resume(staged, open_, watch)
        legs.append(_leg("resume", _with_settled(second, settled), stage.log()[len(told) :]))
        found += second.diagnostics
    log = stage.log()
    after = stage.draw().plan
    waiting, left = _parted(_unexpected(after, staged.expected), open_)
    return Rehearsal(
        plan=plan,
        read=staged.read,
        copied=staged.replica.copied,
        legs=tuple(legs),
        accidents=tuple(_befell(log)),
        seed=seed,
        open=open_,
        waiting=waiting,
        left=left,
        twice=tuple(_twice(log, plan)),
        triggers=_may_have_fired(legs, plan),
        fired=len(stage.market.triggers()),
        rules=tuple(_rules(staged)),
        diagnostics=tuple(found),
    )


# ------------------------------------------------------------------ after an accident


def _resume(staged: Staged, open_: Sequence[Settlement], watch: Watch) -> Carried:
    """Finish what was approved and is unchanged, as `resume` does; what is still lost has not moved."""
    stage, approval = staged.stage, approval_of_shown(staged.drawn.plan)
    lost = {each.address for each in open_}
    asked_for = {where: change for where, change in approval.changes.items() if where not in lost}
    drawn, narrowed = hold_to(stage.draw(), stage.question, replace(approval, changes=asked_for))
    carried = stage.carry(drawn, "resume", watch)
    return replace(carried, outcomes=(*carried.outcomes, *moved_outcomes(narrowed.moved)))


def _with_settled(carried: Carried, settled: Settled) -> Carried:
    """Put what became of the lost ones before what was sent; one that was sent again counts once."""
    sent = {outcome.address for outcome in carried.outcomes}
    fates: Mapping[Verdict, type[Done | Lost]] = {Verdict.DONE: Done, Verdict.OPEN: Lost}
    kept = [
        fates[each.verdict](each.address, each.how, each.lost.wanted)
        for each in settled.settlements
        if each.address not in sent and each.verdict in fates
    ]
    return replace(carried, outcomes=(*kept, *carried.outcomes))


def _unexpected(after: Plan, expected: Collection[Address]) -> list[Change]:
    return [each for each in after.changes if each.address not in expected]


def _parted(
    changes: Sequence[Change], open_: Sequence[Settlement]
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Part what waits for a person's word about something lost from what is left for another reason.

    What is lost itself is neither. A line waits with its order: its import would have spoken for it.
    """
    lost = {each.address for each in open_}
    rest = [each for each in changes if each.address not in lost]
    held = lost | {
        each.address
        for each in rest
        if isinstance(each, Withhold) and any(str(where) in each.reason for where in lost)
    }

    def waits(change: Change) -> bool:
        where = change.address
        return where in held or (where.kind == ORDER_LINE and address.order(where.parts[0]) in held)

    waiting = tuple(each for each in rest if waits(each))
    return waiting, tuple(each for each in rest if not waits(each))


# ------------------------------------------------------------------ what the stage saw


def _leg(command: str, carried: Carried, log: Sequence[Request]) -> Leg:
    return Leg(
        command=command,
        outcomes=carried.outcomes,
        waves=tuple(_waves(log)),
        requests=dict(Counter(each.method for each in log)),
    )


def _waves(log: Sequence[Request]) -> Iterator[Wave]:
    for sort, requests in groupby(log, key=_sort):
        sent = list(requests)
        yield Wave(
            sort=sort,
            requests=len(sent),
            items=len({item for each in sent for item in _items(each, sort)}),
            struck=sum(each.fault is not None for each in sent),
        )


def _sort(request: Request) -> Sort:
    if request.method == IMPORT and not request.ids:
        return Sort.DEFINITIONS
    return _SORTS.get(request.method, Sort.READS)


def _items(request: Request, sort: Sort) -> Sequence[object]:
    match sort:
        case Sort.DEFINITIONS:
            return request.definitions
        case Sort.ORDERS:
            return request.ids
        case Sort.LINES:
            return (request.ids,)
        case Sort.READS:
            return ()


def _befell(log: Sequence[Request]) -> Iterator[Accident]:
    from reconciler.sandbox import FAULT_KINDS

    for each in log:
        if each.fault is not None:
            yield Accident(each.method, each.ids, each.fault, FAULT_KINDS.get(each.fault, ""))


def _twice(log: Sequence[Request], plan: Plan) -> Iterator[Address]:
    """Name what may fire triggers and was carried out more than once."""
    firing = {step.address for step in plan.steps if may_trigger(step)}
    happened: Counter[Address] = Counter()
    for each in log:
        if each.processed and each.method == UPDATE:
            happened[address.order_line(*each.ids[:2])] += 1
        elif each.processed and each.method == IMPORT:
            happened.update(address.order(order) for order in each.ids)
    yield from sorted((where for where in firing if happened[where] > 1), key=lambda where: where.rank)


def _may_have_fired(legs: Sequence[Leg], plan: Plan) -> int:
    sent = {outcome.address for leg in legs for outcome in leg.outcomes if isinstance(outcome, Done | Lost)}
    return sum(may_trigger(step) and step.address in sent for step in plan.steps)


def _rules(staged: Staged) -> Iterator[Rule]:
    """Tell by which rules the stage behaved, as far as it was asked for them."""
    from reconciler.sandbox import SWITCHES
    from reconciler.sandbox.documented import DOCUMENTED

    market, shows = staged.stage.market, staged.replica.shows
    values = {**shows, **staged.switches}
    for switch in SWITCHES:
        if switch.name not in market.asked:
            continue
        value = values.get(switch.name, switch.default)
        if switch.name in staged.switches:
            basis = Basis.CHOSEN
        elif switch.name in shows:
            basis = Basis.OBSERVED
        else:
            basis = Basis.DOCUMENTED if switch.name in DOCUMENTED else Basis.ASSUMED
        yield Rule(switch.name, switch.rows, value, switch.summary, switch.values[value], basis)
