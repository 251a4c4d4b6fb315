"""An apply of many line updates: its seconds against N x L / C, the least that latency allows.

The journal is on, as always. The server costs next to nothing and waits L seconds at each update. Counted is
the sending of the updates; the verifying read at the end stands beside it.
"""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, sleep

from bench import world
from bench.opened import opened
from bench.samples import pinned, serving
from bench.table import Result
from reconciler.model.history import RunFacts
from reconciler.model.outcome import Done, Outcome
from reconciler.pipeline import carry_out, draw
from reconciler.settings.connect import connect
from reconciler.stages.apply import Ledger
from reconciler.store import open_store


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--ops", type=int, default=2_000)
    parser.add_argument("--latency", type=float, default=0.02, help="seconds")
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--per-order", type=int, default=1, help="lines of one order go one after another")


def measure(chosen: Namespace) -> Result:
    """Apply the same plan several times, each time with a new state and a new server."""
    taken = [_applied(chosen) for _ in range(chosen.runs)]
    seconds, processor, verifying = (median(each) for each in zip(*taken, strict=True))
    ideal = chosen.ops * chosen.latency / chosen.concurrency
    row = {
        "run": "line updates",
        "ideal s": ideal,
        "wall s": seconds,
        "x ideal": seconds / ideal if ideal else 0.0,
        "processor us an update": 1e6 * processor / chosen.ops,
        "verifying s": verifying,
    }
    settings = {
        name: getattr(chosen, name) for name in ("ops", "latency", "concurrency", "per_order", "runs")
    }
    return Result("apply", settings, [row])


def _applied(chosen: Namespace) -> tuple[float, float, float]:
    """Apply once: wall and processor seconds of the updates, wall seconds of the verifying read."""
    words = (str(chosen.ops), str(chosen.per_order), str(chosen.latency))
    with tempfile.TemporaryDirectory() as place, serving("bench.pages", *words) as url, pinned(0):
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
            ledger = Ledger(journal=journal, world=drawn.world, now=lambda: datetime.now(UTC), heard=heard)
            began, spent = perf_counter(), process_time()
            carry_out(drawn, question, target, ledger)
            whole = perf_counter() - began
            journal.end(exit_code=0, summary={}, outcomes=())
    assert len(ended) == chosen.ops
    seconds = ended[-1][0] - began
    return seconds, ended[-1][1] - spent, whole - seconds
