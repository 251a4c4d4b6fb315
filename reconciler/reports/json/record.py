"""What is on record, as JSON: what is remembered, the runs, and what became of an adoption."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.model.address import Address
from reconciler.model.adoption import Adoption
from reconciler.model.history import RunRow, RunStory, WriteRow
from reconciler.model.holding import Holding
from reconciler.model.plan import TargetName
from reconciler.model.record import Baseline, Unsettled
from reconciler.reports.json.parts import moment, target_data

Target = TargetName | None


def state_data(target: Target, held: Sequence[Holding] = ()) -> dict[str, Any]:
    """Give everything that is remembered."""
    return {"target": target_data(target), "items": [_holding(each) for each in held]}


def held_data(
    target: Target,
    holding: Holding | None = None,
    baseline: Baseline | None = None,
    writes: Sequence[WriteRow] = (),
) -> dict[str, Any]:
    """Give what is remembered of one address, with every write of it."""
    return {
        "target": target_data(target),
        "item": None if holding is None else _holding(holding),
        "baseline": None if baseline is None else _baseline(baseline),
        "writes": [_write(each) for each in writes],
    }


def adopted_data(target: Target, adoption: Adoption, run: int | None = None) -> dict[str, Any]:
    """Give what was adopted and what was refused."""
    return {
        "target": target_data(target),
        "run": run,
        "summary": {
            "adopted": len(adoption.taken),
            "known": len(adoption.known),
            "left_out": sum(adoption.left_out.values()),
            "refused": len(adoption.refused),
        },
        "adopted": [
            {
                "address": str(each.address),
                "what": None if each.memory is None else each.memory.spec,
                "settled": each.address in adoption.settled,
            }
            for each in adoption.taken
        ],
        "known": [str(each) for each in adoption.known],
        "refused": [{"address": each.named, "reason": each.reason} for each in adoption.refused],
    }


def forgotten_data(
    target: Target, forgotten: Iterable[Address] = (), left: Iterable[Address] = ()
) -> dict[str, Any]:
    """Give what was forgotten and what was left alone."""
    return {
        "target": target_data(target),
        "forgotten": [str(each) for each in forgotten],
        "left_alone": [str(each) for each in left],
    }


def runs_data(target: Target, runs: Sequence[RunRow] = ()) -> dict[str, Any]:
    """Give the latest runs, the newest first."""
    return {"target": target_data(target), "runs": [run_facts_data(each) for each in runs]}


def run_data(
    target: Target,
    story: RunStory | None = None,
    *,
    running: bool = False,
    report: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Give one run with all its writes, and its report as its apply gave it, or would have."""
    return {
        "target": target_data(target),
        "run": None if story is None else run_facts_data(story.row),
        "writes": [] if story is None else [_write(each) for each in story.writes],
        "closed": None if story is None else story.closed or None,
        "running": running,
        "report": report,
    }


def _holding(holding: Holding) -> dict[str, Any]:
    memory = holding.memory
    return {
        "address": str(holding.address),
        "what": None if memory is None else memory.spec,
        "how": None if memory is None else str(memory.how),
        "at": None if memory is None else moment(memory.at),
        "run": None if memory is None else memory.run or None,
        "released": memory is not None and memory.released,
        "shown_otherwise": {} if memory is None else dict(memory.unmet),
        "done_once": holding.finished,
        "unsettled": None if holding.unsettled is None else _unsettled(holding.unsettled),
    }


def _unsettled(unsettled: Unsettled) -> Mapping[str, Any]:
    return {
        "run": unsettled.run,
        "at": moment(unsettled.at),
        "wanted": unsettled.wanted,
        "reason": unsettled.reason,
    }


def _baseline(baseline: Baseline) -> Mapping[str, Any]:
    return {
        "seen": moment(baseline.seen),
        "before": moment(baseline.before),
        "written": moment(baseline.written),
    }


def run_facts_data(row: RunRow) -> Mapping[str, Any]:
    """Give who ran what, where and when, and how it ended."""
    return {
        "run": row.id,
        "command": row.command,
        "target": row.target,
        "started_at": moment(row.started_at),
        "ended_at": moment(row.ended_at),
        "exit_code": row.exit_code,
        "actor": row.facts.actor,
        "host": row.facts.host,
        "commit": row.facts.commit,
        "ci_url": row.facts.ci_url,
        "tool_version": row.facts.tool_version,
        "summary": dict(row.summary),
        **({"shard": row.shard} if row.shard else {}),
    }


def _write(row: WriteRow) -> Mapping[str, Any]:
    return {
        "run": row.run,
        "number": row.number,
        "address": str(row.address),
        "action": row.action or None,
        "before": row.before,
        "evidence": None if row.evidence is None else str(row.evidence),
        "after": row.wanted,
        "sent_at": moment(row.intended_at),
        "outcome": row.outcome,
        "reason": row.reason,
        "seconds": round(row.seconds, 3),
        "settled_by": row.settled_by,
    }
