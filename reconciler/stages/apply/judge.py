"""Judge: what a read says about writes: done after all, surely not done, not to be seen yet, partly taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain, islice
from typing import Any, Final

from reconciler.model import address
from reconciler.model.change import ABSENT, Create, UpdateLine, UpdateOrder, as_json
from reconciler.model.diagnostic import Diagnostic, warning
from reconciler.model.evidence import Absent, Present
from reconciler.model.looked import LookedAt
from reconciler.model.lost import READS, Seen, Wrote, seen_of_line, seen_of_order, sight_of, status_path
from reconciler.model.manifest import Manifests, OrderManifest
from reconciler.model.observation import LiveOrder, World
from reconciler.model.outcome import Done, Failed, Lost, Outcome
from reconciler.model.plan import Plan, Taken
from reconciler.model.record import Baseline, Memory
from reconciler.model.settlement import Verdict
from reconciler.model.steps import packed
from reconciler.model.updates import Updates
from reconciler.stages.apply.ledger import Ledger, wanted_value
from reconciler.stages.apply.memories import Memories
from reconciler.stages.apply.sending import Sending

AT_ONCE: Final = 500
"""How many orders' update times are written down together: few enough to weigh nothing."""


@dataclass(slots=True)
class Judge:
    """Holds what was written against what is read."""

    plan: Plan
    sending: Sending
    ledger: Ledger
    memories: Memories
    _orders: dict[str, Create | UpdateOrder] = field(init=False)
    _lines: Updates = field(init=False)
    _doubtful: AbstractSet[str] = field(init=False)
    """Orders of which a line was sent by itself and may have got no answer."""

    def __post_init__(self) -> None:
        steps, odd = packed(self.plan.steps).in_order(), self.ledger.outcomes.odd.items()
        imports = (step for step in steps.others if isinstance(step, Create | UpdateOrder))
        written = self.ledger.written
        self._orders = {step.wanted.order: step for step in imports if step.wanted.order in written}
        self._lines = steps.lines
        self._doubtful = {where.parts[0] for where, outcome in odd if isinstance(outcome, Lost)}

    def subject(self) -> Manifests:
        """Give what has to be read: the orders that were written to, and what is wanted of whole ones."""
        manifests = self.sending.manifests
        lines = LookedAt(self.ledger.written, manifests.lines)
        return Manifests(orders=self._whole_orders(), lines=lines, catalogue=manifests.catalogue)

    def _whole_orders(self) -> dict[str, OrderManifest]:
        wanted = self.sending.manifests.orders
        return {order: wanted[order] for order in self.ledger.written if order in wanted}

    # ------------------------------------------------------------------ is it settled?

    def is_worth_waiting(self, world: World, waited: timedelta) -> bool:
        """Tell whether a later read may say more, and the time for it is not over.

        `waited` is the time from the beginning of the first read to that of this one.
        """
        clock = self.sending.clock
        if waited >= max(clock.settle_for, clock.verify_for):
            return False
        return any(
            (waited < clock.verify_for and self._has_not_moved(order, world))
            or (waited < clock.settle_for and self._is_behind(order, world))
            for order in self.ledger.written
        )

    def _has_not_moved(self, order: str, world: World) -> bool:
        """Tell whether the update_time that a confirmed write of ours causes is still to come."""
        live = _live(world, order)
        return (
            live is not None
            and live.updated is not None
            and self._was_confirmed(order)
            and not _moved(self.ledger.written[order], live)
        )

    def _is_behind(self, order: str, world: World) -> bool:
        """Tell whether an order does not look yet as its writes said, or as the lost ones may have said."""
        if any(_status(world, line) not in {None, line.wanted.status} for line in self._lost_lines(order)):
            return True
        step = self._orders.get(order)
        return step is not None and self._seen(step, world) not in {Seen.WANTED, Seen.HIDDEN}

    def _lost_lines(self, order: str) -> Iterable[UpdateLine]:
        """Give the lines that were sent by themselves and got no answer."""
        if order not in self._doubtful:
            return
        for line in self._lines.of_order(order):
            if not line.carried and isinstance(self.ledger.outcomes.get(line.address), Lost):
                yield line

    def _was_confirmed(self, order: str) -> bool:
        where = chain(self._lines.of_order(order).addresses(), (address.order(order),))
        return any(isinstance(self.ledger.outcomes.get(each), Done) for each in where)

    def _seen(self, step: Create | UpdateOrder, world: World) -> Seen:
        """Tell how an order looks, compared with what its import said; never taken words tell nothing."""
        order = step.wanted.order
        observed = world.of(order)
        if not isinstance(observed, Present):
            return Seen.ABSENT if isinstance(observed, Absent) else Seen.UNREAD
        live, sending = observed.state, self.sending
        if live.detail is None:
            return Seen.HIDDEN
        flat = sending.kinds.order.shown(
            step.wanted, sending.manifests.catalogue, sending.terms, self._align(step.wanted, live)[1]
        )
        memory = sending.record.orders.get(order)
        sight = sight_of(
            {path: as_json(value) for path, value in flat.items()},
            live.lines,
            memory.unmet if memory is not None else {},
        )
        return seen_of_order(*self._said(step), sight)

    def _said(self, step: Create | UpdateOrder) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Give what an import said by path, and what was shown before."""
        there = _live(self.ledger.world, step.wanted.order)
        lines = (there.lines if there is not None else None) or {}
        wanted = {change.path: as_json(change.after) for change in step.fields}
        before = {change.path: as_json(change.before) for change in step.fields}
        for line, status in step.statuses:
            wanted[status_path(line)] = status
            if lines.get(line) is not None:
                before[status_path(line)] = lines[line]
        return wanted, before

    def _align(self, manifest: OrderManifest, live: LiveOrder) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        sending = self.sending
        return sending.kinds.order.align(manifest, live, sending.manifests.catalogue, sending.terms)

    # ------------------------------------------------------------------ what it comes to

    def conclude(self, world: World, waited: timedelta) -> tuple[Diagnostic, ...]:
        """Write down what this read settles; gives what is worth saying about the rest."""
        outcomes = [*self._settled(world, waited)]
        at = self.ledger.now()
        settled = {outcome.address for outcome in outcomes}
        doubted = self.plan.steps if settled else ()
        steps = {step.address: step for step in doubted if step.address in settled}
        taken = [
            each
            for outcome in outcomes
            if isinstance(outcome, Done)
            for each in self.memories.of(steps[outcome.address], at)
        ]
        self.ledger.confirm(outcomes, taken, {})
        left_behind = [*self._left_behind(world)]
        explained = self._explained(world)
        self.ledger.confirm((), left_behind, dict(islice(explained, AT_ONCE)))
        while some := dict(islice(explained, AT_ONCE)):
            self.ledger.confirm((), (), some)
        return (*(_remark(each) for each in left_behind), *self._not_taken(world))

    def _explained(self, world: World) -> Iterator[tuple[str, Baseline]]:
        """Give the update times that our confirmed writes explain, by order."""
        for order, baseline in self.ledger.written.items():
            live = _live(world, order)
            if live is not None and self._was_confirmed(order) and _moved(baseline, live):
                yield order, baseline.settled(live.updated)

    def _settled(self, world: World, waited: timedelta) -> Iterable[Outcome]:
        """Give the fates of lost writes that this read decides."""
        long_enough = waited >= self.sending.clock.settle_for
        for order in self.ledger.written:
            step = self._orders.get(order)
            if step is not None and isinstance(self.ledger.outcomes.get(step.address), Lost):
                fate = self._fate(step, world, long_enough=long_enough)
                if fate is not None:
                    yield from self._with_lines(fate, order)
            for line in self._lost_lines(order):
                before = next((as_json(change.before) for change in line.fields), None)
                seen = seen_of_line(line.wanted.status, before, _status(world, line))
                if READS[Wrote.LINE, seen].at_once is Verdict.DONE:
                    yield Done(line.address, "no answer came; read again, it is so", line.wanted.status)

    def _fate(self, step: Create | UpdateOrder, world: World, *, long_enough: bool) -> Outcome | None:
        seen = self._seen(step, world)
        verdict = READS[Wrote.CREATE if isinstance(step, Create) else Wrote.IMPORT, seen].at_once
        match verdict:
            case Verdict.DONE:
                reason = "no answer came; read again, it is as wanted"
                return Done(step.address, reason, wanted_value(step))
            case Verdict.NOT_DONE if long_enough:
                gone = seen is Seen.ABSENT
                reason = "the whole list does not show it" if gone else "the order is as it was"
                return Failed(step.address, f"no answer came, and {reason}", wanted_value(step))
            case _:
                return None

    def _with_lines(self, fate: Outcome, order: str) -> Iterable[Outcome]:
        yield fate
        for line in self._lines.of_order(order):
            if line.carried:
                yield type(fate)(line.address, fate.reason, line.wanted.status)

    def _left_behind(self, world: World) -> Iterable[Taken]:
        """Remember what is shown otherwise although our words were accepted, so that they are not repeated.

        After an import that may be any field (A14); after mere line updates only the order's own status,
        which a server may derive from its lines (A35).
        """
        for order, manifest in self._whole_orders().items():
            live = _live(world, order)
            if live is None or live.detail is None or not self._was_confirmed(order):
                continue
            imported = order in self._orders
            if imported and not isinstance(self.ledger.outcomes[self._orders[order].address], Done):
                continue
            differing = self._differing(manifest, live)
            unmet = differing if imported else {k: v for k, v in differing.items() if k == "status"}
            memory = self._memory(order) if unmet else None
            if memory is not None:
                yield Taken(address.order(order), replace(memory, unmet={**memory.unmet, **unmet}))

    def _differing(self, manifest: OrderManifest, live: LiveOrder) -> dict[str, Any]:
        kind, sending = self.sending.kinds.order, self.sending
        wanted, seen = self._align(manifest, live)
        if wanted == seen:
            return {}
        catalogue, terms = sending.manifests.catalogue, sending.terms
        said, shown = (kind.shown(manifest, catalogue, terms, side) for side in (wanted, seen))
        return {
            path: as_json(shown.get(path, ABSENT))
            for path in sorted({*said, *shown})
            if as_json(said.get(path, ABSENT)) != as_json(shown.get(path, ABSENT))
        }

    def _memory(self, order: str) -> Memory | None:
        where = address.order(order)
        if order in self._orders:
            (own, *_) = self.memories.of(self._orders[order], self.ledger.now())
            return own.memory
        taken = (each.memory for each in self.plan.taken if each.address == where)
        return next(taken, self.sending.record.orders.get(order))

    def _not_taken(self, world: World) -> Iterable[Diagnostic]:
        """Say which lines are shown otherwise than the target accepted (A38)."""
        for order in self.ledger.written:
            live = _live(world, order)
            if live is None or live.lines is None:
                continue
            for line in self._lines.of_order(order):
                shown = live.lines.get(line.wanted.line)
                if shown in {None, line.wanted.status}:
                    continue
                if isinstance(self.ledger.outcomes.get(line.address), Done):
                    yield warning(
                        f"{line.address}: the target accepted {line.wanted.status} and shows {shown}",
                        line.origin,
                        "the next plan compares it again",
                    )


def _live(world: World, order: str) -> LiveOrder | None:
    observed = world.of(order)
    return observed.state if isinstance(observed, Present) else None


def _status(world: World, line: UpdateLine) -> str | None:
    live = _live(world, line.wanted.order)
    return live.lines.get(line.wanted.line) if live is not None and live.lines is not None else None


def _moved(baseline: Baseline, live: LiveOrder) -> bool:
    """Tell whether the order's update_time has moved past the one seen before the write."""
    return live.updated is not None and (baseline.before is None or live.updated > baseline.before)


def _remark(left_behind: Taken) -> Diagnostic:
    paths = ", ".join(left_behind.memory.unmet) if left_behind.memory is not None else ""
    return warning(
        f"{left_behind.address}: accepted, and the target shows otherwise: {paths}",
        advice="it is not said again; plan lists it as drift until the manifest or the target changes",
    )
