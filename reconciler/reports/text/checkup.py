"""The text of a checkup: one line for each thing that was looked at, with its way out below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from reconciler.model.checkup import Check, Verdict
from reconciler.model.plan import TargetName
from reconciler.reports.shown.values import clean
from reconciler.reports.text.style import Colour, Paint

_COLOURS: Final[Mapping[Verdict, Colour]] = {
    Verdict.OK: "green",
    Verdict.WARNING: "yellow",
    Verdict.FAILED: "red",
    Verdict.SKIPPED: "blue",
}


def checkup_text(target: TargetName, checks: Iterable[Check], paint: Paint) -> str:
    """Give one line a check, and a last one that sums up."""
    checks = tuple(checks)
    wide = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        verdict = paint(f"{check.verdict:<8}", _COLOURS[check.verdict])
        lines.append(f"{verdict}{check.name:<{wide}}  {clean(check.said)}")
        if check.advice:
            lines.append(f"{'':{wide + 8}}  {clean(check.advice)}")
    failed = sum(check.verdict is Verdict.FAILED for check in checks)
    warned = sum(check.verdict is Verdict.WARNING for check in checks)
    lines.append(f"Checked: target {target.name}. {failed} failed, {warned} warnings.")
    return "\n".join(lines) + "\n"
