"""An apply of many line updates, against bare sockets on the same server and against N x L / C.

The server costs next to nothing and waits L seconds at each update; N x L / C is the least that latency
allows. Counted is the sending of the updates; the verifying read at the end stands beside it. With
`--journal on,off` it is run without any record too, which no user can: that is what the record costs. With
`--against httpx-async` the same updates are sent by one `httpx.AsyncClient` as well, which many would take.
"""

from __future__ import annotations

import json
import os
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from threading import Lock
from time import perf_counter, process_time, sleep
from typing import Any, Final, NamedTuple

from bench import world
from bench.bar import Reading
from bench.bars import ratio
from bench.floor import floored
from bench.opened import opened
from bench.samples import pinned, said, serving
from bench.table import Result
from reconciler.model.address import Address
from reconciler.model.history import RunFacts
from reconciler.model.outcome import Done, Outcome
from reconciler.model.record import Memory
from reconciler.pipeline import draw
from reconciler.pipeline.sent import carry_out
from reconciler.ports import Intent, Journal
from reconciler.settings.connect import connect
from reconciler.stages.apply import Ledger
from reconciler.store import open_store

FLOOR: Final = "bare sockets"
JOURNALED: Final = "apply"
UNRECORDED: Final = "apply, no journal"
ASYNCHRONOUS: Final = "httpx.AsyncClient"
BY_CASE: Final = {(0.02, 32): "14", (0.1, 64): "16", (0.02, 128): "17"}
"""The bar against the ideal, by latency and concurrency."""


class Taken(NamedTuple):
    """Wall and processor seconds of the updates, wall seconds of the verifying read."""

    seconds: float
    processor: float
    verifying: float = 0.0


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--ops", type=int, default=2_000)
    parser.add_argument("--latency", type=float, default=0.02, help="seconds")
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--per-order", type=int, default=1, help="lines of one order go one after another")
    parser.add_argument("--journal", choices=["on", "on,off"], default="on")
    parser.add_argument("--against", choices=["httpx-async"], help="another client, on the same server")
    parser.add_argument("--without", choices=["floor"], help="leave the bare sockets out")


def measure(chosen: Namespace) -> Result:
    """Send the same updates in each way in turns, each time with a new state and a new server."""
    ways = {FLOOR: _floored, JOURNALED: _journaled}
    if chosen.without == "floor":
        del ways[FLOOR]
    if chosen.journal == "on,off":
        ways[UNRECORDED] = _unrecorded
    if chosen.against:
        ways[ASYNCHRONOUS] = _asynchronous
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(chosen.runs):
        for name, way in ways.items():
            taken[name].append(way(chosen))
    middle = {name: Taken(*map(median, zip(*runs, strict=True))) for name, runs in taken.items()}
    ideal = chosen.ops * chosen.latency / chosen.concurrency
    rows = [
        {
            "run": name,
            "wall s": each.seconds,
            "x ideal": each.seconds / ideal if ideal else 0.0,
            "x apply": each.seconds / middle[JOURNALED].seconds,
            "processor us an update": 1e6 * each.processor / chosen.ops,
            "verifying s": each.verifying,
        }
        for name, each in middle.items()
    ]
    settings = {
        name: getattr(chosen, name) for name in ("ops", "latency", "concurrency", "per_order", "runs")
    }
    return Result("apply", settings, rows, {"ideal s": ideal}, tuple(_bars(middle, chosen, ideal)))


def _bars(middle: Mapping[str, Taken], chosen: Namespace, ideal: float) -> Iterator[Reading]:
    ours, whole = middle[JOURNALED], chosen.ops >= 10_000
    case = BY_CASE.get((chosen.latency, chosen.concurrency))
    if case and not chosen.against:
        note = "by the built-in transport: there is no extra" if case == "17" else ""
        if FLOOR in middle:
            note += f"{'; ' if note else ''}bare sockets {middle[FLOOR].seconds / ideal:.3f}"
        yield ratio(case, ours.seconds, ideal, note=note, whole=whole)
    if FLOOR in middle and case == "14":
        yield ratio("15", ours.seconds, middle[FLOOR].seconds, whole=whole)
    if ASYNCHRONOUS in middle:
        mine, theirs = (1e6 * each.processor / chosen.ops for each in (ours, middle[ASYNCHRONOUS]))
        yield ratio("18", mine, theirs, "us", whole=chosen.concurrency == 32)
    if UNRECORDED in middle:
        yield ratio("19", ours.seconds, middle[UNRECORDED].seconds, whole=whole)


class _Nothing:
    """A journal that keeps nothing."""

    run = 1
    unkept: frozenset[int] = frozenset()

    def __init__(self) -> None:
        self._given = 0
        self._lock = Lock()

    def intend(self, intents: Sequence[Intent]) -> Sequence[int]:
        """Give numbers."""
        with self._lock:
            first = self._given + 1
            self._given += len(intents)
        return range(first, first + len(intents))

    def settle(self, *_: Any, **__: Any) -> None:
        """Forget."""

    def flush(self) -> None:
        """Have nothing to wait for."""

    remember = baseline = settle

    def remembered(self, addresses: Collection[Address]) -> Mapping[Address, Memory]:
        """Know nothing."""
        del addresses
        return {}

    def end(self, *, exit_code: int, summary: Mapping[str, int], outcomes: object) -> None:
        """Forget that too."""


def _floored(chosen: Namespace) -> Taken:
    with serving("bench.pages", *_words(chosen)) as url, pinned(0):
        return Taken(*floored(url, chosen.ops, chosen.per_order, chosen.concurrency))


def _asynchronous(chosen: Namespace) -> Taken:
    with serving("bench.pages", *_words(chosen)) as url, pinned(0):
        found = said("bench.asynchronous", url, str(chosen.ops), str(chosen.concurrency))
    return Taken(*json.loads(found))


def _journaled(chosen: Namespace) -> Taken:
    return _applied(chosen, None)


def _unrecorded(chosen: Namespace) -> Taken:
    return _applied(chosen, _Nothing())


def _words(chosen: Namespace) -> tuple[str, str, str]:
    return str(chosen.ops), str(chosen.per_order), str(chosen.latency)


def _applied(chosen: Namespace, instead: Journal | None) -> Taken:
    """Apply once, with another journal where one is given."""
    with tempfile.TemporaryDirectory() as place, serving("bench.pages", *_words(chosen)) as url, pinned(0):
        folder = Path(place)
        world.write_settings(folder, url, chosen.concurrency)
        world.write_manifests(folder, chosen.ops, per_order=chosen.per_order)
        settings, declared, question = opened(folder)
        ended: list[tuple[float, float]] = []

        def heard(outcome: Outcome) -> None:
            assert isinstance(outcome, Done), outcome
            ended.append((perf_counter(), process_time()))

        with (
            open_store(settings.state, settings.target.account) as store,
            connect(settings, os.environ, lambda _: None, sleep) as target,
        ):
            drawn = draw(declared, question, target, store.load())
            facts = RunFacts(host="", pid=os.getpid(), actor="", commit="", ci_url="", tool_version="")
            journal = store.begin(target="bench", command="apply", facts=facts)
            used = instead or journal
            ledger = Ledger(journal=used, world=drawn.world, now=lambda: datetime.now(UTC), heard=heard)
            began, spent = perf_counter(), process_time()
            carry_out(drawn, question, target, ledger)
            whole = perf_counter() - began
            journal.end(exit_code=0, summary={}, outcomes=())
    assert len(ended) == chosen.ops
    seconds = ended[-1][0] - began
    return Taken(seconds, ended[-1][1] - spent, whole - seconds)
