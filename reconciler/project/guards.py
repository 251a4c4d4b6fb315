"""Guards: what a state has to be like before anything is written on its word.

A memory that is lost is the worst that can happen to this program: everything that it cannot read would be
said again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.record import Record
from reconciler.model.url import is_loopback
from reconciler.settings import Chosen

_SQLITE: Final = "sqlite:"


@dataclass(frozen=True, slots=True)
class Trust:
    """What somebody says of a state that would not be trusted otherwise."""

    new: bool = False
    """It may be one that no apply has seen."""
    ephemeral: bool = False
    """In CI: it may be a file that is gone with the job."""


def state_breaches(
    chosen: Chosen, record: Record, trust: Trust, environment: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Name every reason why a state must not be trusted with an apply (exit 5)."""
    found = []
    if chosen.shape.state_required and not record.last_run and not trust.new:
        found.append(
            error(
                f"the state {chosen.target.state} knows of no earlier run for {chosen.target.account}",
                advice="look whether `state` names the right one; for a first apply add --new-state",
            )
        )
    if not trust.ephemeral:
        found += [error(each.summary, advice=each.advice) for each in passing_state(chosen, environment)]
    return tuple(found)


def unplanned(chosen: Chosen) -> tuple[Diagnostic, ...]:
    """Refuse an apply without a saved plan where the target asks for one (exit 5)."""
    if not chosen.shape.require_plan:
        return ()
    name = chosen.target.name
    return (
        error(
            f"target {name} is changed only by a saved plan (`require_plan: true`)",
            advice=f"`reconciler plan -t {name} -o json=plan.json`, have it reviewed, "
            f"then `reconciler apply plan.json -t {name}`",
        ),
    )


def passing_state(chosen: Chosen, environment: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Tell of a state that will be gone when this CI job has ended; a sandbox may have one."""
    harmless = chosen.sandbox is not None or is_loopback(chosen.shape.url)
    if not environment.get("CI") or harmless or not chosen.state.startswith(_SQLITE):
        return ()
    return (
        error(
            f"the state {chosen.target.state} is a file in a CI job, and what is remembered may end with it",
            advice="let `state` name a PostgreSQL database; where the file is kept, add --ephemeral-state",
        ),
    )
