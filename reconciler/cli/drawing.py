"""Drawing: what the commands that draw a plan read from their options, and how they show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from reconciler.cli.console import Console, Render
from reconciler.model.evidence import Evidence
from reconciler.model.plan import OnMoved, Options, Plan, Selection, TargetName
from reconciler.model.steps import packed
from reconciler.project.asking import Asking
from reconciler.project.planning import Planned
from reconciler.project.stop import Stop
from reconciler.reports.json import failed_plan_document, written
from reconciler.reports.text.lasting import estimate_line
from reconciler.reports.text.weighing import weight_line
from reconciler.settings import Chosen
from reconciler.version import __version__

WORTH_SAYING: Final = 5.0
"""Seconds from which on people want to know how long a plan will take."""


def asking_of(options: Mapping[str, Any]) -> Asking:
    """Read the options that say what is asked of a target."""
    required, kept = options["require_evidence"], options.get("source_cache")
    return Asking(
        selection=Selection(
            only=tuple(options["only"]),
            exclude=tuple(options["exclude"]),
            origin=tuple(options["origin"]),
            exclude_origin=tuple(options["exclude_origin"]),
        ),
        options=Options(
            allow_reopen=options["allow_reopen"],
            resend_stale=tuple(options["resend_stale"]),
            max_line_changes=options["max_line_changes"],
            allow_permanent=options["allow_permanent"],
            skip_triggers=options["skip_triggers"],
            on_moved=OnMoved(options.get("on_moved") or OnMoved.STOP),
        ),
        require_evidence=Evidence(required) if required else None,
        source_cache=Path(kept) if kept else None,
        strict=options.get("strict", False),
        observation=options.get("observation"),
        memory_limit=options.get("memory_limit"),
    )


def report_plan(console: Console, planned: Planned, exit_code: int) -> None:
    """Print a plan in every format that was asked for."""
    console.report(
        {
            "text": lambda to: planned.text(to.paint, verbose=to.verbose),
            "json": lambda _: planned.json(exit_code),
            "markdown": lambda to: planned.markdown(to.limit),
            "html": lambda _: planned.html(),
        }
    )


def stopped_reports(command: str, target: TargetName | None, stop: Stop) -> Mapping[str, Render]:
    """Tell in further formats that a command was stopped before it had a result."""
    found, code = stop.diagnostics, stop.exit_code

    def markdown(to: Console) -> str:
        from reconciler.reports.markdown import stopped_markdown

        return stopped_markdown(command, target, found, exit_code=code, limit=to.limit)

    def page(_: Console) -> Iterable[str]:
        from reconciler.reports.html import stopped_page

        return stopped_page(command, target, found, exit_code=code, tool_version=__version__)

    return {"markdown": markdown, "html": page}


def tell_time(console: Console, chosen: Chosen, plan: Plan, latency: float | None) -> None:
    """Say how long sending a plan may take, from how long the reading requests took; with -v a short one too.

    A hint on stderr and no part of the plan: two plans of the same world are the same to the byte.
    """
    if latency is None or not plan.requests.total:
        return
    at_once, per_second = chosen.shape.concurrency, chosen.shape.requests_per_second
    seconds = plan.requests.seconds(latency, at_once, per_second)
    if seconds >= WORTH_SAYING or console.verbose:
        console.say(estimate_line(seconds, at_once, per_second))


def tell_weight(console: Console, plan: Plan, limit: int | None) -> None:
    """Say that a plan itself takes more memory than its limit; on stderr and no part of it, as above.

    Line updates weigh next to nothing (see `reconciler.model.updates`).
    """
    heavy = len(packed(plan.steps).others) + len(plan.withheld) + len(plan.drift)
    said = "" if limit is None else weight_line(heavy, limit)
    if said:
        console.say(said)


def failed_plan(target: TargetName | None, stop: Stop) -> str:
    """Give the JSON document of a plan that could not be drawn."""
    return written(
        failed_plan_document(
            target,
            stop.diagnostics,
            exit_code=stop.exit_code,
            tool_version=__version__,
            created_at=datetime.now(UTC),
        )
    )
