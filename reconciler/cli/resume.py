"""resume: settle what was lost, then finish what was approved."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import click

from reconciler.cli import codes, options
from reconciler.cli.apply import ask, show
from reconciler.cli.approving import moved_outcomes, narrow, under
from reconciler.cli.carrying import Carried, Mandate, carry
from reconciler.cli.console import Console, reporting_console
from reconciler.cli.drawing import UNASKED, Pause, question_of, stopped_reports
from reconciler.cli.ending import applied_renders, report_carried
from reconciler.cli.events import Events, events_option, events_to
from reconciler.cli.interrupts import Interrupts
from reconciler.cli.leasing import Patience, held, lease_options
from reconciler.cli.printing import aside
from reconciler.cli.progress import Progress, progress
from reconciler.cli.session import guarded, open_manifests, open_target, utc_now
from reconciler.cli.settling import Settled, keep, look_into
from reconciler.model.approval import Approval
from reconciler.model.diagnostic import Diagnostic, error, note
from reconciler.model.outcome import Done, Failed, Lost, Outcome
from reconciler.model.plan import OnMoved, Plan, TargetName
from reconciler.model.settlement import SAID, Assume, Assumption, Settlement, Verdict
from reconciler.pipeline import Declared, Drawn, Question, draw, inputs_of
from reconciler.reports.json import applied_document, written
from reconciler.reports.shown.applied import Applied
from reconciler.settings import Chosen, Misused
from reconciler.settings.connect import connect
from reconciler.store import WritableStore
from reconciler.targets.altcraft import Altcraft


@click.command(name="resume")
@options.reporting
@lease_options
@events_option
@options.option(
    "--assume",
    "assumed",
    nargs=2,
    type=(click.Choice([each.value for each in Assume]), str),
    multiple=True,
    loosens=True,
    metavar="VERDICT GLOB",
    help="Say of lost changes like this: done, not-done, or likely (take the hint); repeatable.",
)
@options.option("--settle-only", is_flag=True, help="Settle what was lost, and send nothing.")
@options.option("--auto-approve", is_flag=True, loosens=True, help="Do not ask. For pipelines.")
def command(directory: str | None, target: str | None, **chosen: Any) -> int:
    """Settle what was lost, and finish what was approved.

    \b
    Examples:
      reconciler resume                                   reads, asks, goes on
      reconciler resume --settle-only                     sends nothing
      reconciler resume --assume not-done 'order_line/77/*' --auto-approve

    A lost change is settled by reading where the target shows it; as not done where
    the order was not touched though confirmed writes of that run touched theirs;
    else by your word. What stays open stays lost (exit 9) and blocks only its own
    address. Then what was approved and is unchanged is sent, if manifests and settings
    are still those that it was approved with (else exit 6).
    """
    console = reporting_console(chosen)
    told = _Told()
    return guarded(
        console,
        lambda: _resume(console, directory, target, chosen, told),
        lambda stop: written(
            applied_document(
                Applied(
                    command="resume",
                    target=told.target,
                    outcomes=told.outcomes,
                    diagnostics=stop.diagnostics,
                ),
                exit_code=stop.exit_code,
            )
        ),
        lambda stop: stopped_reports("resume", told.target, stop),
    )


@dataclass(slots=True)
class _Told:
    """What is known when a resume is stopped: its document lists what is lost at every call."""

    target: TargetName | None = None
    outcomes: Sequence[Outcome] = ()


def _resume(
    console: Console,
    directory: str | None,
    target: str | None,
    options: dict[str, Any],
    told: _Told,
) -> int:
    asks = not options["auto_approve"] and sys.stdin.isatty()
    if not (asks or options["auto_approve"] or options["settle_only"]):
        raise Misused(
            "resume asks before it writes, and there is no terminal to ask on",
            "in a pipeline add --auto-approve, or --settle-only to send nothing",
        )
    assumptions = [Assumption(Assume(verdict), pattern) for verdict, pattern in options["assumed"]]
    chosen = open_target(directory, target)
    told.target = chosen.target
    declared = open_manifests(chosen)
    with Interrupts() as interrupts, events_to(options["events"], console.warn) as events:
        with held(chosen, "resume", console, interrupts.stop, Patience.of(options)) as store:
            record, left = store.load(), store.left()
            if not record.unsettled and (left is None or options["settle_only"]):
                return _nothing(console, chosen)
            told.outcomes = [Lost(where, str(lost), lost.wanted) for where, lost in record.unsettled.items()]
            work = _Work(console, chosen, declared, store, interrupts, events, asks)
            with work.reaching() as (shown, reached):
                work.question = question_of(chosen, UNASKED, shown, Pause(interrupts.stop))
                settled = look_into(declared, work.question, reached, store, record, assumptions)
            settled = _asked(settled) if asks else settled
            keep(settled, store, work.question)
            told.outcomes = _outcomes(settled.settlements)
            tell_settled(console, settled.settlements)
            obstacle = None
            carried = None
            if left is not None and not options["settle_only"]:
                obstacle = _obstacle(work, left)
                carried = _finish(work, left, settled) if obstacle is None else None
        goes_on = left is not None and options["settle_only"]
        return _report(console, chosen, settled, carried, obstacle=obstacle, goes_on=goes_on)


@dataclass(slots=True)
class _Work:
    """What the parts of a resume share."""

    console: Console
    chosen: Chosen
    declared: Declared
    store: WritableStore
    interrupts: Interrupts
    events: Events
    asks: bool
    question: Question = field(init=False)

    @contextmanager
    def reaching(self, *, quiet: bool = False) -> Iterator[tuple[Progress, Altcraft]]:
        """Reach the target while the block lasts; `quiet` skips triggers on every import."""
        stop = self.interrupts.stop
        chosen = self.chosen.quiet() if quiet else self.chosen
        with (
            progress(self.console, self.events.waiting) as shown,
            connect(chosen, os.environ, shown.waiting, Pause(stop).sleep, stopped=stop.is_set) as reached,
        ):
            yield shown, reached


def _nothing(console: Console, chosen: Chosen) -> int:
    """Say that there is nothing to resume."""
    said = note("nothing is unsettled, and nothing that was approved is left")
    applied = Applied(command="resume", target=chosen.target, diagnostics=(said,))
    renders = applied_renders(applied, lambda _: f"{said.summary}.\n", exit_code=codes.DONE)
    console.report(renders)
    return codes.DONE


# ------------------------------------------------------------------ what was lost


def _asked(settled: Settled) -> Settled:
    """Ask one precise question about each change that cannot be settled by reading."""
    answers = {"done": Verdict.DONE, "not-done": Verdict.NOT_DONE}
    found = []
    for each in settled.settlements:
        if each.verdict is Verdict.OPEN:
            aside(f"\n{each.address} → {_wanted(each)}: {each.lost}")
            aside(f"  What is known: {each.how}.{_hint(each)}")
            aside("  Did it happen? done, not-done, or Enter to leave it open: ", end="")
            verdict = answers.get(_answer())
            if verdict is not None:
                each = replace(each, verdict=verdict, how=SAID, vouched=True)  # noqa: PLW2901
        found.append(each)
    return replace(settled, settlements=tuple(found))


def _answer() -> str:
    try:
        return sys.stdin.readline().strip().lower()
    except OSError:  # the terminal was closed
        return ""


def _wanted(settlement: Settlement) -> str:
    wanted = settlement.lost.wanted
    return wanted if isinstance(wanted, str) else settlement.lost.action


def _hint(settlement: Settlement) -> str:
    return {Verdict.DONE: " Likely: done.", Verdict.NOT_DONE: " Likely: not done."}.get(settlement.hint, "")


def tell_settled(console: Console, settlements: Sequence[Settlement]) -> None:
    """Tell what became of each lost change."""
    words = {Verdict.DONE: "done", Verdict.NOT_DONE: "not done", Verdict.OPEN: "still open"}
    for each in settlements:
        line = f"  {words[each.verdict]:<10} {each.address} → {_wanted(each)}: {each.how}"
        if console.format == "text":
            console.out(f"{line}\n")
        else:
            console.say(line)


def _outcomes(settlements: Sequence[Settlement]) -> tuple[Outcome, ...]:
    """Give the fates of lost changes as outcomes; what is open is lost at every call."""
    return tuple(_FATES[each.verdict](each.address, each.how, each.lost.wanted) for each in settlements)


_FATES: Final[Mapping[Verdict, type[Done | Failed | Lost]]] = {
    Verdict.DONE: Done,
    Verdict.NOT_DONE: Failed,
    Verdict.OPEN: Lost,
}


# ------------------------------------------------------------------ what was approved


def _obstacle(work: _Work, left: tuple[int, Approval]) -> Diagnostic | None:
    """Say why nothing of what is left may be sent from here, None when it may."""
    run, approval = left
    story = work.store.run(run)
    row = story.row if story is not None else None
    if row is not None and row.project not in {"", work.chosen.project}:
        return error(
            f"what run {run} left was approved in project {row.project}, and this is {work.chosen.project}",
            advice=f"resume in {row.project}; what was lost is settled",
        )
    if approval.inputs == inputs_of(work.declared, work.question.base, work.question.terms.salt):
        return None
    commit = f" ({row.facts.commit[:12]})" if row is not None and row.facts.commit else ""
    return error(
        f"manifests or settings have changed since run {run} was approved; nothing of what it left is sent",
        advice=f"plan, and apply that: it takes the place of what run {run} left; "
        f"or resume with what was approved then{commit}",
    )


def _finish(work: _Work, left: tuple[int, Approval], settled: Settled) -> Carried | None:
    """Send what was approved and is unchanged; None when nothing of it is left."""
    run, approval = left
    question = under(work.question, approval)
    with work.reaching() as (_, reached):
        drawn = draw(work.declared, question, reached, work.store.load())
    drawn, mandate = _mandated(drawn, question, left, settled)
    if drawn.plan.empty and not mandate.moved:
        if all(each.verdict is not Verdict.OPEN for each in settled.settlements):
            work.store.end_approval(run, "nothing of it is left")
        return None
    show(work.console, drawn)
    if work.asks and not drawn.plan.empty:
        ask(work.chosen.target)
    with work.reaching(quiet=question.options.skip_triggers) as (shown, reached):
        return carry(
            drawn,
            question,
            reached,
            work.store,
            work.interrupts,
            shown,
            mandate=mandate,
            events=work.events,
        )


def _mandated(
    drawn: Drawn, question: Question, left: tuple[int, Approval], settled: Settled
) -> tuple[Drawn, Mandate]:
    """Hold the plan of now to what was approved then; what is still lost has not moved, it is withheld."""
    run, approval = left
    open_ = {each.address for each in settled.settlements if each.verdict is Verdict.OPEN}
    asked_for = {where: change for where, change in approval.changes.items() if where not in open_}
    drawn, narrowed = narrow(drawn, question, replace(approval, changes=asked_for), OnMoved.SKIP)
    mandate = Mandate(
        command="resume",
        approval=approval,
        of_run=run,
        moved=moved_outcomes(narrowed.moved),
        converged=len(narrowed.converged),
        approved_withheld=approval.withheld,
        still_lost=bool(open_),
    )
    return drawn, mandate


def _report(
    console: Console,
    chosen: Chosen,
    settled: Settled,
    carried: Carried | None,
    *,
    obstacle: Diagnostic | None,
    goes_on: bool,
) -> int:
    """Report what was settled and what was sent.

    `obstacle` says why nothing more may be sent, `goes_on` tells that something is left for another time.
    """
    fates = _outcomes(settled.settlements)
    sent = {outcome.address for outcome in carried.outcomes} if carried is not None else set()
    kept = [fate for fate in fates if fate.address not in sent]
    if carried is None:
        plan = Plan(target=chosen.target, created_at=settled.world.read_at or utc_now())
        carried = Carried(
            run=0,
            plan=plan,
            outcomes=(),
            diagnostics=() if obstacle is None else (obstacle,),
            denied=None,
            interrupted=None,
            goes_on=goes_on,
        )
        if console.format == "text":
            console.out("Nothing was sent. The last line counts what became of what earlier runs had sent.\n")
    whole = replace(carried, outcomes=(*kept, *carried.outcomes))
    still_lost = any(isinstance(fate, Lost) for fate in whole.outcomes)
    exit_code = codes.LOST if still_lost else codes.STALE if obstacle is not None else _code(carried)
    return report_carried(console, chosen, whole, exit_code, "resume")


def _code(carried: Carried) -> int:
    """Judge what was sent alone: that a lost change did not happen is no failure of this run."""
    return carried.exit_code(approved_unseen=True) if carried.run else codes.DONE
