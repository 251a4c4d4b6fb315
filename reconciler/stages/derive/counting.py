"""Counting: which wishes count now.

What is over, or stands where nothing was asked for, outvotes nothing. What is done still counts: what it
outvoted, such as a row of a table, must not come back after it. Which addresses were asked for is no matter
here: all wishes of a line have the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from reconciler.model.lines import Layer, narrowed
from reconciler.model.manifest import LineManifest
from reconciler.model.plan import Selection
from reconciler.model.shelf import Shelf
from reconciler.model.source import SourceManifest
from reconciler.stages.derive.resting import counts, orders_past
from reconciler.stages.derive.selecting import places_of, reach, selects_origin, wholly


@dataclass(frozen=True, slots=True)
class Counting:
    """Tells whether a wish counts now: it is not over, and comes from where was asked for."""

    selection: Selection
    today: date

    def __call__(self, wish: LineManifest) -> bool:
        """Tell whether one wish counts."""
        if wish.expires is not None and wish.expires < self.today:
            return False
        return self._anywhere or selects_origin(places_of(wish), self.selection)

    def always(self, source: SourceManifest) -> bool:
        """Tell whether all that a source wishes is sure to count, without a look at it."""
        return self._anywhere and counts(source, self.today)

    def parted(self, lines: Layer) -> tuple[Layer, Layer]:
        """Part wishes into those that count and those that do not.

        Those of a source are looked at one by one only where neither its date nor where they stand tells
        enough.
        """
        if isinstance(lines, Shelf):
            if self.always(lines.source):
                return lines, {}
            if not counts(lines.source, self.today):
                return {}, lines
        past = orders_past(lines, self.today)
        reaches = reach(lines, replace(self.selection, only=(), exclude=()))
        if reaches is wholly and not past:
            return lines, {}

        def awake(order: str) -> bool | None:
            known = reaches(order)
            return None if known is True and order in past else known

        def asleep(order: str) -> bool | None:
            known = awake(order)
            return None if known is None else not known

        return narrowed(lines, self, at_once=awake), narrowed(lines, self._sleeps, at_once=asleep)

    @property
    def _anywhere(self) -> bool:
        return not self.selection.origin and not self.selection.exclude_origin

    def _sleeps(self, wish: LineManifest) -> bool:
        return not self(wish)
