"""again: where a correction is done, a live source that has news since is heard again.

A wish of an entry or a table that is done (`hold: once`) goes on outvoting what other files say of its line:
a row of a table must not come back after it. A live source tells what happened since, so it is heard again
once it reports more than was known when the correction was made. What it knew then would only take it back.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reconciler.model.address import EVERY_LINE
from reconciler.model.latest import is_news
from reconciler.model.lines import Layer, Layered, Lines
from reconciler.model.manifest import LineManifest
from reconciler.model.record import Record


@dataclass(frozen=True, slots=True)
class Yielding:
    """Tells whether a wish that is done gives way to what a live source says of the same line."""

    record: Record

    def __call__(self, winner: LineManifest, wish: LineManifest) -> bool:
        """Tell so of the wish that has the word, perhaps for every line, and of another of one line."""
        if _is_live(winner) or not _is_live(wish) or not self.record.is_finished(wish.address, winner):
            return False
        baseline = self.record.baselines.get(wish.order)
        written = baseline.written if baseline is not None else None
        return is_news(wish, self.record.lines.get(wish.order, {}).get(wish.line), written)


class Again(Layered):
    """Wishes laid over each other, in which those that are done give way to news."""

    def __init__(self, laid: Layer, static: Layer, live: Layer, yields: Yielding) -> None:
        """Take all wishes laid over each other, and those of files alone, and of live sources alone."""
        self.all = (laid,)
        self._static = static
        self._live = live
        self._yields = yields

    def __getitem__(self, order: str) -> Lines:
        """Give the wishes of one order; raises KeyError when there are none."""
        lines, heard = self.all[0][order], self._live.get(order)
        static = self._static.get(order) if heard else None
        if not heard or not static:
            return lines
        changed = {line: self._one(line, lines, static, wish) for line, wish in heard.items()}
        every = lines.get(EVERY_LINE)
        if every is not None and not _is_live(every):
            times = [wish.reported for wish in heard.values() if wish.reported is not None]
            changed[EVERY_LINE] = replace(every, overruled=max(times, default=None))
        return {**lines, **{line: wish for line, wish in changed.items() if wish is not None}}

    def _one(self, line: str, lines: Lines, static: Lines, wish: LineManifest) -> LineManifest | None:
        """Give what counts of a line of which a live source speaks, None where that is what was laid."""
        winner, laid = static.get(line) or static.get(EVERY_LINE), lines.get(line)
        if winner is not None and self._yields(winner, wish):
            return replace(wish, once=False)  # the mark of the wish that is done has to stay
        return replace(laid, overruled=wish.reported) if laid is not None and not _is_live(laid) else None

    def alone(self, order: str) -> Layer | None:
        """Give what was laid where no news can change it, None where some may."""
        told = order in self._live and order in self._static
        return self.all[0] if order in self and not told else None


def _is_live(wish: LineManifest) -> bool:
    return wish.source is not None and wish.source.live
