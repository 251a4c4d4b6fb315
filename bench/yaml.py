"""Reading manifests: our loader against a bare walk of the C parser's events, and ruamel's round trip."""

from __future__ import annotations

import gc
import json
import resource
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from bench import world
from bench.samples import said
from bench.table import Result


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slow-runs", type=int, default=3, help="of the round trip, 0 leaves it out")


def measure(chosen: Namespace) -> Result:
    """Read one file of that many lines in every way, each time in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        world.write_manifests(Path(folder), chosen.lines, files=1)
        file = Path(folder, "manifests", "00.yaml")
        size = file.stat().st_size
        taken: dict[str, list[dict[str, float]]] = {name: [] for name in READERS}
        for turn in range(max(chosen.runs, chosen.slow_runs)):
            for name in READERS:
                if turn < (chosen.slow_runs if name == "ruamel round trip" else chosen.runs):
                    taken[name].append(json.loads(said("bench.yaml", name, str(file))))
    middle = {
        name: {key: median(run[key] for run in runs) for key in runs[0]}
        for name, runs in taken.items()
        if runs
    }
    ours = middle["load"]["seconds"]
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
    return Result("yaml", {"lines": chosen.lines, "MB": round(size / 1e6, 1)}, rows)


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
    "load": _load,
    "C events, walked": _walk,
    "ruamel round trip": _round_trip,
}


def main(reader: str, path: Path) -> None:
    """Read once and print the time, and how far the peak of memory grew; imports are not counted."""
    small = path.with_name("small.yaml")
    small.write_text("orders: [{external_id: a}]\n")
    READERS[reader](small)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = perf_counter()
    kept = READERS[reader](path)
    seconds = perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    del kept
    print(json.dumps({"seconds": seconds, "grown": grown}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
