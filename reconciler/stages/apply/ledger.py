"""Ledger: what became of each step so far, shared by all that send.

It is the one place where an intent is written before a request and its result after, so no sender can forget
either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock
from typing import Final

from reconciler.model.address import Address
from reconciler.model.approval import Narrowed
from reconciler.model.baselines import Baselines
from reconciler.model.change import Create, Pending, UpdateLine, UpdateOrder, action, as_json
from reconciler.model.observation import World
from reconciler.model.outcome import Done, Failed, Lost, Moved, Outcome, Skipped
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline
from reconciler.model.secret import veil
from reconciler.model.sightings import updated_in
from reconciler.model.steps import packed
from reconciler.ports import (
    STOPPED,
    UNREACHED,
    Accepted,
    Answer,
    Denied,
    Intent,
    Journal,
    Refused,
    Unanswered,
)
from reconciler.stages.apply.fates import Fates
from reconciler.stages.apply.numbers import Numbers

Heard = Callable[[Outcome], None]

DENIED: Final = "denied"
"""Stands for the server's code where the target stopped the run."""

GONE_AFTER: Final = 5
"""How many requests in a row may fail to reach the target, or be turned away by it, before it counts as gone.
"""

LOST_AFTER: Final = 10
"""How many answers may be lost before one comes back again. Each is a customer who may have been messaged and
a question that a person has to settle: one or two are chance, ten without a single word are a target or a
network that swallows answers, and whatever is sent next adds to the heap.
"""


