"""Ending: what is said and written when a run that sent something is over."""

from __future__ import annotations

from reconciler.cli.console import Console, Unwritten
from reconciler.model.change import may_trigger
from reconciler.project import codes
from reconciler.project.carrying import Carried
from reconciler.project.ran import Ran
from reconciler.reports.json import written
from reconciler.reports.text import diagnostics_text
from reconciler.reports.text.card import card_text


def report_ran(console: Console, found: Ran) -> int:
    """Tell what became of a plan; a report that cannot be written does not hide what was sent.

    Gives the exit code.
    """
    carried, exit_code, target = found.carried, found.exit_code, found.carried.plan.target.name
    try:
        console.report(
            {
                "text": lambda to: found.text(to.paint, verbose=to.verbose),
                "json": lambda _: written(found.document()),
                "markdown": lambda to: found.markdown(to.limit),
                "html": lambda _: found.html(),
            }
        )
    except Unwritten as unwritten:
        console.warn(diagnostics_text(unwritten.diagnostics, {}, console.paint_aside))
        exit_code = exit_code or codes.ERROR
    for reason in carried.last_words:
        console.warn(reason)
    if exit_code and not carried.went_well:
        console.warn("\n" + _card(carried, target))
    for each in found.applied.next_commands:
        console.say(f"Next: {each}")
    return exit_code


def _card(carried: Carried, target: str) -> str:
    triggers = {step.address: may_trigger(step) for step in carried.plan.steps}
    return card_text(carried.run, triggers, carried.outcomes, target, why=carried.halted)
