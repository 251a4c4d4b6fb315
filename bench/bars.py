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


def count(key: str, figure: float, *, note: str = "", whole: bool = True) -> Reading:
    """Hold a count against its bar."""
    return Reading(BY_KEY[key], figure, note=note, whole=whole)


def missing(key: str, why: str, *, built: bool = True) -> Reading:
    """Say why there is no figure."""
    return Reading(BY_KEY[key], None, note=why, built=built)


_YAML = "yaml --lines 100000"
_PLAN = "plan --lines 100000 --against octodns"
_PLAN_10 = "plan --lines 10000 --against octodns"
_SCALE = "plan --scale 10000,100000,1000000"
_APPLY = "apply --ops 10000 --latency 0.02 --concurrency 32 --journal on,off"
_WIDE = "apply --ops 10000 --latency 0.1 --concurrency 64 --runs 3 --without floor"
_FAST = "apply --ops 10000 --latency 0.02 --concurrency 128"
_SPILL = "spill --lines 1000000,3000000 --shuffle"
_STARTUP = "startup --against octodns,ansible"

BARS: Final = (
    Bar("1", "reading 100,000 lines with all places", "ruamel's round trip", _YAML, 0.05, 0.03),
    Bar("2", "reading 100,000 lines with all places", "a bare walk of libyaml's events", _YAML, 2.2, 1.6),
    Bar("3", "memory of reading 100,000 lines", "PyYAML's CSafeLoader", _YAML, 0.45, 0.30),
    Bar("4", "faults named at another place", "1,000 random faults", "places --faults 1000", 0, unit="wrong"),
    Bar("5", "plan of 100,000 YAML lines, nothing to do", "octoDNS, 100 zones", _PLAN, 1 / 15, 1 / 25),
    Bar("6", "plan of 10,000 YAML lines, nothing to do", "octoDNS, 10 zones", _PLAN_10, 1 / 7, 1 / 11),
    Bar("7", "plan of 100,000, one in a hundred differs", "nothing to do", _PLAN, 1.15, 1.05),
    Bar("8", "plan of 100,000 lines from JSON Lines", "octoDNS, 100 zones", _PLAN, 1 / 60, 1 / 100),
    Bar("9", "peak memory, plan of 100,000 YAML lines", "octoDNS, 1 zone", _PLAN, 0.40, 0.25),
    Bar("10a", "plan of 100,000 lines from JSON Lines", "of 10,000", _SCALE, 4, 3),
    Bar("10b", "plan of 1,000,000 lines from JSON Lines", "of 100,000", _SCALE, 12, 9),
    Bar("11", "memory of a wanted line", "1,000,000 and 10,000", _SCALE, 150, 110, "bytes"),
    Bar("12a", "growth of memory with a limit, 3,000,000 lines", "1,000,000", _SPILL, 8, 2, "MiB"),
    Bar("12b", "time with a limit on memory", "without", _SPILL, 7, 5),
    Bar("13", "walking 334 pages of 50 ms, 8 in flight", "ideal", "paging", 1.25, 1.13),
    Bar("14", "apply, 10,000 of 20 ms, 32 at a time", "ideal", _APPLY, 1.15, 1.08),
    Bar("15", "apply, 10,000 of 20 ms, 32 at a time", "bare sockets", _APPLY, 1.10, 1.03),
    Bar("16", "apply, 10,000 of 100 ms, 64 at a time", "ideal", _WIDE, 1.08, 1.03),
    Bar("17", "apply, 10,000 of 20 ms, 128 at a time", "ideal", _FAST, 1.25, 1.10),
    Bar(
        "18",
        "processor time of an update, 32 at a time",
        "httpx.AsyncClient",
        "apply --ops 2000 --against httpx-async --without floor",
        0.25,
        0.18,
    ),
    Bar("19", "apply with its journal", "without one", _APPLY, 1.05, 1.02),
    Bar("20", "peak memory of an apply of 40,000", "of 5,000", "growth", 1.15, 1.06),
    Bar("21a", "outcomes lost or misnamed, 50 kills and resumes", "none", "kill --times 50", 0, unit="lost"),
    Bar("21b", "lines sent twice, 50 kills and resumes", "none", "kill --times 50", 0, unit="twice"),
    Bar("22", "resume of 100,000, half done, to its first request", "a plan", "resume", 0.5, 0.3),
    Bar("23a", "diff of 100,000 lines", "DeepDiff, pair by pair", "diff --lines 100000", 0.02, 0.01),
    Bar("23b", "diff of 100,000 lines", "comparing two dicts", "diff --lines 100000", 2, 1.3),
    Bar("24", "--help", "python -c pass", _STARTUP, 5, 4.3),
    Bar("25a", "--help", "octodns-sync --help", _STARTUP, 0.5, 0.36),
    Bar("25b", "--help", "ansible --version", _STARTUP, 0.22, 0.16),
    Bar("26", "heavy modules that --help loads", "none", _STARTUP, 0, unit="modules"),
    Bar("27", "writing 10,000 lines as YAML", "PyYAML's CSafeDumper", "export --lines 10000", 0.15, 0.05),
    Bar("28", "validating 100,000 invalid lines", "valid ones", "invalid --lines 100000", 2, 1.2),
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
            "python -m bench": each.command,
        }
        for each in BARS
    ]
    return Result("bars", {"unit": "ratios, unless the figure counts something"}, rows)
