"""A plan with a limit on its memory: what more lines cost then, in memory and in time.

The same plans with and without the limit, in turns, from JSON Lines; the target shows the status of every
line and nothing is to be done, so what grows is what wanted lines take. With --shuffle the rows of the table
lie in no order, those of one order far from each other, and the list shows the orders in another.
"""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from bench import world
from bench.bar import Reading
from bench.bars import count, ratio
from bench.samples import PYTHON, Sample, interleaved, pinned, serving
from bench.sizes import SLOW
from bench.table import Result, Row
from bench.words import sizes

WHOLE = (1_000_000, 3_000_000)
"""The sizes that the bars speak of."""

_Found = Mapping[tuple[int, bool], Sample]
"""By the number of lines, and whether there was a limit."""


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=sizes, default=WHOLE, metavar="LINES,LINES,...")
    parser.add_argument("--shuffle", action="store_true", help="rows and orders lie in no order")
    parser.add_argument("--limit", default="64MiB", metavar="SIZE")
    parser.add_argument("--runs", type=int, default=3)


def measure(chosen: Namespace) -> Result:
    """Plan each table in turns, with the limit and without."""
    commands: dict[tuple[int, bool], tuple[str, ...]] = {}
    with tempfile.TemporaryDirectory() as place, ExitStack() as servers:
        for size in chosen.lines:
            folder = Path(place, str(size))
            folder.mkdir()
            shuffled = ("--shuffle",) if chosen.shuffle else ()
            url = servers.enter_context(
                serving("bench.pages", str(size), "3", "0", "--share", "0", *shuffled)
            )
            world.write_settings(folder, url)
            world.write_table(folder, size, "table.jsonl", shuffled=chosen.shuffle)
            plan = (PYTHON, "-m", "reconciler", "plan", "-q", "-C", str(folder))
            commands[size, False] = plan
            commands[size, True] = (*plan, "--memory-limit", chosen.limit)
        fewer = {str(key): chosen.runs for key in commands if key[0] >= SLOW}
        with pinned(0):
            named = interleaved({str(key): each for key, each in commands.items()}, chosen.runs, fewer=fewer)
    found = {key: named[str(key)] for key in commands}
    settings = {"limit": chosen.limit, "shuffled": chosen.shuffle, "runs": chosen.runs, "form": "jsonl"}
    return Result("spill", settings, list(_rows(found)), bars=tuple(_bars(found, chosen)))


def _rows(found: _Found) -> Iterator[Row]:
    for (size, limited), sample in found.items():
        yield {
            "lines": f"{size:,}" + (", limited" if limited else ""),
            "wall s": sample.seconds,
            "processor s": sample.processor,
            "peak MiB": sample.peak / 2**20,
            "us a line": 1e6 * sample.seconds / size,
        }


def _bars(found: _Found, chosen: Namespace) -> Iterator[Reading]:
    few, many = chosen.lines[0], chosen.lines[-1]
    whole = chosen.shuffle and (few, many) == WHOLE
    grown = {each: (found[many, each].peak - found[few, each].peak) / 2**20 for each in (True, False)}
    peaks = (f"{found[size, True].peak / 2**20:,.1f} MiB" for size in (many, few))
    note = f"without a limit {grown[False]:.0f} MiB"
    yield count("12a", grown[True], *peaks, note=note, whole=whole)
    times = {size: found[size, True].seconds / found[size, False].seconds for size in (few, many)}
    sides = found[many, True].seconds, found[many, False].seconds
    yield ratio("12b", *sides, note=f"with {few:,} lines {times[few]:.2f}", whole=whole)
