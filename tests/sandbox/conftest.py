"""A server in process, spoken to as a client would, and an order to send to it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from reconciler.sandbox import create_app


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.moment = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self):
        return self.moment

    def forward(self, seconds):
        self.moment += timedelta(seconds=seconds)


class Peer:
    """One server, its market, and what a client may say to it."""

    def __init__(self, path, switches, **options):
        self.clock = Clock()
        self.app = create_app(path, switches=switches, now=self.clock, **options)
        self.market = self.app.state.market

    def send(self, verb, url, **request) -> httpx.Response:
        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
                return await client.request(verb, url, **request)

        return asyncio.run(exchange())

    def post(self, method, body) -> httpx.Response:
        return self.send("POST", f"/api/v1.1/market/{method}", json=body)

    def call(self, method, **body) -> dict[str, Any]:
        answer: dict[str, Any] = self.post(method, body).json()
        return answer

    def give(self, *orders, **body) -> dict[str, Any]:
        return self.call("orders/import", data=list(orders), **body)

    def listed(self, **body) -> list[dict[str, Any]]:
        orders: list[dict[str, Any]] = self.call("orders/list", **body)["result"]
        return orders

    def say(self, order, line, status) -> dict[str, Any]:
        ids = {"order_external_id": order, "order_line_external_id": line, "status_external_id": status}
        return self.call("orders/update_order_line_status", **ids)

    def walk(self, limit=2, pages=20) -> list[dict[str, Any]]:
        """Return the pages of a walk that is as naive as the documentation."""
        cursor, answers = None, []
        for _ in range(pages):
            answers.append(self.call("orders/list", limit=limit, **({"from_id": cursor} if cursor else {})))
            cursor = answers[-1].get("next_from_id")
            if not answers[-1]["result"] or not cursor:
                break
        return answers


def a_line(line_id="l-1", **changes):
    line = {
        "external_id": line_id,
        "status": "new",
        "product": "lamp",
        "base_price_per_item": "950",
        "min_price_per_item": "0",
        "final_price_per_item": "900",
        "count": 1,
    }
    return {key: value for key, value in {**line, **changes}.items() if value is not ...}


def an_order(order_id="o-1", **changes):
    order = {
        "external_id": order_id,
        "matching": "email",
        "email": "johndoe@example.com",
        "endpoint": "website",
        "status": "new",
        "total_price": "1000",
        "delivery_cost": "100",
        "currency": "RUB",
        "create_time": "2026-01-02T15:04:05.141Z",
        "lines": [a_line()],
    }
    return {key: value for key, value in {**order, **changes}.items() if value is not ...}


@pytest.fixture
def peer():
    """A function that starts a server: `peer(A9="shown")`."""

    def start(path=":memory:", *, token=None, faults=(), **switches):
        return Peer(path, switches, token=token, faults=faults)

    return start


@pytest.fixture
def order():
    """A function that writes an order for an import; `...` leaves a key out."""
    return an_order


@pytest.fixture
def line():
    """A function that writes a line for an import; `...` leaves a key out."""
    return a_line


@pytest.fixture
def field():
    """A function that writes a custom field's definition; `...` leaves a key out."""

    def write(**changes):
        definition = {
            "external_id": "slot",
            "name": "Slot",
            "entity_type": "order",
            "required": False,
            "value_type": "enum",
            "default_value": 1,
            "enum_values": {"morning": 1, "evening": 2},
        }
        return {key: value for key, value in {**definition, **changes}.items() if value is not ...}

    return write


@pytest.fixture
def status():
    """A function that writes a custom line status's definition."""

    def write(**changes):
        return {"external_id": "packed", "name": "Packed", "type": "in_process", **changes}

    return write


class YandexPeer(Peer):
    """The same server, spoken to as a client of Yandex Market would."""

    def search(self, body=None, business=777, **query) -> httpx.Response:
        return self.send("POST", f"/v1/businesses/{business}/orders", json=body or {}, params=query)

    def found(self, body=None, **query) -> list[int]:
        """Return the numbers of the orders that a search shows on its first page."""
        return [order["orderId"] for order in self.search(body, **query).json()["orders"]]

    def one(self, order, campaign=4242) -> httpx.Response:
        return self.send("GET", f"/v2/campaigns/{campaign}/orders/{order}")

    def seen(self, number=1) -> dict[str, Any]:
        """Return an order as v1 shows it, looked up by its number."""
        order: dict[str, Any] = self.search({"orderIds": [number]}).json()["orders"][0]
        return order

    def pages(self, body=None, limit=2, most=20) -> list[list[int]]:
        """Return the pages of a walk that ends at the first token that it knows or does not get."""
        token: str | None = ""
        tokens: set[str | None] = set()
        pages: list[list[int]] = []
        while token not in tokens and len(pages) < most:
            tokens.add(token)
            answer = self.search(body, limit=limit, **({"pageToken": token} if token else {})).json()
            pages.append([order["orderId"] for order in answer["orders"]])
            token = answer["paging"].get("nextPageToken")
            if not token:
                break
        return pages


def sold_order(number=1, *items, **words):
    """Write an order of Yandex Market as it is put in; without items it has one, `kettle`."""
    return {"orderId": number, "items": list(items) or [{"offerId": "kettle"}], **words}


@pytest.fixture
def yandex():
    """A function that starts a server with orders of Yandex Market: `yandex(order, Y1="result")`."""

    def start(*orders, path=":memory:", api_key=None, faults=(), **switches):
        peer = YandexPeer(path, switches, api_key=api_key, faults=faults)
        peer.market.yandex.put_all(orders)
        return peer

    return start


@pytest.fixture
def sold():
    """A function that writes an order of Yandex Market."""
    return sold_order
