"""Telling: a run of the past with the report that it wrote, or that it did not live to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from reconciler.cli.console import Console
from reconciler.model.address import Address
from reconciler.model.approval import Approval
from reconciler.model.change import Why, Withhold
from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunStory
from reconciler.model.outcomes import count
from reconciler.model.plan import TargetName
from reconciler.project import codes
from reconciler.reports.json import applied_document
from reconciler.reports.shown.applied import Applied
from reconciler.reports.shown.fixed import applied_line
from reconciler.reports.text import outcomes_text, run_text
from reconciler.reports.text.card import card_text
from reconciler.stages.retell import retell
from reconciler.store import ReadOnlyStore, may_run

_ALL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """A run, and the report of it as far as it is known by now."""

    story: RunStory
    applied: Applied
    running: bool
    approval: Approval | None = None

    @property
    def died(self) -> bool:
        """Tell whether it ended without a word."""
        return self.story.row.ended_at is None and not self.running

    @property
    def counted(self) -> Mapping[str, int]:
        """The numbers of the last line; of a run that could end, those that it wrote itself."""
        counted = count(self.applied.outcomes)
        summary = self.story.row.summary
        return counted if self.died else {word: summary.get(word, counted[word]) for word in counted}

    @property
    def withheld(self) -> int:
        """How much was withheld."""
        return self.story.row.summary.get("withheld", len(self.applied.withheld))

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The report as its apply would have given it; None while it is still running."""
        return None if self.running else applied_document(self.applied, exit_code=self.exit_code)

    @property
    def exit_code(self) -> int:
        """The code that it ended with; of one that died the code that fits what is known of it."""
        if self.story.row.exit_code is not None:
            return self.story.row.exit_code
        counted = count(self.applied.outcomes)
        if counted["lost"]:
            return codes.LOST
        return codes.IN_PART if counted["failed"] or counted["skipped"] else codes.DONE


def tell(store: ReadOnlyStore, story: RunStory, target: TargetName) -> Told:
    """Put together what the journal knows of a run."""
    run, row = story.row.id, story.row
    holder = next((each for each in store.holders() if each.run == run), None)
    running = row.ended_at is None and holder is not None and may_run(holder, datetime.now(UTC))
    kept = None if row.ended_at is not None or running else store.approved(run)
    if kept is not None and kept[0] != run and row.command != "resume":
        kept = None
    approval = kept[1] if kept is not None else None
    outcomes = retell(story, approval, _done_before(store, kept[0], run) if kept is not None else ())
    open_ = kept is not None and store.left_by() is not None
    lost = count(outcomes)["lost"] > 0
    command = "resume" if lost or open_ else "plan"
    applied = Applied(
        command=row.command,
        target=target,
        run=run,
        ended_at=row.ended_at or max(_moments(story), default=row.started_at),
        outcomes=outcomes,
        withheld=tuple(map(_withheld, sorted(approval.withheld))) if approval is not None else (),
        next_commands=(f"reconciler {command} -t {target.name}",),
    )
    return Told(story, applied, running, approval)


def _done_before(store: ReadOnlyStore, first: int, run: int) -> set[Address]:
    """Name what earlier runs under the same approval have done."""
    stories = (store.run(each) for each in range(first, run))
    return {
        write.address
        for story in stories
        if story is not None
        for write in story.writes
        if write.outcome == "done"
    }


def _moments(story: RunStory) -> list[datetime]:
    """Give the moments at which something was heard of a run, without what settled it later."""
    return [
        moment
        for write in story.writes
        for moment in (write.intended_at, write.outcome_at if write.settled_by is None else None)
        if moment is not None
    ]


def _withheld(address: Address) -> Withhold:
    reason = "withheld in the plan that was approved"
    return Withhold(
        address=address, evidence=Evidence.UNKNOWN, reason=reason, origin=None, why=Why.IMPOSSIBLE
    )


def told_text(told: Told, target: TargetName, console: Console) -> str:
    """Show a run with all its writes, and the line with which an apply ends."""
    text = run_text(target, told.story, console.paint)
    if told.running:
        return f"{text}\nIt is still running.\n"
    sent = {write.address for write in told.story.writes}
    never = [outcome for outcome in told.applied.outcomes if outcome.address not in sent]
    listed = outcomes_text(never, console.paint, verbose=console.verbose)
    left = f"\nApproved and never sent\n{listed}" if never else ""
    return f"{text}{left}\n{applied_line(told.counted, told.withheld)}\n"


def told_aside(told: Told, target: TargetName, console: Console) -> None:
    """Sum up a run that died for whoever has to go on from there."""
    if not told.died:
        return
    changes = told.approval.changes if told.approval is not None else {}
    triggers = {where: change.triggers for where, change in changes.items()}
    run = told.story.row.id
    console.warn("\n" + card_text(run, triggers, told.applied.outcomes, target.name, died=True))
    for each in told.applied.next_commands:
        console.say(f"Next: {each}")


def no_such_run(run: int, store: ReadOnlyStore) -> Diagnostic:
    """Say that there is no such run, and which there are."""
    known = [row.id for row in store.runs(_ALL)]
    if not known:
        return error(f"there is no run {run}", advice="there are no runs of this account yet")
    newest, oldest = known[0], known[-1]
    span = f"run {newest}" if newest == oldest else f"runs {oldest} to {newest}"
    return error(f"there is no run {run}", advice=f"on record: {span}; `reconciler runs list` lists them")
