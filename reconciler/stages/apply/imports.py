"""Imports: definitions and orders on their way, and the search for the bad ones when all is refused.

A refused request is halved until what is bad stands alone; only that fails. An import that may message
customers carries one order, so it is never sent again in parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from reconciler.model.address import ORDER
from reconciler.model.change import Create, Ensure, Pending, UpdateDefinition, UpdateLine, UpdateOrder
from reconciler.model.evidence import Absent, Present
from reconciler.model.manifest import Manifests
from reconciler.model.outcome import Done, Failed, Lost, Outcome, Skipped
from reconciler.model.plan import Taken
from reconciler.model.rules import SendDefinitions
from reconciler.model.secret import veil
from reconciler.ports import Accepted, Broken, Denied, ImportAnswer, Refused, Unanswered
from reconciler.stages.apply.discretion import sensitive
from reconciler.stages.apply.ledger import DENIED, Ledger, outcome_of, wanted_value
from reconciler.stages.apply.memories import Memories
from reconciler.stages.apply.recheck import Recheck
from reconciler.stages.apply.sending import Sending

Definition = Ensure | UpdateDefinition
Order = Create | UpdateOrder
Lines = Mapping[str, Sequence[UpdateLine]]
StepT = TypeVar("StepT", bound=Definition | Order)


class _Refused(NamedTuple):
    """An order that was refused alone, or with definitions that may be why."""

    order: Order
    answer: ImportAnswer
    seconds: float


@dataclass(frozen=True, slots=True)
class Imports:
    """Sends definitions and orders."""

    sending: Sending
    memories: Memories
    ledger: Ledger
    recheck: Recheck

    def send(
        self, definitions: Sequence[Definition], orders: Sequence[Order], carried: Sequence[UpdateLine]
    ) -> None:
        """Send definitions, then orders in batches; `carried` are the lines that those imports speak for."""
        rules, lines = self.sending.rules, _by_order(carried)
        waiting = list(self._clear(definitions))
        if waiting and rules.definitions is not SendDefinitions.WITH_ORDERS:
            last_chance = rules.definitions is SendDefinitions.STANDALONE or not orders
            waiting = self._send_alone(waiting, last_chance=last_chance)
        left = list(orders)
        while left := self.recheck.standing(left):
            batch, left = left[: rules.batch], left[rules.batch :]
            ready = list(self._clear(batch, lines))
            if ready:
                waiting = self._send_batch(self.recheck.standing(waiting), ready, lines)
        for step in self.recheck.standing(waiting):
            self._give_up(step)

    def _clear(
        self, steps: Sequence[StepT], lines: Mapping[str, Sequence[UpdateLine]] | None = None
    ) -> Iterator[StepT]:
        """Give the steps that may still be sent, and skip the others with their reason."""
        for step in self.recheck.standing(steps):
            obstacle = self.ledger.obstacle(step)
            if obstacle is None:
                yield step
                continue
            self.ledger.skip(step, obstacle)
            for line in self._spoken_for(step, lines or {}):
                self.ledger.skip(line, f"needs {step.address}, which is skipped")

    def _spoken_for(self, step: Pending, lines: Lines) -> list[UpdateLine]:
        """Give the line changes that the import of an order carries, but for those that came true before."""
        carried = lines.get(step.address.parts[0], ()) if step.address.kind == ORDER else ()
        return [line for line in carried if line.address not in self.ledger.dropped]

    def _give_up(self, step: Definition) -> None:
        """Close a definition that no request has carried to an answer of its own."""
        if step.address in self.ledger.numbers:
            reason = "the target refused every import that it was sent with"
            self.ledger.settle([Failed(step.address, reason, wanted_value(step))])
        else:
            reason = self.ledger.obstacle(step) or "no import of orders was left to carry it"
            self.ledger.skip(step, reason)

    # -------------------------------------------------------------- definitions

    def _send_alone(self, steps: list[Definition], *, last_chance: bool) -> list[Definition]:
        """Send definitions without orders; gives back those that have to travel with orders (A21)."""
        steps = list(self._clear(steps))
        if not steps:
            return []
        answer, seconds = self._import(steps, [], {})
        if _is_divisible(answer):
            if not last_chance:
                return steps
            if len(steps) > 1:
                for part in _halves(steps):
                    self._send_alone(part, last_chance=True)
                return []
        self._settle_definitions(steps, answer, seconds)
        return []

    def _settle_definitions(self, steps: Sequence[Definition], answer: ImportAnswer, seconds: float) -> None:
        """Write down the fate of definitions: that of the request.

        An answer that refuses the whole and yet accepts an order says nothing of definitions: they are lost.
        """
        at = self._moment(answer)
        believed = answer.whole
        mixed = any(isinstance(said, Accepted) for said in answer.orders.values())
        if isinstance(believed, Refused) and mixed:
            believed = Unanswered(f"the answer refuses the whole ({believed.text}) and accepts an order")
        outcomes = [outcome_of(step, believed, seconds) for step in steps]
        taken = [
            each
            for step, outcome in zip(steps, outcomes, strict=True)
            if isinstance(outcome, Done)
            for each in self.memories.of(step, at)
        ]
        self.ledger.settle(outcomes, taken, at)

    # -------------------------------------------------------------- orders

    def _send_batch(
        self, definitions: list[Definition], orders: list[Order], lines: Lines
    ) -> list[Definition]:
        """Send one batch, in parts if it is refused whole; gives back definitions still without a word."""
        answer, seconds = self._import(definitions, orders, lines)
        if not _is_divisible(answer):
            self._settle_definitions(definitions, answer, seconds)
            self._settle_orders(orders, answer, lines, seconds)
            return []
        if len(orders) > 1:
            for part in _halves(orders):
                ready = list(self._clear(part, lines))
                if ready:
                    definitions = self._send_batch(self.recheck.standing(definitions), ready, lines)
            return definitions
        refused = _Refused(orders[0], answer, seconds)
        if not definitions or not self._may_repeat(refused.order):
            self._settle_orders(orders, answer, lines, seconds)
            return definitions
        return self._find_bad(definitions, refused, lines)

    def _find_bad(self, definitions: list[Definition], refused: _Refused, lines: Lines) -> list[Definition]:
        """Find out whether an order or one of the definitions with it is why both were refused."""
        order = refused.order
        needed = [step for step in definitions if step.address in order.needs]
        if len(needed) == len(definitions):
            self._settle_orders([order], refused.answer, lines, refused.seconds)
            return definitions
        if not needed and len(definitions) == 1:
            if not self._is_done(order):
                self._send_batch([], [order], lines)
            if not self._is_done(order):
                return definitions
            self._settle_definitions(definitions, refused.answer, refused.seconds)
            return []
        others = [step for step in definitions if step not in needed]
        left: list[Definition] = []
        for part in (needed, others) if needed else _halves(others):
            over = self.ledger.stop.is_set() or self._is_failed(order)
            left += part if over else self._send_batch(part, [order], lines)
        return left

    def _may_repeat(self, order: Order) -> bool:
        """Tell whether an order that was refused with others may be sent again.

        One whose import may message customers only when a read shows that nothing of it was stored (A19).
        """
        if self.sending.rules.skip_triggers:
            return True
        if self._is_done(order):
            return False
        wanted = self.sending.manifests.orders
        try:
            world = self.sending.look(Manifests(orders={order.wanted.order: wanted[order.wanted.order]}))
        except (Broken, Denied):
            return False
        before, now = self.ledger.world.of(order.wanted.order), world.of(order.wanted.order)
        if isinstance(before, Present) and isinstance(now, Present):
            return before.state.updated is not None and before.state.updated == now.state.updated
        return isinstance(order, Create) and isinstance(now, Absent)

    def _is_done(self, step: Order) -> bool:
        return isinstance(self.ledger.outcomes.get(step.address), Done)

    def _is_failed(self, step: Order) -> bool:
        return isinstance(self.ledger.outcomes.get(step.address), Failed)

    def _settle_orders(
        self,
        orders: Sequence[Order],
        answer: ImportAnswer,
        lines: Lines,
        seconds: float,
    ) -> None:
        at = self._moment(answer)
        secrets = sensitive(orders, self.sending.manifests.catalogue)
        outcomes: list[Outcome] = []
        taken: list[Taken] = []
        for order in orders:
            if self._is_done(order):  # it only carried definitions, and said again what had been accepted
                continue
            said = answer.orders.get(order.wanted.order, answer.whole)
            outcome = outcome_of(order, said, seconds, secrets)
            spoken_for = self._spoken_for(order, lines)
            fates = [outcome, *(_carried(line, outcome) for line in spoken_for)]
            outcomes += fates
            if isinstance(outcome, Done):
                taken += self.memories.of(order, at)
                for line in spoken_for:
                    taken += self.memories.of(line, at)
        self.ledger.settle(outcomes, taken, at)

    # -------------------------------------------------------------- the request

    def _import(
        self, definitions: Sequence[Definition], orders: Sequence[Order], lines: Lines
    ) -> tuple[ImportAnswer, float]:
        """Send one request; a target that denies us has refused everything in it, and stops the run."""
        spoken_for = [line for order in orders for line in self._spoken_for(order, lines)]
        self.ledger.intend([*definitions, *orders, *spoken_for])
        sections: dict[str, list[Mapping[str, Any]]] = {}
        for step in definitions:
            kind = self.sending.kinds.definitions[step.address.kind]
            sections.setdefault(kind.section, []).append(kind.encode(step.wanted))
        encoded = [self._encoded(step) for step in orders]
        started = monotonic()
        try:
            answer = self.sending.target.import_orders(sections, encoded)
        except Denied as denied:
            said = veil(str(denied), sensitive(orders, self.sending.manifests.catalogue))
            self.ledger.deny(Denied(said, exit_code=denied.exit_code, advice=denied.advice))
            answer = ImportAnswer(Refused(DENIED, said))
        confirmed = (each for each in answer.orders.values() if isinstance(each, Accepted))
        self.ledger.hear(next(confirmed, answer.whole))
        return answer, monotonic() - started

    def _encoded(self, step: Order) -> Mapping[str, Any]:
        sending = self.sending
        live = step.live if isinstance(step, UpdateOrder) else None
        return sending.kinds.order.encode(
            step.wanted, dict(step.statuses), sending.manifests.catalogue, sending.terms, live
        )

    def _moment(self, answer: ImportAnswer) -> datetime:
        at = answer.whole.at if isinstance(answer.whole, Accepted) else None
        return at or self.ledger.now()


def _carried(line: UpdateLine, order: Outcome) -> Outcome:
    """Tell the fate of a line from that of the import that spoke for it."""
    after = wanted_value(line)
    match order:
        case Done():
            return Done(line.address, f"said by the import of {order.address}", after, order.seconds)
        case Lost():
            return Lost(line.address, order.reason, after, order.seconds)
        case _:
            fate = type(order).__name__.lower()
            return Skipped(line.address, f"needs {order.address}, which is {fate}", after, order.seconds)


def _is_divisible(answer: ImportAnswer) -> bool:
    """Tell whether a request was refused as a whole for what is in it, without a word about any part."""
    whole = answer.whole
    if not isinstance(whole, Refused) or not whole.malformed:
        return False
    return all(said == whole for said in answer.orders.values())


def _by_order(carried: Sequence[UpdateLine]) -> Lines:
    lines: dict[str, list[UpdateLine]] = {}
    for line in carried:
        lines.setdefault(line.wanted.order, []).append(line)
    return lines


def _halves(steps: list[StepT]) -> tuple[list[StepT], list[StepT]]:
    middle = len(steps) // 2
    return steps[:middle], steps[middle:]
