"""Goldens: reports that people read, in files, compared to the byte. `make docs` writes them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from reconciler.model import address
from reconciler.model.diagnostic import Diagnostic, Origin, error, note, warning
from reconciler.model.plan import Requests
from reconciler.reports.github import github_text
from reconciler.reports.gitlab import gitlab_text
from reconciler.reports.junit import junit_text
from reconciler.reports.markdown import applied_markdown, drifting_markdown, plan_markdown, stopped_markdown
from reconciler.reports.sarif import sarif_text
from reconciler.reports.shown.applied import Applied
from reconciler.reports.shown.findings import findings
from reconciler.reports.text import plan_text
from reconciler.reports.text.drifting import drifting_text
from tests.reports.plans import NOW, TARGET, a_plan, drifted, ends, everything, many

FOLDER = Path(__file__).parent / "golden"
LIMIT = 60_000

FOUND: tuple[Diagnostic, ...] = (
    error(
        'type of line status packed has to be one of delivered, in_process, not "in_proces"',
        Origin("manifests/statuses.yaml", 4, 11),
        'did you mean "in_process"?',
    ),
    error(
        "line status packed is declared twice",
        Origin("manifests/b,c:d.yaml", 7, 5),
        related=[Origin("manifests/statuses.yaml", 4, 5)],
    ),
    warning("line 1 of order 7 has neither `hold: once` nor `expires`", Origin("manifests/orders.yaml", 9)),
    note("100% of [these](https://evil.invalid) are fine"),
)
"""One of each sort, with what each format has to escape."""

_APPLIED = Applied(
    target=TARGET,
    run=42,
    ended_at=NOW,
    outcomes=ends(),
    withheld=everything().withheld,
    next_commands=("reconciler resume -t production",),
    diagnostics=everything().diagnostics,
)

_DRIFT = a_plan(drift=everything().drift, requests=Requests())

GOLDENS: Mapping[str, Callable[[], str]] = {
    "plan.md": lambda: plan_markdown(everything(), limit=LIMIT),
    "plan.txt": lambda: plan_text(everything()),
    "bulk.md": lambda: plan_markdown(many(2_000), limit=8_000),
    "bulk.txt": lambda: plan_text(many(2_000)),
    "drift.md": lambda: plan_markdown(_DRIFT, limit=LIMIT, drift_only=True),
    "drifting.md": lambda: drifting_markdown(
        TARGET, drifted(), (address.order("9"),), everything().diagnostics, limit=LIMIT
    ),
    "drifting.txt": lambda: drifting_text(TARGET, drifted()),
    "applied.md": lambda: applied_markdown(_APPLIED, limit=LIMIT),
    "stopped.md": lambda: stopped_markdown("plan", TARGET, FOUND, exit_code=4, limit=LIMIT),
    "findings.sarif": lambda: sarif_text(findings(FOUND), exit_code=4, tool_version="0.0.0"),
    "findings.github": lambda: github_text(findings(FOUND)),
    "findings.gitlab.json": lambda: gitlab_text(findings(FOUND)),
    "findings.junit.xml": lambda: junit_text(findings(FOUND), ["reconciler.yaml", "manifests/statuses.yaml"]),
}
