"""A Market of a few lines, as an ASGI application: what it answers is decided by each test."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from reconciler.kinds.order_source.yandex_market import declare
from reconciler.model.diagnostic import Origin
from reconciler.model.manifest import Catalogue
from reconciler.model.report import Report
from reconciler.model.source import SourceManifest
from reconciler.model.yandex_market import MarketEntry
from reconciler.ports import Sought
from reconciler.sources.yandex_market import CONCURRENCY, YandexMarket
from reconciler.wire import Ambient, Limits, Wire

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
DATE = "Fri, 20 Nov 2026 12:00:00 GMT"
TOKEN = "ACMA:canary:token"
PLACE = Origin("manifests/market.yaml", 3, 5)


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


Answering = Callable[[Asked], Said]


@dataclass
class Market:
    """Answers with a function, and remembers what it was asked."""

    answer: Answering
    asked: list[Asked] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    async def __call__(
        self,
        scope: Mapping[str, Any],
        receive: Callable[[], Awaitable[Mapping[str, Any]]],
        send: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        raw = b""
        while True:
            message = await receive()
            raw += message.get("body", b"")
            if not message.get("more_body"):
                break
        query = {key: values[0] for key, values in parse_qs(scope["query_string"].decode()).items()}
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        asked = Asked(scope["method"], scope["path"], query, headers, json.loads(raw) if raw else None)
        self.asked.append(asked)
        said = self.answer(asked)
        body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
        every = {"date": DATE, "content-type": "application/json", **said.headers}
        headers_out = [(name.lower().encode(), value.encode()) for name, value in every.items() if value]
        await send({"type": "http.response.start", "status": said.status, "headers": headers_out})
        await send({"type": "http.response.body", "body": body})

    @contextmanager
    def wire(self, _source: SourceManifest | None = None):
        """A wire to it whose waits take no time."""
        ambient = Ambient(now=lambda: NOW, sleep=self.waits.append, random=lambda: 0.5)
        limits = Limits(concurrency=CONCURRENCY)
        with Wire.in_process(self, limits=limits, ambient=ambient, heard=self.heard.append) as wire:
            yield wire


def entry(**keys: Any) -> MarketEntry:
    """An entry, asking v1 for what changed in 14 days unless said otherwise."""
    usual: dict[str, Any] = {
        "name": "market",
        "type": "yandex_market",
        "business_id": 777,
        "token_env": "MARKET_KEY",
        "endpoint": "yandex",
    }
    if "orders" not in keys and "updated_within" not in keys:
        usual["updated_within"] = "14d"
    return MarketEntry.model_validate({**usual, **keys})


def source(**keys: Any) -> SourceManifest:
    """What `entry` declares."""
    return declare(entry(**keys), PLACE)


def ask(
    market: Market,
    *,
    orders: Iterable[str] | None = None,
    now: datetime = NOW,
    kept: Path | None = None,
    strict: bool = False,
    token: Callable[[SourceManifest], str | None] = lambda _: TOKEN,
    **keys: Any,
) -> Report:
    """Ask a market for a report."""
    reader = YandexMarket(market.wire, token, market.heard.append, kept=kept, strict=strict)
    ids = None if orders is None else list(orders)
    return reader.report(Sought(source(**keys), Catalogue(), Path(), now, ids))


def wanted(report: Report) -> dict[str, dict[str, str]]:
    """What a report wants, by order and line."""
    return {
        order: {line: wish.status for line, wish in lines.items()} for order, lines in report.wishes.items()
    }


def said(report: Report) -> str:
    """All that a report remarks."""
    return "\n".join(f"{each.severity}: {each.summary} ({each.advice})" for each in report.diagnostics)


def item(offer: str = "sku_1", count: int = 1, **keys: Any) -> dict[str, Any]:
    """An item as v1 shows it."""
    return {"id": 1, "offerId": offer, "offerName": "A thing", "count": count, **keys}


def order(number: int = 1, status: str = "PICKUP", substatus: str = "", **keys: Any) -> dict[str, Any]:
    """An order as v1 shows it, with the parts that must never be kept."""
    return {
        "orderId": number,
        "campaignId": 4242,
        "status": status,
        "substatus": substatus,
        "creationDate": "2026-11-01T10:00:00+03:00",
        "updateDate": "2026-11-19T13:00:00+03:00",
        "fake": False,
        "items": [item()],
        "delivery": {"courier": {"address": {"street": "Canary street"}}},
        "buyer": {"firstName": "Canary", "phone": "+79990001122"},
        "notes": "ring the Canary bell",
        **keys,
    }


def units(**counts: int) -> list[dict[str, Any]]:
    """A ledger as v1 shows it."""
    return [{"status": status, "count": count} for status, count in counts.items()]


def listing(*orders: Mapping[str, Any], size: int = 50) -> Answering:
    """Shows these orders as v1 does: pages, look-ups by either id, test orders apart."""

    def answer(asked: Asked) -> Said:
        body = asked.body
        shown = [each for each in orders if bool(each.get("fake")) is bool(body.get("fake"))]
        if "orderIds" in body:
            shown = [each for each in shown if each["orderId"] in body["orderIds"]]
        if "externalOrderIds" in body:
            shown = [each for each in shown if each.get("externalOrderId") in body["externalOrderIds"]]
        start = int(asked.query.get("pageToken", "0"))
        page = list(islice(shown, start, start + size))
        following = {"nextPageToken": str(start + size)} if start + size < len(shown) else {}
        return Said(body={"orders": page, "paging": following})

    return answer


def failing(status: int, message: str | None = None, **headers: str) -> Said:
    """A refusal in the Market's envelope."""
    errors = [{"code": "SOME_CODE", "message": message}] if message else None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Said(status, {"status": "ERROR", "errors": errors}, named)


def first(*answers: Said, then: Answering) -> Answering:
    """Gives some answers first, one a request."""
    left = list(answers)

    def answer(asked: Asked) -> Said:
        return left.pop(0) if left else then(asked)

    return answer
