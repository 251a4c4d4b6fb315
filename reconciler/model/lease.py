"""Lease: who may write for an account just now, so that no two runs say the same thing twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reconciler.model.history import RunFacts
from reconciler.model.shard import Shard


@dataclass(frozen=True, slots=True)
class Process:
    """What tells one process from every other, on whatever machine; an empty text is not known.

    A process id alone says little: it is given out again, every container counts its own, and containers
    share the names of hosts.
    """

    pid: int = 0
    boot_id: str = ""
    namespace: str = ""
    """Of process ids."""
    started: str = ""
    """In ticks since the boot."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants to hold an account, and what for."""

    purpose: str
    facts: RunFacts
    process: Process
    shard: Shard | None = None
    """Which share of the account is claimed; None: all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds an account. Moments are of the holder's own clock."""

    claim: Claim
    fence: int
    """How often the account was taken by now: what an earlier holder still sends bears a lower one."""
    taken_at: datetime
    heartbeat_at: datetime
    expires_at: datetime
    run: int | None = None
    """None: it has not begun one yet."""
    stop_requested: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """The account is held by somebody else. `alive`: by a process that runs on this machine right now."""

    holder: Holder
    alive: bool
