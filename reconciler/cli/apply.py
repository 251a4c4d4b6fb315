"""apply: plan, show, ask, and do it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from reconciler.cli import codes, options
from reconciler.cli.approving import (
    Age,
    PlanFile,
    approval_of_shown,
    approved,
    first,
    moved_outcomes,
    narrow,
    refuse_settled,
    under,
)
from reconciler.cli.carrying import Mandate, carry
from reconciler.cli.console import Console, reporting_console
from reconciler.cli.drawing import Pause, question_of, refused, stopped_reports, tell_time
from reconciler.cli.ending import report_carried
from reconciler.cli.events import events_option, events_to
from reconciler.cli.guards import state_breaches, state_options, unplanned
from reconciler.cli.interrupts import Interrupts
from reconciler.cli.leasing import Patience, held, lease_options
from reconciler.cli.printing import aside
from reconciler.cli.progress import progress
from reconciler.cli.session import guarded, open_manifests, open_target
from reconciler.cli.stop import Stop
from reconciler.model.approval import Approval
from reconciler.model.diagnostic import Diagnostic, error, has_errors
from reconciler.model.plan import OnMoved, TargetName
from reconciler.pipeline import Drawn, Question, draw, inputs_of
from reconciler.reports.json import applied_document, written
from reconciler.reports.shown.applied import Applied
from reconciler.reports.text import plan_text
from reconciler.settings import Misused
from reconciler.settings.connect import connect


@click.command(name="apply")
@click.argument("plan", required=False, type=click.Path(path_type=Path, dir_okay=False), metavar="[PLAN]")
@options.reporting
@options.selection
@options.judging
@lease_options
@state_options
@events_option
@options.option(
    "--max-age",
    type=Age(),
    default="24h",
    show_default=True,
    help="How old a saved plan may be: 24h, 90m, 7d.",
)
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
    patience = Patience.of(options)
    plan = PlanFile.read(options["plan"]) if options["plan"] is not None else None
    chosen = open_target(directory, target)
    named.append(chosen.target)
    declared = open_manifests(chosen)
    with Interrupts() as interrupts, events_to(options["events"], console.warn) as events:
        pause = Pause(interrupts.stop)
        with held(chosen, "apply", console, interrupts.stop, patience) as store:
            record = store.load()
            with (
                progress(console) as shown,
                connect(chosen, os.environ, shown.waiting, pause.sleep) as reached,
            ):
                question = question_of(chosen, options, shown, pause)
                approval = None
                if plan is not None:
                    inputs = inputs_of(declared, question.base, question.terms.salt)
                    approval = approved(plan, chosen.target, store, reached, options["max_age"], inputs)
                    question = under(question, approval)
                unreviewed = unplanned(chosen) if plan is None else ()
                _trust((*unreviewed, *state_breaches(chosen, record, options, os.environ)))
                drawn = draw(declared, question, reached, record)
            drawn, mandate = _mandated(drawn, question, approval, options)
            show(console, drawn)
            tell_time(console, chosen, drawn.plan, reached.latency)
            if asks and not drawn.plan.empty:
                ask(chosen.target)
            if options["first"] is not None:
                drawn = replace(drawn, plan=first(drawn.plan, options["first"]))
            with (
                progress(console, events.waiting) as shown,
                connect(
                    chosen.quiet() if question.options.skip_triggers else chosen,
                    os.environ,
                    shown.waiting,
                    pause.sleep,
                    stopped=interrupts.stop.is_set,
                ) as reached,
            ):
                carried = carry(
                    drawn, question, reached, store, interrupts, shown, mandate=mandate, events=events
                )
        exit_code = report_carried(console, chosen, carried, carried.exit_code(approved_unseen=not asks))
        events.ended(carried.outcomes, exit_code, carried.summary, carried.next_commands(chosen.target.name))
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


def _mandated(
    drawn: Drawn, question: Question, approval: Approval | None, options: Mapping[str, Any]
) -> tuple[Drawn, Mandate]:
    """Hold a plan to what was approved; without a saved plan that is the plan itself."""
    if approval is None:
        approval = approval_of_shown(drawn.plan)
        return drawn, Mandate(command="apply", approval=approval, unseen=options["auto_approve"])
    on_moved = OnMoved(options["on_moved"]) if options["on_moved"] else approval.options.on_moved
    drawn, narrowed = narrow(drawn, question, approval, on_moved)
    mandate = Mandate(
        command="apply",
        approval=approval,
        moved=moved_outcomes(narrowed.moved),
        converged=len(narrowed.converged),
        approved_withheld=approval.withheld,
    )
    return drawn, mandate


def _trust(breaches: tuple[Diagnostic, ...]) -> None:
    """Stop before the first request when the state must not be trusted."""
    if breaches:
        raise refused(breaches)


def show(console: Console, drawn: Drawn) -> None:
    """Print the plan before anything is judged or asked; stop where it must not be sent.

    Where stdout is for a machine it goes to stderr, for nothing is sent that nobody could see.
    """
    if console.format == "text":
        console.out(plan_text(drawn.plan, console.paint, verbose=console.verbose))
    else:
        console.warn(plan_text(drawn.plan, console.paint_aside, verbose=console.verbose))
    if has_errors(drawn.plan.diagnostics):
        problem = error(
            f"the plan {'has errors' if drawn.plan.complete else 'is not complete'}, so nothing was sent",
            advice="see above" + ("" if drawn.plan.complete else "; run it again when the target answers"),
        )
        raise Stop(codes.ERROR, (problem,))
    if drawn.breaches:
        raise refused(drawn.breaches)


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
