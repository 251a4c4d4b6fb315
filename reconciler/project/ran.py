"""Ran: a run that is over, as its reports tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.outcome import Outcome
from reconciler.project.carrying import Carried
from reconciler.project.opening import utc_now
from reconciler.reports.html import applied_page
from reconciler.reports.json import applied_document
from reconciler.reports.markdown import applied_markdown
from reconciler.reports.shown.applied import Applied
from reconciler.reports.shown.fixed import applied_line
from reconciler.reports.shown.sizes import COMMENT
from reconciler.reports.text import outcomes_text
from reconciler.reports.text.diagnostics import remarks
from reconciler.reports.text.style import Paint, plain
from reconciler.version import __version__


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of everything that was to be sent. `exit_code` is that of the contract, section 6.1."""

    carried: Carried
    applied: Applied
    exit_code: int

    @property
    def summary(self) -> Mapping[str, int]:
        """How many changes had each outcome, and how many were withheld."""
        return self.carried.summary

    @property
    def line(self) -> str:
        """The fixed line: `Applied: 12 done, …` (contract, section 6.4)."""
        return applied_line(self.carried.counted, len(self.applied.withheld))

    @property
    def run(self) -> int | None:
        """The number of the run in the record; None when nothing was sent."""
        return self.applied.run

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of each change."""
        return tuple(self.applied.outcomes)

    def text(self, paint: Paint = plain, *, verbose: bool = False) -> str:
        """Give it for people: what did not end as done, or with `verbose` all, and the fixed line."""
        told = "".join(f"{line}\n" for line in remarks(self.carried.diagnostics, paint))
        return f"\n{outcomes_text(self.applied.outcomes, paint, verbose=verbose)}{told}{self.line}\n"

    def document(self) -> dict[str, Any]:
        """Give it as the JSON data of the contract, section 6.4."""
        return applied_document(self.applied, exit_code=self.exit_code)

    def markdown(self, limit: int = COMMENT) -> str:
        """Give it as Markdown of at most `limit` bytes."""
        return applied_markdown(self.applied, limit=limit)

    def html(self) -> Iterator[str]:
        """Give it as one self-contained page, in pieces."""
        return applied_page(self.applied, tool_version=__version__)


def ran(carried: Carried, exit_code: int, command: str = "apply") -> Ran:
    """Put together what became of a plan."""
    plan = carried.plan
    applied = Applied(
        command=command,
        target=plan.target,
        run=carried.run or None,
        ended_at=utc_now(),
        outcomes=carried.outcomes,
        withheld=plan.withheld,
        next_commands=carried.next_commands(plan.target.name),
        diagnostics=(*plan.diagnostics, *carried.diagnostics),
    )
    return Ran(carried, applied, exit_code)
