"""Walking a list whose pages take their time, against the least that it would take with several in flight.

The list of orders gives with each page the cursor of the next one, so the pages of one list can only come one
after another. What a client can do is ask for the next one while it reads the last, and read the lists of
several touchpoints side by side, each of which has cursors of its own. All three are told: as many
touchpoints as are to be in flight, the whole list asked for ahead, and that one page after the other.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from math import ceil
from statistics import median
from time import perf_counter, process_time
from typing import Final

from bench import world
from bench.bars import ratio
from bench.pages import touchpoints
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
ABREAST: Final = "touchpoints side by side"
AHEAD: Final = "asking ahead"


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
    parser.add_argument("--runs", type=int, default=5)


def measure(chosen: Namespace) -> Result:
    """Walk the list to its end in each way; side by side, which is held to the bar, several times."""
    lines = chosen.pages * A_PAGE * PER_ORDER
    wanted = Manifests(lines={order: _NO_LINES for order, _ in world.shape_of(lines, PER_ORDER)})
    ways = {
        ABREAST: (Altcraft, tuple(touchpoints(chosen.inflight))),
        AHEAD: (Altcraft, ()),
        "one after the other": (OneByOne, ()),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    server = ("bench.pages", str(lines), str(PER_ORDER), "0", "--share", "0", "--page", str(chosen.latency))
    with serving(*server, "--touchpoints", str(chosen.inflight)) as url, pinned(0):
        for run in range(chosen.runs):
            for name, (kind, names) in ways.items():
                if name == ABREAST or run == 0:  # the others are long, and stand beside it
                    taken[name].append(_walked(kind, url, wanted, names))
    single = chosen.pages * chosen.latency
    ideal = single / chosen.inflight
    rows: list[Row] = [
        {
            "run": name,
            "s": median(wall for wall, _ in times),
            "processor s": median(busy for _, busy in times),
            "x one in flight": median(wall for wall, _ in times) / single,
        }
        for name, times in taken.items()
    ]
    rows.append({"run": "ideal, one in flight", "s": single, "processor s": 0.0, "x one in flight": 1.0})
    settings = {"pages": chosen.pages, "latency": chosen.latency, "inflight": chosen.inflight}
    abreast, ahead = (median(wall for wall, _ in taken[name]) for name in (ABREAST, AHEAD))
    note = f"of {chosen.inflight} touchpoints of a size; of one list {ahead / single:.3f} of one in flight"
    bar = ratio("13", abreast, ideal, note=note, whole=chosen.pages >= 334)
    return Result("paging", settings, rows, bars=(bar,))


_NO_LINES: Final[dict[str, LineManifest]] = {}


def _walked(kind: type[Altcraft], url: str, wanted: Manifests, names: tuple[str, ...]) -> tuple[float, float]:
    """Walk once; gives the wall and processor seconds."""
    with Wire(url) as wire:
        target = kind(
            wire,
            token=lambda: "any",
            in_use=KINDS.order.fields_in_use,
            dialect=Dialect(page_size=A_PAGE, touchpoints=names, side_by_side=len(names)),
        )
        began, busy = perf_counter(), process_time()
        seen = observe(target, wanted, Record(), Observe.LIST, datetime.now(UTC))
        taken = perf_counter() - began, process_time() - busy
    assert seen.seen == len(wanted.lines)
    parts = len(names) or 1
    assert seen.requests == parts * ceil(len(wanted.lines) / parts / A_PAGE)
    return taken
