"""Findings: diagnostics as the machines want them that show them beside the lines of a file.

Such a machine wants a file and a line for everything, and something by which it knows a finding again when
other lines were put before it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reconciler.model.diagnostic import Diagnostic, Origin
from reconciler.reports.shown.values import clean

SETTINGS: Final = "reconciler.yaml"
"""Where a finding is shown that has no place of its own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnostic at a file and a line, both of which are always there."""

    diagnostic: Diagnostic
    file: str
    line: int
    column: int
    """0 where only the line is known."""
    fingerprint: str
    """Stays the same while the finding moves within its file."""

    @property
    def message(self) -> str:
        """What is wrong and what to do about it, on one line."""
        advice = f" ({clean(self.diagnostic.advice)})" if self.diagnostic.advice else ""
        also = "".join(f", also {clean(str(each))}" for each in self.diagnostic.related)
        return f"{clean(self.diagnostic.summary)}{also}{advice}"


def findings(diagnostics: Iterable[Diagnostic], elsewhere: str = SETTINGS) -> tuple[Finding, ...]:
    """Give every diagnostic a place, `elsewhere` where it has none, and a fingerprint of its own."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for each in diagnostics:
        origin = each.origin if each.origin is not None else Origin(elsewhere)
        same = (origin.file, str(each.severity), each.summary)
        told = "\0".join([*same, str(seen[same])]).encode("utf-8", "surrogatepass")
        seen[same] += 1
        found.append(
            Finding(
                each, origin.file, max(origin.line, 1), origin.column, hashlib.sha256(told).hexdigest()[:32]
            )
        )
    return tuple(found)
