"""plan: show what would be done. Reads, and writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.console import Console, reporting_console
from reconciler.cli.drawing import (
    asking_of,
    failed_plan,
    report_plan,
    stopped_reports,
    tell_time,
    tell_weight,
)
from reconciler.cli.session import guarded, open_target
from reconciler.cli.sharing import shard_option
from reconciler.cli.sizes import memory_limit
from reconciler.cli.watching import watched
from reconciler.model.plan import TargetName
from reconciler.project.planning import plan
from reconciler.reports.text import diagnostics_text


@click.command(name="plan")
@options.reporting
@options.selection
@shard_option
@options.judging
@options.on_moved
@options.option("--detailed-exitcode", is_flag=True, help="Exit 2 when something is pending or withheld.")
@options.option("--refresh-only", is_flag=True, help="Show only what was changed outside.")
@options.source_cache
@memory_limit
@options.option(
    "--observation",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep what the target shows in this file; where it exists, draw from it and read no target.",
)
def command(directory: str | None, target: str | None, **chosen: Any) -> int:
    """Show what would be done, and how each line of it is known.

    \b
    Examples:
      reconciler plan
      reconciler plan -t production --only 'order_line/1234000/*'
      reconciler plan -o json=plan.json --detailed-exitcode
      reconciler plan -o json=plan.json -o markdown=comment.md -o html=plan.html
      reconciler plan --refresh-only
      reconciler plan --source-cache .reconciler/answers
      reconciler plan --shard 2/4 -o json=plan-2.json
      reconciler plan --observation .reconciler/seen.jsonl
      reconciler plan --memory-limit 64MiB

    Writes nothing: no lock, no record, no request that changes anything.
    """
    console = reporting_console(chosen)
    named: list[TargetName] = []
    return guarded(
        console,
        lambda: _plan(console, directory, target, chosen, named),
        lambda stop: failed_plan(named[0] if named else None, stop),
        lambda stop: stopped_reports("plan", named[0] if named else None, stop),
    )


def _plan(
    console: Console,
    directory: str | None,
    target: str | None,
    options: dict[str, Any],
    named: list[TargetName],
) -> int:
    opened = open_target(directory, target).shared(options["shard"])
    named.append(opened.target)
    with watched(console) as watch:
        planned = plan(opened, asking_of(options), watch)
    exit_code = planned.exit_code(detailed=options["detailed_exitcode"])
    shown = planned.drift_alone if options["refresh_only"] else planned
    report_plan(console, shown, exit_code)
    tell_time(console, opened.chosen, shown.plan, planned.latency)
    tell_weight(console, planned.plan, options["memory_limit"])
    if planned.breaches:
        console.warn(diagnostics_text(planned.breaches, {}, console.paint_aside))
    return exit_code
