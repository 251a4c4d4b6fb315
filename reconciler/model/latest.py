"""Latest: when a live source was last heard about a line, so that an older report is known as such.

The time outlives what happens in between: an entry of a manifest that spoke for a while, somebody's hand, a
source that has got another name. Only another live source that is still declared is not bound by it: which of
two counts is decided by `priority`, not by the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from reconciler.model.manifest import LineManifest
from reconciler.model.record import Memory
from reconciler.model.source import SourceManifest

Sources = Mapping[str, SourceManifest]


def last_heard(wish: LineManifest, before: Memory | None, sources: Sources) -> datetime | None:
    """Give the time of the last report of a line that binds whoever speaks of it now; None without one."""
    if before is None:
        return None
    speaker = wish.source
    if speaker is not None and speaker.live and before.source != speaker.name and _lives(before, sources):
        return None
    return before.reported


def is_outdated(wish: LineManifest, before: Memory | None, sources: Sources) -> bool:
    """Tell whether a live source says again what was said before the report that was applied last.

    One that says no time this once, and something else, cannot be known to be newer.
    """
    if before is None or wish.source is None or not wish.source.live:
        return False
    known = last_heard(wish, before, sources)
    if known is None:
        return False
    return wish.status != before.spec if wish.reported is None else wish.reported < known


def spoken(memory: Memory, wish: LineManifest, before: Memory | None, sources: Sources) -> Memory:
    """Give a memory of what a wish says with whose wish it is, and when a live source was last heard."""
    times = filter(None, (last_heard(wish, before, sources), wish.reported, wish.overruled))
    name, reported = wish.source.name if wish.source is not None else "", max(times, default=None)
    if (name, reported) == (memory.source, memory.reported):
        return memory
    return replace(memory, source=name, reported=reported)


def moved(memory: Memory, before: Memory | None) -> Memory:
    """Give a memory of what no wish said, with what was known of reports about the line."""
    return memory if before is None else replace(memory, source=before.source, reported=before.reported)


def is_news(wish: LineManifest, before: Memory | None, written: datetime | None) -> bool:
    """Tell whether a live source knows more of a line than when somebody else had the last word about it.

    `written` is when we last wrote the order. Of a source that says things once, a word that is recorded is
    no news; nor is a report that says no time, or any where nobody knows since when.
    """
    if wish.once and before is not None and wish.status == before.spec:
        return False
    if before is not None and wish.source is not None and wish.source.name == before.source:
        return not wish.once or _is_later(wish, before.reported)
    return _is_later(wish, (before.reported or before.at) if before is not None else written)


def _is_later(wish: LineManifest, moment: datetime | None) -> bool:
    return wish.reported is not None and moment is not None and wish.reported > moment


def unmarks(wish: LineManifest) -> bool:
    """Tell whether a wish is one that holds, so that its line is not done once and for all.

    Not one of a live source: beneath it another may be done, and has to stay so.
    """
    return not wish.once and (wish.source is None or not wish.source.live)


def is_followed(memory: Memory, sources: Sources) -> bool:
    """Tell whether a live source that is still declared spoke of a line, perhaps under another name."""
    if _lives(memory, sources):
        return True
    return memory.reported is not None and any(each.live for each in sources.values())


def _lives(memory: Memory, sources: Sources) -> bool:
    source = sources.get(memory.source)
    return source is not None and source.live
