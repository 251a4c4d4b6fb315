"""A whole plan: the process from start to end, its peak memory, and where the time goes by stage.

With --against, it is held against octoDNS with as many records, or against a plan with nothing to do; with
--scale, plans of several sizes are compared; with --memory and neither, the memory of a line is.

The worlds differ only in what the record says: nothing (every line is an update from `?`), everything (every
line is kept), or everything with a share of other statuses.
"""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench import octodns, sizes, world
from bench.samples import PYTHON, interleaved, pinned, said, serving
from bench.table import Result, Row
from bench.words import Unasked, names
from bench.words import sizes as numbers

WORLDS: Final = ("nothing recorded", "all recorded", "some differ")


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--changes", type=float, default=0.01, help="the share of lines that differ, where some do"
    )
    parser.add_argument(
        "--source",
        type=names(octodns.SOURCES),
        default=None,
        metavar=",".join(octodns.SOURCES),
        help="what wants the lines: yaml when left out; with --scale or --memory alone, jsonl",
    )
    parser.add_argument(
        "--server",
        choices=["sandbox", "pages"],
        default="sandbox",
        help="pages: answers made beforehand, so that hardly any time is the server's",
    )
    parser.add_argument("--slow-runs", type=int, default=3, help="of what takes most of a minute")
    parser.add_argument(
        "--memory", dest="only", action="store_const", const="memory", help="only the bar of memory"
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--against",
        type=names(octodns.AGAINST),
        metavar=",".join(octodns.AGAINST),
        help="instead of the split by stage; octodns has 1,000 records a zone",
    )
    instead.add_argument(
        "--scale", type=numbers, metavar="LINES,LINES,...", help="plans of these sizes, instead of the split"
    )


def measure(chosen: Namespace) -> Result:
    """Do what was chosen. Raises Unasked."""
    if chosen.against:
        return octodns.against(chosen)
    if chosen.scale or chosen.only:
        return sizes.scaled(chosen)
    if chosen.source not in (None, ["yaml"]):
        raise Unasked("the split by stage is of manifests: --source goes with --against, --scale or --memory")
    return _split_by_stage(chosen)


def _split_by_stage(chosen: Namespace) -> Result:
    """Serve the orders from another process and plan against them over HTTP."""
    with tempfile.TemporaryDirectory() as place, _served(Path(place), chosen) as url:
        folders = {name: Path(place, str(number)) for number, name in enumerate(WORLDS)}
        for name, folder in folders.items():
            _prepare(folder, name, url, chosen)
        commands = {
            name: (PYTHON, "-m", "reconciler", "plan", "-C", str(folder)) for name, folder in folders.items()
        }
        with pinned(0):
            found = interleaved(commands, chosen.runs)
            splits = {name: _split(folder, chosen.runs) for name, folder in folders.items()}
    rows: list[Row] = [
        {
            "world": name,
            "wall s": sample.seconds,
            "processor s": sample.processor,
            "peak MiB": sample.peak / 2**20,
            **{f"{stage} ms": 1000 * seconds for stage, seconds in splits[name]["stages"].items()},
        }
        for name, sample in found.items()
    ]
    summaries = {name: each["summary"] for name, each in splits.items()}
    settings = {"lines": chosen.lines, "runs": chosen.runs, "server": chosen.server}
    kept = found["all recorded"].seconds
    ratios = {f"{name} / all recorded": each.seconds / kept for name, each in found.items()}
    return Result("plan", settings, rows, {**summaries, **ratios})


def _served(place: Path, chosen: Namespace) -> Any:
    if chosen.server == "pages":
        return serving("bench.pages", str(chosen.lines), "3", "0")
    return serving("bench.sandbox", str(place / "sandbox.db"), str(chosen.lines))


def _prepare(folder: Path, name: str, url: str, chosen: Namespace) -> None:
    folder.mkdir()
    world.write_settings(folder, url)
    world.write_manifests(folder, chosen.lines)
    if name == "all recorded":
        world.write_record(folder, chosen.lines)
    elif name == "some differ":
        world.write_record(folder, chosen.lines, chosen.changes)


def _split(folder: Path, runs: int) -> dict[str, Any]:
    """Give the medians by stage of some runs with clocks in them."""
    taken = [json.loads(said("bench.split", str(folder))) for _ in range(runs)]
    stages = {name: median(run["stages"][name] for run in taken) for name in taken[0]["stages"]}
    return {"stages": stages, "summary": taken[0]["summary"]}
