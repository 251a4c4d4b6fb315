"""From one HTTP request to one reply, without any HTTP library: token, method, envelope, log, faults.

One transaction holds the log's entry, what the request stored and the faults' counting, so that a file never
tells two stories. A write that is refused leaves nothing but its entry in the log.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.sandbox.call import Call
from reconciler.sandbox.checks import Json
from reconciler.sandbox.faults import (
    Fault,
    FaultCounter,
    Reply,
    html_page,
    next_kept_fault,
    struck_after,
    struck_before,
)
from reconciler.sandbox.formats import Format, format_of, parsed, written
from reconciler.sandbox.goods import products_list, sku_list
from reconciler.sandbox.imports import orders_import
from reconciler.sandbox.listing import orders_list
from reconciler.sandbox.market import Market
from reconciler.sandbox.refusal import NO_TOKEN, Refusal
from reconciler.sandbox.shelf import Shelf
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.times import stored_time
from reconciler.sandbox.updates import get_status, update_order_line_status

_ANSWERS: Mapping[str, Callable[[Call, Shelf], dict[str, Any]]] = {
    "orders/import": orders_import,
    "orders/list": orders_list,
    "orders/update_order_line_status": update_order_line_status,
    "orders/get_status": get_status,
    "products/list": products_list,
    "sku/list": sku_list,
}
_WRITES = ("orders/import", "orders/update_order_line_status")
_BODY_LIMITS = {"10mb": 10_000_000, "64kb": 64_000}
_INTERNAL = 500
_BROKEN = {"error": _INTERNAL, "error_text": "internal error"}


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in; header names are in lower case."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    @property
    def format(self) -> Format | None:
        """The format in which it came and is answered; None for one that is not served."""
        return format_of(self.headers)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A reply, the code it stands for, and whether the request was carried out."""

    reply: Reply
    error: int | None
    processed: bool


@dataclass(frozen=True, slots=True)
class _Named:
    """The ids, definitions and status that a request names, as far as they can be read."""

    ids: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    status: str | None = None


class Exchange:
    """One server on one market: `token` is the only one accepted, None accepts any or none."""

    def __init__(self, market: Market, token: str | None, faults: FaultCounter) -> None:
        self._market = market
        self._token = token
        self._faults = faults

    def reply(self, received: Received) -> Reply:
        """Answer one request."""
        own = self._faults.next(received.method)
        body = parsed(received.body, received.format)
        with self._market.shelf(create=received.method in _WRITES) as shelf:
            kept = next_kept_fault(shelf.connection, received.method)
            fault = own or kept
            how = self._market.behaviour(shelf)
            outcome = self._outcome(received, body, shelf, how, fault)
            named = _Named() if isinstance(body, Refusal) else _named(received.method, body)
            _log(received.method, named, shelf, self._market.now(), outcome, fault)
        return outcome.reply

    def _outcome(
        self, received: Received, body: Json | Refusal, shelf: Shelf, how: Behaviour, fault: Fault | None
    ) -> _Outcome:
        if fault is None:
            return self._carried_out(received, body, shelf, how)
        if fault.code is not None:
            code, forced = fault.code
            reply = _envelope({"error": code, "error_text": "error on demand"}, received, how, forced=forced)
            return _Outcome(reply, code, processed=False)
        if not fault.carried_out:
            return _Outcome(struck_before(fault.kind), None, processed=False)
        outcome = self._carried_out(received, body, shelf, how)
        if fault.kind == "http_500_after":
            reply = written(_INTERNAL, _BROKEN, received.format)
            return _Outcome(reply, outcome.error, outcome.processed)
        return _Outcome(struck_after(fault.kind, outcome.reply), outcome.error, outcome.processed)

    def _carried_out(
        self, received: Received, body: Json | Refusal, shelf: Shelf, how: Behaviour
    ) -> _Outcome:
        limit = _BODY_LIMITS.get(how["body_limit"])
        if limit is not None and len(received.body) > limit:
            reply = Reply(413, b"Request Entity Too Large\n", "text/plain; charset=utf-8")
            return _Outcome(reply, None, processed=False)
        try:
            if isinstance(body, Refusal):
                raise body
            self._check_token(received, body, how)
            with shelf.undone_on_error() if received.method in _WRITES else nullcontext():
                answer = _ANSWERS[received.method](Call(body, how, self._market.now()), shelf)
        except Refusal as refusal:
            reply = _envelope({"error": refusal.code, "error_text": refusal.text}, received, how)
            return _Outcome(reply, refusal.code, processed=False)
        return _Outcome(_envelope(answer, received, how), answer["error"], processed=True)

    def _check_token(self, received: Received, body: Json, how: Behaviour) -> None:
        if "token" in received.query:
            raise Refusal("token: must not stand in the URL")
        given = [body["token"]] if body.get("token") else []
        place = how["token_place"]
        scheme, _, bearer = received.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and bearer and place == "body_or_header":
            given.append(bearer.strip())
        if self._token is None:
            return
        if not given:
            raise Refusal("token: is required", NO_TOKEN)
        if self._token not in given:
            raise Refusal("no access with this token", int(how["wrong_token"]))


