"""A plan with a limit on its memory: what more lines cost then, in memory and in time.

Asked of the program as it is: where `plan` takes no such option there is nothing to measure.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from bench.bars import missing
from bench.samples import PYTHON, printed
from bench.table import Result

OPTION = "--memory-limit"


def arguments(_: ArgumentParser) -> None:
    """Add nothing."""


def measure(_: Namespace) -> Result:
    """Look for the option."""
    there = OPTION in printed((PYTHON, "-m", "reconciler", "plan", "--help"))
    why = f"`plan` takes {OPTION}, and this does not measure it yet" if there else f"no {OPTION}"
    return Result("spill", {}, (), bars=tuple(missing(key, why, built=there) for key in ("12a", "12b")))
