"""Comparing wanted with remembered and shown: our diff against two dictionaries, and against DeepDiff.

The dictionaries are the least that knowing of a difference takes. DeepDiff is asked about each pair, which is
how it is often used; ours says of each line as well how it is known and what follows.
"""

from __future__ import annotations

import gc
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from sys import intern
from time import perf_counter
from typing import Final

from deepdiff import DeepDiff

from bench import world
from bench.bars import ratio
from bench.opened import opened
from bench.table import Result
from reconciler.model.collector import collector_paused
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import Manifests
from reconciler.model.memories import Memories
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import Memory, Record
from reconciler.model.sightings import Sightings
from reconciler.stages.diff import Sides, diff

AT = datetime(2026, 1, 2, tzinfo=UTC)
DICTS: Final = "two dictionaries"
DIFF: Final = "diff"
PAIRS: Final = "DeepDiff, pair by pair"

Pairs = Mapping[tuple[str, str], object]


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slow-runs", type=int, default=5, help="of DeepDiff")
    parser.add_argument("--changes", type=float, default=0.01, help="the share of lines that differ")


def measure(chosen: Namespace) -> Result:
    """Compare in this process, by turns; loading and validation are not part of it."""
    with tempfile.TemporaryDirectory() as folder:
        world.write_settings(Path(folder), "https://example.com")
        world.write_manifests(Path(folder), chosen.lines)
        _, declared, question = opened(Path(folder))
    shown, record = _shown(chosen.lines, declared.manifests), _record(chosen.lines, chosen.changes)
    nothing = Record()

    def ours(record: Record) -> Callable[[], object]:
        sides = Sides(
            manifests=declared.manifests,
            world=shown,
            record=record,
            kinds=question.kinds,
            terms=question.terms,
            rules=question.rules,
            now=AT,
            covers=lambda _: True,
        )
        return lambda: diff(sides)

    # Texts that are equal are one object on both sides, which is the quickest that dictionaries can be.
    wanted = {
        (intern(order), intern(line)): intern(wish.status)
        for order, lines in declared.manifests.lines.items()
        for line, wish in lines.items()
    }
    known = {
        (intern(order), intern(line)): intern(memory.spec)
        for order, lines in record.lines.items()
        for line, memory in lines.items()
    }
    assert len(wanted) == chosen.lines
    ways = {
        DICTS: lambda: [key for key, value in wanted.items() if known.get(key) != value],
        DIFF: ours(record),
        "diff, none recorded": ours(nothing),
    }
    taken = {name: median(_timed(way) for _ in range(chosen.runs)) for name, way in ways.items()}
    taken[PAIRS] = median(_timed(lambda: _pair_by_pair(wanted, known)) for _ in range(chosen.slow_runs))
    bare = taken[DICTS]
    rows = [
        {"way": name, "ms": 1000 * each, "us a line": 1e6 * each / chosen.lines, "x dict": each / bare}
        for name, each in taken.items()
    ]
    settings = {"lines": chosen.lines, "runs": chosen.runs, "changes": chosen.changes}
    whole = chosen.lines >= 100_000
    bars = (
        ratio("23a", 1000 * taken[DIFF], 1000 * taken[PAIRS], "ms", whole=whole),
        ratio("23b", 1000 * taken[DIFF], 1000 * bare, "ms", whole=whole),
    )
    return Result("diff", settings, rows, bars=bars)


def _pair_by_pair(wanted: Pairs, known: Pairs) -> int:
    return sum(
        bool(
            DeepDiff({"external_id": key[1], "status": known[key]}, {"external_id": key[1], "status": value})
        )
        for key, value in wanted.items()
    )


def _shown(lines: int, manifests: Manifests) -> World:
    """Give what is shown in the form in which a walk of the list keeps it."""
    sightings = Sightings(manifests)
    for order, ids in world.shape_of(lines):
        sightings.see(LiveOrder(order, "website", "new", AT, dict.fromkeys(ids)))
    return World(orders=sightings, whole=True, seen=len(sightings), read_at=AT)


def _record(lines: int, changes: float) -> Record:
    """Give what is remembered in the form in which it is read from the state."""
    every = round(1 / changes) if changes else lines + 1
    number = 0
    remembered: dict[str, dict[str, Memory]] = {}
    for order, ids in world.shape_of(lines):
        of_order: dict[str, Memory] = {}
        remembered[intern(order)] = of_order
        for line in map(intern, ids):
            number += 1
            said = world.WANTED if number % every else world.OTHER
            of_order[line] = Memory(said, Evidence.RECORDED, AT, 1)
    return Record(lines=Memories(remembered), last_run=1)


def _timed(way: Callable[[], object]) -> float:
    """Time it with the collector at rest, as it is while a plan is drawn."""
    gc.collect()
    with collector_paused():
        started = perf_counter()
        way()
        return perf_counter() - started
