"""Applied: what became of a plan, as every format tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.change import Withhold
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.outcome import Outcome
from reconciler.model.plan import TargetName


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of a plan, as it is reported."""

    command: str = "apply"
    target: TargetName | None = None
    run: int | None = None
    runs: Sequence[int] = ()
    """All of them, where the report is of several."""
    ended_at: datetime | None = None
    """When the last of it was known; a state that was lost is rebuilt from reports in this order."""
    outcomes: Sequence[Outcome] = ()
    withheld: Sequence[Withhold] = ()
    unlisted: int = 0
    """How much more was withheld, of which only the number is known."""
    next_commands: Sequence[str] = ()
    diagnostics: Sequence[Diagnostic] = ()

    @property
    def withheld_in_all(self) -> int:
        """How much was withheld."""
        return len(self.withheld) + self.unlisted
