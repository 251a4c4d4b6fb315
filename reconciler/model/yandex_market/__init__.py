"""Yandex Market: an entry of `order_sources` that names a cabinet, and the words that the Market uses."""

from __future__ import annotations

from reconciler.model.yandex_market.entry import SANDBOX, SKIP, MarketEntry
from reconciler.model.yandex_market.substatuses import USUAL_PARENTS
from reconciler.model.yandex_market.words import STATUSES, UNIT, UNITS, nearest_key, unit_key

__all__ = [
    "SANDBOX",
    "SKIP",
    "STATUSES",
    "UNIT",
    "UNITS",
    "USUAL_PARENTS",
    "MarketEntry",
    "nearest_key",
    "unit_key",
]
