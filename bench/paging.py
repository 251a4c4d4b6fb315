"""Walking a list whose pages take their time, against the least that it would take with several in flight.

The list of orders gives with each page the cursor of the next one, so the pages of one walk can only come one
after another: no client can have two of them under way. What a client can do is ask for the next one while it
reads the last, so the walk is told against the ideal of one in flight, and against a walk that does not.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, process_time
from typing import Final

from bench import world
from bench.bar import Reading
from bench.bars import ratio
from bench.samples import pinned, serving
from bench.table import Result, Row
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.record import Record
from reconciler.model.rules import Observe
from reconciler.ports import Onward, Page, left_anywhere
from reconciler.shelves import KINDS
from reconciler.stages.observe import observe
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Wire

A_PAGE: Final = 100
PER_ORDER: Final = 3


class OneByOne(Altcraft):
    """Asks for a page when the one before it was read, as a client that thinks of nothing would."""

    def walk(self, detailed: frozenset[str] | None, _: Onward = left_anywhere) -> Iterator[Page]:
        """Walk without asking ahead."""
        return super().walk(detailed, left_anywhere)


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--pages", type=int, default=334)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that a page takes")
    parser.add_argument("--inflight", type=int, default=8, help="pages at once, in the ideal")
    parser.add_argument("--runs", type=int, default=2)


def measure(chosen: Namespace) -> Result:
    """Walk the list to its end, with and without asking ahead, in turns."""
    lines = chosen.pages * A_PAGE * PER_ORDER
    wanted = Manifests(lines={order: _NO_LINES for order, _ in world.shape_of(lines, PER_ORDER)})
    taken: dict[type[Altcraft], list[tuple[float, float]]] = {Altcraft: [], OneByOne: []}
    server = ("bench.pages", str(lines), str(PER_ORDER), "0", "--share", "0", "--page", str(chosen.latency))
    with serving(*server) as url, pinned(0):
        for _ in range(chosen.runs):
            for kind, times in taken.items():
                times.append(_walked(kind, url, wanted, chosen.pages))
    single = chosen.pages * chosen.latency
    ideal = single / chosen.inflight
    rows: list[Row] = [
        {
            "run": name,
            "s": median(wall for wall, _ in taken[kind]),
            "processor s": median(busy for _, busy in taken[kind]),
            "x one in flight": median(wall for wall, _ in taken[kind]) / single,
        }
        for name, kind in (("asking ahead", Altcraft), ("one after the other", OneByOne))
    ]
    rows.append({"run": "ideal, one in flight", "s": single, "processor s": 0.0, "x one in flight": 1.0})
    settings = {"pages": chosen.pages, "latency": chosen.latency, "inflight": chosen.inflight}
    walk = median(wall for wall, _ in taken[Altcraft])
    return Result("paging", settings, rows, bars=(_bar(walk, ideal, single, chosen),))


def _bar(taken: float, ideal: float, single: float, chosen: Namespace) -> Reading:
    note = f"no page can be asked for before the one that names it: {taken / single:.3f} of one in flight"
    return replace(ratio("13", taken, ideal, note=note, whole=chosen.pages >= 334), built=False)


_NO_LINES: Final[dict[str, LineManifest]] = {}


def _walked(kind: type[Altcraft], url: str, wanted: Manifests, pages: int) -> tuple[float, float]:
    """Walk once; gives the wall and processor seconds."""
    with Wire(url) as wire:
        target = kind(
            wire,
            token=lambda: "any",
            in_use=KINDS.order.fields_in_use,
            dialect=Dialect(page_size=A_PAGE),
        )
        began, busy = perf_counter(), process_time()
        seen = observe(target, wanted, Record(), Observe.LIST, datetime.now(UTC))
        taken = perf_counter() - began, process_time() - busy
    assert seen.requests == pages
    assert seen.seen == pages * A_PAGE
    return taken