@dataclass(slots=True)
class Ledger:
    """Outcomes by address, the numbers of their intents, and whether the run goes on."""

    journal: Journal
    world: World
    """What was last observed before it was written to."""
    now: Callable[[], datetime]
    heard: Heard = lambda _: None
    intended: Callable[[Sequence[Pending]], None] = lambda _: None
    """Told of the steps of a request once they are on disk and before it leaves."""
    looking: Callable[[int], None] = lambda _: None
    """Told how many orders were read so far, while what is left is observed again."""
    rechecked: Callable[[Narrowed], None] = lambda _: None
    """Told what a second look at what is left has come to."""
    awaiting: Callable[[str], None] = lambda _: None
    """Told what is waited for that another shard writes."""
    stop: Event = field(default_factory=Event)
    """Set when nothing new may be sent: a person interrupted, or the target denied us or is gone."""
    denied: Denied | None = None
    halted: str = ""
    """Why we stopped by ourselves, empty when we did not."""
    dropped: set[Address] = field(default_factory=set)
    """What came true without us: it is not sent and has no outcome, as with a saved plan."""
    never_sent: list[Skipped | Moved | Done] = field(default_factory=list)
    steps: Sequence[Pending] = ()
    """What is to be carried out; of anything else more has to be kept."""
    numbers: Numbers = field(init=False)
    outcomes: Fates = field(init=False)
    written: Baselines = field(default_factory=Baselines)
    """Orders that were written to, with the baseline their next read has to settle."""
    _unreached: int = 0
    _unanswered: int = 0
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.numbers = Numbers(packed(self.steps).in_order())
        self.outcomes = Fates(self.numbers)

    def intend(self, steps: Sequence[Pending], *, apart: bool = False) -> None:
        """Put the steps of one request on disk, or of one each; what is sent in parts is intended once."""
        fresh = [step for step in steps if step.address not in self.numbers]
        if fresh:
            intents = [self._intent(step) for step in fresh]
            numbers = self.journal.intend(intents, apart=apart)
            with self._lock:
                for intent, number in zip(intents, numbers, strict=True):
                    self.numbers.give(intent.address, number)
            self.intended(fresh)

    def _intent(self, step: Pending) -> Intent:
        before = {change.path: as_json(change.before) for change in step.fields}
        match step:
            case UpdateLine():
                seen = updated_in(self.world.orders, step.wanted.order)
                said = step.wanted.status
                return Intent(step.address, action(step), said, before.get("status"), seen, step.evidence)
            case Create() | UpdateOrder():
                seen = updated_in(self.world.orders, step.wanted.order)
                wanted = {**_fields_wanted(step), **_brought(step)}
                return Intent(step.address, action(step), wanted, before, seen, step.evidence)
            case _:
                return Intent(step.address, action(step), wanted_value(step), before, evidence=step.evidence)

    def settle(
        self,
        outcomes: Iterable[Outcome],
        taken: Sequence[Taken] = (),
        at: datetime | None = None,
        *,
        wait: bool = True,
    ) -> None:
        """Put results on disk with what they mean for the record. `at` is the target's clock at the write.

        Without `wait` they are on disk before the next intent is.
        """
        settled = list(outcomes)
        self.confirm(settled, taken, self._baselines(settled, at or self.now()), wait=wait)
        for outcome in settled:
            self.heard(outcome)

    def confirm(
        self,
        outcomes: Sequence[Outcome],
        taken: Sequence[Taken],
        baselines: Mapping[str, Baseline],
        *,
        wait: bool = True,
    ) -> None:
        """Put on disk what is known by now: fates, memories and the update times that they explain."""
        numbered = [(self.numbers[outcome.address], outcome) for outcome in outcomes]
        self.journal.settle(numbered, taken, baselines, wait=wait)
        with self._lock:
            self.written.keep(baselines)
            for number, outcome in numbered:
                self.outcomes.keep(number, outcome)

    def release(self, step: Pending, taken: Sequence[Taken]) -> None:
        """Let a definition go: nothing is sent, so there is no intent that could be left in doubt."""
        self.journal.remember(taken)
        outcome = Done(step.address)
        with self._lock:
            self.outcomes.note((outcome,))
            self.never_sent.append(outcome)
        self.heard(outcome)

    def skip(self, step: Pending, reason: str) -> None:
        """Note that a step was not sent."""
        self._close(Skipped(step.address, reason, wanted_value(step)))

    def move(self, step: Pending, reason: str) -> None:
        """Note that a step was not sent because the target has changed since it was approved."""
        self._close(Moved(step.address, reason, wanted_value(step)))

    def drop(self, addresses: Iterable[Address]) -> None:
        """Note that steps have come true without us; one that was intended already has to be closed."""
        for address in addresses:
            if address in self.numbers:
                self._close(Skipped(address, "it was so already when it was observed again"))
            else:
                self.dropped.add(address)

    def _close(self, outcome: Skipped | Moved) -> None:
        """Close a step without sending it; one that was refused among others was intended before."""
        if outcome.address in self.numbers:
            self.confirm([outcome], (), {})
        else:
            with self._lock:
                self.outcomes.note((outcome,))
                self.never_sent.append(outcome)
        self.heard(outcome)

    def halt(self, reason: str) -> None:
        """Send nothing more, for a reason of our own."""
        with self._lock:
            self.halted = self.halted or reason
        self.stop.set()

    def obstacle(self, step: Pending) -> str | None:
        """Say why a step must not be sent any more, None when it may."""
        if self.halted:
            return f"the run was stopped: {self.halted}"
        if self.stop.is_set():
            return "the run was stopped before it was sent"
        for need in step.needs:
            outcome = self.outcomes.get(need)
            if isinstance(outcome, Failed | Lost | Skipped | Moved):
                return f"needs {need}, which is {type(outcome).__name__.lower()}"
        return None

    def deny(self, denied: Denied) -> None:
        """Stop the run because the target refuses us."""
        with self._lock:
            if self.denied is None:
                self.denied = denied
                self.halted = str(denied)
        self.stop.set()

    def hear(self, answer: Answer) -> None:
        """Take note of whether the target takes anything up and answers; when it does not, the run stops.

        Each request to a server that is gone or overloaded is tried for seconds or minutes: thousands of them
        would take hours.
        """
        with self._lock:
            self._unanswered = self._counted(answer)
            if self._unanswered == LOST_AFTER and not self.halted:
                self.halted = f"{LOST_AFTER} answers in a row were lost"
                self.stop.set()
            turned_away = isinstance(answer, Refused) and answer.turned_away
            gone = turned_away or (isinstance(answer, Refused) and answer.code == UNREACHED)
            self._unreached = self._unreached + 1 if gone else 0
            if self._unreached == GONE_AFTER and not self.halted:
                fate = "were turned away by the target" if turned_away else "did not reach the target"
                self.halted = f"{GONE_AFTER} requests in a row {fate}"
                self.stop.set()

    def _counted(self, answer: Answer) -> int:
        """Count the answers that were lost since the last one that confirmed something."""
        match answer:
            case Unanswered():
                return self._unanswered + 1
            case Accepted():
                return 0
            case Refused():
                return self._unanswered

    def _baselines(self, outcomes: list[Outcome], at: datetime) -> Mapping[str, Baseline]:
        orders = {
            outcome.address.parts[0]
            for outcome in outcomes
            if outcome.address.kind in {"order", "order_line"} and isinstance(outcome, Done | Lost)
        }
        return {
            order: Baseline(None, updated_in(self.world.orders, order), at.replace(microsecond=0))
            for order in orders
        }


def outcome_of(
    step: Pending, answer: Answer, seconds: float, secrets: frozenset[str] = frozenset()
) -> Outcome:
    """Turn what an answer says into the fate of a step, with `secrets` taken out of the server's words."""
    after = wanted_value(step)
    match answer:
        case Accepted():
            return Done(step.address, "", after, seconds)
        case Refused(code, text) if code == STOPPED:
            return Skipped(step.address, text, after, seconds)
        case Refused(code, text):
            said = text if code in {UNREACHED, DENIED} else f"the target answered {code}: {text}"
            return Failed(step.address, veil(said, secrets), after, seconds)
        case Unanswered(reason):
            return Lost(step.address, veil(reason, secrets), after, seconds)


def wanted_value(step: Pending) -> object:
    """Give what a step wanted in a form that may be written down: for a line its status."""
    match step:
        case UpdateLine():
            return step.wanted.status
        case _:
            return _fields_wanted(step)


def _fields_wanted(step: Pending) -> dict[str, object]:
    return {change.path: as_json(change.after) for change in step.fields}


def _brought(step: Create | UpdateOrder) -> dict[str, object]:
    """Give the statuses of the lines that an import brings into an order: no other change speaks for them."""
    live = step.live if isinstance(step, UpdateOrder) else None
    there = live.lines if live is not None and live.lines is not None else {}
    return {f"lines.{line}.status": status for line, status in step.statuses if line not in there}
