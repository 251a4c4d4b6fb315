"""approve: a plan drawn just now, held against what was reviewed. Only what is the same in both may be sent.

Pure. What has converged is dropped; what differs has moved; what is new is left for the next plan. That is
the rule by which what was reviewed is what is done.
"""

from __future__ import annotations

import json

from reconciler.model.approval import Approval, Move, Narrowed, Reviewed, reviewed
from reconciler.model.change import Withhold
from reconciler.model.plan import Plan


def approve(plan: Plan, approval: Approval) -> Narrowed:
    """Narrow a plan to what an approval covers."""
    now = {change.address: change for change in plan.changes}
    moved, converged = [], []
    for address, approved in approval.changes.items():
        change = now.get(address)
        if change is None:
            converged.append(address)
        elif isinstance(change, Withhold):
            moved.append(Move(address, approved, None, f"withheld now: {change.reason}"))
        elif _shown(reviewed(change)) != _shown(approved):
            moved.append(Move(address, approved, reviewed(change), _difference(approved, reviewed(change))))
    refused = {each.address for each in moved}
    steps = tuple(
        step for step in plan.steps if step.address in approval.changes and step.address not in refused
    )
    known = approval.changes.keys() | approval.withheld
    return Narrowed(
        steps=steps,
        converged=tuple(sorted(converged, key=lambda each: each.rank)),
        moved=tuple(sorted(moved, key=lambda each: each.address.rank)),
        unapproved=tuple(change for change in plan.changes if change.address not in known),
    )


def _shown(change: Reviewed) -> str:
    """Write a change down, because Python takes 1, 1.0 and True for the same, and a reader does not."""
    return json.dumps((change.action, change.fields, change.permanent, change.triggers), sort_keys=True)


def _difference(approved: Reviewed, now: Reviewed) -> str:
    """Say what is not the same any more."""
    if approved.action != now.action:
        return f"was to be {approved.action}, is {now.action} now"
    before, after = _by_path(approved), _by_path(now)
    paths = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    if paths:
        return f"{', '.join(sorted(paths))} differ from what was approved"
    if approved.permanent != now.permanent:
        return "is permanent now" if now.permanent else "is not permanent any more"
    return "may fire triggers now" if now.triggers else "fires no triggers any more"


def _by_path(change: Reviewed) -> dict[str, str]:
    return {path: json.dumps((before, after), sort_keys=True) for path, before, after in change.fields}
