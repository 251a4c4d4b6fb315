"""Scope: whose record is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reconciler.model.shard import Shard

DEFAULT_PROJECT: Final = "default"


@dataclass(frozen=True, slots=True)
class Scope:
    """An account, and which of the repositories that share it.

    A project has memories and finished wishes of its own. Runs, what is in doubt and the lease are the
    account's, for they are about what the target was told.
    """

    account: str
    project: str = DEFAULT_PROJECT
    shard: Shard | None = None
    """Which share of the account is written; None: all of it."""
