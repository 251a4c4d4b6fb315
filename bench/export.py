"""Writing line states as a manifest, against PyYAML's C dumper over the same data.

The writer is that of `runs revert`: it quotes what YAML would take for something else, and says in a comment
what was not read. What it writes is read again here, so that what is timed is no shortcut.
"""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from bench import world
from bench.bar import Reading
from bench.bars import missing, ratio
from bench.peers import Absent, peer
from bench.samples import printed
from bench.table import Result, Row
from reconciler.model import address
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunFacts, RunRow
from reconciler.model.reversal import Restored, Reversal
from reconciler.reports.text.reversal import reversal_manifest
from reconciler.stages.load import parse

AT = datetime(2026, 1, 2, tzinfo=UTC)


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)


def measure(chosen: Namespace) -> Result:
    """Write in both ways."""
    run = RunRow(
        id=1, target="bench", command="apply", started_at=AT, ended_at=AT, exit_code=0, facts=RunFacts()
    )
    lines = tuple(
        Restored(
            address=address.order_line(order, line),
            status=world.OTHER,
            said=world.WANTED,
            evidence=Evidence.OBSERVED,
        )
        for order, ids in world.shape_of(chosen.lines)
        for line in ids
    )
    reversal = Reversal(run=run, lines=lines)
    ours = median(_written(reversal) for _ in range(chosen.runs))
    (document,) = parse(reversal_manifest(reversal, "bench").encode(), "it").documents
    assert sum(len(order["lines"]) for order in document.data["orders"]) == chosen.lines
    rows: list[Row] = [{"writer": "manifest of runs revert", "ms": 1000 * ours}]
    bar: Reading
    try:
        theirs = _dumped(document.data)
    except Absent as why:
        bar = missing("27", str(why))
    else:
        rows.append({"writer": "PyYAML CSafeDumper", "ms": 1000 * theirs})
        note = "the writer of `runs revert`"
        bar = ratio("27", 1000 * ours, 1000 * theirs, "ms", note=note, whole=chosen.lines >= 10_000)
    return Result("export", {"lines": chosen.lines}, rows, bars=(bar,))


def _written(reversal: Reversal) -> float:
    started = perf_counter()
    reversal_manifest(reversal, "bench")
    return perf_counter() - started


def _dumped(data: object) -> float:
    script = str(Path(__file__).with_name("peer_yaml.py"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "data.json")
        file.write_text(json.dumps(data))
        found: dict[str, float] = json.loads(printed((peer("python"), "-I", script, str(file))))
    return found["seconds"]
