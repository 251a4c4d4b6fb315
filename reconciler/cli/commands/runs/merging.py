"""Merging: one report of several runs, for work that was shared between processes."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.commands.runs.telling import Told, no_such_run, tell
from reconciler.cli.console import Console, reporting_console
from reconciler.cli.drawing import stopped_reports
from reconciler.cli.session import guarded, open_target
from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.merged import Merged, Part
from reconciler.model.outcomes import count
from reconciler.model.plan import TargetName
from reconciler.model.shard import Shard
from reconciler.project import codes
from reconciler.project.stop import Stop
from reconciler.reports.html import applied_page
from reconciler.reports.json import applied_document, written
from reconciler.reports.markdown import applied_markdown
from reconciler.reports.shown.applied import Applied
from reconciler.reports.shown.fixed import applied_line
from reconciler.reports.text import diagnostics_text, outcomes_text, runs_text
from reconciler.settings import Misused
from reconciler.stages.merge import merge
from reconciler.store import ReadOnlyStore
from reconciler.version import __version__

COMMAND = "runs report"


@click.command(name="report")
@click.argument("runs", nargs=-1, required=True, type=click.IntRange(min=1), metavar="RUN...")
@options.reporting
def report_runs(directory: str | None, target: str | None, runs: tuple[int, ...], **chosen: Any) -> int:
    """Give one report of several runs, such as those of all shards.

    \b
    Examples:
      reconciler runs report 41 42 43 44
      reconciler runs report 41 42 43 44 45 -o json=report.json -o markdown=comment.md

    Put together from the journal, also of a run that died. A run that resumed another
    is named beside it: each item ends as the last run says. Ends with the exit code
    of the whole: the first of 9, 130, 143, 8, 3, 1 that is the case. A shard of which
    no run is named makes it 3.
    """
    console = reporting_console(chosen)
    named: list[TargetName] = []

    def failed(stop: Stop) -> str:
        applied = Applied(command=COMMAND, target=named[0] if named else None, diagnostics=stop.diagnostics)
        return written(applied_document(applied, exit_code=stop.exit_code))

    return guarded(
        console,
        lambda: _report(console, directory, target, runs, named),
        failed,
        lambda stop: stopped_reports(COMMAND, named[0] if named else None, stop),
    )


def _report(
    console: Console,
    directory: str | None,
    target: str | None,
    runs: tuple[int, ...],
    named: list[TargetName],
) -> int:
    opened = open_target(directory, target)
    named.append(opened.target)
    with opened.state() as store:
        told = [_told(store, run, opened.target) for run in sorted(set(runs))]
    try:
        merged = merge(map(_part, told))
    except ValueError as fault:
        raise Misused(str(fault), "`reconciler runs list` says which run was of which shard") from None
    problems = _problems(merged)
    applied = Applied(
        command=COMMAND,
        target=opened.target,
        runs=merged.runs,
        ended_at=max((each.applied.ended_at for each in told if each.applied.ended_at), default=None),
        outcomes=merged.outcomes,
        withheld=merged.withheld,
        unlisted=max(0, merged.withheld_count - len(merged.withheld)),
        next_commands=_next(merged, opened.target),
        diagnostics=problems,
    )

    def text(to: Console) -> str:
        rows = runs_text(opened.target, [each.story.row for each in told], to.paint)
        listed = outcomes_text(merged.outcomes, to.paint, verbose=to.verbose)
        return f"{rows}\n{listed}{applied_line(count(merged.outcomes), applied.withheld_in_all)}\n"

    console.report(
        {
            "text": text,
            "json": lambda _: written(applied_document(applied, exit_code=merged.exit_code)),
            "markdown": lambda to: applied_markdown(applied, limit=to.limit),
            "html": lambda _: applied_page(applied, tool_version=__version__),
        }
    )
    if problems:
        console.warn(diagnostics_text(problems, {}, console.paint_aside))
    for command in applied.next_commands:
        console.say(f"Next: {command}")
    return merged.exit_code


def _told(store: ReadOnlyStore, run: int, target: TargetName) -> Told:
    story = store.run(run)
    if story is None:
        raise Stop(codes.ERROR, (no_such_run(run, store),))
    told = tell(store, story, target)
    if told.running:
        advice = f"wait for its end; `reconciler runs show {run} -t {target.name}` tells how far it is"
        raise Stop(codes.ERROR, (error(f"run {run} goes on", advice=advice),))
    return told


def _part(told: Told) -> Part:
    row = told.story.row
    return Part(
        run=row.id,
        shard=Shard.parse(row.shard) if row.shard else None,
        resumes=row.command == "resume",
        exit_code=told.exit_code,
        outcomes=told.applied.outcomes,
        withheld=told.applied.withheld,
        withheld_count=told.withheld,
    )


def _problems(merged: Merged) -> tuple[Diagnostic, ...]:
    if not merged.missing:
        return ()
    named = ", ".join(map(str, merged.missing))
    return (
        error(
            f"none of these runs is of shard {named}",
            advice="apply it, or name its run too; `reconciler runs list` lists them",
        ),
    )


def _next(merged: Merged, target: TargetName) -> tuple[str, ...]:
    counted = count(merged.outcomes)
    command = "resume" if counted["lost"] or counted["skipped"] else "plan"
    return (f"reconciler {command} -t {target.name}",)
