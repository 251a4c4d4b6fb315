"""plan: show what would be done. Reads, and writes nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import click

from reconciler.cli import codes, options
from reconciler.cli.console import Console, reporting_console
from reconciler.cli.drawing import Pause, failed_plan, question_of, report_plan, stopped_reports, tell_time
from reconciler.cli.guards import passing_state
from reconciler.cli.interrupts import Interrupts
from reconciler.cli.progress import progress
from reconciler.cli.session import guarded, open_manifests, open_target
from reconciler.model.diagnostic import Diagnostic, has_errors, warning
from reconciler.model.plan import Kept, Plan, Requests, TargetName
from reconciler.pipeline import Drawn, draw
from reconciler.reports.text import diagnostics_text
from reconciler.settings import Chosen
from reconciler.settings.connect import connect
from reconciler.store import open_record


@click.command(name="plan")
@options.reporting
@options.selection
@options.judging
@options.on_moved
@options.option("--detailed-exitcode", is_flag=True, help="Exit 2 when something is pending or withheld.")
@options.option("--refresh-only", is_flag=True, help="Show only what was changed outside.")
@options.source_cache
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
    chosen = open_target(directory, target)
    named.append(chosen.target)
    declared = open_manifests(chosen)
    with (
        Interrupts() as interrupts,
        progress(console) as shown,
        connect(chosen, os.environ, shown.waiting, Pause(interrupts.stop).sleep, reading=True) as source,
        open_record(chosen.state, chosen.target.account, chosen.project) as store,
    ):
        question = replace(question_of(chosen, options, shown, Pause(interrupts.stop)), remembers=False)
        drawn = draw(declared, question, source, store.load())
    exit_code = _exit_code(drawn, detailed=options["detailed_exitcode"])
    plan = _drift_alone(drawn.plan) if options["refresh_only"] else drawn.plan
    plan = replace(plan, diagnostics=(*plan.diagnostics, *drawn.breaches, *_warnings(chosen)))
    report_plan(console, plan, exit_code, drift_only=options["refresh_only"])
    tell_time(console, chosen, plan, source.latency)
    if drawn.breaches:
        console.warn(diagnostics_text(drawn.breaches, {}, console.paint_aside))
    return exit_code


def _warnings(chosen: Chosen) -> tuple[Diagnostic, ...]:
    """Warn of a state that will be gone with this CI job: an apply would be refused."""
    found = passing_state(chosen, os.environ)
    return tuple(warning(each.summary, advice=f"an apply here is refused: {each.advice}") for each in found)


def _exit_code(drawn: Drawn, *, detailed: bool) -> int:
    if drawn.breaches:
        return codes.REFUSED
    if has_errors(drawn.plan.diagnostics):
        return codes.ERROR
    pending = not drawn.plan.empty or drawn.plan.unacknowledged
    return codes.PENDING if detailed and pending else codes.DONE


def _drift_alone(plan: Plan) -> Plan:
    return replace(plan, steps=(), withheld=(), kept=Kept(), requests=Requests(), drift_only=True)
