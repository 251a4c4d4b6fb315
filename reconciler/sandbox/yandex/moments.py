"""Times as Yandex Market writes and reads them: v1 with an offset, v2 in Moscow time without one."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from reconciler.sandbox.checks import a_string
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.times import stored_time

MOSCOW = timezone(timedelta(hours=3))
_YEARS = range(1970, 3000)
LONGEST = timedelta(days=30)
"""Of a window of dates."""


def moscow(stored: str) -> datetime:
    """Return a stored time on Moscow's clock."""
    return datetime.fromisoformat(stored).astimezone(MOSCOW)


def v1_moment(stored: str, form: str) -> str:
    """Write a moment as v1 does under the switch Y3."""
    if form == "zulu":
        return stored
    if form == "nanoseconds":
        return stored.removesuffix("Z") + ".123456789Z"
    here = moscow(stored).isoformat(timespec="seconds")
    return here.replace("+", ".123+") if form == "fractions" else here


def v2_moment(stored: str) -> str:
    """Write a moment as v2 does: `19-11-2026 13:00:00`, Moscow time."""
    return moscow(stored).strftime("%d-%m-%Y %H:%M:%S")


def v2_day(stored: str, later: int = 0) -> str:
    """Write a day as v2 does, some days later."""
    return (moscow(stored) + timedelta(days=later)).strftime("%d-%m-%Y")


def v1_day(stored: str, later: int = 0) -> str:
    """Write a day as v1 does, some days later."""
    return (moscow(stored) + timedelta(days=later)).date().isoformat()


def a_day(value: object, key: str) -> date:
    """Read a day, `2026-11-19`. Raises Refusal."""
    text = a_string(value, key)
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-19") else None
    except ValueError:
        day = None
    if day is not None and day.year in _YEARS:
        return day
    raise Refusal(f"{key}: must be a date, YYYY-MM-DD")


def a_moment(value: object, key: str) -> datetime:
    """Read a moment of ISO 8601 with an offset. Raises Refusal."""
    text = a_string(value, key)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refusal(f"{key}: must be a time of ISO 8601 with an offset")


def midnight(day: date) -> str:
    """Return the stored form of a day's beginning in Moscow."""
    return stored_time(datetime.combine(day, time(), MOSCOW))
