"""How much may be asked: requests an hour, the headers that tell, and both kinds of 420."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from reconciler.sandbox.faults import Reply, html_page
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.yandex.shelf import YandexShelf

LIMITED = 420
_AN_HOUR = timedelta(hours=1)
_LIMITS = {"yandex/orders": 10_000, "yandex/order": 10_000, "yandex/campaigns": 1_000, "yandex/token": 100}
_BOUNDLESS = 1_000_000_000
_DOCUMENTED_AT_ONCE = 4
_HEADER = "X-RateLimit-Resource-"
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Quota:
    """The requests of one hour to one method, for one cabinet or store."""

    method: str
    entity: str
    limit: int
    used: int
    until: datetime

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left."""
        return self.used >= self.limit

    def headers(self, how: Behaviour) -> dict[str, str]:
        """Write what every answer tells of the quota (Y23)."""
        words = {
            f"{_HEADER}Limit": str(self.limit),
            f"{_HEADER}Remaining": str(max(0, self.limit - self.used)),
        }
        ends = {
            "date": format_datetime(self.until, usegmt=True),
            "past": format_datetime(self.until - 2 * _AN_HOUR, usegmt=True),
            "garbage": "when the quota is filled up",
        }
        until = ends.get(how["yandex_until"])
        return words if until is None else {**words, f"{_HEADER}Until": until}


def quota_of(shelf: YandexShelf, method: str, entity: str, how: Behaviour, now: datetime) -> Quota:
    """Return what is used of this hour's requests."""
    limit = {"documented": _LIMITS[method], "3": 3, "unlimited": _BOUNDLESS}[how["yandex_quota"]]
    begun = now.replace(minute=0, second=0, microsecond=0)
    return Quota(method, entity, limit, shelf.used(method, entity, begun.isoformat()), begun + _AN_HOUR)


def counted(shelf: YandexShelf, quota: Quota, status: int, how: Behaviour) -> Quota:
    """Count an answer, unless it is one that costs nothing (Y26), and return what is used then."""
    free = status >= _SERVER_ERROR and how["yandex_5xx_quota"] == "no"
    used = quota.used + (not free and status != LIMITED)
    shelf.use(quota.method, quota.entity, (quota.until - _AN_HOUR).isoformat(), used)
    return Quota(quota.method, quota.entity, quota.limit, used, quota.until)


def at_once(how: Behaviour) -> int | None:
    """Return how many requests may be under way (Y32); None for any number."""
    most = how["yandex_parallel"]
    return None if most == "unlimited" else int(most)


def parallel_reply(quota: Quota, how: Behaviour) -> Reply:
    """Answer that too many requests are under way."""
    most = at_once(how) or _DOCUMENTED_AT_ONCE
    text = f"Hit rate limit of {most} parallel requests for {quota.entity}"
    headers = quota.headers(how) if how["yandex_parallel_headers"] == "yes" else {}
    return _limited(text, headers, how)


def quota_reply(quota: Quota, how: Behaviour) -> Reply:
    """Answer that this hour's requests are used up."""
    text = f"Hit rate limit of {quota.limit} requests per 1 hour for resource {quota.entity}"
    return _limited(text, quota.headers(how), how)


def struck(kind: str, quota: Quota, how: Behaviour, now: datetime) -> Reply:
    """Answer as a fault demands; the quota is filled up again a second later."""
    if kind == "http_420_parallel":
        return parallel_reply(quota, how)
    until = now.replace(microsecond=0) + timedelta(seconds=1)
    return quota_reply(Quota(quota.method, quota.entity, quota.limit, quota.limit, until), how)


def _limited(text: str, headers: Mapping[str, str], how: Behaviour) -> Reply:
    words = how["yandex_limit_words"]
    if words == "html":
        page = html_page(LIMITED)
        return Reply(page.status, page.body, page.media_type, headers)
    error = {"code": "TOO_MANY" if words == "other_code" else "LIMIT_EXCEEDED"}
    if words != "no_message":
        error["message"] = text
    body = json.dumps({"status": "ERROR", "errors": [error]}).encode()
    status = 200 if how["yandex_error_status"] == "always_200" else LIMITED
    return Reply(status, body, headers=headers)
