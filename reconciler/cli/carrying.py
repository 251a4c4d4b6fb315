"""Carrying: a plan that was approved is carried out, on record, and its end is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.cli import codes
from reconciler.cli.facts import run_facts
from reconciler.cli.interrupts import Interrupts
from reconciler.cli.progress import Progress
from reconciler.model.address import ORDER
from reconciler.model.change import Pending
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.outcome import Lost, Outcome, Skipped
from reconciler.model.plan import Plan
from reconciler.pipeline import Drawn, Question, carry_out
from reconciler.ports import Denied, Journal, Target
from reconciler.reports.text.outcomes import count
from reconciler.stages.apply import Ledger
from reconciler.store import StoreError, WritableStore

_ON_LOST = """{count} lost: sent, and nobody knows whether it happened. Withheld until you settle it:
  look at it in the panel, then
  `reconciler state adopt ADDRESS` if it happened, or
  `reconciler state forget --unsettled ADDRESS` if it did not: the next plan says it again"""
_ON_LOST_ORDERS = """  an order itself can be read:
  `reconciler state forget --unsettled order/ID`, and the next plan compares it"""


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a plan."""

    run: int
    plan: Plan
    outcomes: Sequence[Outcome]
    diagnostics: Sequence[Diagnostic]
    denied: Denied | None
    interrupted: int | None
    fault: StoreError | None = None

    @property
    def counted(self) -> Mapping[str, int]:
        """Outcomes by the contract's word."""
        return count(self.outcomes)

    @property
    def last_words(self) -> Sequence[str]:
        """What people must not miss, on stderr."""
        words = []
        if self.fault is not None:
            words.append(f"error: {self.fault}\n  help: {self.fault.advice}")
        if self.denied is not None:
            words.append(f"error: {self.denied}\n  help: {self.denied.advice}")
        lost = [outcome for outcome in self.outcomes if isinstance(outcome, Lost)]
        if lost:
            words.append(_ON_LOST.format(count=len(lost)))
        if any(outcome.address.kind == ORDER for outcome in lost):
            words.append(_ON_LOST_ORDERS)
        return words

    def exit_code(self, *, approved_unseen: bool) -> int:
        """Judge the end of a run: the first of 9, 130/143, 8, 3, 1 that is the case (contract, 6.1)."""
        counted = self.counted
        if counted["lost"]:
            return codes.LOST
        if self.interrupted is not None:
            return self.interrupted
        if self.denied is not None:
            return self.denied.exit_code
        withheld = approved_unseen and self.plan.unacknowledged
        if counted["failed"] or counted["skipped"] or counted["moved"] or withheld:
            return codes.IN_PART
        return codes.DONE if self.fault is None else codes.ERROR

    def next_commands(self, target: str) -> Sequence[str]:
        """Give what to type next, the most urgent first."""
        named = f" -t {target}"
        if self.counted["lost"]:
            return (f"reconciler runs show {self.run}{named}", f"reconciler plan{named}")
        return (f"reconciler plan{named}",)


def carry(
    drawn: Drawn,
    question: Question,
    target: Target,
    store: WritableStore,
    interrupts: Interrupts,
    shown: Progress,
) -> Carried:
    """Carry out a plan under a run of its own; the run is closed whatever happens."""
    journal = store.begin(target=question.target.name, command="apply", facts=run_facts())
    ledger = Ledger(
        journal=journal,
        world=drawn.world,
        now=lambda: datetime.now(UTC),
        heard=shown.ended,
        stop=interrupts.stop,
    )
    shown.begin(len(drawn.plan.steps))
    found: Sequence[Diagnostic] = ()
    fault: StoreError | None = None
    interrupts.writing = True
    try:
        found = carry_out(drawn, question, target, ledger)
    except KeyboardInterrupt:
        interrupts.stop.set()
    except StoreError as broken:
        fault = broken
    interrupts.writing, interrupts.written = False, True
    carried = Carried(
        run=journal.run,
        plan=drawn.plan,
        outcomes=[_fate(step, ledger) for step in drawn.plan.steps],
        diagnostics=found,
        denied=ledger.denied,
        interrupted=interrupts.exit_code,
        fault=fault,
    )
    _close(journal, carried, ledger)
    return carried


def _fate(step: Pending, ledger: Ledger) -> Outcome:
    """Tell what became of a step, also of one that was cut off in the middle."""
    outcome = ledger.outcomes.get(step.address)
    if outcome is not None:
        return outcome
    if step.address in ledger.numbers:
        return Lost(step.address, "the run ended before the answer came")
    return Skipped(step.address, "the run ended before it was sent")


def _close(journal: Journal, carried: Carried, ledger: Ledger) -> None:
    """Write the end of the run; a store that failed already may fail again, and that is told only once."""
    try:
        journal.end(
            exit_code=carried.exit_code(approved_unseen=True),
            summary={**carried.counted, "withheld": len(carried.plan.withheld)},
            outcomes=ledger.never_sent,
        )
    except StoreError:
        if carried.fault is None:
            raise
