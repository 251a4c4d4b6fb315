"""Reading manifests: our loader, a walk of the C parser's events, ruamel's round trip, PyYAML's.

The first two are held against by time, PyYAML's by how far the peak of memory grows.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from bench import world
from bench.bar import Reading
from bench.bars import missing, ratio
from bench.peers import Absent, peer
from bench.samples import peak, printed, said
from bench.table import Result
from bench.words import names

OURS: Final = "load"
EVENTS: Final = "C events, walked"
ROUND_TRIP: Final = "ruamel round trip"
PYYAML: Final = "PyYAML CSafeLoader"
AGAINST: Final = {"c-events": EVENTS, "ruamel-rt": ROUND_TRIP, "pyyaml-c": PYYAML}


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slow-runs", type=int, default=3, help="of the round trip")
    parser.add_argument(
        "--against",
        type=names(AGAINST),
        default=list(AGAINST),
        metavar=",".join(AGAINST),
        help="all of them when left out",
    )
    parser.add_argument(
        "--memory", dest="only", action="store_const", const="memory", help="only the bar of memory"
    )


def measure(chosen: Namespace) -> Result:
    """Read one file of that many lines in every way, each time in a fresh process."""
    readers, absent = _readers(chosen.against)
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in readers}
    with tempfile.TemporaryDirectory() as folder:
        world.write_manifests(Path(folder), chosen.lines, files=1)
        file = Path(folder, "manifests", "00.yaml")
        size = file.stat().st_size
        for turn in range(max(chosen.runs, chosen.slow_runs)):
            for name in readers:
                if turn < (chosen.slow_runs if name == ROUND_TRIP else chosen.runs):
                    taken[name].append(_taken(name, file))
    middle = {
        name: {key: median(run[key] for run in runs) for key in runs[0]} for name, runs in taken.items()
    }
    ours = middle[OURS]["seconds"]
    rows = [
        {
            "reader": name,
            "runs": len(taken[name]),
            "ms": found["seconds"] * 1000,
            "load / it": ours / found["seconds"],
            "grown MiB": found["grown"] / 2**20,
        }
        for name, found in middle.items()
    ]
    bars = tuple(_bars(middle, absent, whole=chosen.lines >= 100_000))
    return Result("yaml", {"lines": chosen.lines, "MB": round(size / 1e6, 1)}, rows, bars=bars)


def _readers(against: Sequence[str]) -> tuple[list[str], str]:
    """Name those that take turns, ours first, and say why one of them cannot."""
    readers = [OURS, *(AGAINST[each] for each in against)]
    if PYYAML in readers:
        try:
            peer("python")
        except Absent as why:
            return [each for each in readers if each != PYYAML], str(why)
    return readers, ""


def _taken(name: str, file: Path) -> dict[str, float]:
    if name == PYYAML:
        script = str(Path(__file__).with_name("peer_yaml.py"))
        found: dict[str, float] = json.loads(printed((peer("python"), "-I", script, str(file))))
    else:
        found = json.loads(said("bench.yaml", name, str(file)))
    return found


def _bars(middle: Mapping[str, Mapping[str, float]], absent: str, *, whole: bool) -> Iterator[Reading]:
    ours = middle[OURS]
    for key, name in (("1", ROUND_TRIP), ("2", EVENTS)):
        if name in middle:
            yield ratio(key, ours["seconds"], middle[name]["seconds"], whole=whole)
    if PYYAML in middle:
        theirs = middle[PYYAML]["grown"] / 2**20
        yield ratio("3", ours["grown"] / 2**20, theirs, "MiB", whole=whole)
    elif absent:
        yield missing("3", absent)


def _load(path: Path) -> object:
    from reconciler.stages.load import parse  # noqa: PLC0415 - only the reader that is measured is loaded

    parsed = parse(path.read_bytes(), path.name)
    assert parsed.documents
    assert not parsed.diagnostics
    return parsed


def _walk(path: Path) -> object:
    from ruamel.yaml import YAML  # noqa: PLC0415 - as above

    return sum(1 for _ in YAML(typ="safe").parse(path.read_text()))


def _round_trip(path: Path) -> object:
    from ruamel.yaml import YAML  # noqa: PLC0415 - as above

    return YAML().load(path.read_text())


READERS: Final[dict[str, Callable[[Path], Any]]] = {
    OURS: _load,
    EVENTS: _walk,
    ROUND_TRIP: _round_trip,
}


def main(reader: str, path: Path) -> None:
    """Read once and print the time, and how far the peak of memory grew; imports are not counted."""
    small = path.with_name("small.yaml")
    small.write_text("orders: [{external_id: a}]\n")
    READERS[reader](small)
    gc.collect()
    before = peak()
    started = perf_counter()
    kept = READERS[reader](path)
    seconds = perf_counter() - started
    grown = peak() - before
    del kept
    print(json.dumps({"seconds": seconds, "grown": grown}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
