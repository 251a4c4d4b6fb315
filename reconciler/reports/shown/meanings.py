"""Meanings: what the contract's words say, for whoever meets them for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reconciler.model.evidence import Evidence

ACTIONS: Final[Mapping[str, str]] = {
    "create": "known absent, will be made",
    "update": "differs, will be changed",
    "ensure": "cannot be known, so it will be said; if it exists, its name or default may be overwritten",
    "release": "no longer declared; stays in the target, and is no longer ours",
    "withhold": "wanted, and nothing will be done; the reason says why",
    "drift": "changed outside; not pending by itself, the next apply takes it into the record",
}
"""The actions, and what is beside them in a plan."""

EVIDENCE: Final[Mapping[Evidence, str]] = {
    Evidence.OBSERVED: "read from the target in this run",
    Evidence.RECORDED: "the target accepted our words; it cannot be read back",
    Evidence.STALE: "recorded, but the order was touched since our last write of it",
    Evidence.INFERRED: "seen in use in the target",
    Evidence.DECLARED: "the user vouched for it",
    Evidence.UNKNOWN: "nothing is known",
}

OUTCOMES: Final[Mapping[str, str]] = {
    "done": "the target accepted it",
    "failed": "refused, nothing happened",
    "lost": "sent, and nobody knows yet what happened",
    "skipped": "not sent: what it needs failed, or the run was stopped",
    "moved": "not sent: the target had changed since the plan was approved",
    "withheld": "nothing was done; the reason says why",
}

MARKS: Final[Mapping[str, str]] = {
    "permanent": "makes what nobody can delete again",
    "may fire triggers": "may start an automation: a customer may get a message",
}
"""What makes a change dangerous."""
