"""Carrying: a plan that was approved is carried out, on record, and its end is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from reconciler.model.address import Address
from reconciler.model.approval import Approval
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.history import RunFacts
from reconciler.model.outcome import Lost, Moved, Outcome, Skipped
from reconciler.model.outcomes import Outcomes, count
from reconciler.model.plan import Plan
from reconciler.model.steps import packed
from reconciler.pipeline import Drawn, Question
from reconciler.pipeline.sent import carry_out
from reconciler.ports import Denied, Journal, Target
from reconciler.project import codes
from reconciler.project.watch import Watch
from reconciler.stages.apply import Ledger
from reconciler.store import StoreError, WritableStore

_ON_LOST = """{count} lost: sent, and nobody knows whether it happened. Each is withheld until it is settled;
`reconciler resume` settles what can be read, and asks about the rest"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What a run may send, and why."""

    command: str
    facts: RunFacts
    """On whose behalf."""
    approval: Approval
    of_run: int | None = None
    """The run that it was approved for, when this one finishes what that one left."""
    moved: tuple[Moved, ...] = ()
    converged: int = 0
    approved_withheld: frozenset[Address] = frozenset()
    unseen: bool = True
    """True: nobody was asked, so what is withheld may surprise somebody."""
    still_lost: bool = False
    """True: an answer of an earlier run is lost still, and no end is better than that."""


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
    approved_withheld: frozenset[Address] = frozenset()
    """What was withheld in the plan that was approved, and so surprises nobody."""
    halted: str = ""
    """Why the run stopped by itself, empty when it did not."""
    stopped: bool = False
    """True: nothing new was sent from some moment on, whoever wanted it so."""
    goes_on: bool = False
    """True: something that was approved is still to be sent, and `resume` sends it."""

    @property
    def went_well(self) -> bool:
        """Tell whether all that was to be sent was done; what is withheld was never to be sent."""
        cut_short = self.fault is not None or self.denied is not None or self.interrupted is not None
        return not cut_short and self.all_done

    @property
    def all_done(self) -> bool:
        """Tell whether nothing became of any of it but what was wanted."""
        return self.counted["done"] == len(self.outcomes)

    @property
    def counted(self) -> Mapping[str, int]:
        """Outcomes by the contract's word."""
        return count(self.outcomes)

    @property
    def summary(self) -> Mapping[str, int]:
        """The numbers of the last line."""
        return {**self.counted, "withheld": len(self.plan.withheld)}

    @property
    def last_words(self) -> Sequence[str]:
        """What people must not miss, on stderr."""
        words = []
        if self.fault is not None:
            words.append(f"error: {self.fault}\n  help: {self.fault.advice}")
        if self.denied is not None:
            words.append(f"error: {self.denied}\n  help: {self.denied.advice}")
        if lost := self.counted["lost"]:
            words.append(_ON_LOST.format(count=lost))
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
        withheld = approved_unseen and any(
            each.address not in self.approved_withheld for each in self.plan.unacknowledged
        )
        if counted["failed"] or counted["skipped"] or counted["moved"] or withheld:
            return codes.IN_PART
        return codes.DONE if self.fault is None else codes.ERROR

    def next_commands(self, target: str) -> Sequence[str]:
        """Give what to type next, the most urgent first.

        What was skipped because the run was stopped is still approved, and `resume` sends it. Where something
        that it needs was refused, that has to be mended first, and then planned.
        """
        named = f" -t {target}"
        if self.counted["lost"] or self.goes_on or (self.stopped and self.counted["skipped"]):
            return (f"reconciler resume{named}",)
        return (f"reconciler plan{named}",)


