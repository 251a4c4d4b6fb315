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
    ended_at: datetime | None = None
    """When the last of it was known; a state that was lost is rebuilt from reports in this order."""
    outcomes: Sequence[Outcome] = ()
    withheld: Sequence[Withhold] = ()
    next_commands: Sequence[str] = ()
    diagnostics: Sequence[Diagnostic] = ()
