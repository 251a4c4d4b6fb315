"""What was pulled, as JSON."""

from __future__ import annotations

from typing import Any

from reconciler.model.landing import Landing
from reconciler.model.plan import TargetName
from reconciler.reports.json.parts import target_data


def pulling_data(target: TargetName | None, landing: Landing) -> dict[str, Any]:
    """Give every entry that is new or edited, and what was read."""
    return {
        "target": target_data(target),
        "complete": landing.complete,
        "summary": {**landing.counts, "orders_seen": landing.seen, "reads": landing.reads, "writes": 0},
        "written": landing.written,
        "files": list(landing.files),
        "entries": [
            {
                "address": str(each.address),
                "file": each.file,
                "new": each.new,
                "external": each.external,
                "value_type": each.value_type,
                "orders": each.orders,
                "edited": list(each.edited),
            }
            for each in landing.entries
        ],
        "difference": landing.difference,
    }
