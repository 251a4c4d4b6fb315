"""A plan against octoDNS's, both with nothing to do; and one where some lines differ against one without any.

The work is not the same: octoDNS reads YAML on both sides, one of which stands for what is there; we read
YAML (or JSON Lines) and pages over HTTP. So half of octoDNS's time is told as well: one side's.
"""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench import world
from bench.bar import Reading
from bench.bars import missing, ratio
from bench.peers import Absent, peer
from bench.samples import PYTHON, Sample, interleaved, pinned, serving
from bench.table import Result, Row
from bench.words import Unasked

NOTHING: Final = "nothing to do"
SOME: Final = "some differ"
JSONL: Final = "from JSON Lines, nothing to do"
MANY: Final = "octoDNS, 1,000 records a zone"
ONE: Final = "octoDNS, 1 zone"
A_ZONE: Final = 1_000
CHANGES: Final = 0.01
"""The share of lines that differ, where the bar asks for some."""
SOURCES: Final = ("yaml", "jsonl")
AGAINST: Final = ("octodns", "octodns-1zone", "noop")
SETTINGS: Final = """\
manager: {max_workers: 1}
providers:
  src: {class: octodns.provider.yaml.YamlProvider, directory: src}
  tgt: {class: octodns.provider.yaml.YamlProvider, directory: tgt}
zones:
"""


def against(chosen: Namespace) -> Result:
    """Plan in each world that is asked for, in turns; octoDNS is slow and has fewer. Raises Unasked."""
    whole = chosen.lines >= 100_000
    zones = zones_of(chosen)
    fewer = {name: chosen.slow_runs if turn == 0 else 1 for turn, name in enumerate(zones) if whole}
    with tempfile.TemporaryDirectory() as place, ExitStack() as servers:
        root = Path(place)
        commands: dict[str, tuple[str, ...]] = {
            name: (PYTHON, "-m", "reconciler", "plan", "-q", "-C", str(_written(root, name, chosen, servers)))
            for name in worlds_of(chosen)
        }
        absent = ""
        try:
            commands |= dict(_theirs(root, chosen.lines, zones))
        except Absent as why:
            absent = str(why)
        with pinned(0):
            found = interleaved(commands, chosen.runs, fewer=fewer)
    rows: list[Row] = [
        {
            "plan": name,
            "runs": fewer.get(name, chosen.runs),
            "wall s": sample.seconds,
            "processor s": sample.processor,
            "peak MiB": sample.peak / 2**20,
        }
        for name, sample in found.items()
    ]
    settings = {"lines": chosen.lines, "against": ", ".join(chosen.against)}
    return Result("plan, against another", settings, rows, bars=tuple(bars_of(found, chosen, absent)))


def worlds_of(chosen: Namespace) -> list[str]:
    """Name the worlds in which we plan. Raises Unasked."""
    sources = chosen.source or ["yaml"]
    worlds = [NOTHING] if "yaml" in sources else []
    if "noop" in chosen.against:
        if not worlds:
            raise Unasked("--against noop compares plans of manifests: --source yaml")
        worlds.append(SOME)
    return [*worlds, JSONL] if "jsonl" in sources else worlds


def zones_of(chosen: Namespace) -> dict[str, int]:
    """Give what octoDNS plans, the number of zones by name; what only stands beside another comes last.

    Its memory with many zones is told beside that with one; where its time is asked for as well, one run
    with one zone is enough, for memory hardly moves.
    """
    many, one = {MANY: -(-chosen.lines // A_ZONE)}, {ONE: 1}
    if "octodns-1zone" not in chosen.against:
        return many if "octodns" in chosen.against else {}
    return many | one if "octodns" in chosen.against else one | many


def bars_of(found: Mapping[str, Sample], chosen: Namespace, absent: str) -> Iterator[Reading]:
    """Hold what was found to the bars that were asked for."""
    lines, whole = chosen.lines, chosen.lines >= 100_000
    if SOME in found:
        alike = whole and chosen.changes == CHANGES
        yield ratio("7", found[SOME].seconds, found[NOTHING].seconds, whole=alike)
    for key, name in (("5" if whole else "6", NOTHING), ("8", JSONL)):
        if "octodns" in chosen.against and name in found:
            there = lines in ({10_000, 100_000} if name == NOTHING else {100_000})
            yield missing(key, absent) if absent else _against_all(key, found[name], found[MANY], whole=there)
    if "octodns-1zone" in chosen.against and NOTHING in found:
        yield missing("9", absent) if absent else _memory(found, whole=whole)


def _memory(found: Mapping[str, Sample], *, whole: bool) -> Reading:
    many, one, ours = (found[name].peak / 2**20 for name in (MANY, ONE, NOTHING))
    return ratio(
        "9", ours, one, "MiB", note=f"octoDNS with 1,000 records a zone: {many:.0f} MiB", whole=whole
    )


def _against_all(key: str, ours: Sample, theirs: Sample, *, whole: bool) -> Reading:
    half = f"against half of octoDNS's time {2 * ours.seconds / theirs.seconds:.3g}"
    processor = f"by processor time {ours.processor / theirs.processor:.3g}"
    return ratio(key, ours.seconds, theirs.seconds, note=f"{half}, {processor}", whole=whole)


def _written(root: Path, name: str, chosen: Namespace, servers: ExitStack) -> Path:
    """Write one world and serve it: statuses are on record, or the target shows them where it is a table."""
    folder = root / name
    folder.mkdir()
    shown = ("--share", "0") if name == JSONL else ()
    url = servers.enter_context(serving("bench.pages", str(chosen.lines), "3", "0", *shown))
    world.write_settings(folder, url)
    if name == JSONL:
        world.write_table(folder, chosen.lines, "table.jsonl")
    else:
        world.write_manifests(folder, chosen.lines)
        world.write_record(folder, chosen.lines, chosen.changes if name == SOME else 0.0)
    return folder


def _theirs(root: Path, lines: int, zones: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Write what octoDNS plans. Raises Absent."""
    for name, count in zones.items():
        program, folder = peer("octodns-sync"), root / name
        write_zones(folder, lines, count)
        yield name, ("/bin/sh", "-c", f"cd '{folder}' && exec '{program}' --quiet --config-file=noop.yaml")


def write_zones(folder: Path, records: int, zones: int) -> None:
    """Write so many records in so many zones, twice alike."""
    names = [f"z{number:03}.example.com." for number in range(zones)]
    words = "".join(f"  {name}: {{sources: [src], targets: [tgt]}}\n" for name in names)
    for side in ("src", "tgt"):
        (folder / side).mkdir(parents=True)
        for number, name in enumerate(names):
            some = range(number * records // zones, (number + 1) * records // zones)
            text = "".join(
                f"h{each:07}:\n  ttl: 300\n  type: A\n  value: 10.0.{each >> 8 & 255}.{each & 255}\n"
                for each in some
            )
            (folder / side / f"{name}yaml").write_text(text)
    (folder / "noop.yaml").write_text(SETTINGS + words)
