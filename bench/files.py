"""Reading many manifests: one after another, as `load` does, against two processes that share them.

What a second process has read comes back as bytes: the plain data, and where everything stood. Making objects
of those again takes about as long as reading the file did, which is why `load` works in one process.
"""

from __future__ import annotations

import gc
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from bench import world
from bench.table import Result, Row
from reconciler.model.document import Document
from reconciler.stages.load import parse

SERIAL: Final = "one after another"
SHARED: Final = "two processes"
UNUSED: Final = "two processes, nothing comes back"
_PARTS: Final = 16
"""So many shares: neither process waits long for the other at the end."""

Told = tuple[str, Any, list[tuple[int, bytes]]]


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5)


def measure(chosen: Namespace) -> Result:
    """Read all files in each way, in turns."""
    with tempfile.TemporaryDirectory() as place:
        world.write_manifests(Path(place), chosen.lines, files=chosen.files)
        paths = sorted(map(str, Path(place).rglob("*.yaml")))
        size = -(-len(paths) // _PARTS)
        parts = [paths[at : at + size] for at in range(0, len(paths), size)]
        ways: dict[str, Callable[[], int]] = {
            SERIAL: lambda: len([each for part in parts for each in _documents(part)]),
            SHARED: lambda: _shared(parts, _told),
            UNUSED: lambda: _shared(parts, _counted),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(chosen.runs + 1):
            for name, way in ways.items():
                seconds = _timed(way)
                taken[name] += [seconds] if turn else []
    middle = {name: median(each) for name, each in taken.items()}
    rows: list[Row] = [{"way": name, "s": each, "x": each / middle[SERIAL]} for name, each in middle.items()]
    settings = {"lines": chosen.lines, "files": len(paths), "runs": chosen.runs}
    return Result("files", settings, rows, {"two processes / one": middle[SHARED] / middle[SERIAL]})


def _documents(paths: Sequence[str]) -> list[Document]:
    return [each for path in paths for each in parse(Path(path).read_bytes(), path).documents]


def _shared(parts: Sequence[Sequence[str]], work: Callable[[Sequence[str]], Sequence[object]]) -> int:
    with get_context("fork").Pool(2) as pool:
        return sum(map(len, pool.imap(work, parts)))


def _told(paths: Sequence[str]) -> list[Told]:
    """Read files, and give what another process would need of them."""
    gc.disable()
    return [
        (each.file, each.data, [(key, packed.tobytes()) for key, packed in each.places.items()])
        for each in _documents(paths)
    ]


def _counted(paths: Sequence[str]) -> list[None]:
    gc.disable()
    return [None] * len(_documents(paths))


def _timed(way: Callable[[], int]) -> float:
    gc.collect()
    gc.disable()
    started = perf_counter()
    way()
    taken = perf_counter() - started
    gc.enable()
    return taken
