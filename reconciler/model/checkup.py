"""Checkup: what was looked at before any work begins, and whether it will do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """What a check came to."""

    OK = "ok"
    WARNING = "warning"
    """An apply may still succeed."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """It could not be looked at, because of an earlier failure."""


FIRST: Final = (64, 4, 7, 8, 6, 5, 1)
"""Of several failures the code that comes first here is the exit code (contract, section 6.1)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    verdict: Verdict
    said: str
    advice: str = ""
    exit_code: int = 0
    """What a plan or an apply would end with for this failure."""


def exit_code(checks: Iterable[Check]) -> int:
    """Give the exit code of a whole checkup: 0 when nothing failed."""
    failed = {check.exit_code for check in checks if check.verdict is Verdict.FAILED}
    return next((code for code in FIRST if code in failed), 0)
