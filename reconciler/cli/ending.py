"""Ending: what is said and written when a run that sent something is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconciler import __version__
from reconciler.cli.console import Console, Render, Unwritten
from reconciler.model.change import may_trigger
from reconciler.project import codes
from reconciler.project.carrying import Carried
from reconciler.project.opened import Opened
from reconciler.project.opening import utc_now
from reconciler.reports.html import applied_page
from reconciler.reports.json import applied_document, written
from reconciler.reports.markdown import applied_markdown
from reconciler.reports.shown.applied import Applied
from reconciler.reports.shown.fixed import applied_line
from reconciler.reports.text import diagnostics_text, outcomes_text
from reconciler.reports.text.card import card_text
from reconciler.reports.text.diagnostics import remarks


def report_carried(
    console: Console, opened: Opened, carried: Carried, exit_code: int, command: str = "apply"
) -> int:
    """Tell what became of the plan; a report that cannot be written does not hide what was sent."""
    plan, commands = carried.plan, carried.next_commands(opened.target.name)
    applied = Applied(
        command=command,
        target=opened.target,
        run=carried.run or None,
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

    try:
        console.report(applied_renders(applied, text, exit_code=exit_code))
    except Unwritten as unwritten:
        console.warn(diagnostics_text(unwritten.diagnostics, {}, console.paint_aside))
        exit_code = exit_code or codes.ERROR
    for reason in carried.last_words:
        console.warn(reason)
    if exit_code and not carried.went_well:
        console.warn("\n" + _card(carried, opened.target.name))
    for each in commands:
        console.say(f"Next: {each}")
    return exit_code


def _card(carried: Carried, target: str) -> str:
    triggers = {step.address: may_trigger(step) for step in carried.plan.steps}
    return card_text(carried.run, triggers, carried.outcomes, target, why=carried.halted)


def applied_renders(
    applied: Applied, text: Callable[[Console], str], *, exit_code: int
) -> Mapping[str, Render]:
    """Give what became of a plan in every format."""
    return {
        "text": text,
        "json": lambda _: written(applied_document(applied, exit_code=exit_code)),
        "markdown": lambda to: applied_markdown(applied, limit=to.limit),
        "html": lambda _: applied_page(applied, tool_version=__version__),
    }
