"""Text for people: plans, outcomes and diagnostics, as they stand on a terminal or in a log.

Colour is a function that the caller passes in, and never carries meaning alone. Every value from outside is
made visible: no control or bidirectional character reaches a terminal.
"""

from __future__ import annotations

from reconciler.reports.text.diagnostics import diagnostics_text
from reconciler.reports.text.outcomes import outcomes_text
from reconciler.reports.text.plan import drift_text, plan_text
from reconciler.reports.text.record import adopted_text, forgotten_text, held_text, state_text
from reconciler.reports.text.runs import run_text, runs_text
from reconciler.reports.text.style import Paint, plain
from reconciler.reports.text.summary import target_line

__all__ = [
    "Paint",
    "adopted_text",
    "diagnostics_text",
    "drift_text",
    "forgotten_text",
    "held_text",
    "outcomes_text",
    "plain",
    "plan_text",
    "run_text",
    "runs_text",
    "state_text",
    "target_line",
]
