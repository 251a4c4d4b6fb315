"""A search of v1: the body of a request, checked, as a condition that orders meet or do not.

Whatever is wrong is refused with 400 and the key's name. Keys that are not known are passed over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from reconciler.sandbox.checks import Json, a_bool, a_list, a_string, an_object
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.times import stored_time
from reconciler.sandbox.yandex.moments import LONGEST, MOSCOW, a_day, a_moment, midnight
from reconciler.sandbox.yandex.order import PROGRAMS, STATUSES, an_id

AT_ONCE = 50
"""Values of a filter by ids."""
PLATFORMS = ("MARKET", "OZON", "WILDBERRIES", "OTHER")
_SHIPPED_AFTER = timedelta(days=1)
"""Every order is shipped on the day after it was made."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for, as a condition of SQL and the words bound to it."""

    where: str
    words: tuple[object, ...]
    ids: tuple[int, ...]
    """The orders that are looked up by number."""
    externals: tuple[str, ...]
    campaigns: tuple[int, ...]


def search_of(body: Json, how: Behaviour, now: datetime) -> Search:
    """Read the body of a request. Raises Refusal."""
    ids = _each(body, "orderIds", an_id, AT_ONCE)
    externals = _each(body, "externalOrderIds", _an_external, AT_ONCE)
    campaigns = _each(body, "campaignIds", an_id, AT_ONCE)
    parts = [
        _in("id", ids),
        _in("external", externals),
        _in("campaign", campaigns),
        _in("program", _each(body, "programTypes", _one_of(PROGRAMS))),
        _in("status", _each(body, "statuses", _one_of(STATUSES))),
        _in("substatus", _each(body, "substatuses", _a_substatus)),
        *_dates(body, how, now, by_id=bool(ids or externals)),
        _fake(body, how["yandex_fakes"]),
    ]
    if _flag(body, "waitingForCancellationApprove"):
        parts.append(("cancel_requested AND program = 'DBS'", ()))
    platforms = _each(body, "sourcePlatforms", _one_of(PLATFORMS))
    if platforms and "MARKET" not in platforms:
        parts.append(("0", ()))
    where = " AND ".join(condition for condition, _ in parts if condition)
    words = tuple(word for _, bound in parts for word in bound)
    return Search(where or "1", words, ids, externals, campaigns)


def _dates(body: Json, how: Behaviour, now: datetime, *, by_id: bool) -> list[tuple[str, tuple[object, ...]]]:
    given = body.get("dates")
    dates = {} if given is None else an_object(given, "dates")
    shipment = _days(dates, "shipmentDate", None)
    update = _moments(dates)
    said = any(dates.get(f"creationDate{end}") is not None for end in ("From", "To"))
    elsewhere = any(end is not None for end in (*shipment, *update))
    window = how["yandex_creation_window"]
    spared = {"others_only": by_id or elsewhere, "updates_too": by_id, "always": False}[window]
    today = now.astimezone(MOSCOW).date()
    ends = today + timedelta(days=how["yandex_default_end"] == "today_included")
    defaults = None if spared and not said else (today - LONGEST, ends)
    since, until = _days(dates, "creationDate", defaults)
    sent, by = (None if day is None else day - _SHIPPED_AFTER for day in shipment)
    return [
        _between("created", _midnight(since), _midnight(until)),
        _between("created", _midnight(sent), _midnight(by)),
        _between("updated", *(None if end is None else stored_time(end) for end in update)),
    ]


def _days(dates: Json, name: str, defaults: tuple[date, date] | None) -> tuple[date | None, date | None]:
    keys = (f"{name}From", f"{name}To")
    since, until = (None if dates.get(key) is None else a_day(dates[key], f"dates.{key}") for key in keys)
    longest = LONGEST
    if defaults is not None:
        longest += timedelta(days=until is None)
        since = since or (defaults[0] if until is None else until - LONGEST)
        until = until or defaults[1]
    _check_window(since, until, name, longest)
    return since, until


def _moments(dates: Json) -> tuple[datetime | None, datetime | None]:
    keys = ("updateDateFrom", "updateDateTo")
    since, until = (None if dates.get(key) is None else a_moment(dates[key], f"dates.{key}") for key in keys)
    _check_window(since, until, "updateDate", LONGEST)
    return since, until


def _check_window(since: Any, until: Any, name: str, longest: timedelta) -> None:
    if since is None or until is None:
        return
    if since > until:
        raise Refusal(f"dates.{name}From: must not be after dates.{name}To")
    if until - since > longest:
        raise Refusal(f"dates.{name}From: the window must not be longer than {LONGEST.days} days")


def _midnight(day: date | None) -> str | None:
    return None if day is None else midnight(day)


def _between(column: str, since: str | None, until: str | None) -> tuple[str, tuple[object, ...]]:
    bounds = {f"{column} >= ?": since, f"{column} < ?": until}
    given = {condition: bound for condition, bound in bounds.items() if bound is not None}
    return " AND ".join(given), tuple(given.values())


def _fake(body: Json, manner: str) -> tuple[str, tuple[object, ...]]:
    said = _flag(body, "fake")
    if (said is None and manner == "both_unless_said") or (said and manner == "true_adds"):
        return "", ()
    return "fake = ?", (bool(said),)


def _in(column: str, values: Sequence[object]) -> tuple[str, tuple[object, ...]]:
    return (f"{column} IN ({', '.join('?' * len(values))})", tuple(values)) if values else ("", ())


def _each(
    body: Json, key: str, read: Callable[[object, str], Value], longest: int | None = None
) -> tuple[Value, ...]:
    value = body.get(key)
    if value is None:
        return ()
    values = a_list(value, key)
    if not values:
        raise Refusal(f"{key}: must not be empty")
    if longest is not None and len(values) > longest:
        raise Refusal(f"{key}: must not hold more than {longest} values")
    read_values = tuple(read(each, f"{key}[{place}]") for place, each in enumerate(values))
    if len(set(read_values)) < len(read_values):
        raise Refusal(f"{key}: holds a value twice")
    return read_values


def _flag(body: Mapping[str, Any], key: str) -> bool | None:
    value = body.get(key)
    return None if value is None else a_bool(value, key)


def _an_external(value: object, key: str) -> str:
    text = a_string(value, key)
    if not text:
        raise Refusal(f"{key}: must not be empty")
    return text


def _a_substatus(value: object, key: str) -> str:
    text = a_string(value, key)
    if not text.replace("_", "").isalpha() or not text.isupper():
        raise Refusal(f"{key}: is no substatus")
    return text


def _one_of(allowed: Sequence[str]) -> Callable[[object, str], str]:
    def read(value: object, key: str) -> str:
        text = a_string(value, key)
        if text not in allowed:
            raise Refusal(f"{key}: must be one of {', '.join(allowed)}")
        return text

    return read
