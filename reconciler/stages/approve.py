"""approve: a plan drawn just now, held against what was reviewed. Only what is the same in both may be sent.

Pure. What has converged is dropped; what differs has moved; what is new is left for the next plan. That is
the rule by which what was reviewed is what is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence

from reconciler.model.address import Address, order_line
from reconciler.model.approval import Approval, Move, Narrowed, Reviewed, Wordings, reviewed
from reconciler.model.change import Pending, UpdateOrder
from reconciler.model.plan import Plan
from reconciler.model.steps import Steps, packed
from reconciler.model.worded import Worded


def approve(plan: Plan, approval: Approval, kept: Callable[[Address], bool]) -> Narrowed:
    """Narrow a plan to what an approval covers.

    `kept` tells whether an address that is no change now is still wanted and was looked at: only then is it
    as approved. Whatever could not be decided has moved.
    """
    steps, withheld = packed(plan.steps).in_order(), {each.address: each for each in plan.withheld}
    same = Wordings().same
    now = Worded(steps, lambda step: same(reviewed(step)))
    moved, converged = [], []
    for address, approved in approval.changes.items():
        refusal, shown = withheld.get(address), now.get(address)
        if refusal is not None:
            moved.append(Move(address, approved, None, f"withheld now: {refusal.reason}"))
        elif shown is None and (kept(address) or approved.action == "release"):
            converged.append(address)
        elif shown is None:
            moved.append(Move(address, approved, None, "it is no longer wanted, or could not be looked at"))
        elif shown is not same(approved) and not _is_same(shown, approved):
            moved.append(Move(address, approved, shown, _difference(approved, shown)))
    standing, stranded = _standing(steps, approval, {each.address for each in moved})
    return Narrowed(
        steps=standing,
        converged=tuple(sorted(converged, key=lambda each: each.rank)),
        moved=tuple(sorted((*moved, *stranded), key=lambda each: each.address.rank)),
        unapproved=tuple(
            change
            for change in plan.changes
            if change.address not in approval.changes and change.address not in approval.withheld
        ),
    )


def _standing(
    every: Steps, approval: Approval, refused: Collection[Address]
) -> tuple[Sequence[Pending], list[Move]]:
    """Keep the approved steps whose needs are kept too; `every` stands in the order of a plan.

    A line falls with the import that carries it, and the import with any line that it would speak for.
    """
    steps = Steps(step for step in every if step.address in approval.changes and step.address not in refused)
    stranded: list[Move] = []
    while True:
        needed = {need for step in steps for need in step.needs}
        missing = {need for need in needed if every.find(need) is not None and steps.find(need) is None}
        fallen = [(step, need) for step in steps for need in step.needs if need in missing] if missing else []
        fallen += [(step, line) for step in steps.others for line in _spoken_for(step) if line in refused]
        if not fallen:
            return steps, stranded
        for step, need in {step.address: (step, need) for step, need in fallen}.values():
            reason = f"needs {need}, which is not among what was approved and is unchanged"
            stranded.append(Move(step.address, approval.changes[step.address], None, reason))
        gone = {step.address for step, _ in fallen}
        steps = Steps(step for step in steps if step.address not in gone)


def _spoken_for(step: Pending) -> list[Address]:
    """Name the lines whose status an import of an order says."""
    if not isinstance(step, UpdateOrder):
        return []
    return [order_line(step.wanted.order, line) for line, _ in step.statuses]


def _is_same(now: Reviewed, approved: Reviewed) -> bool:
    """Tell whether a change is as it was approved, down to what its import sends where the plan says so."""
    return _shown(now) == _shown(approved) and approved.body in {"", now.body}


def _shown(change: Reviewed) -> str:
    """Write a change down, because Python takes 1, 1.0 and True for the same, and a reader does not."""
    seen = (change.action, change.fields, change.permanent, change.triggers, change.evidence, change.says)
    return json.dumps(seen, sort_keys=True)


def _difference(approved: Reviewed, now: Reviewed) -> str:
    """Say what is not the same any more."""
    return next(_differences(approved, now))


def _differences(approved: Reviewed, now: Reviewed) -> Iterator[str]:
    """Say all that is not the same any more, the plainest first."""
    if approved.action != now.action:
        yield f"was to be {approved.action}, is {now.action} now"
    before, after = _by_path(approved), _by_path(now)
    paths = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    if paths:
        yield f"{', '.join(sorted(paths))} differ from what was approved"
    if approved.says != now.says:
        yield "its import would say other line statuses than were approved"
    if approved.evidence != now.evidence:
        yield f"is known as {now.evidence} now, and was as {approved.evidence}"
    if approved.permanent != now.permanent:
        yield "is permanent now" if now.permanent else "is not permanent any more"
    if approved.triggers != now.triggers:
        yield "may fire triggers now" if now.triggers else "fires no triggers any more"
    yield "its import would carry along other values of keys that are not declared"


def _by_path(change: Reviewed) -> dict[str, str]:
    return {path: json.dumps((before, after), sort_keys=True) for path, before, after in change.fields}
