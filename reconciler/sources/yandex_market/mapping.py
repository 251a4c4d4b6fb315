"""Mapping: what the Market's words become, the usual rules and those of an entry laid over them.

    a rule about a status            PICKUP: delivering
    one about a status and its substatus, which wins over it    PROCESSING/SHIPPED: delivering
    one about units of an item       unit/RETURNED: refunded

A word that no rule names becomes nothing: it is never guessed (reference, section 8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from reconciler.model.yandex_market import SKIP, STATUSES, UNITS, USUAL_PARENTS, MarketEntry, unit_key

USUAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PLACING": "new",
        "RESERVED": "new",
        "UNPAID": "new",
        "PENDING": "new",
        "PROCESSING": "processing",
        "PROCESSING/SHIPPED": "delivering",
        "DELIVERY": "delivering",
        "PICKUP": "delivering",
        "DELIVERED": "delivered",
        "CANCELLED": "canceled",
        "PARTIALLY_RETURNED": "delivered",
        "RETURNED": "refunded",
    }
)
"""What becomes of a line, by the state of its order (reference, section 8.1). UNKNOWN is no rule's.

PROCESSING/SHIPPED is the only substatus that makes a difference: the Market says so of an order that it has
handed over. PARTIALLY_RETURNED counts where nothing is known of single units.
"""

UNIT_AS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CREATED": "",
        "SHIPPED": "DELIVERY",
        "DELIVERED_TO_BUYER": "DELIVERED",
        "CANCELLED": "CANCELLED",
        "LOST": "CANCELLED",
        "REJECTED": "CANCELLED",
        "RETURNED": "RETURNED",
    }
)
"""Units become what an order of this state becomes, rules of the entry included; those that are only CREATED
what their own order does (reference, section 8.2)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one source."""

    overrides: Mapping[str, str] = field(default_factory=dict)
    mixed: str | None = None
    """What becomes of a line of which only some units stayed with the buyer; None: as if all had."""

    def of_order(self, status: str, substatus: str = "") -> str | None:
        """Give what an order's state becomes, `SKIP` where nothing is wanted, None where no rule names it."""
        for key in (f"{status}/{substatus}", status):
            found = self.overrides.get(key) or USUAL.get(key)
            if found is not None:
                return found
        return None

    def of_unit(self, unit: str, status: str, substatus: str) -> str:
        """Give what a known unit becomes in an order of this state, which some rule has to name."""
        found = self.overrides.get(unit_key(unit))
        if found is None:
            like = UNIT_AS[unit] or status
            found = self.of_order(like, substatus if like == status else "")
        return found or SKIP

    def of_mixed(self, status: str, substatus: str) -> str:
        """Give what becomes of a line of which only some units stayed with the buyer."""
        if self.mixed is None or self.mixed == "delivered":
            return self.of_unit("DELIVERED_TO_BUYER", status, substatus)
        return self.mixed


def rules_of(entry: MarketEntry) -> Rules:
    """Take the rules out of an entry."""
    return Rules(entry.statuses or {}, entry.mixed)


def mapping_markdown() -> str:
    """Write the usual rules for people, as Markdown."""
    rows = [f"| `{key}` | `{status}` |" for key, status in USUAL.items()]
    return "\n".join(
        ["| state of the order | line status |", "|---|---|", *rows, "| `UNKNOWN`, or any other | nothing |"]
    )


def units_markdown() -> str:
    """Write what single units become, as Markdown."""
    rows = [
        f"| `{unit}` | {f'`{UNIT_AS[unit]}`' if UNIT_AS[unit] else 'the order itself'} "
        f"| {f'`{USUAL[UNIT_AS[unit]]}`' if UNIT_AS[unit] else 'as the order'} |"
        for unit in UNITS
    ]
    head = ["| state of a unit | becomes what this state of an order becomes | usually |", "|---|---|---|"]
    return "\n".join([*head, *rows, "| any other | nothing | nothing |"])


def substatuses_markdown() -> str:
    """Write the usual states of the known substatuses, as Markdown."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for substatus, parents in USUAL_PARENTS.items():
        groups.setdefault(tuple(each for each in STATUSES if each in parents), []).append(substatus)
    rows = [f"| {_code(parents) or 'any'} | {_code(found)} |" for parents, found in groups.items()]
    return "\n".join(["| usually under | substatus |", "|---|---|", *rows])


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in words)
