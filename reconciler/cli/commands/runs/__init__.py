"""runs: what earlier applies sent, by whom, from where, and how each of them ended."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.commands.runs.closing import close_run
from reconciler.cli.commands.runs.merging import report_runs
from reconciler.cli.commands.runs.reverting import revert_run
from reconciler.cli.commands.runs.telling import no_such_run, tell, told_aside, told_text
from reconciler.cli.commands.state.unlocking import stop_run
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_target
from reconciler.model.plan import TargetName
from reconciler.project import codes
from reconciler.project.stop import Stop
from reconciler.reports.json import run_data, runs_data
from reconciler.reports.text import runs_text


@click.group(name="runs")
def command() -> None:
    """Show what earlier applies sent, and how they ended.

    \b
    Examples:
      reconciler runs list
      reconciler runs list -n 3 -t production
      reconciler runs show 41            every write of a run, with its fate
      reconciler runs report 41 42       one report of several runs, such as of all shards
      reconciler runs revert 41          a manifest that takes its line statuses back
      reconciler runs stop 41            ask a run that goes on to end cleanly
      reconciler runs close 41 --reason 'replaced by the plan of tonight'
    """


@command.command(name="list")
@options.common
@options.option(
    "-n",
    "--number",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="How many, the newest first.",
)
def list_runs(directory: str | None, target: str | None, number: int, **printing: Any) -> int:
    """List the latest runs: when, who, where, how each ended.

    \b
    Examples:
      reconciler runs list
      reconciler runs list -n 100 -o json
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    named: list[TargetName] = []

    def work() -> int:
        opened = open_target(directory, target)
        named.append(opened.target)
        with opened.state() as store:
            rows = store.runs(number)
        console.report(
            {
                "text": lambda to: runs_text(opened.target, rows, to.paint),
                "json": lambda _: envelope("runs list", codes.DONE, **runs_data(opened.target, rows)),
            }
        )
        return codes.DONE

    return guarded(
        console,
        work,
        lambda stop: envelope("runs list", stop.exit_code, stop.diagnostics, **runs_data(_first(named))),
    )


@command.command(name="show")
@click.argument("run", type=click.IntRange(min=1))
@options.common
def show_run(directory: str | None, target: str | None, run: int, **printing: Any) -> int:
    """Show one run: every write, what became of it, and what settled it.

    \b
    Examples:
      reconciler runs show 41
      reconciler runs show 41 -o json

    The report of a run that died is put together from the journal: what was done,
    what is lost, what was approved and never sent.
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    named: list[TargetName] = []
    return guarded(
        console,
        lambda: _show(console, directory, target, run, named),
        lambda stop: envelope(
            "runs show",
            stop.exit_code,
            stop.diagnostics,
            **run_data(_first(named)),
        ),
    )


def _show(
    console: Console, directory: str | None, target: str | None, run: int, named: list[TargetName]
) -> int:
    opened = open_target(directory, target)
    named.append(opened.target)
    with opened.state() as store:
        story = store.run(run)
        if story is None:
            raise Stop(codes.ERROR, (no_such_run(run, store),))
        told = tell(store, story, opened.target)
    data = run_data(opened.target, story, running=told.running, report=told.document)
    console.report(
        {
            "text": lambda to: told_text(told, opened.target, to),
            "json": lambda _: envelope("runs show", codes.DONE, **data),
        }
    )
    told_aside(told, opened.target, console)
    return codes.DONE


def _first(named: list[TargetName]) -> TargetName | None:
    return named[0] if named else None


command.add_command(report_runs)
command.add_command(stop_run)
command.add_command(close_run)
command.add_command(revert_run)
