"""Questions: what the Market is asked, as paths and bodies. Pure.

Every list of ids is cut to what one call takes, and every span of time to what one window may be long.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from reconciler.model.times import rfc3339
from reconciler.model.yandex_market import MarketEntry

AT_ONCE: Final = 50
"""Ids in a call, and orders on a page (reference, section 3.2)."""
LONGEST_WINDOW: Final = timedelta(days=30)
"""Of changes; v1 does not say so, its forerunner does (reference, section 3.2)."""
AHEAD: Final = timedelta(days=1)
"""Windows end in the future: then neither a clock that is slow nor an end that does not count hides what
changed just now."""

Body = dict[str, Any]


def windows(now: datetime, span: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Cut the time from `span` ago until tomorrow into windows without a gap, the oldest first."""
    start, end = now - span, now + AHEAD
    while start < end:
        until = min(start + LONGEST_WINDOW, end)
        yield start, until
        start = until


def sweeps(entry: MarketEntry, now: datetime) -> Iterator[Body]:
    """Ask for all that changed within the entry's span."""
    for start, end in windows(now, entry.span or timedelta()):
        dates = {"updateDateFrom": rfc3339(start), "updateDateTo": rfc3339(end)}
        for common in _common(entry):
            yield {"dates": dates, **common}


def lookups(entry: MarketEntry, ids: Collection[str]) -> Iterator[Body]:
    """Ask for orders by their ids."""
    by_external = entry.order_id == "externalOrderId"
    every = sorted(ids)
    for start in range(0, len(every), AT_ONCE):
        batch = every[start : start + AT_ONCE]
        for common in _common(entry):
            if by_external:
                yield {"externalOrderIds": batch, **common}
            else:
                yield {"orderIds": [int(each) for each in batch], **common}


def _common(entry: MarketEntry) -> Iterator[Body]:
    """Give what every body holds.

    Whether a call without `fake` shows test orders is not documented, so it is always said; with test orders
    every question is asked twice.
    """
    stores = {"campaignIds": sorted(set(entry.campaign_ids))} if entry.campaign_ids else {}
    for fake in (False, True) if entry.fakes else (False,):
        yield {**stores, "fake": fake}


def list_path(business: int, token: str | None) -> str:
    """Where v1 lists orders."""
    page = f"&pageToken={quote(token, safe='')}" if token else ""
    return f"/v1/businesses/{business}/orders?limit={AT_ONCE}{page}"


def order_path(campaign: int, order: str) -> str:
    """Where v2 shows one order."""
    return f"/v2/campaigns/{campaign}/orders/{quote(order, safe='')}"


def askable(entry: MarketEntry, ids: Collection[str]) -> frozenset[str]:
    """Leave out the ids that cannot be the Market's: it numbers orders, in 64 bits."""
    if entry.order_id == "externalOrderId":
        return frozenset(each for each in ids if each)
    return frozenset(each for each in ids if _is_number(each))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19 and text[0] != "0" and int(text) < 2**63
