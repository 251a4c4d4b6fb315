"""derive: everything declared becomes what is wanted now.

Three things stand between the two: dates that are over, wishes that are done (`hold: once`), and the part
that was asked for. What is left out is remembered as resting, or is simply not covered, so that nothing is
released only because nobody looked at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, note
from reconciler.model.manifest import Manifests, OrderManifest
from reconciler.model.plan import Selection, everything
from reconciler.model.source import SourceManifest
from reconciler.stages.derive.counting import Counting
from reconciler.stages.derive.resting import Rest, counts, expiry_notes, still_wanted
from reconciler.stages.derive.selecting import (
    chosen,
    covers,
    idle_patterns,
    selects_address,
    selects_origin,
)

__all__ = ["Counting", "Derived", "derive", "followed", "selects"]


@dataclass(frozen=True, slots=True)
class Derived:
    """What is wanted now, and what was asked for."""

    manifests: Manifests
    covers: Callable[[Address], bool]
    """Tells whether an address that no manifest names belongs to what was asked for."""
    selects: Callable[[Address], bool]
    """Tells whether an address was asked for by name; the lines of an order that was come along unasked."""
    in_force: Mapping[str, OrderManifest]
    """Every full declaration whose time is not over, whatever was asked for."""
    finished: int
    """How many wishes are done and rest."""
    diagnostics: tuple[Diagnostic, ...]


def derive(
    manifests: Manifests, finished: Mapping[Address, str], selection: Selection, today: date
) -> Derived:
    """Leave out what is over, what is done and what was not asked for. `today` is the date in UTC."""
    rest = Rest()
    in_force = still_wanted(manifests, finished, today, rest)
    asked_for = in_force if selection.is_whole else chosen(in_force, selection)
    notes = [*expiry_notes(rest), *_silent_notes(manifests, selection, today)]
    if not selection.is_whole:
        notes += idle_patterns(manifests, selection)
    sources = {each.name: each for each in followed(manifests, selection, today)}
    return Derived(
        manifests=replace(asked_for, resting=frozenset(rest.resting), sources=sources),
        covers=covers(selection),
        selects=selects(selection),
        in_force=in_force.orders,
        finished=rest.done,
        diagnostics=tuple(notes),
    )


def selects(selection: Selection) -> Callable[[Address], bool]:
    """Give what tells whether an address was asked for by name."""
    return everything if selection.is_whole else lambda where: selects_address(where, selection)


def followed(manifests: Manifests, selection: Selection, today: date) -> list[SourceManifest]:
    """Give the live sources whose time is not over and that were asked for."""
    return [
        each
        for each in manifests.sources.values()
        if each.live and counts(each, today) and _asks_for(each, selection)
    ]


def _silent_notes(manifests: Manifests, selection: Selection, today: date) -> Iterable[Diagnostic]:
    """Say of each live source whose time is over that it was not asked."""
    for each in manifests.sources.values():
        if each.live and not counts(each, today) and _asks_for(each, selection):
            yield note(
                f"{each.label} expired on {each.expires} and was not asked",
                each.origin,
                "remove it, or move its `expires` date",
            )


def _asks_for(source: SourceManifest, selection: Selection) -> bool:
    return selects_origin((source.origin.file, source.label), selection)