def carry(
    drawn: Drawn,
    question: Question,
    target: Target,
    store: WritableStore,
    watch: Watch,
    mandate: Mandate,
) -> Carried:
    """Carry out a plan under a run of its own; the run is closed whatever happens."""
    watch.writing()
    journal = store.begin(
        target=question.target.name,
        command=mandate.command,
        facts=mandate.facts,
        approval=mandate.approval if mandate.of_run is None and drawn.plan.steps else None,
    )
    ledger = Ledger(
        journal=journal,
        world=drawn.world,
        now=lambda: datetime.now(UTC),
        heard=watch.ended,
        intended=watch.intended,
        awaiting=watch.waiting,
        looking=watch.looking,
        rechecked=watch.looked,
        stop=watch.stop,
        steps=drawn.plan.steps,
    )
    watch.started(journal.run, drawn.plan)
    found: Sequence[Diagnostic] = ()
    fault: StoreError | None = None
    try:
        found = carry_out(drawn, question, target, ledger)
    except KeyboardInterrupt:
        watch.stop.set()
    except StoreError as broken:
        fault = broken
    except Exception as bug:  # noqa: BLE001 - whatever it is, what was sent has to be reported
        fault = StoreError(f"an error inside the program: {type(bug).__name__}", "Please report it.")
    watch.written()
    if reason := _why_stopped(ledger, watch, fault):
        watch.stopping(reason)
    carried = Carried(
        run=journal.run,
        plan=drawn.plan,
        outcomes=_fates(drawn.plan, ledger, fault, mandate.moved),
        diagnostics=found,
        denied=ledger.denied,
        stopped=ledger.stop.is_set(),
        halted=ledger.halted if ledger.denied is None else "",
        interrupted=watch.exit_code,
        fault=fault,
        approved_withheld=mandate.approved_withheld,
    )
    carried = _closed(journal, carried, mandate, ledger)
    if not _is_finished(mandate, carried):
        counted = carried.counted
        return replace(carried, goes_on=not (counted["failed"] or counted["moved"]))
    if carried.fault is not None or not mandate.approval.changes:
        return carried
    try:
        store.end_approval(mandate.of_run or journal.run, "all of it is done")
    except StoreError as broken:
        return replace(carried, fault=broken)
    return carried


def _is_finished(mandate: Mandate, carried: Carried) -> bool:
    """Tell whether nothing that was approved is left to be sent; what came true without us is not."""
    return carried.all_done and len(carried.plan.steps) + mandate.converged >= len(mandate.approval.changes)


def _why_stopped(ledger: Ledger, watch: Watch, fault: StoreError | None) -> str:
    """Say why nothing new was sent, empty when all was or a signal was told already."""
    if fault is not None:
        return str(fault)
    if ledger.halted or watch.exit_code is not None:
        return ledger.halted
    return "the run was asked to stop, or lost the account" if ledger.stop.is_set() else ""


def _fates(plan: Plan, ledger: Ledger, fault: StoreError | None, moved: Sequence[Moved]) -> Sequence[Outcome]:
    """Tell what became of each step, but for those that came true without us, and then what had moved."""
    steps = packed(plan.steps)
    places: Sequence[int] = range(len(steps))
    if ledger.dropped:
        places = [place for place in places if steps.address(place) not in ledger.dropped]

    def made(number: int) -> Outcome:
        if number >= len(places):
            return moved[number - len(places)]
        return _fate(steps.address(places[number]), ledger, fault)

    found = Outcomes(len(places) + len(moved), made)
    cut_short = fault is not None or ledger.stop.is_set()  # then what is in flight may still be told
    return tuple(found) if cut_short else found


def _fate(where: Address, ledger: Ledger, fault: StoreError | None) -> Outcome:
    """Tell what became of a step, also of one that was cut off in the middle."""
    outcome = ledger.outcomes.get(where)
    unkept = ledger.journal.unkept and ledger.numbers.get(where) in ledger.journal.unkept
    if outcome is not None and not unkept:
        return outcome
    if where in ledger.numbers and fault is not None:
        return Lost(where, f"what became of it could not be put on record: {fault}")
    if where in ledger.numbers:
        return Lost(where, "the run ended before the answer came")
    return Skipped(where, "the run ended before it was sent")


def _closed(journal: Journal, carried: Carried, mandate: Mandate, ledger: Ledger) -> Carried:
    """Write the end of the run; a store that fails there hides nothing of what was sent, and is told once."""
    try:
        journal.end(
            exit_code=codes.LOST if mandate.still_lost else carried.exit_code(approved_unseen=mandate.unseen),
            summary=carried.summary,
            outcomes=[*ledger.never_sent, *mandate.moved],
        )
    except StoreError as broken:
        return carried if carried.fault is not None else replace(carried, fault=broken)
    return carried
