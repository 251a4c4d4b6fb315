"""Writing line states as a manifest, against PyYAML's C dumper over the same data.

The bar is held by the writer of `pull`: it quotes what any reader of YAML would take for something else. With
its proof, `pull` reads what it wrote again before it touches a file; the writer of `runs revert` has none.
"""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from bench import world
from bench.bars import missing, ratio
from bench.peers import Absent, peer
from bench.samples import printed
from bench.table import Result, Row
from reconciler.model import address
from reconciler.model.draft import Addition, Draft
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunFacts, RunRow
from reconciler.model.reversal import Restored, Reversal
from reconciler.reports.text.reversal import reversal_manifest
from reconciler.stages.load import parse
from reconciler.stages.rewrite.merging import merge
from reconciler.stages.rewrite.spelling import entry

AT: Final = datetime(2026, 1, 2, tzinfo=UTC)
WRITER: Final = "pull, its writer"
PROVED: Final = "pull, with the proof"
REVERT: Final = "runs revert"


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)


def measure(chosen: Namespace) -> Result:
    """Write in every way."""
    drafts, reversal = _drafts(chosen.lines), _reversal(chosen.lines)
    additions = [Addition(address.order(str(each.values["external_id"])), "orders", each) for each in drafts]
    ways: dict[str, Callable[[], str]] = {
        WRITER: lambda: _spelt(drafts),
        PROVED: lambda: merge(None, "it.yaml", additions).text,
        REVERT: lambda: reversal_manifest(reversal, "bench"),
    }
    data = [_data(way(), chosen.lines) for way in ways.values()]
    taken = {name: 1000 * median(_timed(way) for _ in range(chosen.runs)) for name, way in ways.items()}
    rows: list[Row] = [{"writer": name, "ms": each} for name, each in taken.items()]
    try:
        theirs = 1000 * _dumped(data[0])
    except Absent as why:
        bar = missing("27", str(why))
    else:
        rows.append({"writer": "PyYAML CSafeDumper", "ms": theirs})
        note = f"with the proof {taken[PROVED] / theirs:.3f}; `runs revert` {taken[REVERT] / theirs:.3f}"
        bar = ratio("27", taken[WRITER], theirs, "ms", note=note, whole=chosen.lines >= 10_000)
    return Result("export", {"lines": chosen.lines}, rows, bars=(bar,))


def _drafts(lines: int) -> Sequence[Draft]:
    return [
        Draft(
            {
                "external_id": order,
                "lines": [Draft({"external_id": line, "status": world.WANTED}) for line in ids],
            }
        )
        for order, ids in world.shape_of(lines)
    ]


def _spelt(drafts: Sequence[Draft]) -> str:
    return "\n".join(["orders:", *(line for draft in drafts for line in entry(draft, 2)), ""])


def _reversal(lines: int) -> Reversal:
    run = RunRow(
        id=1, target="bench", command="apply", started_at=AT, ended_at=AT, exit_code=0, facts=RunFacts()
    )
    restored = (
        Restored(
            address=address.order_line(order, line),
            status=world.OTHER,
            said=world.WANTED,
            evidence=Evidence.OBSERVED,
        )
        for order, ids in world.shape_of(lines)
        for line in ids
    )
    return Reversal(run=run, lines=tuple(restored))


def _data(text: str, lines: int) -> object:
    """Read what was written, so that what is timed is no shortcut."""
    (document,) = parse(text.encode(), "it").documents
    assert sum(len(order["lines"]) for order in document.data["orders"]) == lines
    return document.data


def _timed(way: Callable[[], str]) -> float:
    started = perf_counter()
    way()
    return perf_counter() - started


def _dumped(data: object) -> float:
    script = str(Path(__file__).with_name("peer_yaml.py"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "data.json")
        file.write_text(json.dumps(data))
        found: dict[str, float] = json.loads(printed((peer("python"), "-I", script, str(file))))
    return found["seconds"]
