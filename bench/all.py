"""Every command that shows a bar, one after another, and what became of each bar.

Each runs in a process of its own, prints as it goes and has its time: one that takes longer or fails leaves
its bars without a figure, with the reason, and the next one begins. What was found is written after each, so
that nothing is lost when somebody stops it. A bar that is over stops nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final, TextIO

from bench.bar import Bar, Reading
from bench.bars import BARS, missing
from bench.machine import commit, machine, versions
from bench.samples import ENVIRONMENT, HERE, PYTHON
from bench.suite import WHOLE, commands
from bench.table import Result, as_data

RESULTS: Final = Path(HERE, "bench", "results.json")
LONGEST: Final = 900
"""Seconds for one command."""


def arguments(parser: ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("--quick", action="store_true", help="each in small; the results are not kept")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    parser.add_argument("--longest", type=float, default=LONGEST, help="seconds for one command")


def measure(chosen: Namespace) -> Result:
    """Run them."""
    head: dict[str, Any] = {
        "taken": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": commit(),
        "machine": machine(),
    }
    _say(f"load of the machine before: {head['machine']['load']}; figures count where it is idle")
    began = perf_counter()
    readings: list[Reading] = []
    every = commands(quick=chosen.quick)
    for number, command in enumerate(every, 1):
        _say(f"\n{number}/{len(every)}  python -m bench {command}")
        readings += _readings(command, chosen.longest, aside=chosen.json)
        spent = perf_counter() - began
        _say(f"{spent / 60:.1f} minutes so far")
        if not chosen.quick:
            told = {**head, "versions": versions(), "minutes": round(spent / 60, 1)}
            found = {**told, "bars": [as_data(each) for each in readings]}
            chosen.results.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    _say("")
    readings.sort(key=lambda each: BARS.index(each.bar))
    return Result("all", {"minutes": round((perf_counter() - began) / 60, 1)}, (), bars=readings)


def _readings(command: str, longest: float, *, aside: bool) -> Sequence[Reading]:
    """Run one command, its table shown, and give what it found; where it failed, its bars with the reason."""
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder, "note.json")
        words = [PYTHON, "-m", "bench", *command.split(), "--note", str(note)]
        why = _run(words, longest, folder, sys.stderr if aside else None)
        if note.exists():
            return [reading_of(each) for each in json.loads(note.read_text("utf-8"))["bars"]]
    _say(why)
    return [missing(key, why) for key in WHOLE.get(command, ())]


def _run(words: Sequence[str], longest: float, folder: str, out: TextIO | None) -> str:
    """Run a command with all that it starts, its files below a folder; gives why it failed."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        words, stdout=out, env={**ENVIRONMENT, "TMPDIR": folder}, cwd=HERE, start_new_session=True
    )
    try:
        code = process.wait(longest)
    except subprocess.TimeoutExpired:
        return f"took longer than {longest:.0f} s"
    else:
        return f"ended with {code}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def reading_of(data: dict[str, Any]) -> Reading:
    """Read a reading again."""
    fields = {name: value for name, value in data.items() if name != "verdict"}
    return Reading(**{**fields, "bar": Bar(**data["bar"])})


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
