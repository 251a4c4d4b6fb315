"""How long `reconciler --help` and `--version` take, against a Python that does nothing.

What they load is a matter for the tests; here it is only counted.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import Final

from bench.samples import PYTHON, interleaved, said
from bench.table import Result

PROGRAM: Final = (PYTHON, "-m", "reconciler")
COMMANDS: Final = {
    "python -c pass": (PYTHON, "-c", "pass"),
    "reconciler --version": (*PROGRAM, "--version"),
    "reconciler --help": (*PROGRAM, "--help"),
    "reconciler validate --help": (*PROGRAM, "validate", "--help"),
    "reconciler plan --help": (*PROGRAM, "plan", "--help"),
}


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--runs", type=int, default=15)


def measure(chosen: Namespace) -> Result:
    """Run each command in turns with the others."""
    found = interleaved(COMMANDS, chosen.runs)
    bare = found["python -c pass"].seconds
    rows = [
        {
            "command": name,
            "ms": sample.seconds * 1000,
            "x bare": sample.seconds / bare,
            "peak MiB": sample.peak / 2**20,
            "modules": _modules(name.split()[1:]) if name.startswith("reconciler") else "",
        }
        for name, sample in found.items()
    ]
    return Result("startup", {"runs": chosen.runs}, rows)


def _modules(words: list[str]) -> int:
    """Count the modules that a command has loaded when it ends."""
    count: int = json.loads(said("bench.loaded", *words))
    return count
