"""The line that names a target."""

from __future__ import annotations

from reconciler.model.plan import TargetName
from reconciler.reports.shown.values import clean


def target_line(target: TargetName) -> str:
    """Name the target, the account and the state that a report speaks of."""
    return (
        f"target {clean(target.name)} ({clean(target.url)}), "
        f"account {clean(target.account)}, state {clean(target.state)}"
    )
