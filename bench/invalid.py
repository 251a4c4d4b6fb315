"""Validating manifests in which every line is wrong, against the same with none: the whole process.

Wrong in two ways: a key that no line has, found by the shape, and a status that nobody declared, found by the
meaning. What is printed has to be capped and the rest counted, or the reader pays as well.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bench import world
from bench.bars import ratio
from bench.samples import ENVIRONMENT, LONGEST, PYTHON, interleaved, pinned
from bench.table import Result, Row

VALID = "valid"
KEY = "an unknown key in each line"
STATUS = "an unknown status in each line"
WRONG = {KEY: ("        status:", "        statos:"), STATUS: (world.WANTED, "deliverd")}


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)


def measure(chosen: Namespace) -> Result:
    """Validate in turns."""
    with tempfile.TemporaryDirectory() as place, pinned(0):
        commands = {
            name: (PYTHON, "-m", "reconciler", "validate", "-C", str(_prepared(Path(place), name, chosen)))
            for name in (VALID, KEY, STATUS)
        }
        found = interleaved(commands, chosen.runs, codes=(0, 4))
        said = {name: _said(command) for name, command in commands.items()}
    rows: list[Row] = [
        {
            "manifests": name,
            "wall s": sample.seconds,
            "peak MiB": sample.peak / 2**20,
            "x valid": sample.seconds / found[VALID].seconds,
            "printed lines": len(said[name]),
            "of the rest": next((line for line in said[name] if re.search(r"more errors", line)), ""),
        }
        for name, sample in found.items()
    ]
    worst = max((KEY, STATUS), key=lambda name: found[name].seconds)
    note = f"{worst}; {len(said[worst]):,} lines printed"
    bar = ratio("28", found[worst].seconds, found[VALID].seconds, note=note, whole=chosen.lines >= 100_000)
    return Result("invalid", {"lines": chosen.lines, "runs": chosen.runs}, rows, bars=(bar,))


def _prepared(place: Path, name: str, chosen: Namespace) -> Path:
    folder = place / name
    folder.mkdir()
    world.write_settings(folder, "https://example.com")
    world.write_manifests(folder, chosen.lines)
    if name in WRONG:
        right, wrong = WRONG[name]
        for path in (folder / "manifests").iterdir():
            path.write_text(path.read_text().replace(right, wrong))
    return folder


def _said(command: tuple[str, ...]) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=False, timeout=LONGEST
    )
    return done.stdout.splitlines()
