"""What became of a plan, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.model.change import Withhold
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.outcome import WORDS, Outcome, word
from reconciler.model.plan import TargetName
from reconciler.reports.json.parts import FORMAT_VERSION, diagnostics_data, moment, target_data


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of a plan, as it is reported."""

    command: str = "apply"
    target: TargetName | None = None
    run: int | None = None
    ended_at: datetime | None = None
    """When the last of it was known; a state that was lost is rebuilt from reports in this order."""
    outcomes: Sequence[Outcome] = ()
    withheld: Sequence[Withhold] = ()
    next_commands: Sequence[str] = ()
    diagnostics: Sequence[Diagnostic] = ()


def applied_document(applied: Applied, *, exit_code: int) -> dict[str, Any]:
    """Give what became of a plan as JSON data (contract, section 6.4)."""
    counted = dict.fromkeys(WORDS.values(), 0)
    for outcome in applied.outcomes:
        counted[word(outcome)] += 1
    return {
        "format_version": FORMAT_VERSION,
        "command": applied.command,
        "exit_code": exit_code,
        "target": target_data(applied.target),
        "run": applied.run,
        "ended_at": moment(applied.ended_at),
        "summary": {**counted, "withheld": len(applied.withheld)},
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
