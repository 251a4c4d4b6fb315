"""overlay: what manifest entries state of lines, laid over what sources report of them.

An entry wins over every source, a source of higher priority over a lower one. Two tables of one priority that
want one line differently are a mistake in a file, and an error. Where a live source takes part nobody made a
mistake: that line alone is disputed, and withheld. A wish for every line of an order silences all of lower
right, and yields, line by line, to what speaks of a single line with a higher one; with the same right they
are compared like any others.

Pure. The wishes of sources stay where they are: what is given back only knows in which order to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

from reconciler.model.address import EVERY_LINE
from reconciler.model.diagnostic import Diagnostic, error, note
from reconciler.model.ids import foreseen
from reconciler.model.layers import Layers
from reconciler.model.lines import Layer, Lines, said_of
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.report import Report

NAMED: Final = 100
"""How many contradictions of two tables are named; the rest is counted."""

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


def _tiers(reports: Iterable[Report]) -> list[list[Layer]]:
    """Sort reports into groups of one priority, the highest first."""
    by_priority: dict[int, list[Report]] = {}
    for report in reports:
        by_priority.setdefault(report.source.priority, []).append(report)
    return [
        [each.wishes for each in sorted(by_priority[priority], key=lambda each: each.source.name)]
        for priority in sorted(by_priority, reverse=True)
    ]


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
                _compare(order, first, second, clashes)
    yield from clashes.found
    if clashes.count > len(clashes.found):
        rest = clashes.count - len(clashes.found)
        yield error(f"{rest:,} more lines are wanted differently by two tables")


def _compare(order: str, first: Layer, second: Layer, clashes: _Clashes) -> None:
    ours, theirs = said_of(first, order), said_of(second, order)
    for mine, yours in _pairs(ours, theirs):
        if ours[mine] == theirs[yours]:
            continue
        clashes.count += 1
        if len(clashes.found) < NAMED:
            one, other = first[order][mine], second[order][yours]
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


def _pairs(first: Collection[str], second: Collection[str]) -> Iterator[tuple[str, str]]:
    """Pair what both say of one line; a wish for every line speaks of each that the other names."""
    yield from ((line, line) for line in first if line in second)
    if EVERY_LINE in first and EVERY_LINE not in second:
        yield from ((EVERY_LINE, line) for line in second)
    if EVERY_LINE in second and EVERY_LINE not in first:
        yield from ((line, EVERY_LINE) for line in first)


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
            wins = said_of(higher, order)
            for line, (status, _) in said_of(layer, order).items():
                winner = wins.get(line) or wins.get(EVERY_LINE)
                if (
                    winner is not None
                    and winner[0] != status
                    and not _gives_way(higher[order], layer[order][line], yields)
                ):
                    count += 1
                    first = first or layer[order][line]
    if first is not None:
        yield note(
            f"{who} {_label_of(first)} for {count:,} lines of which they {how}, such as {first.address}",
            first.origin,
        )


def _gives_way(above: Lines, wish: LineManifest, yields: Yields) -> bool:
    winner = above.get(wish.line) or above.get(EVERY_LINE)
    return winner is not None and yields(winner, wish)


def _label_of(wish: LineManifest) -> str:
    return wish.source.label if wish.source is not None else str(wish.origin)


def _shared(first: Layer, second: Layer) -> Iterator[str]:
    small, large = (first, second) if len(first) <= len(second) else (second, first)
    return (order for order in foreseen(small, small, large) if order in large)


def _is_live(layer: Layer) -> bool:
    source = getattr(layer, "source", None)
    return bool(source is not None and source.live)
