"""From one HTTP request to one reply of Yandex Market, without any HTTP library: key, quota, method, log.

As on the other side of the sandbox, one transaction holds what a request counts, shows and logs.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reconciler.sandbox.checks import Json
from reconciler.sandbox.faults import (
    Fault,
    FaultCounter,
    Reply,
    next_kept_fault,
    struck_after,
    struck_before,
)
from reconciler.sandbox.refusal import NOT_FOUND, Refusal
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.yandex.access import check_key, check_scope
from reconciler.sandbox.yandex.answers import (
    Answer,
    Question,
    campaigns,
    key_info,
    one_order,
    search_orders,
)
from reconciler.sandbox.yandex.quota import (
    Quota,
    at_once,
    counted,
    parallel_reply,
    quota_of,
    quota_reply,
    struck,
)
from reconciler.sandbox.yandex.shelf import Logged, YandexShelf

if TYPE_CHECKING:
    from reconciler.sandbox.market import Market

ROUTES = (
    ("POST", "/v1/businesses/{businessId}/orders", "yandex/orders"),
    ("GET", "/v2/campaigns/{campaignId}/orders/{orderId}", "yandex/order"),
    ("GET", "/v2/campaigns", "yandex/campaigns"),
    ("POST", "/v2/auth/token", "yandex/token"),
)
"""Verb, path and name of every method that is served."""
PREFIXES = ("/v1/", "/v2/")
"""Where the paths of Yandex Market begin."""
_ANSWERS: Mapping[str, Callable[[Question, YandexShelf], Answer]] = {
    "yandex/orders": search_orders,
    "yandex/order": one_order,
    "yandex/campaigns": campaigns,
    "yandex/token": key_info,
}
_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    410: "GONE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    423: "LOCKED",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}
"""The list of codes is open, says the documentation; these are ours."""
_LONGEST_BODY = 512 * 1024
_UNSUPPORTED, _BROKEN, _UNAVAILABLE, _GONE = 415, 500, 503, 410
_EVERY = 3
_DEMANDED = "error on demand"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in; header names are in lower case."""

    method: str
    path: Mapping[str, str]
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    under_way: int = 1
    """How many requests are under way for its entity, it included."""

    @property
    def entity(self) -> str:
        """What quotas are counted for, and the log names."""
        return entity_of(self.path)

    @property
    def asked(self) -> object:
        """What the log holds of the question."""
        if self.method == "yandex/orders":
            try:
                return json.loads(self.body)
            except (ValueError, RecursionError):
                return None
        return self.path.get("orderId")


class YandexExchange:
    """The server of Yandex Market on one market's file: `key` is the only one accepted, None accepts any."""

    def __init__(self, market: "Market", key: str | None, faults: FaultCounter) -> None:
        self._market = market
        self._key = key
        self._faults = faults

    def reply(self, received: Received) -> Reply:
        """Answer one request."""
        own = self._faults.next(received.method)
        with self._market.shelf(create=False) as whole:
            fault = own or next_kept_fault(whole.connection, received.method)
            how, shelf = self._market.behaviour(whole), YandexShelf(whole.connection)
            now = self._market.now()
            quota = quota_of(shelf, received.method, received.entity, how, now)
            reply, shown = self._struck(received, shelf, how, quota, fault)
            if not (quota.is_used_up or _is_limited(fault) or _is_crowd(received, how)):
                quota = counted(shelf, quota, reply.status, how)
                if reply.media_type == "application/json":
                    reply = replace(reply, headers={**reply.headers, **quota.headers(how)})
            kind = None if fault is None else fault.kind
            entry = Logged(received.method, received.entity, received.asked, shown, reply.status, kind)
            shelf.log(now, entry)
        return reply

    def _struck(
        self, received: Received, shelf: YandexShelf, how: Behaviour, quota: Quota, fault: Fault | None
    ) -> tuple[Reply, tuple[int, ...]]:
        if fault is None:
            return self._carried_out(received, shelf, how, quota)
        if fault.code is not None:
            code, forced = fault.code
            return envelope(code, _DEMANDED, how, status=code if forced else 200), ()
        if _is_limited(fault):
            return struck(fault.kind, quota, how, self._market.now()), ()
        if not fault.carried_out:
            return struck_before(fault.kind), ()
        reply, shown = self._carried_out(received, shelf, how, quota)
        if fault.kind == "http_500_after":
            return envelope(_BROKEN, "internal error", how), shown
        return struck_after(fault.kind, reply), shown

    def _carried_out(
        self, received: Received, shelf: YandexShelf, how: Behaviour, quota: Quota
    ) -> tuple[Reply, tuple[int, ...]]:
        if _is_crowd(received, how):
            return parallel_reply(quota, how), ()
        if quota.is_used_up:
            return quota_reply(quota, how), ()
        try:
            check_end(received.method, shelf, how)
            check_key(received.headers, self._key)
            check_scope(received.method, how)
            body = _body(received)
            question = Question(received.path, received.query, body, how, self._market.now())
            answer = _ANSWERS[received.method](question, shelf)
        except Refusal as refusal:
            return envelope(refusal.code, refusal.text, how), ()
        return _written(200, answer.words), answer.shown


def entity_of(path: Mapping[str, str]) -> str:
    """Return what quotas are counted for: the cabinet or store of a path, else the token."""
    for key in ("businessId", "campaignId"):
        if key in path:
            return f"{key} {path[key]}"
    return "token"


def _is_crowd(received: Received, how: Behaviour) -> bool:
    most = at_once(how)
    return most is not None and received.under_way > most


def _is_limited(fault: Fault | None) -> bool:
    return fault is not None and fault.kind.startswith("http_420")


def check_end(method: str, shelf: YandexShelf, how: Behaviour) -> None:
    """Refuse v2 as far as it has ended (Y29)."""
    if method != "yandex/order" or how["yandex_v2"] == "works":
        return
    if how["yandex_v2"] == "degraded":
        if shelf.counted(method) % _EVERY == _EVERY - 1:
            raise Refusal("the method is going to be switched off", _UNAVAILABLE)
        return
    raise Refusal("there is no such method any more", _GONE if how["yandex_v2"] == "410" else NOT_FOUND)


def refused(status: int) -> Reply:
    """Answer a request to a path, or with a verb, that the API does not have."""
    text = "there is no such method" if status == NOT_FOUND else "the method does not go with this verb"
    return _written(status, {"status": "ERROR", "errors": [{"code": _CODES[status], "message": text}]})


def envelope(code: int, text: str, how: Behaviour, status: int | None = None) -> Reply:
    """Write a refusal; with Y2 the HTTP status is 200 whatever it is."""
    shown = code if status is None else status
    shown = 200 if how["yandex_error_status"] == "always_200" or not 200 <= shown <= 599 else shown
    words = {"status": "ERROR", "errors": [{"code": _CODES.get(code, f"ERROR_{code}"), "message": text}]}
    return _written(shown, words)


def _written(status: int, words: Mapping[str, Any]) -> Reply:
    return Reply(status, json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode())


def _body(received: Received) -> Json:
    """Read the body of a request: mandatory for a search, an empty one counts as {} elsewhere."""
    if received.method != "yandex/orders":
        return {}
    kind = received.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal("Content-Type: must be application/json", _UNSUPPORTED)
    if len(received.body) > _LONGEST_BODY:
        raise Refusal("the body must not be larger than 512 KB")
    try:
        words = json.loads(received.body)
        if b"\\ud" in received.body.lower():
            json.dumps(words, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refusal("the body is not JSON in UTF-8") from None
    if not isinstance(words, dict):
        raise Refusal("the body must be an object")
    return words
