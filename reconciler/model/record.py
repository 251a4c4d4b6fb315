"""Record: what we remember of our own words, because the target cannot be asked for most of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from reconciler.model.address import Address
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import LineManifest

OURS_WITHIN: Final = timedelta(seconds=60)
"""How much later than our write a first later update_time may be and still be the echo of that write
(contract, section 5).
"""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one address.

    `spec` is JSON data: for a definition the fields that were said, for a line its status, for an order a
    mapping of dotted paths to shown values.
    """

    spec: Any
    how: Evidence
    """RECORDED.

    The target accepted it; DECLARED: the user vouched; OBSERVED: an apply read it and sent nothing.
    """
    at: datetime
    run: int
    released: bool = False
    """True: once ours, then no longer declared; kept so that the same id declared again is recognised."""
    unmet: Mapping[str, Any] = field(default_factory=dict)
    """For an order.

    Paths that the target showed otherwise right after it had accepted our import (A14, A35), with what it
    showed.
    """
    identity: str = ""
    """For an order: the digest of its matching identity, which cannot be read back."""
    source: str = ""
    """For a line: the name of the source that it followed, empty for a manifest entry."""
    reported: datetime | None = None
    """For a line: when that source had last seen the order change. An older report never overrides it."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The update_time of an order that our own last write explains.

    `seen` is None until a read has shown it moved; `before` and `written` then decide about the first later
    value.
    """

    seen: datetime | None
    before: datetime | None
    written: datetime

    def touched(self, updated: datetime | None) -> bool:
        """Tell whether an order with this update_time was changed by others since our last write of it.

        One whose update_time could be read and cannot be any more counts as changed: nobody can vouch for it.
        """
        if updated is None:
            return self.seen is not None or self.before is not None
        if self.seen is not None:
            return updated > self.seen
        if self.before is not None and updated <= self.before:
            return False
        return updated > self.written + OURS_WITHIN

    def settled(self, updated: datetime | None) -> Baseline:
        """Take the first update_time that our write explains as the baseline.

        Unchanged while there is none.
        """
        if self.seen is not None or updated is None or self.touched(updated):
            return self
        if updated >= self.written or (self.before is not None and updated > self.before):
            return Baseline(updated, self.before, self.written)
        return self


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A write that was sent and of which nobody knows whether it happened."""

    run: int
    at: datetime
    wanted: Any
    reason: str
    action: str = ""
    """The word of the change: create, update or ensure."""
    before: Any = None
    """What was shown or recorded before it was sent."""
    updated: datetime | None = None
    """The order's update_time before it was sent."""

    def __str__(self) -> str:
        return f"sent in run {self.run} on {self.at:%Y-%m-%d %H:%M:%SZ} and not confirmed: {self.reason}"


@dataclass(frozen=True, slots=True)
class Record:
    """All that is remembered of one account."""

    definitions: Mapping[Address, Memory] = field(default_factory=dict)
    orders: Mapping[str, Memory] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, Memory]] = field(default_factory=dict)
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    finished: Mapping[Address, str] = field(default_factory=dict)
    """Lines whose `hold: once` wish is done, with the status that was wanted."""
    unsettled: Mapping[Address, Unsettled] = field(default_factory=dict)
    last_run: int = 0
    foreign: Mapping[Address, str] = field(default_factory=dict)
    """What other projects of the account hold, by their names."""

    def is_finished(self, where: Address, wish: LineManifest) -> bool:
        """Tell whether this line's `hold: once` wish is done."""
        return wish.once and self.finished.get(where) == wish.status

    def touched(self, order: str, updated: datetime | None) -> bool:
        """Tell whether an order was changed by somebody else since our last write of any of its lines."""
        baseline = self.baselines.get(order)
        return baseline is not None and baseline.touched(updated)
