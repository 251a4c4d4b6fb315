"""The whole record of an account as JSON, to be read back by `state import`. No secret is in it.

Moments keep their microseconds, for here they are compared and not only shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reconciler.model.archive import Archive
from reconciler.model.history import RunRow, WriteRow


def archive_data(archive: Archive) -> dict[str, Any]:
    """Give an archive as JSON data, everything in an order that only depends on what it holds."""
    return {
        "account": archive.account,
        "memories": [
            {
                "address": str(where),
                "project": kept.project,
                "spec": kept.memory.spec,
                "how": str(kept.memory.how),
                "at": _moment(kept.memory.at),
                "run": kept.memory.run,
                "released": kept.memory.released,
                "unmet": dict(kept.memory.unmet),
                "identity": kept.memory.identity,
                "source": kept.memory.source,
                "reported": _moment(kept.memory.reported),
            }
            for where, kept in sorted(archive.memories.items(), key=lambda item: item[0].rank)
        ],
        "finished": [
            {"address": str(where), "project": mark.project, "status": mark.status, "run": mark.run}
            for where, mark in sorted(archive.marks.items(), key=lambda item: item[0].rank)
        ],
        "baselines": [
            {
                "order": order,
                "seen": _moment(each.seen),
                "before": _moment(each.before),
                "written": _moment(each.written),
            }
            for order, each in sorted(archive.baselines.items())
        ],
        "runs": [{**_run(story.row), "writes": list(map(_write, story.writes))} for story in archive.runs],
    }


def _run(row: RunRow) -> dict[str, Any]:
    return {
        "run": row.id,
        "target": row.target,
        "command": row.command,
        "started_at": _moment(row.started_at),
        "ended_at": _moment(row.ended_at),
        "exit_code": row.exit_code,
        "host": row.facts.host,
        "pid": row.facts.pid,
        "actor": row.facts.actor,
        "commit": row.facts.commit,
        "ci_url": row.facts.ci_url,
        "tool_version": row.facts.tool_version,
        "summary": dict(row.summary),
        "project": row.project,
        **({"shard": row.shard} if row.shard else {}),
    }


def _write(row: WriteRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "request": row.request,
        "address": str(row.address),
        "action": row.action,
        "wanted": row.wanted,
        "before": row.before,
        "intended_at": _moment(row.intended_at),
        "outcome": row.outcome,
        "outcome_at": _moment(row.outcome_at),
        "reason": row.reason,
        "seconds": row.seconds,
        "settled_by": row.settled_by,
        "updated": _moment(row.updated),
        "evidence": None if row.evidence is None else str(row.evidence),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="microseconds")
