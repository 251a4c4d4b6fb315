"""How time and memory of a plan grow: the same plan in several sizes, from JSON Lines or from manifests.

The target shows the status of every line and nothing is to be done, so what grows is what a line costs: being
read, being looked for in the list, being compared.
"""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

from bench import world
from bench.bar import Reading
from bench.bars import count, ratio
from bench.samples import PYTHON, Sample, interleaved, pinned, serving
from bench.table import Result, Row
from bench.words import Unasked

SLOW = 500_000
"""From so many lines on a plan has fewer turns."""
FEW, MANY = 10_000, 1_000_000
"""The sizes between which the memory of a line is measured."""


def scaled(chosen: Namespace) -> Result:
    """Plan each size in turns. Raises Unasked."""
    source = _source(chosen)
    sizes = sizes_of(chosen)
    with tempfile.TemporaryDirectory() as place, ExitStack() as servers:
        commands: dict[str, tuple[str, ...]] = {}
        for size in sizes:
            folder = Path(place, str(size))
            folder.mkdir()
            url = servers.enter_context(serving("bench.pages", str(size), "3", "0", "--share", "0"))
            world.write_settings(folder, url)
            if source == "yaml":
                world.write_manifests(folder, size)
            else:
                world.write_table(folder, size, "table.jsonl")
            commands[str(size)] = (PYTHON, "-m", "reconciler", "plan", "-q", "-C", str(folder))
        fewer = {str(size): min(chosen.slow_runs, chosen.runs) for size in sizes if size >= SLOW}
        with pinned(0):
            found = interleaved(commands, chosen.runs, fewer=fewer)
    by_size = {int(name): sample for name, sample in found.items()}
    rows: list[Row] = [
        {
            "lines": f"{size:,}",
            "runs": fewer.get(str(size), chosen.runs),
            "wall s": sample.seconds,
            "processor s": sample.processor,
            "peak MiB": sample.peak / 2**20,
            "us a line": 1e6 * sample.seconds / size,
        }
        for size, sample in by_size.items()
    ]
    bars = tuple(bars_of(by_size)) if source == "jsonl" else ()
    return Result("plan, by size", {"source": source}, rows, bars=bars)


def sizes_of(chosen: Namespace) -> list[int]:
    """Give the sizes: those named, or for the memory of a line that many lines and few of them."""
    return list(chosen.scale or (min(FEW, -(-chosen.lines // 10)), chosen.lines))


def _source(chosen: Namespace) -> str:
    sources: list[str] = chosen.source or ["jsonl"]
    if len(sources) > 1:
        raise Unasked("sizes are compared with one --source")
    return sources[0]


def bars_of(found: Mapping[int, Sample]) -> Iterator[Reading]:
    """Hold what was found to the bars of those sizes."""
    sizes = list(found)
    keys = {100_000: "10a", 1_000_000: "10b"}
    for before, size in pairwise(sizes):
        if size in keys and size == 10 * before:
            yield ratio(keys[size], found[size].seconds, found[before].seconds)
    least, most = sizes[0], sizes[-1]
    if most > least:
        bytes_a_line = (found[most].peak - found[least].peak) / (most - least)
        peaks = (f"{found[size].peak / 2**20:,.1f} MiB" for size in (most, least))
        yield count("11", bytes_a_line, *peaks, whole=(least, most) == (FEW, MANY))
