"""Words: what the Market calls the states of orders and of single units, and how rules name them.

These lists grow: other values do arrive, and are never an error (reference, section 2.4).
"""

from __future__ import annotations

from typing import Final

from reconciler.model.text import closest
from reconciler.model.yandex_market.substatuses import USUAL_PARENTS

STATUSES: Final = (
    "PLACING",
    "RESERVED",
    "UNPAID",
    "PENDING",
    "PROCESSING",
    "DELIVERY",
    "PICKUP",
    "DELIVERED",
    "CANCELLED",
    "PARTIALLY_RETURNED",
    "RETURNED",
    "UNKNOWN",
)
"""States of an order (reference, section 2.4)."""

UNITS: Final = ("CREATED", "SHIPPED", "DELIVERED_TO_BUYER", "CANCELLED", "LOST", "REJECTED", "RETURNED")
"""States of single units of an item (reference, section 8.2)."""

UNIT: Final = "unit"
"""The word before the slash that makes a rule one about units."""


def unit_key(unit: str) -> str:
    """Name a rule about units of one state, such as `unit/RETURNED`."""
    return f"{UNIT}/{unit}"


def nearest_key(key: str) -> str | None:
    """Tell what is doubtful about the key of a rule: None when the Market is known to use its words.

    Else the key that was likely meant, empty when none is near.
    """
    head, slash, tail = key.partition("/")
    if head == UNIT:
        return None if tail in UNITS else closest(key, tuple(unit_key(unit) for unit in UNITS))
    if not slash:
        return None if key in STATUSES else closest(key, STATUSES)
    status = head if head in STATUSES else closest(head, STATUSES)
    substatus = tail if tail in USUAL_PARENTS else closest(tail, tuple(USUAL_PARENTS))
    if (status, substatus) == (head, tail):
        return None
    return f"{status}/{substatus}" if status and substatus else ""
