"""JSON for machines: the plan, which is also the plan's file, what became of it, and what is on record.

Keys are only ever added within a major `format_version`. Nothing personal is in it: such values are salted
digests.
"""

from __future__ import annotations

from reconciler.reports.json.applied import applied_document
from reconciler.reports.json.parts import FORMAT_VERSION, diagnostics_data, written
from reconciler.reports.json.plan import failed_plan_document, plan_document, plan_pieces
from reconciler.reports.json.record import (
    adopted_data,
    forgotten_data,
    held_data,
    run_data,
    runs_data,
    state_data,
)

__all__ = [
    "FORMAT_VERSION",
    "adopted_data",
    "applied_document",
    "diagnostics_data",
    "failed_plan_document",
    "forgotten_data",
    "held_data",
    "plan_document",
    "plan_pieces",
    "run_data",
    "runs_data",
    "state_data",
    "written",
]
