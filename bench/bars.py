"""The bars: what must hold of each measurement, in one table, with the command that shows it.

A bar is a ratio of two medians taken in one command on one machine, or a count. `must` is where the program
has to be, `stretch` where it would like to be; both are upper limits. No measurement has limits of its own.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from bench.bar import Bar, Reading, shown
from bench.table import Result


def ratio(
    key: str, ours: float, theirs: float, unit: str = "s", *, note: str = "", whole: bool = True
) -> Reading:
    """Hold one figure against another; both in `unit`."""
    sides = f"{shown(ours)} {unit}", f"{shown(theirs)} {unit}"
    return Reading(BY_KEY[key], ours / theirs if theirs else None, *sides, note=note, whole=whole)


def count(
    key: str, figure: float, ours: str = "", theirs: str = "", *, note: str = "", whole: bool = True
) -> Reading:
    """Hold a count against its bar; the sides where it is a difference of two."""
    return Reading(BY_KEY[key], figure, ours, theirs, note=note, whole=whole)


def missing(key: str, why: str, *, built: bool = True) -> Reading:
    """Say why there is no figure."""
    return Reading(BY_KEY[key], None, note=why, built=built)


_SCALE = "python -m bench plan --scale 10000,100000,1000000"
_SPILL = "python -m bench spill --lines 1000000,3000000 --shuffle"
_APPLY = "python -m bench apply --ops 10000 --latency 0.02 --concurrency 32"
_KILL = "python -m bench kill --times 50"
_DIFF = "python -m bench diff --lines 100000"
_STARTUP = "python -m bench startup --against octodns,ansible"
_IMPORTS = (
    "python -X importtime -m reconciler --help 2>&1"
    " | grep -cE ' (pydantic|httpx2?|deepdiff|rich|asyncio|ssl|polars|ruamel)'"
)
"""Prints 0. `startup` counts the same."""

BARS: Final = (
    Bar(
        "1",
        "reading 100,000 lines with all places",
        "ruamel's round trip",
        "python -m bench yaml --lines 100000 --against ruamel-rt",
        0.05,
        0.03,
    ),
    Bar(
        "2",
        "reading 100,000 lines with all places",
        "a bare walk of libyaml's events",
        "python -m bench yaml --lines 100000 --against c-events",
        2.2,
        1.6,
    ),
    Bar(
        "3",
        "memory of reading 100,000 lines",
        "PyYAML's CSafeLoader",
        "python -m bench yaml --lines 100000 --against pyyaml-c --memory",
        0.45,
        0.30,
        of="memory",
    ),
    Bar(
        "4",
        "faults named at another place",
        "1,000 random faults",
        "python -m bench yaml-lines --faults 1000",
        0,
        unit="wrong",
        of="faults",
    ),
    Bar(
        "5",
        "plan of 100,000 YAML lines, nothing to do",
        "octoDNS, 100 zones",
        "python -m bench plan --lines 100000 --against octodns",
        1 / 15,
        1 / 25,
    ),
    Bar(
        "6",
        "plan of 10,000 YAML lines, nothing to do",
        "octoDNS, 10 zones",
        "python -m bench plan --lines 10000 --against octodns",
        1 / 7,
        1 / 11,
    ),
    Bar(
        "7",
        "plan of 100,000, one in a hundred differs",
        "nothing to do",
        "python -m bench plan --lines 100000 --changes 0.01 --against noop",
        1.15,
        1.05,
    ),
    Bar(
        "8",
        "plan of 100,000 lines from JSON Lines",
        "octoDNS, 100 zones",
        "python -m bench plan --source jsonl --lines 100000 --against octodns",
        1 / 60,
        1 / 100,
    ),
    Bar(
        "9",
        "peak memory, plan of 100,000 YAML lines",
        "octoDNS, 1 zone",
        "python -m bench plan --lines 100000 --against octodns-1zone --memory",
        0.40,
        0.25,
        of="memory",
    ),
    Bar("10a", "plan of 100,000 lines from JSON Lines", "of 10,000", _SCALE, 4, 3),
    Bar("10b", "plan of 1,000,000 lines from JSON Lines", "of 100,000", _SCALE, 12, 9),
    Bar(
        "11",
        "memory of a wanted line",
        "1,000,000 and 10,000",
        "python -m bench plan --source jsonl --lines 1000000 --memory",
        150,
        110,
        "bytes",
        "memory",
    ),
    Bar("12a", "growth of memory with a limit, 3,000,000 lines", "1,000,000", _SPILL, 8, 2, "MiB", "memory"),
    Bar("12b", "time with a limit on memory", "without", _SPILL, 7, 5),
    Bar(
        "13",
        "walking 334 pages of 50 ms, 8 in flight",
        "ideal",
        "python -m bench paging --pages 334 --latency 0.05 --inflight 8",
        1.25,
        1.13,
    ),
    Bar("14", "apply, 10,000 of 20 ms, 32 at a time", "ideal", _APPLY, 1.15, 1.08),
    Bar("15", "apply, 10,000 of 20 ms, 32 at a time", "bare sockets", _APPLY, 1.10, 1.03),
    Bar(
        "16",
        "apply, 10,000 of 100 ms, 64 at a time",
        "ideal",
        "python -m bench apply --ops 10000 --latency 0.1 --concurrency 64",
        1.08,
        1.03,
    ),
    Bar(
        "17",
        "apply, 10,000 of 20 ms, 128 at a time",
        "ideal",
        "python -m bench apply --ops 10000 --latency 0.02 --concurrency 128 --transport pyreqwest",
        1.25,
        1.10,
    ),
    Bar(
        "18",
        "processor time of an update, 32 at a time",
        "httpx.AsyncClient",
        "python -m bench apply --cpu --against httpx-async",
        0.25,
        0.18,
        of="processor",
    ),
    Bar(
        "19",
        "apply with its journal",
        "without one",
        "python -m bench apply --ops 10000 --latency 0.02 --journal on,off",
        1.05,
        1.02,
    ),
    Bar(
        "20",
        "peak memory of an apply of 40,000",
        "of 5,000",
        "python -m bench apply --ops 5000,40000 --latency 0 --memory",
        1.15,
        1.06,
        of="memory",
    ),
    Bar("21a", "outcomes lost or misnamed, 50 kills and resumes", "none", _KILL, 0, unit="lost", of="faults"),
    Bar("21b", "lines sent twice, 50 kills and resumes", "none", _KILL, 0, unit="twice", of="faults"),
    Bar(
        "22",
        "resume of 100,000, half done, to its first request",
        "a plan",
        "python -m bench resume --ops 100000",
        0.5,
        0.3,
    ),
    Bar("23a", "diff of 100,000 lines", "DeepDiff, pair by pair", _DIFF, 0.02, 0.01),
    Bar("23b", "diff of 100,000 lines", "comparing two dicts", _DIFF, 2, 1.3),
    Bar("24", "--help", "python -c pass", "python -m bench startup", 5, 4.3),
    Bar("25a", "--help", "octodns-sync --help", _STARTUP, 0.5, 0.36),
    Bar("25b", "--help", "ansible --version", _STARTUP, 0.22, 0.16),
    Bar("26", "heavy modules that --help loads", "none", _IMPORTS, 0, unit="modules", of="faults"),
    Bar(
        "27",
        "writing 10,000 lines as YAML",
        "PyYAML's CSafeDumper",
        "python -m bench export --lines 10000",
        0.15,
        0.05,
    ),
    Bar(
        "28",
        "validating 100,000 invalid lines",
        "valid ones",
        "python -m bench invalid --lines 100000",
        2,
        1.2,
    ),
)
"""All of them, in their order."""

BY_KEY: Final = {each.key: each for each in BARS}


def arguments(_: ArgumentParser) -> None:
    """Add nothing."""


def measure(_: Namespace) -> Result:
    """List the bars."""
    rows = [
        {
            "bar": each.key,
            "what": each.what,
            "against": each.against,
            "must": shown(each.must),
            "stretch": shown(each.stretch) if each.stretch is not None else "",
            "command": each.command,
        }
        for each in BARS
    ]
    return Result("bars", {"unit": "ratios, unless the figure counts something"}, rows)
