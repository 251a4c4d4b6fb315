"""Layers: wishes of entries and of sources laid over each other, without a copy of them.

An entry wins over every source, a source of higher priority over a lower one. A wish for every line of an
order silences all of lower right, and yields, line by line, to what speaks of a single line with a higher
one. Where two wishes of one right contradict each other the line is disputed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.model.address import EVERY_LINE
from reconciler.model.lines import Layer, Layered, Lines
from reconciler.model.manifest import LineManifest


class Layers(Layered):
    """The wishes of entries and of sources as one mapping, put together order by order when asked for."""

    def __init__(self, entries: Layer, tiers: Sequence[Sequence[Layer]]) -> None:
        """Take the entries, and the wishes of sources by falling priority."""
        self._entries = entries
        self._tiers = tiers
        self.all = (entries, *(layer for tier in tiers for layer in tier))

    def __getitem__(self, order: str) -> Lines:
        """Put the wishes of one order together; raises KeyError when there are none."""
        alone = self.alone(order)
        if alone is not None:
            return alone[order]
        lines: dict[str, LineManifest] = dict(self._entries.get(order, {}))
        for tier in self._tiers:
            if EVERY_LINE in lines:  # nothing of lower right has a say about any line
                break
            said: dict[str, LineManifest] = {}
            for layer in tier:
                for line, wish in layer.get(order, {}).items():
                    said[line] = _agreed(said[line], wish) if line in said else wish
            for line, wish in _undivided(said).items():
                lines.setdefault(line, wish)
        if not lines:
            raise KeyError(order)
        return lines


def _undivided(said: dict[str, LineManifest]) -> Lines:
    """Dispute each line of which another source of the same right wants what it wants of every line."""
    every = said.get(EVERY_LINE)
    if every is None:
        return said
    return {
        line: wish if wish.source is every.source else _agreed(wish, replace(every, line=line))
        for line, wish in said.items()
    }


def _agreed(first: LineManifest, second: LineManifest) -> LineManifest:
    """Bring two wishes of one right together: alike, the later report; unlike, a dispute."""
    if first.dispute or second.dispute:
        return first if first.dispute else second
    if first.status == second.status:  # one that is done after it was said once must become done
        said = max(first, second, key=lambda wish: (wish.once, _moment(wish)))
        anyway = first.allowed_from is None or second.allowed_from is None
        return replace(said, allowed_from=None) if anyway and said.allowed_from is not None else said
    both = " and ".join(f"{_words(wish)} of {_label(wish)}" for wish in (first, second))
    return replace(first, dispute=f"sources disagree: {both}; `priority` decides", rival=second.status)


def _moment(wish: LineManifest) -> float:
    return wish.reported.timestamp() if wish.reported is not None else float("-inf")


def _words(wish: LineManifest) -> str:
    return f"{wish.status} ({wish.said})" if wish.said else wish.status


def _label(wish: LineManifest) -> str:
    if wish.source is None:
        return str(wish.origin)
    return wish.source.label if wish.source.live else f"{wish.source.label} ({wish.origin})"
