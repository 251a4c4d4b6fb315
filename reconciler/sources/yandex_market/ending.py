"""Ending: how long v2 of the API still lives (reference, section 2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from reconciler.model.diagnostic import Diagnostic, error, warning
from reconciler.model.source import SourceManifest

DEGRADES: Final = datetime(2027, 1, 18, tzinfo=UTC)
ENDS: Final = datetime(2027, 4, 12, tzinfo=UTC)
_WAY_OUT: Final = "write api: v1, with business_id; campaign_ids may stay"


def ending(source: SourceManifest, now: datetime, *, strict: bool) -> Diagnostic:
    """Say how v2 ends: a warning, and from that day on an error where one is `strict`."""
    degrades, ends = DEGRADES.date(), ENDS.date()
    if now >= ENDS:
        make = error if strict else warning
        return make(f"{source.label}: api v2 ended on {ends}", source.origin, _WAY_OUT)
    began = "has degraded since" if now >= DEGRADES else "degrades from"
    return warning(f"{source.label}: api v2 {began} {degrades} and ends on {ends}", source.origin, _WAY_OUT)
