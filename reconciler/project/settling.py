"""Settling: what was lost is looked into, and what is found out is put on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from reconciler.model import address
from reconciler.model.address import ORDER, ORDER_LINE, Address
from reconciler.model.change import as_json
from reconciler.model.definition import memorable
from reconciler.model.evidence import Evidence, Present
from reconciler.model.latest import moved
from reconciler.model.lost import SILENT, Sight, Witness, sent_at, sight_of
from reconciler.model.manifest import Manifests
from reconciler.model.observation import LiveOrder, World
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory, Record, Unsettled
from reconciler.model.settlement import SAID, Assumption, Settlement, Verdict
from reconciler.pipeline import Question
from reconciler.ports import Target
from reconciler.stages.observe import observe
from reconciler.stages.settle import settle
from reconciler.store import WritableStore, WriteRow

WAITS: Final = (0.5, 1.5, 3.0, 5.0)
"""Seconds between the reads of a fresh write that looks as if it had not happened: lists may lag (A50)."""

LOOKED_BACK: Final = 200
"""How many runs are looked at, to tell our own later writes of an order from the lost one."""

WITNESSES: Final = 20
"""How many confirmed writes of a run are looked at, to learn whether a write moves update_time here."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was found out, and what it was found out from."""

    settlements: tuple[Settlement, ...]
    manifests: Manifests
    world: World
    record: Record
    """What was remembered of it."""
    witnesses: Mapping[int, Witness] = field(default_factory=dict)
    """What the confirmed writes of each run tell about the target."""


def look_into(
    manifests: Manifests,
    question: Question,
    target: Target,
    store: WritableStore,
    unsettled: Mapping[Address, Unsettled],
    assumptions: Sequence[Assumption],
) -> Settled:
    """Read what lost writes were about, and judge each.

    What looks as if it had not happened is read again for ten seconds, unless it was sent long ago. For lost
    lines nothing need be known of the manifests: what was said of each stands in the journal.
    """
    lossy = {lost.run for lost in unsettled.values()}
    recent = [row.id for row in store.runs(LOOKED_BACK)]
    witnesses = [
        write for run in sorted(lossy.intersection(recent)) for write in store.witnesses(run, WITNESSES)
    ]
    orders = {where.parts[0] for where in unsettled if where.kind in {ORDER, ORDER_LINE}}
    read = {*orders, *(each.address.parts[0] for each in witnesses)}
    record = replace(store.about(read), unsettled=unsettled)
    subject = Manifests(
        definitions={
            where: manifest for where, manifest in manifests.definitions.items() if where in unsettled
        },
        orders={order: manifests.orders[order] for order in orders if order in manifests.orders},
        lines={order: {} for order in read},
        catalogue=manifests.catalogue,
    )

    def shown(live: LiveOrder) -> Sight | None:
        manifest = subject.orders.get(live.external_id)
        if manifest is None or live.detail is None:
            return None
        kind, terms = question.kinds.order, question.terms
        _, seen = kind.align(manifest, live, manifests.catalogue, terms)
        flat = kind.shown(manifest, manifests.catalogue, terms, seen)
        memory = record.orders.get(live.external_id)
        values = {path: as_json(value) for path, value in flat.items()}
        return sight_of(values, live.lines, memory.unmet if memory is not None else {})

    clock, answered = question.clock, _answered(store, recent, unsettled)

    def look() -> Settled:
        world = observe(target, subject, record, question.how, clock.now(), question.heard)
        heard = _heard(world, witnesses, record)
        found = settle(unsettled, world, heard, shown, assumptions, answered)
        return Settled(found, manifests, world, record, heard)

    settled = look()
    for wait in WAITS:
        fresh = clock.now() - clock.verify_for
        if not any(_may_lag(each, fresh) for each in settled.settlements):
            break
        clock.sleep(wait)
        settled = look()
    return settled


def _may_lag(settlement: Settlement, fresh: datetime) -> bool:
    """Tell whether a later read may show what this one did not."""
    doubted = Verdict.NOT_DONE in {settlement.verdict, settlement.hint} and settlement.how != SAID
    return doubted and settlement.lost.at > fresh


def _answered(
    store: WritableStore, recent: Sequence[int], unsettled: Mapping[Address, Unsettled]
) -> dict[Address, datetime]:
    """Tell when the last other write of a lost one's order was confirmed, in its run or later."""
    oldest = min((lost.run for lost in unsettled.values()), default=1)
    orders = {where.parts[0] for where in unsettled}
    last = store.confirmed_last([run for run in recent if run >= oldest], orders)
    found = {where: last.get(where.parts[0]) for where in unsettled}
    return {where: moment for where, moment in found.items() if moment is not None}


