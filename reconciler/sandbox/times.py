"""Times: the forms that requests may use, and the forms that answers may take.

Inside there is one form, `2025-03-01T08:00:00Z`: UTC, whole seconds, comparable as text.
"""

from datetime import UTC, date, datetime, timedelta, timezone

from reconciler.sandbox.refusal import Refusal

_MOSCOW = timezone(timedelta(hours=3))
_PLAIN_DATE = 10


def stored_time(moment: datetime) -> str:
    """Write a moment in the stored form; parts of a second are cut."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_time(text: str, key: str) -> str:
    """Read a date, or a date and time (RFC 3339, or with a space; without a zone UTC), as the stored form.

    These are the forms in the documentation's samples (A42). Raises Refusal naming `key`.
    """
    try:
        if len(text) == _PLAIN_DATE:
            day = date.fromisoformat(text)
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return stored_time(moment)
    except (ValueError, OverflowError):
        raise Refusal(f"{key}: must be an RFC 3339 time") from None


def shown_time(stored: str, time_format: str) -> str:
    """Write a stored time as orders/list does under the switch A42."""
    if time_format == "milliseconds":
        return stored.removesuffix("Z") + ".000Z"
    if time_format == "space":
        return stored.removesuffix("Z").replace("T", " ")
    if time_format == "offset":
        return _moment(stored).astimezone(_MOSCOW).isoformat(timespec="seconds")
    return stored.partition("T")[0] if time_format == "date_only" else stored


def moved_on(now: datetime, before: str | None) -> str:
    """Return the time of a stored change: now, but at least a second after `before` (contract)."""
    if before is None:
        return stored_time(now)
    return max(stored_time(now), stored_time(_moment(before) + timedelta(seconds=1)))


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored)
