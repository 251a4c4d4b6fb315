"""Journal: the record of a run, as whoever sends writes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from reconciler.model.address import Address
from reconciler.model.evidence import Evidence
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory


@dataclass(frozen=True, slots=True)
class Intent:
    """A write that is about to leave, as the journal keeps it. Holds no payload and nothing personal."""

    address: Address
    action: str
    wanted: Any
    """JSON data.

    For a line its status, for a definition its fields, for an order the digest of what is sent.
    """
    before: Any = None
    updated: datetime | None = None
    """The order's update_time as it was read before."""
    evidence: Evidence | None = None
    """How `before` was known."""


class Journal(Protocol):
    """The record of one run: intent before, result after. Methods may be called from several threads."""

    run: int

    @property
    def unkept(self) -> AbstractSet[int]:
        """Numbers of writes whose results were not waited for and could not be put on disk."""
        ...

    def intend(self, intents: Sequence[Intent], *, apart: bool = False) -> Sequence[int]:
        """Put intents on disk; returns only when they are there. Gives a number for each.

        They leave in one request, or each in its own where they are to leave `apart`.
        """
        ...

    def settle(
        self,
        numbered: Sequence[tuple[int, Outcome]],
        taken: Sequence[Taken] = (),
        baselines: Mapping[str, Baseline] | None = None,
        *,
        wait: bool = True,
    ) -> None:
        """Put results on disk together with what they mean for the record: all of it or nothing.

        A write that is done and not remembered would be sent again. Without `wait` it returns at once: the
        results are on disk before the next intent is, so that who intends next waits once for both.
        """
        ...

    def flush(self) -> None:
        """Return only when everything is on disk that was not waited for."""
        ...

    def remember(self, taken: Iterable[Taken]) -> None:
        """Write memories into the record, or take them out of it."""
        ...

    def baseline(self, baselines: Mapping[str, Baseline]) -> None:
        """Keep the update times that our own writes explain."""
        ...

    def remembered(self, addresses: Collection[Address]) -> Mapping[Address, Memory]:
        """Give what is on record of these addresses by now, whoever wrote it."""
        ...

    def end(self, *, exit_code: int, summary: Mapping[str, int], outcomes: Iterable[Outcome]) -> None:
        """Close the run with its result.

        `outcomes` holds those that were never intended, such as skipped ones.
        """
        ...
