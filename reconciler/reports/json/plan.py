"""The plan as JSON, which is also the plan's file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from reconciler.model.change import (
    UNKNOWN,
    Change,
    Create,
    FieldChange,
    UpdateOrder,
    Withhold,
    action,
    as_json,
    is_permanent,
    may_trigger,
    wish_of,
)
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.evidence import Evidence
from reconciler.model.fingerprint import digest_of, marked
from reconciler.model.plan import Answered, Drift, Options, Plan, Selection, Summary, TargetName
from reconciler.reports.json.parts import (
    FORMAT_VERSION,
    Listed,
    diagnostics_data,
    in_pieces,
    moment,
    origin_data,
    target_data,
)


def plan_document(plan: Plan, *, exit_code: int, tool_version: str) -> dict[str, Any]:
    """Give a plan as JSON data (contract, section 6.2)."""
    document = _document(plan, exit_code=exit_code, tool_version=tool_version)
    return {key: list(value) if isinstance(value, Listed) else value for key, value in document.items()}


def plan_pieces(plan: Plan, *, exit_code: int, tool_version: str) -> Iterator[str]:
    """Write the same change by change: nothing of it is ever held as a whole."""
    return in_pieces(_document(plan, exit_code=exit_code, tool_version=tool_version))


def _document(plan: Plan, *, exit_code: int, tool_version: str) -> dict[str, Any]:
    body = {
        "target": target_data(plan.target),
        "complete": plan.complete,
        "selection": _selection(plan.selection),
        "options": _options(plan.options),
        "inputs": plan.inputs,
        "summary": _summary(plan.summary()),
        "changes": Listed(_change, plan.changes),
        "drift": Listed(_drift, plan.drift),
    }
    observation = _observation(plan)
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": tool_version,
        "command": "plan",
        "exit_code": exit_code,
        "created_at": moment(plan.created_at),
        "refresh_only": plan.drift_only,
        "observation": observation,
        "digest": digest_of(marked(body, observation["saved_at"] if observation is not None else None)),
        **body,
        "sources": [_answered(each) for each in plan.sources],
        "diagnostics": diagnostics_data(plan.diagnostics),
    }


def _observation(plan: Plan) -> dict[str, Any] | None:
    if plan.saved_at is None:
        return None
    age = (plan.created_at - plan.saved_at).total_seconds()
    return {"saved_at": moment(plan.saved_at), "age_seconds": max(0, int(age))}


def failed_plan_document(
    target: TargetName | None,
    diagnostics: Iterable[Diagnostic],
    *,
    exit_code: int,
    tool_version: str,
    created_at: datetime,
) -> dict[str, Any]:
    """Give the document of a plan that could not be drawn: the same keys, empty, and `complete` false."""
    nowhere = TargetName("", "", "")
    empty = Plan(
        target=target or nowhere, created_at=created_at, diagnostics=tuple(diagnostics), complete=False
    )
    document = plan_document(empty, exit_code=exit_code, tool_version=tool_version)
    return document if target is not None else {**document, "target": target_data(None)}


def _selection(selection: Selection) -> dict[str, Any]:
    """Give what was asked for; a share only where one was, so that other plans are as they always were."""
    return {
        "only": list(selection.only),
        "exclude": list(selection.exclude),
        "origin": list(selection.origin),
        "exclude_origin": list(selection.exclude_origin),
        **({} if selection.shard is None else {"shard": str(selection.shard)}),
    }


def _options(options: Options) -> dict[str, Any]:
    return {
        "allow_reopen": options.allow_reopen,
        "resend_stale": list(options.resend_stale),
        "max_line_changes": options.max_line_changes,
        "allow_permanent": options.allow_permanent,
        "skip_triggers": options.skip_triggers,
        "on_moved": str(options.on_moved),
    }


def _summary(summary: Summary) -> dict[str, int]:
    evidence = (Evidence.OBSERVED, Evidence.RECORDED, Evidence.DECLARED, Evidence.INFERRED, Evidence.STALE)
    return {
        "create": summary.create,
        "update": summary.update,
        "ensure": summary.ensure,
        "permanent": summary.permanent,
        "release": summary.release,
        "withhold": summary.withhold,
        "keep": summary.keep,
        **{str(each): summary.by_evidence.get(each, 0) for each in evidence},
        "requests": summary.requests,
        "triggers": summary.triggers,
    }


def _change(change: Change) -> dict[str, Any]:
    data: dict[str, Any] = {
        "address": str(change.address),
        "action": action(change),
        "evidence": str(change.evidence),
        "permanent": is_permanent(change),
        "triggers": may_trigger(change),
        "reason": change.reason,
        "fields": [_field(each) for each in change.fields],
        "needs": [str(need) for need in change.needs],
        "says": dict(change.statuses) if isinstance(change, Create | UpdateOrder) else {},
        "body": change.body if isinstance(change, Create | UpdateOrder) else "",
        "origin": origin_data(change.origin),
    }
    wish = wish_of(change)
    if wish is not None and wish.source is not None:
        data["source"] = wish.source.name
        data["said"] = wish.said
        data["reported"] = moment(wish.reported) if wish.reported is not None else None
    if isinstance(change, Withhold):
        data["why"] = str(change.why)
        data["acknowledged"] = change.acknowledged
    return data


def _drift(drift: Drift) -> dict[str, Any]:
    return {
        "address": str(drift.address),
        "recorded": drift.recorded,
        "observed": drift.observed,
        "reason": drift.reason,
    }


def _answered(source: Answered) -> dict[str, Any]:
    return {
        "name": source.name,
        "type": source.type,
        "orders": source.orders,
        "lines": source.lines,
        "read_at": moment(source.read_at) if source.read_at is not None else None,
        "cached": source.cached,
        "requests": source.requests,
    }


def _field(change: FieldChange) -> dict[str, Any]:
    """Give one field: an unknown value is left out, an absent one is null, a personal one a digest."""
    data: dict[str, Any] = {"path": change.path}
    if change.before is not UNKNOWN:
        data["before"] = as_json(change.before)
    if change.after is not UNKNOWN:
        data["after"] = as_json(change.after)
    return data
