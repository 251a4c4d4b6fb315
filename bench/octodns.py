"""A plan against octoDNS's: both with nothing to do, ours in three worlds, all of octoDNS's in YAML.

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

NOTHING: Final = "nothing to do"
SOME: Final = "one in a hundred differs"
JSONL: Final = "from JSON Lines, nothing to do"
MANY: Final = "octoDNS, 1,000 records a zone"
ONE: Final = "octoDNS, 1 zone"
A_ZONE: Final = 1_000
SETTINGS: Final = """\
manager: {max_workers: 1}
providers:
  src: {class: octodns.provider.yaml.YamlProvider, directory: src}
  tgt: {class: octodns.provider.yaml.YamlProvider, directory: tgt}
zones:
"""


def against(chosen: Namespace) -> Result:
    """Plan in each world in turns; octoDNS is slow and has fewer, one where only its memory is asked for."""
    whole = chosen.lines >= 100_000
    fewer = {MANY: chosen.slow_runs, ONE: 1} if whole else {}
    with tempfile.TemporaryDirectory() as place, ExitStack() as servers:
        root = Path(place)
        hidden = servers.enter_context(serving("bench.pages", str(chosen.lines), "3", "0"))
        shown = servers.enter_context(serving("bench.pages", str(chosen.lines), "3", "0", "--share", "0"))
        commands: dict[str, tuple[str, ...]] = {
            name: (PYTHON, "-m", "reconciler", "plan", "-q", "-C", str(folder))
            for name, folder in _ours(root, hidden, shown, chosen.lines)
        }
        absent = ""
        try:
            commands |= dict(_theirs(root, chosen.lines, peer("octodns-sync"), one=whole))
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
            "x nothing to do": sample.seconds / found[NOTHING].seconds,
        }
        for name, sample in found.items()
    ]
    bars = tuple(_bars(found, chosen.lines, absent))
    return Result("plan, against octoDNS", {"lines": chosen.lines}, rows, bars=bars)


def _bars(found: Mapping[str, Sample], lines: int, absent: str) -> Iterator[Reading]:
    whole = lines >= 100_000
    ours, plain = found[NOTHING], "5" if whole else "6"
    yield ratio("7", found[SOME].seconds, ours.seconds, whole=whole)
    if absent:
        yield from (missing(key, absent) for key in ((plain, "8", "9") if whole else (plain,)))
        return
    there = lines in {10_000, 100_000}
    yield _against_all(plain, ours, found[MANY], whole=there)
    if whole:
        yield _against_all("8", found[JSONL], found[MANY], whole=there)
        beside = f"octoDNS with 100 zones: {found[MANY].peak / 2**20:.0f} MiB"
        yield ratio("9", ours.peak / 2**20, found[ONE].peak / 2**20, "MiB", note=beside)


def _against_all(key: str, ours: Sample, theirs: Sample, *, whole: bool) -> Reading:
    half = f"against half of octoDNS's time {2 * ours.seconds / theirs.seconds:.3g}"
    processor = f"by processor time {ours.processor / theirs.processor:.3g}"
    return ratio(key, ours.seconds, theirs.seconds, note=f"{half}, {processor}", whole=whole)


def _ours(root: Path, hidden: str, shown: str, lines: int) -> Iterator[tuple[str, Path]]:
    """Write the three worlds: two whose statuses are only on record, one whose statuses are shown."""
    for name, url in ((NOTHING, hidden), (SOME, hidden), (JSONL, shown)):
        folder = root / name
        folder.mkdir()
        world.write_settings(folder, url)
        if name == JSONL:
            world.write_table(folder, lines, "table.jsonl")
        else:
            world.write_manifests(folder, lines)
            world.write_record(folder, lines, 0.01 if name == SOME else 0.0)
        yield name, folder


def _theirs(root: Path, lines: int, program: str, *, one: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    zones = {MANY: -(-lines // A_ZONE)} | ({ONE: 1} if one else {})
    for name, count in zones.items():
        folder = root / name
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
