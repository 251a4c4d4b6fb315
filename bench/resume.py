"""A big apply that was killed half-way, resumed: from the start of the process to its first requests.

The first request is the one that reads the list; the first update comes when all is read, settled and
compared anew with what was approved. Both are told beside a whole plan of the same lines with nothing to do.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Final
from urllib.request import urlopen

from bench import world
from bench.bars import ratio
from bench.pages import ANEW, MARKS
from bench.samples import ENVIRONMENT, LONGEST, PYTHON, pinned, run, serving
from bench.table import Result, Row

PLAN: Final = "plan, nothing to do"
READ: Final = "resume, to its first request"
SENT: Final = "resume, to its first update"


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--ops", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)


def measure(chosen: Namespace) -> Result:
    """Kill an apply when half of its updates are done, then resume again and again from that state."""
    with (
        tempfile.TemporaryDirectory() as place,
        serving("bench.pages", str(chosen.ops), "3", "0") as url,
        pinned(0),
    ):
        half, whole = Path(place, "half"), Path(place, "whole")
        for folder in (half, whole):
            folder.mkdir()
            world.write_settings(folder, url, 32)
            world.write_manifests(folder, chosen.ops)
        world.write_record(whole, chosen.ops)
        done = _interrupted(half, url, chosen.ops // 2)
        kept = Path(place, "kept")
        shutil.copytree(half / ".reconciler", kept)
        taken: dict[str, list[float]] = {PLAN: [], READ: [], SENT: []}
        for turn in range(chosen.runs + 1):
            found = {PLAN: run((PYTHON, "-m", "reconciler", "plan", "-q", "-C", str(whole))).seconds}
            shutil.rmtree(half / ".reconciler")
            shutil.copytree(kept, half / ".reconciler")
            found[READ], found[SENT] = _resumed(half, url)
            for name, seconds in found.items():
                taken[name] += [seconds] if turn else []
    middle = {name: median(each) for name, each in taken.items()}
    rows: list[Row] = [
        {"run": name, "s": seconds, "x plan": seconds / middle[PLAN]} for name, seconds in middle.items()
    ]
    note = f"to the first update {middle[SENT] / middle[PLAN]:.3f}"
    bar = ratio("22", middle[READ], middle[PLAN], note=note, whole=chosen.ops >= 100_000)
    settings = {"ops": chosen.ops, "done before": done, "runs": chosen.runs}
    return Result("resume", settings, rows, bars=(bar,))


def _interrupted(folder: Path, url: str, most: int) -> int:
    """Apply, kill it after so many updates, and give how many there were."""
    with _started(folder, "apply"):
        marks = _until(url, lambda marks: marks.get("updates", 0) >= most)
    return int(marks["updates"])


def _resumed(folder: Path, url: str) -> tuple[float, float]:
    """Resume until the first update; seconds from the start to the first request, and to that."""
    _asked(url, ANEW)
    began = monotonic()
    with _started(folder, "resume"):
        marks = _until(url, lambda marks: "update" in marks)
    return marks["list"] - began, marks["update"] - began


@contextmanager
def _started(folder: Path, command: str) -> Iterator[None]:
    """Run a command that writes, and kill it."""
    words = [PYTHON, "-m", "reconciler", command, "-q", "--auto-approve", "-C", str(folder)]
    with subprocess.Popen(  # noqa: S603 - our own command
        words, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
            assert process.poll() is None, f"{command} was over too soon"
        finally:
            process.kill()


def _until(url: str, come: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    """Ask the server until something has come to it."""
    last = monotonic() + LONGEST
    while not come(marks := _asked(url, MARKS)):
        assert monotonic() < last, "it takes too long"
        sleep(0.01)
    return marks


def _asked(url: str, path: str) -> dict[str, float]:
    with urlopen(url + path) as answer:  # noqa: S310 - a server of our own
        found: dict[str, float] = json.load(answer)
    return found
