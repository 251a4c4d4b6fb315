"""What has drifted, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconciler.model.address import Address
from reconciler.model.drifting import Drifting, Verdict
from reconciler.model.plan import TargetName
from reconciler.reports.json.parts import target_data


def drifting_data(
    target: TargetName | None, drifting: Drifting, accepted: Iterable[Address] = ()
) -> dict[str, Any]:
    """Give all that is held and not as it was recorded."""
    count = drifting.counted
    return {
        "target": target_data(target),
        "complete": drifting.complete,
        "summary": {
            "changed": count[Verdict.CHANGED],
            "gone": count[Verdict.GONE],
            "untold": count[Verdict.UNTOLD],
            "same": drifting.same,
        },
        "drift": [
            {
                "address": str(each.address),
                "verdict": str(each.verdict),
                "recorded": each.recorded,
                "observed": each.observed,
                "evidence": str(each.evidence),
                "reason": each.reason,
            }
            for each in drifting.found
        ],
        "accepted": [str(each) for each in accepted],
    }
