"""An apply of many line updates, against bare sockets on the same server and against N x L / C.

The server costs next to nothing and waits L seconds at each update; N x L / C is the least that latency
allows. Counted is the sending of the updates; the verifying read at the end stands beside it. With
`--journal on,off` it is run without any record too, which no user can: that is what the record costs.
"""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from threading import Lock
from time import perf_counter, process_time, sleep
from typing import Any, Final

from bench import world
from bench.floor import floored
from bench.opened import opened
from bench.samples import pinned, serving
from bench.table import Bar, Result
from reconciler.model.address import Address
from reconciler.model.history import RunFacts
from reconciler.model.outcome import Done, Outcome
from reconciler.model.record import Memory
from reconciler.pipeline import carry_out, draw
from reconciler.ports import Intent, Journal
from reconciler.settings.connect import connect
from reconciler.stages.apply import Ledger
from reconciler.store import open_store

FLOOR: Final = "bare sockets"
JOURNALED: Final = "apply"
UNRECORDED: Final = "apply, no journal"

Taken = tuple[float, float, float]
"""Wall and processor seconds of the updates, wall seconds of the verifying read."""


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--ops", type=int, default=2_000)
    parser.add_argument("--latency", type=float, default=0.02, help="seconds")
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--per-order", type=int, default=1, help="lines of one order go one after another")
    parser.add_argument("--journal", choices=["on", "on,off"], default="on")


def measure(chosen: Namespace) -> Result:
    """Send the same updates in each way in turns, each time with a new state and a new server."""
    ways = {FLOOR: _floored, JOURNALED: _journaled}
    if chosen.journal == "on,off":
        ways[UNRECORDED] = _unrecorded
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(chosen.runs):
        for name, way in ways.items():
            taken[name].append(way(chosen))
    middle = {name: [median(each) for each in zip(*runs, strict=True)] for name, runs in taken.items()}
    ideal = chosen.ops * chosen.latency / chosen.concurrency
    rows = [
        {
            "run": name,
            "wall s": seconds,
            "x ideal": seconds / ideal if ideal else 0.0,
            "x floor": seconds / middle[FLOOR][0],
            "processor us an update": 1e6 * processor / chosen.ops,
            "verifying s": verifying,
        }
        for name, (seconds, processor, verifying) in middle.items()
    ]
    settings = {
        name: getattr(chosen, name) for name in ("ops", "latency", "concurrency", "per_order", "runs")
    }
    ours = middle[JOURNALED][0]
    bars = [Bar("vs_floor", ours / middle[FLOOR][0], 1.10, 1.03)]
    if ideal:
        bars.append(Bar("vs_ideal", ours / ideal, 1.15, 1.08))
    if UNRECORDED in middle:
        bars.append(Bar("journal on / off", ours / middle[UNRECORDED][0], 1.05, 1.02))
    return Result("apply", settings, rows, {"ideal s": ideal}, bars)


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
        return (*floored(url, chosen.ops, chosen.per_order, chosen.concurrency), 0.0)


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
    return seconds, ended[-1][1] - spent, whole - seconds