def _heard(world: World, witnesses: Sequence[WriteRow], record: Record) -> dict[int, Witness]:
    """Tell of each run which of its confirmed writes moved an update_time, and how the target's clock goes.

    The clock is judged by an order that nobody but us has touched since: by the one that changed soonest
    after we sent, held against the arrival of the answer.
    """
    moved: dict[tuple[int, str], bool] = {}
    soonest: dict[int, tuple[timedelta, timedelta]] = {}
    for write in witnesses:
        order = write.address.parts[0]
        observed = world.of(order)
        updated = observed.state.updated if isinstance(observed, Present) else None
        if updated is None or write.updated is None:
            continue
        key = (write.run, write.address.kind)
        moved[key] = moved.get(key, True) and updated > write.updated
        sent, heard = write.intended_at, write.outcome_at
        if updated > write.updated and sent and heard and not record.touched(order, updated):
            after = (updated - sent, updated - heard)
            soonest[write.run] = min(soonest.get(write.run, after), after)
    return {
        run: Witness(
            moves=frozenset(kind for of, kind in moved if of == run and moved[of, kind]),
            ahead=soonest[run][1] if run in soonest else None,
        )
        for run in {of for of, _ in moved}
    }


def keep(settled: Settled, store: WritableStore, question: Question) -> None:
    """Put on record what is settled, with what it means for the record; what is open goes on blocking."""
    decided = [each for each in settled.settlements if each.verdict is not Verdict.OPEN]
    if not decided:
        return
    verdicts = {
        each.address: ("done" if each.verdict is Verdict.DONE else "failed", _by(each)) for each in decided
    }
    done = [each for each in decided if each.verdict is Verdict.DONE]
    taken = [each for one in done if (each := _taken(one, settled, question)) is not None]
    brought = [each for one in done for each in _brought(one, settled)]
    store.settle(verdicts, [*taken, *brought], _baselines(done, settled))


def _by(settlement: Settlement) -> str:
    return "user" if settlement.vouched else "read"


def _baselines(done: Sequence[Settlement], settled: Settled) -> dict[str, Baseline]:
    """Take the update_time that a lost write explains, now that it is known to have happened."""
    found = {}
    for each in done:
        if each.address.kind in {ORDER, ORDER_LINE}:
            order, lost = each.address.parts[0], each.lost
            observed = settled.world.of(order)
            updated = observed.state.updated if isinstance(observed, Present) else None
            witness = settled.witnesses.get(lost.run, SILENT)
            written = sent_at(lost, witness).replace(microsecond=0)
            found[order] = Baseline(None, lost.updated, written).settled(updated)
    return found


def _taken(settlement: Settlement, settled: Settled, question: Question) -> Taken | None:
    """Remember what a settled write said; None where the manifests no longer tell what that was."""
    where, lost = settlement.address, settlement.lost
    how = Evidence.DECLARED if settlement.vouched else Evidence.RECORDED
    if where.kind == ORDER_LINE:
        return Taken(
            where,
            moved(Memory(lost.wanted, how, lost.at, lost.run), _before(where, settled)),
            finished=_finished(where, lost.wanted, settled),
        )
    if where.kind == ORDER:
        return _taken_order(settlement, how, settled, question)
    definition = settled.manifests.definitions.get(where)
    if definition is None:
        return None
    return Taken(where, Memory(memorable(definition, question.terms.salt), how, lost.at, lost.run))


def _brought(settlement: Settlement, settled: Settled) -> Iterator[Taken]:
    """Remember the lines that a settled import brought into its order, as far as somebody wants them so."""
    where, lost = settlement.address, settlement.lost
    if where.kind != ORDER or not isinstance(lost.wanted, Mapping):
        return
    how = Evidence.DECLARED if settlement.vouched else Evidence.RECORDED
    for line in settled.manifests.lines.get(where.parts[0], {}):
        status = lost.wanted.get(f"lines.{line}.status")
        if status is not None:
            brought = address.order_line(where.parts[0], line)
            memory = moved(Memory(status, how, lost.at, lost.run), _before(brought, settled))
            yield Taken(brought, memory, finished=_finished(brought, status, settled))


def _before(where: Address, settled: Settled) -> Memory | None:
    order, line = where.parts
    return settled.record.lines.get(order, {}).get(line)


def _finished(where: Address, status: Any, settled: Settled) -> str | None:
    """Tell whether this was a `hold: once` wish, which is done now."""
    order, line = where.parts
    wishes = settled.manifests.lines.get(order, {})
    wish = wishes.get(line) or wishes.get(address.EVERY_LINE)
    return wish.status if wish is not None and wish.once and wish.status == status else None


def _taken_order(settlement: Settlement, how: Evidence, settled: Settled, question: Question) -> Taken | None:
    order = settlement.address.parts[0]
    manifest = settled.manifests.orders.get(order)
    if manifest is None:
        return None
    kind, catalogue, terms = question.kinds.order, settled.manifests.catalogue, question.terms
    spec = {
        path: as_json(value)
        for path, value in kind.shown(manifest, catalogue, terms, manifest.fields).items()
    }
    memory = Memory(spec, how, settlement.lost.at, settlement.lost.run)
    return Taken(settlement.address, replace(memory, identity=kind.identity(manifest, terms)))
