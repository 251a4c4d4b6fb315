"""Dates: the moments that headers name.

Every server writes them in one form (RFC 9110, section 5.6.7). The standard library knows the older ones too,
and half of the mail system is loaded with it; so it is asked only where the form is another.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final


@lru_cache(maxsize=8)
def moment_of(header: str | None) -> datetime | None:
    """Read an HTTP date as a moment in UTC; None when there is none or it is not one.

    Answers of one second say the same.
    """
    if not header:
        return None
    try:
        usual = _USUAL.fullmatch(header)
        if usual is None:
            return _unusual(header)
        day, month, year, hour, minute, second = usual.groups()
        return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _unusual(header: str) -> datetime:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - see above

    moment = parsedate_to_datetime(header)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS: Final = {month: number for number, month in enumerate(_NAMES, start=1)}
_USUAL: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-3][0-9]) (" + "|".join(_NAMES) + r") ([1-9][0-9]{3})"
    r" ([0-2][0-9]):([0-5][0-9]):([0-5][0-9]) GMT",
    re.ASCII,
)