def unknown_method(path: str, spoken: Format | None) -> Reply:
    """Answer a request to an address that the API does not have."""
    return written(404, {"error": 404, "error_text": f"no such method: {path}"}, spoken)


def wrong_verb(spoken: Format | None) -> Reply:
    """Answer anything but a POST."""
    return written(405, {"error": 405, "error_text": "every method is a POST"}, spoken)


def _envelope(
    answer: Mapping[str, Any], received: Received, how: Behaviour, *, forced: bool = False
) -> Reply:
    """Write an answer as A1, A2 and A48 say; `forced` makes the code the HTTP status whatever A1 says."""
    error = answer["error"]
    status = error if error and (forced or how["error_http_status"] != "always_200") else 200
    status = status if 200 <= status <= 599 else _INTERNAL
    if how["error_http_status"] == "html_for_5xx" and status >= _INTERNAL:
        return html_page(status) if status in (500, 502, 503, 504) else html_page(_INTERNAL)
    words = dict(answer)
    if how["extra_keys"] == "yes":
        words["server_version"] = "sandbox"
    if how["error_codes"] == "strings":
        words = _with_text_codes(words)
    return written(status, words, received.format, received.method, how)


def _with_text_codes(words: dict[str, Any]) -> dict[str, Any]:
    result = words.get("result")
    if isinstance(result, list):
        items = [{**item, "error": str(item["error"])} if "error" in item else item for item in result]
        words = {**words, "result": items}
    return {**words, "error": str(words["error"])}


def _log(
    method: str, named: _Named, shelf: Shelf, now: datetime, outcome: _Outcome, fault: Fault | None
) -> None:
    shelf.connection.execute(
        "INSERT INTO requests (at, method, ids, definitions, status, error, fault, processed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stored_time(now),
            method,
            json.dumps(named.ids, ensure_ascii=False),
            json.dumps(named.definitions, ensure_ascii=False),
            named.status,
            outcome.error,
            fault.kind if fault else None,
            outcome.processed,
        ),
    )


def _named(method: str, body: Json) -> _Named:
    if method == "orders/import":
        fields, statuses = _objects(body, "custom_fields"), _objects(body, "custom_line_statuses")
        definitions = [
            f"custom_field/{field.get('entity_type')}/{field.get('external_id')}" for field in fields
        ]
        definitions += [f"line_status/{status.get('external_id')}" for status in statuses]
        ids = tuple(str(order.get("external_id")) for order in _objects(body, "data"))
        return _Named(ids, tuple(definitions))
    keys = ("external_id", "order_external_id", "order_line_external_id")
    status = body.get("status_external_id")
    return _Named(
        tuple(str(body[key]) for key in keys if key in body), (), None if status is None else str(status)
    )


def _objects(body: Json, key: str) -> list[Json]:
    sent = body.get(key)
    return [value for value in sent if isinstance(value, dict)] if isinstance(sent, list) else []
