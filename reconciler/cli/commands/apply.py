"""apply: plan, show, ask, and do it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.console import Console, reporting_console
from reconciler.cli.drawing import asking_of, stopped_reports, tell_time
from reconciler.cli.ending import report_ran
from reconciler.cli.events import events_option
from reconciler.cli.planfile import max_age, refuse_settled
from reconciler.cli.printing import aside
from reconciler.cli.session import guarded, open_target
from reconciler.cli.sharing import definitions_within, shard_options
from reconciler.cli.watching import lease_options, patience_of, watched
from reconciler.model.diagnostic import error
from reconciler.model.plan import OnMoved, TargetName
from reconciler.pipeline import Drawn
from reconciler.project import codes
from reconciler.project.applying import Applying, apply, unsendable
from reconciler.project.approving import PlanFile
from reconciler.project.audience import Audience
from reconciler.project.guards import Trust
from reconciler.project.ran import ran
from reconciler.project.stop import Stop
from reconciler.reports.json import applied_document, written
from reconciler.reports.shown.applied import Applied
from reconciler.reports.text import plan_text
from reconciler.settings import Misused

state_options = options.together(
    options.option(
        "--new-state", is_flag=True, loosens=True, help="The state may be one that no apply has seen."
    ),
    options.option(
        "--ephemeral-state",
        is_flag=True,
        loosens=True,
        help="In CI: the state may be a file that is gone with the job.",
    ),
)


@click.command(name="apply")
@click.argument("plan", required=False, type=click.Path(path_type=Path, dir_okay=False), metavar="[PLAN]")
@options.reporting
@options.selection
@shard_options
@options.judging
@lease_options
@state_options
@events_option
@max_age
@options.on_moved
@options.option("--first", type=click.IntRange(min=1), metavar="N", help="Send N changes and stop.")
@options.option("--auto-approve", is_flag=True, loosens=True, help="Do not ask. For pipelines.")
def command(directory: str | None, target: str | None, **chosen: Any) -> int:
    """Carry out a saved plan; without one plan, show the plan, ask, and carry it out.

    \b
    Examples:
      reconciler apply                       asks for the literal word yes
      reconciler plan -o json=plan.json && reconciler apply plan.json
      reconciler apply --auto-approve        in a pipeline without review
      reconciler apply plan.json --shard 2/4 the second of four processes that share it
      reconciler apply --only 'line_status/*'

    A saved plan is an upper bound: what is already so is dropped, what has moved
    since stops it (exit 6), what is new waits for the next plan. It is used once.

    Definitions go first, then imports of orders, then line updates, then what was
    written is read again. Each write is put on record before it is sent. An answer
    that is lost is called lost (exit 9) and is never sent again by itself.
    """
    console = reporting_console(chosen)
    named: list[TargetName] = []
    return guarded(
        console,
        lambda: _apply(console, directory, target, chosen, named),
        lambda stop: written(
            applied_document(
                Applied(target=named[0] if named else None, diagnostics=stop.diagnostics),
                exit_code=stop.exit_code,
            )
        ),
        lambda stop: stopped_reports("apply", named[0] if named else None, stop),
    )


def _apply(
    console: Console,
    directory: str | None,
    target: str | None,
    options: dict[str, Any],
    named: list[TargetName],
) -> int:
    asks = options["plan"] is None and not options["auto_approve"]
    _check_usage(options, asks=asks)
    applying = _applying(options)
    opened = open_target(directory, target).shared(options["shard"])
    named.append(opened.target)

    def show_it(drawn: Drawn, latency: float | None) -> None:
        show(console, drawn)
        if not unsendable(drawn):
            tell_time(console, opened.chosen, drawn.plan, latency)

    audience = Audience(show=show_it)
    if asks:
        audience = replace(audience, confirm=lambda _: ask(opened.target))
    with watched(console, options["events"]) as watch:
        carried = apply(opened, applying, watch, audience)
        found = ran(carried, carried.exit_code(approved_unseen=not asks))
        exit_code = report_ran(console, found)
        watch.events.ended(found.applied.outcomes, exit_code, found.summary, found.applied.next_commands)
        return exit_code


def _check_usage(options: Mapping[str, Any], *, asks: bool) -> None:
    """Refuse what cannot be meant, before anything is read."""
    if asks and not sys.stdin.isatty():
        raise Misused(
            "apply asks before it writes, and there is no terminal to ask on",
            "in a pipeline apply a saved plan, or add --auto-approve",
        )
    if options["plan"] is not None:
        refuse_settled(options, "applied")


def _applying(options: dict[str, Any]) -> Applying:
    return Applying(
        asking=replace(asking_of(options), definitions_within=definitions_within(options)),
        plan=PlanFile.read(options["plan"]) if options["plan"] is not None else None,
        max_age=options["max_age"],
        on_moved=OnMoved(options["on_moved"]) if options["on_moved"] else None,
        first=options["first"],
        unseen=options["auto_approve"],
        trust=Trust(new=options["new_state"], ephemeral=options["ephemeral_state"]),
        patience=patience_of(options),
    )


def show(console: Console, drawn: Drawn) -> None:
    """Print the plan before anything is judged or asked.

    Where stdout is for a machine it goes to stderr, for nothing is sent that nobody could see.
    """
    if console.format == "text":
        console.out(plan_text(drawn.plan, console.paint, verbose=console.verbose))
    else:
        console.warn(plan_text(drawn.plan, console.paint_aside, verbose=console.verbose))


def ask(target: TargetName) -> None:
    """Ask for the literal word; anything else declines."""
    aside(f"\nThis will be sent to {target.name} ({target.url}). It cannot be taken back.")
    aside("Type yes to go on: ", end="")
    try:
        answer = sys.stdin.readline()
    except OSError:  # the terminal was closed
        answer = ""
    if answer.strip() != "yes":
        raise Stop(codes.ERROR, (error("not approved; nothing was sent"),))
