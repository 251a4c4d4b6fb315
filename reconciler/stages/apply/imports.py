"""Imports: definitions and orders on their way, and the search for the bad ones when all is refused.

A refused request is halved until what is bad stands alone; only that fails. An import that may message
customers carries one order, so it is never sent again in parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final, TypeVar

from reconciler.model.change import Create, Ensure, UpdateDefinition, UpdateLine, UpdateOrder
from reconciler.model.outcome import Done, Failed, Lost, Outcome, Skipped
from reconciler.model.plan import Taken
from reconciler.model.rules import SendDefinitions
from reconciler.ports import Accepted, Denied, ImportAnswer, Refused
from reconciler.stages.apply.ledger import Ledger, outcome_of, wanted_value
from reconciler.stages.apply.memories import Memories
from reconciler.stages.apply.sending import Sending

Definition = Ensure | UpdateDefinition
Order = Create | UpdateOrder
Lines = Mapping[str, Sequence[UpdateLine]]
StepT = TypeVar("StepT", bound=Definition | Order)

DENIED: Final = "denied"
"""Stands for the server's code where the run was stopped."""


@dataclass(frozen=True, slots=True)
class Imports:
    """Sends definitions and orders."""

    sending: Sending
    memories: Memories
    ledger: Ledger

    def send(
        self, definitions: Sequence[Definition], orders: Sequence[Order], carried: Sequence[UpdateLine]
    ) -> None:
        """Send definitions, then orders in batches; `carried` are the lines that those imports speak for."""
        rules, lines = self.sending.rules, _by_order(carried)
        waiting = list(self._clear(definitions))
        if waiting and rules.definitions is not SendDefinitions.WITH_ORDERS:
            last_chance = rules.definitions is SendDefinitions.STANDALONE or not orders
            waiting = self._send_alone(waiting, last_chance=last_chance)
        for batch in _batches(orders, rules.batch):
            ready = list(self._clear(batch, lines))
            if ready:
                waiting = self._send_batch(waiting, ready, lines)
        for step in waiting:
            self._give_up(step)

    def _clear(
        self, steps: Sequence[StepT], lines: Mapping[str, Sequence[UpdateLine]] | None = None
    ) -> Iterator[StepT]:
        """Give the steps that may still be sent, and skip the others with their reason."""
        for step in steps:
            obstacle = self.ledger.obstacle(step)
            if obstacle is None:
                yield step
                continue
            self.ledger.skip(step, obstacle)
            for line in (lines or {}).get(step.address.parts[0], ()):
                self.ledger.skip(line, f"needs {step.address}, which is skipped")

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
        answer, seconds = self._import(steps, [], {})
        if _is_refused_whole(answer):
            if not last_chance:
                return steps
            if len(steps) > 1:
                for part in _halves(steps):
                    self._send_alone(part, last_chance=True)
                return []
        self._settle_definitions(steps, answer, seconds)
        return []

    def _settle_definitions(self, steps: Sequence[Definition], answer: ImportAnswer, seconds: float) -> None:
        at = self._moment(answer)
        outcomes = [outcome_of(step, answer.whole, seconds) for step in steps]
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
        if not _is_refused_whole(answer):
            self._settle_definitions(definitions, answer, seconds)
            self._settle_orders(orders, answer, lines, seconds)
            return []
        if len(orders) > 1:
            first, second = _halves(orders)
            left = self._send_batch(definitions, first, lines)
            return self._send_batch(left, list(self._clear(second, lines)), lines)
        if len(definitions) > 1 and self.sending.rules.skip_triggers:
            left = []
            for part in _halves(definitions):
                left += self._send_batch(part, orders, lines)
            return left
        needed = any(step.address in orders[0].needs for step in definitions)
        if definitions and not needed:
            self._send_batch([], orders, lines)
            if self._is_done(orders[0]):
                self._settle_definitions(definitions, answer, seconds)
                return []
            return definitions
        self._settle_orders(orders, answer, lines, seconds)
        return definitions

    def _is_done(self, step: Order) -> bool:
        return isinstance(self.ledger.outcomes.get(step.address), Done)

    def _settle_orders(
        self,
        orders: Sequence[Order],
        answer: ImportAnswer,
        lines: Lines,
        seconds: float,
    ) -> None:
        at = self._moment(answer)
        outcomes: list[Outcome] = []
        taken: list[Taken] = []
        for order in orders:
            said = answer.orders.get(order.wanted.order, answer.whole)
            outcome = outcome_of(order, said, seconds)
            fates = [outcome, *(_carried(line, outcome) for line in lines.get(order.wanted.order, ()))]
            outcomes += fates
            if isinstance(outcome, Done):
                taken += self.memories.of(order, at)
                for line in lines.get(order.wanted.order, ()):
                    taken += self.memories.of(line, at)
        self.ledger.settle(outcomes, taken, at)

    # -------------------------------------------------------------- the request

    def _import(
        self, definitions: Sequence[Definition], orders: Sequence[Order], lines: Lines
    ) -> tuple[ImportAnswer, float]:
        """Send one request; a target that denies us has refused everything in it, and stops the run."""
        spoken_for = [line for order in orders for line in lines.get(order.wanted.order, ())]
        self.ledger.intend([*definitions, *orders, *spoken_for])
        sections: dict[str, list[Mapping[str, Any]]] = {}
        for step in definitions:
            kind = self.sending.kinds.definitions[step.address.kind]
            sections.setdefault(kind.section, []).append(kind.encode(step.wanted))
        catalogue = self.sending.manifests.catalogue
        encode = self.sending.kinds.order.encode
        encoded = [encode(step.wanted, dict(step.statuses), catalogue) for step in orders]
        started = monotonic()
        try:
            answer = self.sending.target.import_orders(sections, encoded)
        except Denied as denied:
            self.ledger.deny(denied)
            answer = ImportAnswer(Refused(DENIED, str(denied)))
        return answer, monotonic() - started

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
            return Skipped(line.address, f"needs {order.address}, which is failed", after, order.seconds)


def _is_refused_whole(answer: ImportAnswer) -> bool:
    """Tell whether a request was refused without a word about any part of it."""
    whole = answer.whole
    if not isinstance(whole, Refused) or whole.code == DENIED:
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


def _batches(orders: Sequence[Order], size: int) -> Iterator[Sequence[Order]]:
    for start in range(0, len(orders), size):
        yield orders[start : start + size]
