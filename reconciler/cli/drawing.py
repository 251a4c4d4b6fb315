"""Drawing: what plan and apply do alike, up to the plan."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, Final

from reconciler import __version__
from reconciler.cli import codes
from reconciler.cli.console import Console, Render
from reconciler.cli.progress import Progress
from reconciler.cli.session import selected
from reconciler.cli.stop import Stop
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.evidence import Evidence
from reconciler.model.plan import OnMoved, Options, Plan, TargetName
from reconciler.model.rules import Rules
from reconciler.pipeline import Question
from reconciler.ports import Clock
from reconciler.reports.html import plan_page, stopped_page
from reconciler.reports.json import failed_plan_document, plan_document, written
from reconciler.reports.markdown import plan_markdown, stopped_markdown
from reconciler.reports.text import drift_text, plan_text
from reconciler.reports.text.lasting import estimate_line
from reconciler.settings import Chosen
from reconciler.settings.listen import Surroundings, listen
from reconciler.shelves import KINDS

WORTH_SAYING: Final = 5.0
"""Seconds from which on people want to know how long a plan will take."""


UNASKED: Final[Mapping[str, Any]] = {
    "only": (),
    "exclude": (),
    "origin": (),
    "exclude_origin": (),
    "allow_reopen": False,
    "resend_stale": (),
    "max_line_changes": None,
    "allow_permanent": None,
    "skip_triggers": False,
    "require_evidence": None,
}
"""The options of a question of which nothing was chosen."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Waits that end early when a person interrupts."""

    interrupted: Event

    def sleep(self, seconds: float) -> None:
        """Wait, or be woken by the interruption."""
        self.interrupted.wait(seconds)


def question_of(chosen: Chosen, options: Mapping[str, Any], progress: Progress, pause: Pause) -> Question:
    """Put together what is asked of the target, and of sources that answer anew each time."""
    around = Surroundings(chosen.root, os.environ, progress.waiting, pause.sleep)
    kept = options.get("source_cache")
    return Question(
        target=chosen.target,
        selection=selected(options),
        rules=_rules(chosen.rules, options),
        base=chosen.rules,
        options=_options(options),
        terms=chosen.terms,
        kinds=KINDS,
        how=chosen.shape.observe,
        clock=Clock(now=lambda: datetime.now(UTC), sleep=pause.sleep),
        heard=progress.read,
        ear=listen(around, kept=Path(kept) if kept else None, strict=options.get("strict", False)),
    )


def _options(options: Mapping[str, Any]) -> Options:
    return Options(
        allow_reopen=options["allow_reopen"],
        resend_stale=tuple(options["resend_stale"]),
        max_line_changes=options["max_line_changes"],
        allow_permanent=options["allow_permanent"],
        skip_triggers=options["skip_triggers"],
        on_moved=OnMoved(options.get("on_moved") or OnMoved.STOP),
    )


def _rules(base: Rules, options: Mapping[str, Any]) -> Rules:
    required = options["require_evidence"]
    rules = _options(options).over(base)
    return replace(rules, require_evidence=Evidence(required) if required else None)


def report_plan(console: Console, plan: Plan, exit_code: int, *, drift_only: bool = False) -> None:
    """Print a plan in every format that was asked for."""
    show = drift_text if drift_only else plan_text
    console.report(
        {
            "text": lambda to: show(plan, to.paint, verbose=to.verbose),
            "json": lambda _: written(plan_document(plan, exit_code=exit_code, tool_version=__version__)),
            "markdown": lambda to: plan_markdown(plan, limit=to.limit, drift_only=drift_only),
            "html": lambda _: plan_page(plan, tool_version=__version__, drift_only=drift_only),
        }
    )


def stopped_reports(command: str, target: TargetName | None, stop: Stop) -> Mapping[str, Render]:
    """Tell in further formats that a command was stopped before it had a result."""
    found, code = stop.diagnostics, stop.exit_code
    return {
        "markdown": lambda to: stopped_markdown(command, target, found, exit_code=code, limit=to.limit),
        "html": lambda _: stopped_page(command, target, found, exit_code=code, tool_version=__version__),
    }


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


def refused(breaches: tuple[Diagnostic, ...]) -> Stop:
    """Make the stop for a plan that exceeds a limit."""
    return Stop(codes.REFUSED, breaches)
