"""overlay: what manifest entries state of lines, laid over what sources report of them.

An entry wins over every source, a source of higher priority over a lower one. Two tables of one priority that
want one line differently are a mistake in a file, and an error. Where a live source takes part nobody made a
mistake: that line alone is disputed, and withheld. A wish for every line of an order silences all of lower
right, and yields, line by line, to what speaks of a single line with a higher one; with the same right they
are compared like any others.

Pure. The wishes of sources stay where they are: what is given back only knows in which order to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

from reconciler.model.address import EVERY_LINE
from reconciler.model.diagnostic import Diagnostic, error, note
from reconciler.model.ids import Keeping, same_in
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.report import Report

NAMED: Final = 100
"""How many contradictions of two tables are named; the rest is counted."""

Lines = Mapping[str, LineManifest]
Layer = Mapping[str, Lines]
Yields = Callable[[LineManifest, LineManifest], bool]


@dataclass(frozen=True, slots=True)
class Overlaid:
    """Everything that is wanted of lines, and what there is to say about how it came together."""

    manifests: Manifests
    diagnostics: tuple[Diagnostic, ...] = ()


def _never(_: LineManifest, __: LineManifest) -> bool:
    return False


def overlay(manifests: Manifests, reports: Sequence[Report], yields: Yields = _never) -> Overlaid:
    """Lay the entries of manifests over reports. With an error among the diagnostics it is not to be used.

    Where the winner `yields` to another wish, no note says that it wins.
    """
    if not reports:
        return Overlaid(manifests)
    tiers = _tiers(reports)
    diagnostics = [*_contradictions(tiers), *_yielding(manifests.lines, tiers, yields)]
    if not manifests.lines and len(reports) == 1:  # nothing is laid over anything
        return Overlaid(replace(manifests, lines=reports[0].wishes), tuple(diagnostics))
    return Overlaid(replace(manifests, lines=Layers(manifests.lines, tiers)), tuple(diagnostics))


class Layers(Mapping[str, Lines], Keeping):
    """The wishes of entries and of sources as one mapping, put together order by order when asked for."""

    def __init__(self, entries: Layer, tiers: Sequence[Sequence[Layer]]) -> None:
        """Take the entries, and the wishes of sources by falling priority."""
        self._entries = entries
        self._tiers = tiers
        self._all = [entries, *(layer for tier in tiers for layer in tier)]

    def __getitem__(self, order: str) -> Lines:
        """Put the wishes of one order together; raises KeyError when there are none."""
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

    def same(self, order: str) -> str:
        """Give an id back, as the object that is kept here where there is one."""
        return same_in(self._all, order)

    def __contains__(self, order: object) -> bool:
        """Tell whether anything is wished of an order."""
        return any(order in layer for layer in self._all)

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders, each once."""
        for number, layer in enumerate(self._all):
            before = self._all[:number]
            yield from (order for order in layer if not any(order in earlier for earlier in before))

    def __len__(self) -> int:
        """Count the orders."""
        if len(self._all) == 1:
            return len(self._entries)
        return sum(1 for _ in self)


def _undivided(said: dict[str, LineManifest]) -> Lines:
    """Dispute each line of which another source of the same right wants what it wants of every line."""
    every = said.get(EVERY_LINE)
    if every is None:
        return said
    return {
        line: wish if wish.source is every.source else _agreed(wish, replace(every, line=line))
        for line, wish in said.items()
    }


def _tiers(reports: Iterable[Report]) -> list[list[Layer]]:
    """Sort reports into groups of one priority, the highest first."""
    by_priority: dict[int, list[Report]] = {}
    for report in reports:
        by_priority.setdefault(report.source.priority, []).append(report)
    return [
        [each.wishes for each in sorted(by_priority[priority], key=lambda each: each.source.name)]
        for priority in sorted(by_priority, reverse=True)
    ]


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


# ------------------------------------------------------------------ what is said about it


@dataclass(slots=True)
class _Clashes:
    found: list[Diagnostic] = field(default_factory=list)
    count: int = 0


def _contradictions(tiers: Sequence[Sequence[Layer]]) -> Iterator[Diagnostic]:
    """Find the lines that two tables of one priority want differently."""
    clashes = _Clashes()
    for tier in tiers:
        tables = [layer for layer in tier if not _is_live(layer)]
        for first, second in combinations(tables, 2):
            for order in _shared(first, second):
                _compare(first[order], second[order], clashes)
    yield from clashes.found
    if clashes.count > len(clashes.found):
        rest = clashes.count - len(clashes.found)
        yield error(f"{rest:,} more lines are wanted differently by two tables")


def _compare(first: Lines, second: Lines, clashes: _Clashes) -> None:
    for one, other in _pairs(first, second):
        if (one.status, one.allowed_from) == (other.status, other.allowed_from):
            continue
        clashes.count += 1
        if len(clashes.found) < NAMED:
            clashes.found.append(
                error(
                    f"{other.address} is wanted {_moved(other)} here and {_moved(one)} in {one.origin}",
                    other.origin,
                    "correct one of the two rows, or let `priority` of a source decide",
                    related=[one.origin],
                )
            )


def _moved(wish: LineManifest) -> str:
    """Say what a row wants, and from where, for that tells two rows of one status apart."""
    allowed = wish.allowed_from
    return wish.status if allowed is None else f"{wish.status} from {' or '.join(sorted(allowed))}"


def _pairs(first: Lines, second: Lines) -> Iterator[tuple[LineManifest, LineManifest]]:
    """Give what both say of one line; a wish for every line speaks of each that the other names."""
    for line in first.keys() & second.keys():
        yield first[line], second[line]
    for one, other in ((first, second), (second, first)):
        every = one.get(EVERY_LINE)
        if every is not None and EVERY_LINE not in other:
            yield from ((every, wish) if one is first else (wish, every) for wish in other.values())


def _yielding(entries: Layer, tiers: Sequence[Sequence[Layer]], yields: Yields) -> Iterator[Diagnostic]:
    """Count the lines of sources that an entry, or a source of higher priority, decides otherwise."""
    above: list[Layer] = []
    for tier in tiers:
        for layer in tier:
            yield from _counted(layer, [entries], yields, "manifest entries win over", "state otherwise")
            yield from _counted(layer, above, yields, "sources of higher priority win over", "say otherwise")
        above += tier


def _counted(
    layer: Layer, above: Sequence[Layer], yields: Yields, who: str, how: str
) -> Iterator[Diagnostic]:
    count, first = 0, None
    for higher in above:
        for order in _shared(higher, layer):
            wishes = higher[order]
            for line, wish in layer[order].items():
                winner = wishes.get(line) or wishes.get(EVERY_LINE)
                if winner is not None and winner.status != wish.status and not yields(winner, wish):
                    count += 1
                    first = first or wish
    if first is not None:
        yield note(
            f"{who} {_label_of(first)} for {count:,} lines of which they {how}, such as {first.address}",
            first.origin,
        )


def _label_of(wish: LineManifest) -> str:
    return wish.source.label if wish.source is not None else str(wish.origin)


def _shared(first: Layer, second: Layer) -> Iterator[str]:
    small, large = (first, second) if len(first) <= len(second) else (second, first)
    return (order for order in small if order in large)


def _is_live(layer: Layer) -> bool:
    source = getattr(layer, "source", None)
    return bool(source is not None and source.live)
