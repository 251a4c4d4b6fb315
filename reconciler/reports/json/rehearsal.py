"""A rehearsal as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from reconciler.model.change import Change, action
from reconciler.model.outcome import word
from reconciler.model.outcomes import count
from reconciler.model.plan import Plan, TargetName
from reconciler.model.rehearsal import Leg, Rehearsal, Rule
from reconciler.model.settlement import Settlement, Verdict
from reconciler.reports.json.parts import target_data


def rehearsal_data(target: TargetName | None, found: Rehearsal | None) -> dict[str, Any]:
    """Give what came of a rehearsal; the same keys, empty, where there was none."""
    ended = found or Rehearsal(plan=_NO_PLAN, read=0)
    summary, copied = ended.plan.summary(), ended.copied
    return {
        "target": target_data(target),
        "converges": found is not None and found.converges,
        "planned": {
            "changes": len(ended.plan.steps),
            "withheld": summary.withhold,
            "requests": summary.requests,
            "triggers": summary.triggers,
        },
        "copied": {
            "orders": copied.orders,
            "outlined": copied.outlined,
            "definitions": copied.definitions,
            "statuses_recalled": copied.recalled,
            "statuses_made_up": copied.made_up,
        },
        "runs": [_leg(each) for each in ended.legs],
        "triggers": {"may_fire": ended.triggers, "fired": ended.fired},
        "seed": ended.seed,
        "accidents": [
            {"method": each.method, "ids": list(each.ids), "kind": each.kind, "means": each.means}
            for each in ended.accidents
        ],
        "to_settle": [_open(each) for each in ended.open],
        "waiting": [_change(each) for each in ended.waiting],
        "left": [_change(each) for each in ended.left],
        "twice": [str(each) for each in ended.twice],
        "rules": [_rule(each) for each in ended.rules],
        "target_requests": {"read": ended.read, "written": 0},
    }


_NO_PLAN: Final = Plan(target=TargetName("", "", ""), created_at=datetime.min.replace(tzinfo=UTC))


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "command": leg.command,
        "summary": dict(count(leg.outcomes)),
        "requests": dict(leg.requests),
        "waves": [
            {
                "sort": str(each.sort),
                "requests": each.requests,
                "items": each.items,
                "struck": each.struck,
            }
            for each in leg.waves
        ],
        "outcomes": [
            {"address": str(each.address), "outcome": word(each), "reason": each.reason}
            for each in leg.outcomes
        ],
    }


def _open(settlement: Settlement) -> dict[str, Any]:
    hint = settlement.hint
    return {
        "address": str(settlement.address),
        "reason": settlement.how,
        "likely": None if hint is Verdict.OPEN else str(hint),
    }


def _change(change: Change) -> dict[str, Any]:
    return {"address": str(change.address), "action": action(change), "reason": change.reason}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "rows": list(rule.rows),
        "value": rule.value,
        "decides": rule.decides,
        "means": rule.means,
        "basis": str(rule.basis),
    }
