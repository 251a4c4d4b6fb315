"""Rules: what the settings and the command line allow, as plain values for the stages that judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from reconciler.model.address import Address
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import StatusType

NOT_KNOWN: Final = "?"
"""Stands for a status that cannot be known, in `line_transitions` and in reports."""

FINAL_TYPES: Final = frozenset({StatusType.CANCELED, StatusType.REFUNDED})
"""Types out of which a line is moved only with `--allow-reopen`, be it into the other of them."""

FINAL_ORDER_STATUSES: Final = {"canceled": StatusType.CANCELED, "refunded": StatusType.REFUNDED}
"""An order's own statuses that count for its lines alike."""


class SendDefinitions(StrEnum):
    """How definitions reach the target.

    Whether an import without orders is accepted is not documented (A21).
    """

    AUTO = "auto"
    """Alone, and if that is refused as malformed and orders are to be imported, with the first batch."""
    STANDALONE = "standalone"
    WITH_ORDERS = "with_orders"


class Observe(StrEnum):
    """How orders are read."""

    AUTO = "auto"
    LIST = "list"
    GET_STATUS = "get_status"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of `line_transitions` with its places, as validation looks at it."""

    before: str
    origin: Origin | None
    after: tuple[tuple[str, Origin | None], ...] = ()
    """Where a line may go, each with its place."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A withheld item that is known and fine until a date, inclusive, in UTC."""

    pattern: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much for one plan; `None` of `max_order_share` never applies."""

    max_permanent_creates: int = 20
    max_line_changes: int = 1000
    max_order_share: float | None = 0.3


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides what may be done, and how it is sent."""

    transitions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Which statuses a line may be moved to from each; empty: every move that does not reopen."""
    allow_reopen: bool = False
    resend_stale: tuple[str, ...] = ()
    """Globs of lines whose stale record is said again."""
    skip_triggers: bool = True
    """True: every import asks the target to fire no trigger."""
    silent: bool = False
    """True: lines change only where no trigger fires, in an import of their order or by a quiet status."""
    definitions: SendDefinitions = SendDefinitions.AUTO
    batch_size: int = 200
    concurrency: int = 8
    recheck_after: float = 300
    """Seconds of writing after which what is left is observed again; 0: never."""
    limits: Limits = field(default_factory=Limits)
    require_evidence: Evidence | None = None
    acknowledged: tuple[Acknowledged, ...] = ()

    @property
    def batch(self) -> int:
        """How many orders one import carries: one alone when it may message a customer.

        A batch that is refused is sent again in parts, and the refusal does not say what was stored (A19).
        """
        return self.batch_size if self.skip_triggers else 1

    def resends(self, address: Address) -> bool:
        """Tell whether a stale line was named to be said again."""
        return any(address.matches(pattern) for pattern in self.resend_stale)

    def acknowledges(self, address: Address, today: date) -> bool:
        """Tell whether it is known and fine that this address is withheld."""
        return any(today <= each.until and address.matches(each.pattern) for each in self.acknowledged)
