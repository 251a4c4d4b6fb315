"""An apply of many line updates, against N x L / C and against bare sockets on the same server.

The server costs next to nothing and waits L seconds at each update; N x L / C is the least that latency
allows. Counted is the sending of the updates; the verifying read at the end stands beside it. With
`--journal on,off` it is run without any record too, which no user can: that is what the record costs. With
`--against httpx-async` the same updates are sent by one `httpx.AsyncClient` as well, which many would take.
With `--memory` whole applies of two sizes are compared.
"""

from __future__ import annotations

import json
import os
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, sleep
from typing import Any, Final, NamedTuple

from bench import growth, world
from bench.bar import Reading
from bench.bars import ratio
from bench.floor import floored
from bench.opened import opened
from bench.samples import pinned, said, serving
from bench.table import Result
from bench.unkept import Unkept
from bench.words import Unasked, names, sizes
from reconciler.model.history import RunFacts
from reconciler.model.outcome import Done, Outcome
from reconciler.pipeline import draw
from reconciler.pipeline.sent import carry_out
from reconciler.ports import Journal
from reconciler.settings.connect import connect
from reconciler.stages.apply import Ledger
from reconciler.store import open_store

FLOOR: Final = "bare sockets"
JOURNALED: Final = "apply"
UNRECORDED: Final = "apply, no journal"
ASYNCHRONOUS: Final = "httpx.AsyncClient"
BY_CASE: Final = {(0.02, 32): "14", (0.1, 64): "16", (0.02, 128): "17"}
"""The bar against the ideal, by latency and concurrency."""
FLOORED: Final = "14"
"""The case that is held against bare sockets as well."""
IDEAL: Final = "ideal"
AGAINST: Final = (IDEAL, "floor", "httpx-async")
NO_EXTRA: Final = "there is no extra transport: measured with the built-in one"


class Taken(NamedTuple):
    """Wall and processor seconds of the updates, wall seconds of the verifying read."""

    seconds: float
    processor: float
    verifying: float = 0.0


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument(
        "--ops", type=sizes, default=[2_000], metavar="OPS", help="updates; FEW,MANY with --memory"
    )
    parser.add_argument("--latency", type=float, default=0.02, help="seconds")
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--per-order", type=int, default=1, help="lines of one order go one after another")
    parser.add_argument("--journal", choices=["on", "on,off"], default="on")
    parser.add_argument(
        "--against",
        type=names(AGAINST),
        metavar=",".join(AGAINST),
        help="left out: ideal, and floor where it has a bar; with --journal on,off the other journal",
    )
    parser.add_argument("--transport", choices=["built-in", "pyreqwest"], help=NO_EXTRA)
    parser.add_argument("--source", choices=["yaml", "jsonl"], help="what wants the lines, with --memory")
    only = parser.add_mutually_exclusive_group()
    for quantity, option in (("processor", "--cpu"), ("memory", "--memory")):
        help_text = f"only the bar of {quantity}" + (" time" if option == "--cpu" else ", of whole applies")
        only.add_argument(option, dest="only", action="store_const", const=quantity, help=help_text)


def measure(chosen: Namespace) -> Result:
    """Do what was chosen. Raises Unasked."""
    if chosen.only == "memory":
        return growth.grown(chosen)
    if len(chosen.ops) > 1:
        raise Unasked("several --ops are compared by their memory: --memory")
    return _sent(Namespace(**{**vars(chosen), "ops": chosen.ops[0]}))


def against_of(chosen: Namespace) -> list[str]:
    """Name what it is held against: as told, else the other journal, or ideal, and floor where a bar is."""
    if chosen.against is not None:
        return list(chosen.against)
    if chosen.journal == "on,off":
        return []
    return [IDEAL, "floor"] if BY_CASE.get((chosen.latency, chosen.concurrency)) == FLOORED else [IDEAL]


def ways_of(chosen: Namespace) -> dict[str, Callable[[Namespace], Taken]]:
    """Give the ways in which the updates are sent."""
    against = against_of(chosen)
    ways: dict[str, Callable[[Namespace], Taken]] = {FLOOR: _floored} if "floor" in against else {}
    ways[JOURNALED] = _journaled
    if chosen.journal == "on,off":
        ways[UNRECORDED] = _unrecorded
    if "httpx-async" in against:
        ways[ASYNCHRONOUS] = _asynchronous
    return ways


def _sent(chosen: Namespace) -> Result:
    """Send the same updates in each way in turns, each time with a new state and a new server."""
    ways = ways_of(chosen)
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
    bars = tuple(bars_of(middle, chosen, against_of(chosen)))
    return Result("apply", settings, rows, _notes(middle, chosen, ideal), bars)


def _notes(middle: Mapping[str, Taken], chosen: Namespace, ideal: float) -> dict[str, Any]:
    ours = middle[JOURNALED].seconds
    notes: dict[str, Any] = {"ideal s": ideal, **({"vs_ideal": ours / ideal} if ideal else {})}
    if FLOOR in middle:
        notes["vs_floor"] = ours / middle[FLOOR].seconds
    return notes | ({"transport": NO_EXTRA} if chosen.transport == "pyreqwest" else {})


def bars_of(middle: Mapping[str, Taken], chosen: Namespace, against: Collection[str]) -> Iterator[Reading]:
    """Hold what was found to the bars that were asked for."""
    ours, whole = middle[JOURNALED], chosen.ops >= 10_000 and chosen.per_order == 1
    case = BY_CASE.get((chosen.latency, chosen.concurrency))
    if case and IDEAL in against:
        ideal = chosen.ops * chosen.latency / chosen.concurrency
        said = [NO_EXTRA] if case == "17" else []
        said += [f"bare sockets {middle[FLOOR].seconds / ideal:.3f}"] if FLOOR in middle else []
        yield ratio(case, ours.seconds, ideal, note="; ".join(said), whole=whole)
    if case == FLOORED and FLOOR in middle:
        yield ratio("15", ours.seconds, middle[FLOOR].seconds, whole=whole)
    if ASYNCHRONOUS in middle:
        mine, theirs = (1e6 * each.processor / chosen.ops for each in (ours, middle[ASYNCHRONOUS]))
        yield ratio("18", mine, theirs, "us", whole=chosen.concurrency == 32 and chosen.ops >= 2_000)
    if UNRECORDED in middle:
        yield ratio("19", ours.seconds, middle[UNRECORDED].seconds, whole=whole and case == FLOORED)


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
    return _applied(chosen, Unkept())


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
