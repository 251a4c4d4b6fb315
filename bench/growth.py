"""Peak memory of a whole apply, by how much it sends: a small one, and one of eight times as many updates.

What wants the lines has to be known whichever way they are sent, so a plan of the same lines stands beside
each: what an apply adds to that is the price of sending, and ought to be flat.
"""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import world
from bench.bars import ratio
from bench.samples import PYTHON, interleaved, pinned, serving
from bench.table import Result, Row
from bench.words import Unasked

WHOLE = (5_000, 40_000)
"""The sizes that the bar speaks of."""


def grown(chosen: Namespace) -> Result:
    """Plan and apply in turns, each apply with a new state. Raises Unasked."""
    few, many = _sizes(chosen.ops)
    source = chosen.source or "jsonl"
    with tempfile.TemporaryDirectory() as place, ExitStack() as servers:
        commands: dict[str, tuple[str, ...]] = {}
        for ops in (few, many):
            folder = Path(place, str(ops))
            folder.mkdir()
            url = servers.enter_context(serving("bench.pages", str(ops), "3", str(chosen.latency)))
            world.write_settings(folder, url, chosen.concurrency)
            if source == "yaml":
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
    bar = ratio("20", most, least, "MiB", note=f"of a plan {plan:.3f}", whole=(few, many) == WHOLE)
    settings = {"source": source, "latency": chosen.latency, "runs": chosen.runs}
    return Result("apply, by size", settings, rows, bars=(bar,))


def _sizes(ops: Sequence[int]) -> tuple[int, int]:
    if len(ops) != 2:
        raise Unasked("memory is compared between two sizes: --ops FEW,MANY")
    return ops[0], ops[1]
