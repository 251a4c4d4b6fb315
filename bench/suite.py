"""The suite: the commands that show the bars, each also so small that it only shows that it works."""

from __future__ import annotations

from typing import Final

from bench.bars import BARS

WHOLE: Final = tuple(dict.fromkeys(each.command for each in BARS))
"""Every command that shows a bar, once."""

SMALL: Final = {
    "startup": "--runs 2 --against octodns,ansible",
    "yaml": "--lines 3000 --runs 1 --slow-runs 1",
    "places": "--faults 100",
    "plan": "--lines 1000 --against octodns --runs 1",
    "spill": "--lines 1000,3000 --shuffle --runs 1",
    "paging": "--pages 10 --runs 1",
    "apply": "--ops 500 --runs 1 --journal on,off --against httpx-async",
    "growth": "--ops 200 1600 --runs 1",
    "kill": "--times 2",
    "resume": "--ops 2000 --runs 1",
    "diff": "--lines 3000 --runs 1 --slow-runs 1",
    "export": "--lines 1000 --runs 1",
    "invalid": "--lines 3000 --runs 1",
    "rows": "--rows 3000 --runs 1",
    "faults": "--lines 40 --orders 40",
}
"""The words of each command's smallest form that still goes through all of it."""

SMALL_TOO: Final = ("plan --lines 1000 --runs 1", "plan --scale 1000,3000 --runs 1")
"""What one form of a command leaves out."""


def commands(*, quick: bool) -> tuple[str, ...]:
    """Give what stands after `python -m bench`, in the order of the bars."""
    small = (f"{name} {words}".strip() for name, words in SMALL.items())
    return (*small, *SMALL_TOO) if quick else WHOLE
