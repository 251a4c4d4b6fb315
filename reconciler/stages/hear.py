"""hear: sources of order states are asked what they have to say.

A source that cannot be read stops everything: its silence would be taken for an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reconciler.model.diagnostic import Diagnostic, warning
from reconciler.model.evidence import Present
from reconciler.model.ids import foreseen
from reconciler.model.manifest import Catalogue
from reconciler.model.observation import World
from reconciler.model.plan import Answered
from reconciler.model.report import Report
from reconciler.model.room import MEMORY, Room
from reconciler.model.source import SourceManifest
from reconciler.ports import Broken, OrderSource, Sought, Unheard


@dataclass(frozen=True, slots=True)
class Ear:
    """What asks each type of source, and what every question holds."""

    readers: Mapping[str, OrderSource]
    root: Path
    now: Callable[[], datetime]
    room: Room = MEMORY
    """Where what stands in files is kept."""


def hear(
    sources: Iterable[SourceManifest], ear: Ear, catalogue: Catalogue, world: World | None = None
) -> tuple[Report, ...]:
    """Ask sources, each for the orders that the target shows at its endpoint where a world is given.

    Raises `Unheard` when one cannot be read, `Denied` when it refuses us.
    """
    return tuple(_ask(each, ear, catalogue, world) for each in sources)


def _ask(source: SourceManifest, ear: Ear, catalogue: Catalogue, world: World | None) -> Report:
    orders = None if world is None else _orders_at(source, world)
    try:
        report = ear.readers[source.type].report(
            Sought(source, catalogue, ear.root, ear.now(), orders, ear.room)
        )
    except Broken as fault:
        without = f"--exclude-origin {source.label} leaves it out"
        raise Unheard(f"{source.label} could not be read: {fault}", without) from None
    if world is None or orders:
        return report
    return replace(report, diagnostics=(*report.diagnostics, _unasked(source, world)))


def _unasked(source: SourceManifest, world: World) -> Diagnostic:
    """Say that a source had nothing to be asked for: its `endpoint` may be misspelt."""
    summary = f"{source.label} was not asked: the target shows no order at endpoint {source.endpoint}"
    return warning(summary, source.origin, f"of {world.seen:,} orders all are elsewhere; check `endpoint`")


def _orders_at(source: SourceManifest, world: World) -> Collection[str]:
    return [
        order
        for order in foreseen(world.orders, world.orders)
        if isinstance(seen := world.orders[order], Present) and seen.state.endpoint == source.endpoint
    ]


def answered(report: Report) -> Answered:
    """Sum a report up for the plan."""
    return Answered(
        name=report.source.name,
        type=report.source.type,
        orders=report.orders,
        lines=report.lines,
        read_at=report.read_at,
        cached=report.cached,
        requests=report.requests,
        quota=report.quota,
    )
