"""What became of a plan, as JSON."""

from __future__ import annotations

from typing import Any

from reconciler.model.outcome import word
from reconciler.model.outcomes import count
from reconciler.reports.json.parts import FORMAT_VERSION, diagnostics_data, moment, target_data
from reconciler.reports.shown.applied import Applied


def applied_document(applied: Applied, *, exit_code: int) -> dict[str, Any]:
    """Give what became of a plan as JSON data (contract, section 6.4)."""
    return {
        "format_version": FORMAT_VERSION,
        "command": applied.command,
        "exit_code": exit_code,
        "target": target_data(applied.target),
        "run": applied.run,
        **({"runs": list(applied.runs)} if applied.runs else {}),
        "ended_at": moment(applied.ended_at),
        "summary": {**count(applied.outcomes), "withheld": applied.withheld_in_all},
        "outcomes": [
            {
                "address": str(outcome.address),
                "outcome": word(outcome),
                "reason": outcome.reason,
                "after": outcome.after,
                "seconds": round(outcome.seconds, 3),
            }
            for outcome in applied.outcomes
        ],
        "withheld": [{"address": str(each.address), "reason": each.reason} for each in applied.withheld],
        "next": list(applied.next_commands),
        "diagnostics": diagnostics_data(applied.diagnostics),
    }
