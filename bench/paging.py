"""A walk of the whole list, against the time that its pages take to arrive one after the other.

The cursor of a page stands in the page before it, so no client can have two of them under way: ideal is the
number of pages times the latency. `--inflight` is told with the result, for where a server would allow more.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, process_time
from typing import Final

from bench import world
from bench.samples import pinned, serving
from bench.table import Bar, Result, Row
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.record import Record
from reconciler.model.rules import Observe
from reconciler.ports import Onward, Page, left_anywhere
from reconciler.shelves import KINDS
from reconciler.stages.observe import observe
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Wire

PER_PAGE: Final = 100
PER_ORDER: Final = 3


class OneByOne(Altcraft):
    """Asks for a page when the one before it was read, as a client that thinks of nothing would."""

    def walk(self, detailed: frozenset[str] | None, _: Onward = left_anywhere) -> Iterator[Page]:
        """Walk without asking ahead."""
        return super().walk(detailed, left_anywhere)


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--pages", type=int, default=334)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that each page takes")
    parser.add_argument("--inflight", type=int, default=1, help="pages at once, in the ideal that is told")
    parser.add_argument("--runs", type=int, default=5)


def measure(chosen: Namespace) -> Result:
    """Walk with and without asking ahead, in turns."""
    lines = chosen.pages * PER_PAGE * PER_ORDER
    orders = [order for order, _ in world.shape_of(lines, PER_ORDER)]
    wanted = Manifests(lines=dict.fromkeys(orders, _NO_LINES))
    taken: dict[type[Altcraft], list[tuple[float, float]]] = {Altcraft: [], OneByOne: []}
    with (
        serving("bench.pages", str(lines), str(PER_ORDER), str(chosen.latency), "0", "slow") as url,
        pinned(0),
    ):
        for turn in range(chosen.runs + 1):
            for kind, times in taken.items():
                sample = _walked(kind, url, wanted, chosen.pages)
                if turn:
                    times.append(sample)
    ideal = chosen.pages * chosen.latency
    rows: list[Row] = [
        {
            "walk": name,
            "wall s": median(wall for wall, _ in taken[kind]),
            "processor s": median(busy for _, busy in taken[kind]),
            "/ ideal": median(wall for wall, _ in taken[kind]) / ideal if ideal else 0.0,
        }
        for name, kind in (("asking ahead", Altcraft), ("one after the other", OneByOne))
    ]
    settings = {name: getattr(chosen, name) for name in ("pages", "latency", "inflight", "runs")}
    walk = float(rows[0]["wall s"])
    several = chosen.inflight > 1
    notes = (
        {f"/ ideal with {chosen.inflight} in flight": walk / ideal * chosen.inflight}
        if ideal and several
        else {}
    )
    bars = [Bar("asking ahead / pages x latency", walk / ideal, 1.25, 1.13)] if ideal else []
    return Result("paging", settings, rows, notes, bars)


_NO_LINES: Final[dict[str, LineManifest]] = {}


def _walked(kind: type[Altcraft], url: str, wanted: Manifests, pages: int) -> tuple[float, float]:
    """Walk once; gives the wall and processor seconds."""
    with Wire(url) as wire:
        target = kind(
            wire,
            token=lambda: "any",
            in_use=KINDS.order.fields_in_use,
            dialect=Dialect(page_size=PER_PAGE),
        )
        began, busy = perf_counter(), process_time()
        seen = observe(target, wanted, Record(), Observe.LIST, datetime.now(UTC))
        taken = perf_counter() - began, process_time() - busy
    assert seen.requests == pages
    assert seen.seen == pages * PER_PAGE
    return taken
