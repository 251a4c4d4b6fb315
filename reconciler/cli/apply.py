"""apply: plan, show, ask, and do it."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from reconciler.cli import codes, options
from reconciler.cli.carrying import Carried, carry
from reconciler.cli.console import Console, Unwritten, open_console
from reconciler.cli.drawing import Pause, question_of, refused, tell_time
from reconciler.cli.events import events_option, events_to
from reconciler.cli.guards import state_breaches, state_options
from reconciler.cli.interrupts import Interrupts
from reconciler.cli.leasing import Patience, held, lease_options
from reconciler.cli.printing import aside
from reconciler.cli.progress import progress
from reconciler.cli.session import guarded, open_manifests, open_target, utc_now
from reconciler.cli.stop import Stop
from reconciler.model.diagnostic import Diagnostic, error, has_errors
from reconciler.model.plan import Plan, TargetName
from reconciler.pipeline import Drawn, draw
from reconciler.reports.json import Applied, applied_document, written
from reconciler.reports.text import applied_line, diagnostics_text, outcomes_text, plan_text
from reconciler.reports.text.diagnostics import remarks
from reconciler.settings import Chosen, Misused
from reconciler.settings.connect import connect


@click.command(name="apply")
@options.common
@options.selection
@options.judging
@lease_options
@state_options
@events_option
@options.option("--auto-approve", is_flag=True, loosens=True, help="Do not ask. For pipelines.")
def command(directory: str | None, target: str | None, **chosen: Any) -> int:
    """Plan, show the plan, ask, and carry it out.

    \b
    Examples:
      reconciler apply                       asks for the literal word yes
      reconciler apply --auto-approve        in a pipeline
      reconciler apply --only 'line_status/*'

    Definitions go first, then imports of orders, then line updates, then what was
    written is read again. Each write is put on record before it is sent. An answer
    that is lost is called lost (exit 9) and is never sent again by itself.
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    console = open_console(chosen["outputs"], chosen["color"], chosen["verbose"], chosen["quiet"])
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
    )


def _apply(
    console: Console,
    directory: str | None,
    target: str | None,
    options: dict[str, Any],
    named: list[TargetName],
) -> int:
    approved_unseen = options["auto_approve"]
    if not approved_unseen and not sys.stdin.isatty():
        raise Misused(
            "apply asks before it writes, and there is no terminal to ask on",
            "in a pipeline add --auto-approve",
        )
    patience = Patience.of(options)
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
                _trust(state_breaches(chosen, record, options, os.environ))
                question = question_of(chosen, options, shown, pause)
                drawn = draw(declared, question, reached, record)
            _show(console, drawn)
            tell_time(console, chosen, drawn.plan, reached.latency)
            if not approved_unseen and not drawn.plan.empty:
                _ask(chosen.target)
            with (
                progress(console, events.waiting) as shown,
                connect(
                    chosen, os.environ, shown.waiting, pause.sleep, stopped=interrupts.stop.is_set
                ) as reached,
            ):
                carried = carry(drawn, question, reached, store, interrupts, shown, events=events)
        exit_code = _report(
            console, chosen, drawn.plan, carried, carried.exit_code(approved_unseen=approved_unseen)
        )
        events.ended(carried.outcomes, exit_code, carried.summary, carried.next_commands(chosen.target.name))
        return exit_code


def _trust(breaches: tuple[Diagnostic, ...]) -> None:
    """Stop before the first request when the state must not be trusted."""
    if breaches:
        raise refused(breaches)


def _show(console: Console, drawn: Drawn) -> None:
    """Print the plan before anything is judged or asked; stop where it must not be sent.

    Where stdout is for a machine it goes to stderr, for nothing is sent that nobody could see.
    """
    if console.format == "text":
        console.out(plan_text(drawn.plan, console.paint, verbose=console.verbose))
    else:
        console.warn(plan_text(drawn.plan, console.paint_aside, verbose=console.verbose))
    if has_errors(drawn.plan.diagnostics):
        problem = error(
            "the plan is not complete, so nothing was sent",
            advice="see above; run it again when the target answers",
        )
        raise Stop(codes.ERROR, (problem,))
    if drawn.breaches:
        raise refused(drawn.breaches)


def _ask(target: TargetName) -> None:
    """Ask for the literal word; anything else declines."""
    aside(f"\nThis will be sent to {target.name} ({target.url}). It cannot be taken back.")
    aside("Type yes to go on: ", end="")
    try:
        answer = sys.stdin.readline()
    except OSError:  # the terminal was closed
        answer = ""
    if answer.strip() != "yes":
        raise Stop(codes.ERROR, (error("not approved; nothing was sent"),))


def _report(console: Console, chosen: Chosen, plan: Plan, carried: Carried, exit_code: int) -> int:
    """Tell what became of the plan; a report that cannot be written does not hide what was sent."""
    commands = carried.next_commands(chosen.target.name)
    applied = Applied(
        target=chosen.target,
        run=carried.run,
        ended_at=utc_now(),
        outcomes=carried.outcomes,
        withheld=plan.withheld,
        next_commands=commands,
        diagnostics=(*plan.diagnostics, *carried.diagnostics),
    )

    def text(to: Console) -> str:
        told = "".join(f"{line}\n" for line in remarks(carried.diagnostics, to.paint))
        listed = outcomes_text(carried.outcomes, to.paint, verbose=to.verbose)
        return f"\n{listed}{told}{applied_line(carried.counted, len(plan.withheld))}\n"

    renders = {"text": text, "json": lambda _: written(applied_document(applied, exit_code=exit_code))}
    try:
        console.report(renders)
    except Unwritten as unwritten:
        console.warn(diagnostics_text(unwritten.diagnostics, {}, console.paint_aside))
        exit_code = exit_code or codes.ERROR
    for reason in carried.last_words:
        console.warn(reason)
    for each in commands:
        console.say(f"Next: {each}")
    return exit_code
