"""resume: settle what was lost, then finish what was approved."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.commands.apply import ask, show
from reconciler.cli.console import Console, reporting_console
from reconciler.cli.drawing import stopped_reports
from reconciler.cli.ending import report_ran
from reconciler.cli.events import events_option
from reconciler.cli.printing import aside
from reconciler.cli.session import guarded, open_target
from reconciler.cli.sharing import definitions_within, shard_options
from reconciler.cli.watching import lease_options, patience_of, watched
from reconciler.model.diagnostic import note
from reconciler.model.outcome import Outcome
from reconciler.model.plan import TargetName
from reconciler.model.settlement import SAID, Assume, Assumption, Settlement, Verdict
from reconciler.pipeline import Drawn
from reconciler.project import codes
from reconciler.project.audience import Audience
from reconciler.project.ran import ran
from reconciler.project.resuming import Resuming, resume
from reconciler.project.settling import Settled
from reconciler.reports.html import applied_page
from reconciler.reports.json import applied_document, written
from reconciler.reports.markdown import applied_markdown
from reconciler.reports.shown.applied import Applied
from reconciler.settings import Misused
from reconciler.version import __version__


@click.command(name="resume")
@options.reporting
@shard_options
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
      reconciler resume --shard 2/4                       while the other shards go on

    A lost change is settled by reading where the target shows it; as not done where
    the order was not touched though confirmed writes of that run touched theirs;
    else by your word. What stays open stays lost (exit 9) and blocks only its own
    address. Then what was approved and is unchanged is sent, if manifests and settings
    are still those that it was approved with (else exit 6).
    """
    console = reporting_console(chosen)
    known = _Known()
    return guarded(
        console,
        lambda: _resume(console, directory, target, chosen, known),
        lambda stop: written(
            applied_document(
                Applied(
                    command="resume",
                    target=known.target,
                    outcomes=known.outcomes,
                    diagnostics=stop.diagnostics,
                ),
                exit_code=stop.exit_code,
            )
        ),
        lambda stop: stopped_reports("resume", known.target, stop),
    )


@dataclass(slots=True)
class _Known:
    """What is known when a resume is stopped: its document lists what is lost at every call."""

    target: TargetName | None = None
    outcomes: Sequence[Outcome] = ()

    def hear(self, outcomes: Sequence[Outcome]) -> None:
        """Hear what is lost, as far as it is known."""
        self.outcomes = outcomes


def _resume(
    console: Console,
    directory: str | None,
    target: str | None,
    options: dict[str, Any],
    known: _Known,
) -> int:
    asks = not options["auto_approve"] and sys.stdin.isatty()
    if not (asks or options["auto_approve"] or options["settle_only"]):
        raise Misused(
            "resume asks before it writes, and there is no terminal to ask on",
            "in a pipeline add --auto-approve, or --settle-only to send nothing",
        )
    resuming = Resuming(
        assumptions=[Assumption(Assume(verdict), pattern) for verdict, pattern in options["assumed"]],
        settle_only=options["settle_only"],
        patience=patience_of(options),
        definitions_within=definitions_within(options),
    )
    opened = open_target(directory, target).shared(options["shard"])
    known.target = opened.target

    def show_it(drawn: Drawn, _: float | None) -> None:
        show(console, drawn)

    audience = Audience(show=show_it, settled=lambda found: tell_settled(console, found), known=known.hear)
    if asks:
        audience = replace(audience, ask=_asked, confirm=lambda _: ask(opened.target))
    with watched(console, options["events"]) as watch:
        resumed = resume(opened, resuming, watch, audience)
        if resumed is None:
            return _nothing(console, opened.target)
        if not resumed.sent and console.format == "text":
            console.out("Nothing was sent. The last line counts what became of what earlier runs had sent.\n")
        return report_ran(console, ran(resumed.carried, resumed.exit_code, "resume"))


def _nothing(console: Console, target: TargetName) -> int:
    """Say that there is nothing to resume."""
    said = note("nothing is unsettled, and nothing that was approved is left")
    applied = Applied(command="resume", target=target, diagnostics=(said,))
    console.report(
        {
            "text": lambda _: f"{said.summary}.\n",
            "json": lambda _: written(applied_document(applied, exit_code=codes.DONE)),
            "markdown": lambda to: applied_markdown(applied, limit=to.limit),
            "html": lambda _: applied_page(applied, tool_version=__version__),
        }
    )
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
