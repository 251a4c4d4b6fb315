"""Events: what happens in an apply, one JSON object a line, while it happens.

Every line has `event`, `at` (RFC 3339, UTC, milliseconds) and `run`; `FIELDS` says what else. Nothing
personal is in them: values are those of the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from reconciler.model.change import Pending, action
from reconciler.model.outcome import Outcome, word
from reconciler.model.plan import Plan
from reconciler.reports.json.parts import FORMAT_VERSION, printable, target_data

FIELDS: Final[Mapping[str, str]] = {
    "started": "`format_version`, `tool_version`, `target`, `changes`, `requests`: before the first write",
    "intended": "`changes[]` {address, action}: of one request, on record now; it leaves next",
    "outcome": "`address`, `outcome`, `reason`, `after`, `seconds`; a later line of an address replaces it",
    "waiting": "`message`: why nothing moves",
    "stopping": "`reason`: nothing new is sent from here on",
    "ended": "`exit_code`, `summary`, `next[]`, as in the report; the last line",
}
"""Every event and what it holds beside `event`, `at` and `run`."""


def line(event: str, at: datetime, run: int | None, data: Mapping[str, Any]) -> bytes:
    """Write one event as a line."""
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    text = msgspec.json.encode({"event": event, "at": stamp, "run": run, **data}).decode()
    return printable(text).encode() + b"\n"


def started_data(plan: Plan, tool_version: str) -> dict[str, Any]:
    """Give what is known before the first write."""
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": tool_version,
        "target": target_data(plan.target),
        "changes": len(plan.steps),
        "requests": plan.requests.total,
    }


def intended_data(steps: Sequence[Pending]) -> dict[str, Any]:
    """Name the changes of a request."""
    return {"changes": [{"address": str(step.address), "action": action(step)} for step in steps]}


def outcome_data(outcome: Outcome) -> dict[str, Any]:
    """Give what became of one change."""
    return {
        "address": str(outcome.address),
        "outcome": word(outcome),
        "reason": outcome.reason,
        "after": outcome.after,
        "seconds": round(outcome.seconds, 3),
    }


def events_markdown() -> str:
    """Write the table of events."""
    rows = [f"| `{event}` | {fields} |" for event, fields in FIELDS.items()]
    return "\n".join(["| event | holds |", "|---|---|", *rows])
