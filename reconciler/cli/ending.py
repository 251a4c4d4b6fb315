"""Ending: what is said and written when a run that sent something is over."""

from __future__ import annotations

from reconciler.cli import codes
from reconciler.cli.carrying import Carried
from reconciler.cli.console import Console, Unwritten
from reconciler.cli.session import utc_now
from reconciler.reports.json import Applied, applied_document, written
from reconciler.reports.text import applied_line, diagnostics_text, outcomes_text
from reconciler.reports.text.card import card_text
from reconciler.reports.text.diagnostics import remarks
from reconciler.settings import Chosen


def report_carried(
    console: Console, chosen: Chosen, carried: Carried, exit_code: int, command: str = "apply"
) -> int:
    """Tell what became of the plan; a report that cannot be written does not hide what was sent."""
    plan, commands = carried.plan, carried.next_commands(chosen.target.name)
    applied = Applied(
        command=command,
        target=chosen.target,
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

    renders = {"text": text, "json": lambda _: written(applied_document(applied, exit_code=exit_code))}
    try:
        console.report(renders)
    except Unwritten as unwritten:
        console.warn(diagnostics_text(unwritten.diagnostics, {}, console.paint_aside))
        exit_code = exit_code or codes.ERROR
    for reason in carried.last_words:
        console.warn(reason)
    if exit_code and not carried.went_well:
        console.warn("\n" + card_text(carried.run, plan.steps, carried.outcomes, chosen.target.name))
    for each in commands:
        console.say(f"Next: {each}")
    return exit_code
