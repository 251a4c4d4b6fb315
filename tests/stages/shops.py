"""Orders and manifests in a few words, for tests that speak to a sandbox."""

from __future__ import annotations

from typing import Any

from tests.laws.world import LAVISH, Ran, Shop, shop
from tests.laws.worlds import EMAIL, FIELDS, STATUSES, a_line, an_order

__all__ = [
    "EMAIL",
    "FIELDS",
    "LAVISH",
    "STATUSES",
    "Ran",
    "Shop",
    "a_line",
    "an_order",
    "field",
    "shop",
    "status",
]


def field(external_id: str, **changes: Any) -> dict[str, Any]:
    """A custom field's entry."""
    return {"external_id": external_id, **FIELDS[external_id], **changes}


def status(external_id: str, **changes: Any) -> dict[str, Any]:
    """A line status's entry."""
    return {"external_id": external_id, **STATUSES[external_id], **changes}
