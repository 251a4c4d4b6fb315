"""The lines of fixed form, which scripts and people look for in every report."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.evidence import Evidence
from reconciler.model.outcome import WORDS
from reconciler.model.plan import Plan

_ALWAYS = (Evidence.OBSERVED, Evidence.RECORDED)
_WHEN_THERE = (Evidence.DECLARED, Evidence.INFERRED, Evidence.STALE, Evidence.UNKNOWN)


def summary_line(plan: Plan) -> str:
    """Give the plan's fixed line: every number always printed, never inflected (contract, section 6.2)."""
    count = plan.summary()
    known = [f"{count.by_evidence.get(each, 0)} {each}" for each in _ALWAYS]
    known += [f"{count.by_evidence[each]} {each}" for each in _WHEN_THERE if count.by_evidence.get(each)]
    return (
        f"Plan: {count.create} to create, {count.update} to update, "
        f"{count.ensure} to ensure ({count.permanent} permanent), {count.release} to release, "
        f"{count.withhold} withheld. {count.keep} unchanged ({', '.join(known)}). "
        f"{count.requests} requests, {count.triggers} may fire triggers."
    )


def nothing_line(plan: Plan) -> str | None:
    """Say that there is nothing to do and how that is known; None when something is pending or withheld."""
    if not plan.empty or plan.withheld or not plan.complete:
        return None
    kept = plan.kept
    if kept.total == 0:
        return "Nothing is wanted here."
    if kept.unread == 0:
        return "No changes."
    how = f"recorded {kept.oldest:%Y-%m-%d} or later" if kept.oldest is not None else "declared"
    return f"No changes known. {kept.unread} of {kept.total} cannot be read: {how}."


def applied_line(counted: Mapping[str, int], withheld: int) -> str:
    """Give the apply's fixed line (contract, section 6.4)."""
    numbers = ", ".join(f"{counted[name]} {name}" for name in WORDS.values())
    return f"Applied: {numbers}, {withheld} withheld."
