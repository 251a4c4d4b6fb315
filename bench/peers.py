"""Peers: the other programs that measurements are held against, in an environment of their own.

It is made from `requirements/bench.txt`, hashes and all, when a measurement first asks for it, and again when
the lock has changed. Where that fails (no network, another Python) the reason is told and the bars that need
a peer are not measured; nothing else suffers.
"""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from hashlib import sha256
from pathlib import Path
from typing import Final

from bench.samples import HERE
from bench.table import Result

LOCK: Final = Path(HERE, "requirements", "bench.txt")
FOLDER: Final = Path(HERE, ".venv-bench")
PATIENCE: Final = 600
"""Seconds for making the environment."""


class Absent(Exception):
    """There is no such environment, and the reason why."""


def arguments(_: ArgumentParser) -> None:
    """Add nothing."""


def measure(_: Namespace) -> Result:
    """Make the environment if need be and tell what is in it."""
    names = ("PyYAML", "octodns", "ansible-core")
    found = _asked(peer("python"), "; ".join(["import importlib.metadata as m", _PRINTED.format(names)]))
    rows = [dict(zip(("peer", "version"), line.split(), strict=True)) for line in found.splitlines()]
    return Result("peers", {"in": FOLDER.name}, rows)


_PRINTED: Final = "print(*(f'{{n}} {{m.version(n)}}' for n in {}), sep='\\n')"


def peer(program: str) -> str:
    """Give the path of a peer's program. Raises Absent."""
    stamp, wanted = FOLDER / ".stamp", f"{sys.version}\n{sha256(LOCK.read_bytes()).hexdigest()}"
    if not stamp.exists() or stamp.read_text() != wanted:
        _make()
        stamp.write_text(wanted)
    path = FOLDER / "bin" / program
    if not path.exists():
        raise Absent(f"{FOLDER.name} has no {program}")
    return str(path)


def version_of(package: str) -> str:
    """Give the version of a peer, without making anything; nothing where it is not there."""
    python = FOLDER / "bin" / "python"
    if not python.exists():
        return ""
    return _asked(str(python), f"import importlib.metadata as m; print(m.version({package!r}))").strip()


def _asked(python: str, code: str) -> str:
    done = subprocess.run(  # noqa: S603 - an interpreter that was made here
        [python, "-I", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
    )
    return done.stdout


def _make() -> None:
    sys.stderr.write(f"making {FOLDER.name} from {LOCK.relative_to(HERE)}\n")
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
    commands = (
        [sys.executable, "-m", "venv", "--clear", str(FOLDER)],
        [str(FOLDER / "bin" / "python"), *install, "-r", str(LOCK)],
    )
    for command in commands:
        try:
            done = subprocess.run(  # noqa: S603 - our own commands
                command, capture_output=True, text=True, check=False, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            raise Absent(f"{FOLDER.name} was not made within {PATIENCE} s") from None
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise Absent(f"{FOLDER.name} could not be made: {said[-1] if said else done.stderr[-200:]}")
