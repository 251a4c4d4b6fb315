"""The suite: commands that show all bars, each group measured once, and the same so small that it only works.

The command of a bar measures no more than that bar; here one run of a program serves as many as it can.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WHOLE: Final[Mapping[str, tuple[str, ...]]] = {
    "yaml --lines 100000": ("1", "2", "3"),
    "yaml-lines --faults 1000": ("4",),
    "plan --lines 100000 --source yaml,jsonl --against octodns,noop,octodns-1zone": ("5", "7", "8", "9"),
    "plan --lines 10000 --against octodns": ("6",),
    "plan --scale 10000,100000,1000000": ("10a", "10b", "11"),
    "spill --lines 1000000,3000000 --shuffle": ("12a", "12b"),
    "paging --pages 334 --latency 0.05 --inflight 8": ("13",),
    "apply --ops 10000 --latency 0.02 --concurrency 32 --journal on,off --against ideal,floor": (
        *("14", "15", "19"),
    ),
    "apply --ops 10000 --latency 0.1 --concurrency 64 --runs 3": ("16",),
    "apply --ops 10000 --latency 0.02 --concurrency 128 --against ideal,floor": ("17",),
    "apply --cpu --against httpx-async": ("18",),
    "apply --ops 5000,40000 --latency 0 --memory --runs 3": ("20",),
    "kill --times 50": ("21a", "21b"),
    "resume --ops 100000": ("22",),
    "diff --lines 100000": ("23a", "23b"),
    "startup --against python,octodns,ansible": ("24", "25a", "25b", "26"),
    "export --lines 10000": ("27",),
    "invalid --lines 100000": ("28",),
}
"""What stands after `python -m bench`, and the bars that it shows, each once."""

SMALL: Final = (
    "startup --runs 2 --against python,octodns,ansible",
    "yaml --lines 3000 --runs 1 --slow-runs 1",
    "yaml-lines --faults 100",
    "plan --lines 1000 --runs 1 --source yaml,jsonl --against octodns,noop,octodns-1zone",
    "plan --lines 1000 --runs 1",
    "plan --scale 1000,3000 --runs 1",
    "spill --lines 1000,3000 --shuffle --runs 1",
    "paging --pages 10 --runs 1",
    "apply --ops 500 --runs 1 --journal on,off --against ideal,floor,httpx-async",
    "apply --ops 200,1600 --latency 0 --memory --runs 1",
    "kill --times 2",
    "resume --ops 2000 --runs 1",
    "diff --lines 3000 --runs 1 --slow-runs 1",
    "export --lines 1000 --runs 1",
    "invalid --lines 3000 --runs 1",
    "rows --rows 3000 --runs 1",
    "faults --lines 40 --orders 40",
)
"""The smallest forms that still go through all of every measurement."""


def commands(*, quick: bool) -> tuple[str, ...]:
    """Give what stands after `python -m bench`, in the order in which it is run."""
    return SMALL if quick else tuple(WHOLE)
