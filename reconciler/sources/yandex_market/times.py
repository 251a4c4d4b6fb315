"""Times: the moments of the Market, in every form in which it writes them.

v1 writes ISO 8601 with an offset; v2 writes `DD-MM-YYYY HH:MM:SS` in Moscow time, and no offset with it
(reference, section 2.1). Where an offset is missing it is Moscow's.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from reconciler.model.times import read_instant

MOSCOW: Final = timezone(timedelta(hours=3))
"""The same all year round since 2014."""

_DOTTED: Final = re.compile(r"(\d{2})-(\d{2})-(\d{4})(?:[ T](\d{2}:\d{2}:\d{2}))?", re.ASCII)
_ZONED: Final = re.compile(r".*(?:[Zz]|[+-]\d{2}:?\d{2})", re.ASCII)


def moment(text: str | None) -> datetime | None:
    """Read a moment at whole seconds, in UTC; None for what is no moment."""
    if not text:
        return None
    text = text.strip()
    match = _DOTTED.fullmatch(text)
    if match is not None:
        day, month, year, time = match.groups()
        text = f"{year}-{month}-{day}T{time or '00:00:00'}"
    bare = "T" not in text.upper() and ":" not in text
    if bare:
        text += "T00:00:00"
    zoned = text if _ZONED.fullmatch(text[10:]) else text + "+03:00"
    try:
        return read_instant(zoned).astimezone(UTC)
    except ValueError:
        return None
