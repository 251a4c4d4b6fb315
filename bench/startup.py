"""How long `reconciler --help` and `--version` take, against a Python that does nothing, and against peers.

The heavy modules are those that none of the commands here may load: each costs more than all the rest.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bench.bar import Reading
from bench.bars import count, missing, ratio
from bench.peers import Absent, peer
from bench.samples import PYTHON, Sample, interleaved, said
from bench.table import Result
from bench.words import names

PLAIN: Final = "python"
BARE: Final = "python -c pass"
HELP: Final = "reconciler --help"
PROGRAM: Final = (PYTHON, "-m", "reconciler")
COMMANDS: Final = {
    BARE: (PYTHON, "-c", "pass"),
    "reconciler --version": (*PROGRAM, "--version"),
    HELP: (*PROGRAM, "--help"),
    "reconciler validate --help": (*PROGRAM, "validate", "--help"),
    "reconciler plan --help": (*PROGRAM, "plan", "--help"),
}
PEERS: Final = {"octodns": ("25a", "octodns-sync", "--help"), "ansible": ("25b", "ansible", "--version")}
HEAVY: Final = frozenset(
    {"asyncio", "deepdiff", "httpx", "httpx2", "polars", "pydantic", "rich", "ruamel", "ssl"}
)


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--runs", type=int, default=15)
    known = [PLAIN, *PEERS]
    parser.add_argument("--against", type=names(known), default=[PLAIN], metavar=",".join(known))


def measure(chosen: Namespace) -> Result:
    """Run each command in turns with the others."""
    commands: dict[str, tuple[str, ...]] = dict(COMMANDS)
    absent: dict[str, str] = {}
    for name in (each for each in chosen.against if each in PEERS):
        key, program, word = PEERS[name]
        try:
            commands[f"{program} {word}"] = (peer(program), word)
        except Absent as why:
            absent[key] = str(why)
    found = interleaved(commands, chosen.runs)
    loaded = {name: _modules(name.split()[1:]) for name in found if name.startswith("reconciler")}
    rows = [
        {
            "command": name,
            "ms": sample.seconds * 1000,
            "x bare": sample.seconds / found[BARE].seconds,
            "peak MiB": sample.peak / 2**20,
            "modules": len(loaded[name]) if name in loaded else "",
        }
        for name, sample in found.items()
    ]
    bars = [*_bars(found, absent, plain=PLAIN in chosen.against), _heavy(loaded[HELP])]
    return Result("startup", {"runs": chosen.runs}, rows, bars=bars)


def _bars(found: Mapping[str, Sample], absent: Mapping[str, str], *, plain: bool) -> Iterator[Reading]:
    ours = 1000 * found[HELP].seconds
    if plain:
        yield ratio("24", ours, 1000 * found[BARE].seconds, "ms")
    for key, program, word in PEERS.values():
        if f"{program} {word}" in found:
            yield ratio(key, ours, 1000 * found[f"{program} {word}"].seconds, "ms")
        elif key in absent:
            yield missing(key, absent[key])


def _heavy(loaded: Iterable[str]) -> Reading:
    heavy = sorted(HEAVY.intersection(loaded))
    return count("26", len(heavy), note=", ".join(heavy))


def _modules(words: list[str]) -> list[str]:
    """Name the modules that a command has loaded when it ends."""
    names: list[str] = json.loads(said("bench.loaded", *words))
    return names
