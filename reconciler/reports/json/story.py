"""The story of one address, as JSON."""

from __future__ import annotations

from typing import Any

from reconciler.model.change import action
from reconciler.model.manifest import LineManifest
from reconciler.model.plan import TargetName
from reconciler.model.story import Story, Wanted
from reconciler.reports.json.parts import moment, origin_data
from reconciler.reports.json.record import held_data, run_facts_data


def story_data(target: TargetName | None, story: Story | None) -> dict[str, Any]:
    """Give everything that is known of an address; `runs` by their numbers, as `writes` name them."""
    if story is None:
        return {
            "address": None,
            **held_data(target),
            "unasked": "",
            "resting": "",
            "wanted": None,
            "shown": None,
            "planned": None,
            "runs": {},
        }
    change = story.change
    return {
        "address": str(story.address),
        **held_data(target, story.holding, story.baseline, story.writes),
        "unasked": story.unasked,
        "resting": story.resting,
        "wanted": None if story.wanted is None else _wanted(story.wanted),
        "shown": None if story.seen is None else {"status": story.seen.status, "words": story.seen.words},
        "planned": None
        if not story.planned
        else {
            "action": "keep" if change is None else action(change),
            "reason": "" if change is None else change.reason,
        },
        "runs": {str(run): run_facts_data(row) for run, row in story.runs.items()},
    }


def _wanted(wanted: Wanted) -> dict[str, Any]:
    data: dict[str, Any] = {"origin": origin_data(wanted.origin)}
    if isinstance(wanted, LineManifest):
        data["status"] = wanted.status
        data["source"] = wanted.source.name if wanted.source is not None else None
        data["said"] = wanted.said
        data["reported"] = moment(wanted.reported) if wanted.reported is not None else None
        data["once"] = wanted.once
    return data
