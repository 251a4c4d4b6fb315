"""Times: days, and instants in UTC at whole seconds, in every form that manifests and servers use (A42)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?\s*([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII
)


def read_day(text: str) -> date:
    """Read `YYYY-MM-DD`; raises ValueError for another form and for a day that no calendar has."""
    if not _DAY.fullmatch(text):
        raise ValueError("has to be a date such as 2026-12-31")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is a date that does not exist") from None


def is_day(text: str) -> bool:
    """Tell whether a text has the form of a date without a time."""
    return bool(_DAY.fullmatch(text))


def read_instant(text: str) -> datetime:
    """Read RFC 3339, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`.

    Without a zone it is UTC; fractions of a second are dropped. Raises ValueError for another form and for a
    moment that does not exist.
    """
    if is_day(text):
        day = read_day(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise ValueError("has to be a time such as 2026-12-31T15:04:05Z or a date such as 2026-12-31")
    try:
        *numbers, zone = match.groups()
        year, month, day_, hour, minute, second = map(int, numbers)
        local = datetime(year, month, day_, hour, minute, second, tzinfo=_zone(zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is a time that does not exist") from None


def _zone(text: str | None) -> timezone:
    if text is None or text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if minutes > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def rfc3339(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC at whole seconds, ending in Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def canonical_date(text: str) -> str:
    """Write a date or a moment in one comparable spelling: midnight in UTC is the day alone.

    Raises ValueError as `read_instant` does.
    """
    moment = read_instant(text)
    at_midnight = not (moment.hour or moment.minute or moment.second)
    return moment.date().isoformat() if at_midnight else rfc3339(moment)
