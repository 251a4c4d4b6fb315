"""A plan from a table: time and peak memory of the whole process, against a bare read of the same file.

The target shows the status of every line, and a share of them differs from what the table wants. The bare
read is `csv.reader` or `json.loads` into a dictionary: the least that knowing the table takes.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bench import world
from bench.samples import PYTHON, interleaved, pinned, serving
from bench.table import Result, Row

NOTHING = "a process that does nothing"
BARE = "bare read"
PLAN = "plan"


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--share", type=float, default=0.01, help="of the lines that differ")
    parser.add_argument("--form", choices=["csv", "jsonl"], default="csv")
    parser.add_argument("--runs", type=int, default=3)


def measure(chosen: Namespace) -> Result:
    """Plan, and read the table bare, in turns."""
    served = ("bench.pages", str(chosen.rows), "3", "0", "--share", str(chosen.share))
    with tempfile.TemporaryDirectory() as place, serving(*served) as url:
        folder = Path(place)
        world.write_settings(folder, url)
        table = world.write_table(folder, chosen.rows, f"table.{chosen.form}")
        commands = {
            NOTHING: (PYTHON, "-c", "pass"),
            BARE: (PYTHON, "-m", "bench.rows", str(table)),
            PLAN: (PYTHON, "-m", "reconciler", "plan", "-q", "-C", place),
        }
        with pinned(0):
            found = interleaved(commands, chosen.runs)
        size = table.stat().st_size
    rows: list[Row] = [
        {
            "run": name,
            "wall s": sample.seconds,
            "processor s": sample.processor,
            "peak MiB": sample.peak / 2**20,
            "bytes a row": (sample.peak - found[NOTHING].peak) / chosen.rows,
        }
        for name, sample in found.items()
    ]
    settings = {
        "rows": chosen.rows,
        "share": chosen.share,
        "form": chosen.form,
        "MB": round(size / 1e6, 1),
        "runs": chosen.runs,
    }
    ratios = {"plan / bare read": found[PLAN].seconds / found[BARE].seconds}
    return Result("rows", settings, rows, ratios)


def _bare(path: Path) -> None:
    wanted: dict[str, dict[str, str]] = {}
    with path.open(newline="") as file:
        if path.suffix == ".csv":
            rows = csv.reader(file)
            next(rows)
            for order, line, status in rows:
                wanted.setdefault(order, {})[line] = sys.intern(status)
        else:
            for text in file:
                row = json.loads(text)
                wanted.setdefault(row["order_id"], {})[row["line_id"]] = sys.intern(row["status"])


if __name__ == "__main__":
    _bare(Path(sys.argv[1]))
