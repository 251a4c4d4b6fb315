"""Peak memory of a whole apply, by how much it sends: a small one, and one of eight times as many updates.

What wants the lines has to be known whichever way they are sent, so a plan of the same lines stands beside
each: what an apply adds to that is the price of sending, and ought to be flat.
"""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from pathlib import Path

from bench import world
from bench.bars import ratio
from bench.samples import PYTHON, interleaved, pinned, serving
from bench.table import Result, Row


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--ops", type=int, nargs=2, default=(5_000, 40_000), metavar=("FEW", "MANY"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--form", choices=["yaml", "jsonl"], default="jsonl", help="what wants the lines")


def measure(chosen: Namespace) -> Result:
    """Plan and apply in turns, each apply with a new state."""
    few, many = chosen.ops
    with tempfile.TemporaryDirectory() as place, ExitStack() as servers:
        commands: dict[str, tuple[str, ...]] = {}
        for ops in (few, many):
            folder = Path(place, str(ops))
            folder.mkdir()
            url = servers.enter_context(serving("bench.pages", str(ops), "3", "0"))
            world.write_settings(folder, url, 32)
            if chosen.form == "yaml":
                world.write_manifests(folder, ops)
            else:
                world.write_table(folder, ops, "table.jsonl")
            ours = f"'{PYTHON}' -m reconciler"
            anew = f"cd '{folder}' && rm -rf .reconciler && exec {ours}"
            commands[f"plan {ops}"] = ("/bin/sh", "-c", f"{anew} plan -q")
            commands[f"apply {ops}"] = ("/bin/sh", "-c", f"{anew} apply -q --auto-approve")
        with pinned(0):
            found = interleaved(commands, chosen.runs)
    rows: list[Row] = [
        {
            "command": name,
            "wall s": sample.seconds,
            "processor s": sample.processor,
            "peak MiB": sample.peak / 2**20,
        }
        for name, sample in found.items()
    ]
    plan = ratio("20", found[f"plan {many}"].peak, found[f"plan {few}"].peak).figure
    most, least = (found[f"apply {ops}"].peak / 2**20 for ops in (many, few))
    bar = ratio("20", most, least, "MiB", note=f"of a plan {plan:.3f}", whole=many >= 40_000)
    settings = {"form": chosen.form, "runs": chosen.runs}
    return Result("growth", settings, rows, bars=(bar,))
