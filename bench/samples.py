"""Samples: commands run as whole processes, in turns, and their medians."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

PYTHON: Final = sys.executable
LAUNCH: Final = str(Path(__file__).with_name("launch.py"))
HERE: Final = str(Path(__file__).parent.parent)
# The program as people have it: compiled once. Where Python may keep nothing compiled, each run of a checkout
# would compile all of it anew, and peers that were installed would not.
ENVIRONMENT: Final = {
    **{
        name: value
        for name, value in os.environ.items()
        if name not in {"CI", "PYTHONDONTWRITEBYTECODE"} and not name.startswith("RECONCILER_")
    },
    "PYTHONPATH": HERE,
    "TERM": "dumb",
}


LONGEST: Final = 300
"""Seconds for one run of one command: what takes longer is stopped, and the measurement with it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of a command: wall and processor seconds, peak of resident memory in bytes."""

    seconds: float
    processor: float
    peak: int


def run(command: Sequence[str], *, codes: Sequence[int] = (0,)) -> Sample:
    """Run a command to its end, its output thrown away. Raises when it ends with another exit code."""
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder, "note")
        with Path(folder, "errors").open("w+") as errors:
            subprocess.run(  # noqa: S603 - our own commands
                [PYTHON, "-I", "-S", LAUNCH, str(note), *command],
                env=ENVIRONMENT,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                check=True,
                timeout=LONGEST,
            )
            seconds, processor, peak, code = note.read_text("ascii").split()
            if int(code) not in codes:
                errors.seek(0)
                raise SystemExit(f"{' '.join(command)} ended with {code}:\n{errors.read()}")
    return Sample(float(seconds), float(processor), int(peak) * 1024)


def interleaved(
    commands: Mapping[str, Sequence[str]],
    runs: int,
    *,
    codes: Sequence[int] = (0,),
    fewer: Mapping[str, int] | None = None,
) -> dict[str, Sample]:
    """Run commands in turns, once for warmth and then `runs` times, and give the medians of each.

    Those in `fewer` are slow: they are run so many times, and never for warmth.
    """
    fewer = fewer or {}
    taken: dict[str, list[Sample]] = {name: [] for name in commands}
    for turn in range(max([runs, *fewer.values()]) + 1):
        for name, command in commands.items():
            if (turn == 0 and name in fewer) or turn > fewer.get(name, runs):
                continue
            sample = run(command, codes=codes)
            if turn:
                taken[name].append(sample)
    return {name: middle(samples) for name, samples in taken.items()}


def middle(samples: Sequence[Sample]) -> Sample:
    """Give the median of each figure."""
    return Sample(
        median(sample.seconds for sample in samples),
        median(sample.processor for sample in samples),
        int(median(sample.peak for sample in samples)),
    )


def said(module: str, *arguments: str) -> str:
    """Run a module of this package in a fresh process and give what it prints."""
    return printed((PYTHON, "-m", module, *arguments))


def printed(command: Sequence[str]) -> str:
    """Run a command in a fresh process and give what it prints."""
    done = subprocess.run(  # noqa: S603 - our own commands
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=True, timeout=LONGEST
    )
    return done.stdout


def peak() -> int:
    """Give the peak of this process's memory in bytes.

    Not `ru_maxrss`, which begins with the peak of whoever started the process.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return 1024 * int(status.read_text("ascii").partition("VmHWM:")[2].split()[0])


@contextmanager
def serving(module: str, *arguments: str) -> Iterator[str]:
    """Run a server of this package in another process, on the other core, and give the URL that it prints."""
    with (
        pinned(0),
        subprocess.Popen(  # noqa: S603 - our own module
            [PYTHON, "-m", module, *arguments], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
        ) as server,
    ):
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            assert url.startswith("http://"), f"{module} did not start"
            yield url
        finally:
            server.terminate()


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Keep this process and its children on one core, where there are several and the system can do it."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        yield
        return
    os.sched_setaffinity(0, {cores[core]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def move_to_last_core() -> None:
    """Move this process to the last core of the machine: a server keeps out of its client's way."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {(os.cpu_count() or 1) - 1})
