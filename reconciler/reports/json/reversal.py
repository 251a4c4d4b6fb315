"""A reversal, as JSON."""

from __future__ import annotations

from typing import Any

from reconciler.model.plan import TargetName
from reconciler.model.reversal import Left, Reversal
from reconciler.reports.json.parts import target_data


def reversal_data(
    target: TargetName | None, reversal: Reversal | None, manifest: str = "", into: str | None = None
) -> dict[str, Any]:
    """Give what goes back and what does not, with the manifest that says so; `into` names its file."""
    lines = reversal.lines if reversal is not None else ()
    left = reversal.left if reversal is not None else ()
    resting = reversal.resting if reversal is not None else frozenset[str]()
    return {
        "target": target_data(target),
        "run": None if reversal is None else reversal.run.id,
        "into": into,
        "summary": {
            "lines": len(lines),
            "orders": len({each.address.parts[0] for each in lines}),
            **{why.value: sum(each.why is why for each in left) for why in Left},
        },
        "lines": [
            {
                "address": str(each.address),
                "status": each.status,
                "from": each.said,
                "evidence": str(each.evidence),
                "once": each.address.parts[0] not in resting,
            }
            for each in lines
        ],
        "left_out": [
            {"address": str(each.address), "reason": str(each.why), "said": each.said, "before": each.before}
            for each in left
        ],
        "manifest": manifest,
    }
