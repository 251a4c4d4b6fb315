"""What every report of drift says alike: its fixed line, its words, and reasons without their runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reconciler.model.drifting import Drifted, Drifting, Verdict

WORDS: Final[Mapping[Verdict, str]] = {
    Verdict.CHANGED: "changed",
    Verdict.GONE: "gone",
    Verdict.UNTOLD: "untold",
}
"""Each verdict in one word, as the summaries call it."""

MEANINGS: Final[Mapping[str, str]] = {
    "changed": "the target shows it otherwise than it was recorded",
    "gone": "the target was read to its end and does not show it",
    "untold": "it cannot be told; that is no sign of a change",
}


def drifting_line(drifting: Drifting) -> str:
    """Give the line of fixed form."""
    count = drifting.counted
    return (
        f"Drift: {count[Verdict.CHANGED]} changed, {count[Verdict.GONE]} gone, "
        f"{count[Verdict.UNTOLD]} cannot be told. {drifting.same} as recorded."
    )


def by_reason(found: Iterable[Drifted]) -> Iterator[tuple[str, list[Drifted]]]:
    """Put together what is so for one reason, whenever it was recorded; the most frequent first."""
    groups: dict[str, list[Drifted]] = {}
    for each in found:
        groups.setdefault(each.reason.partition("; recorded in run")[0], []).append(each)
    yield from sorted(groups.items(), key=lambda group: -len(group[1]))
