"""History: the runs of an account and what each of them wrote, as the journal tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciler.model.address import Address
from reconciler.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """Who runs us and where, as the caller found out; an empty text is not known. Names no secret."""

    host: str = ""
    pid: int = 0
    actor: str = ""
    commit: str = ""
    ci_url: str = ""
    tool_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run. `ended_at` and `exit_code` are None while it lasts, and for ever when it died."""

    id: int
    target: str
    command: str
    started_at: datetime
    ended_at: datetime | None
    exit_code: int | None
    facts: RunFacts
    summary: Mapping[str, int] = field(default_factory=dict)
    project: str = ""
    """Whose run it was; empty where an older program did not say."""
    shard: str = ""
    """Which share of the work it was, such as `2/4`; empty for all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRow:
    """One write of a run. `outcome` is the contract's word, None while nobody knows."""

    run: int
    number: int
    request: int | None
    """The number of the first of those that were intended together; None: it never came to be sent."""
    address: Address
    action: str
    wanted: Any
    before: Any
    intended_at: datetime | None
    outcome: str | None
    outcome_at: datetime | None
    reason: str
    seconds: float
    settled_by: str | None
    """What settled it when its own answer did not: verify, read, time, user, adopt or forget."""
    updated: datetime | None = None
    """The order's update_time before it was sent."""
    evidence: Evidence | None = None
    """How `before` was known; None where nothing was sent, and where an older program did not say."""


@dataclass(frozen=True, slots=True)
class RunStory:
    """A run with all its writes, in the order in which they were intended."""

    row: RunRow
    writes: tuple[WriteRow, ...]
    closed: str = ""
    """Why nothing more of what it was approved for is to be sent; empty while something of it may be."""
