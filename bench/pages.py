"""A server that costs next to nothing: `bench.pages LINES PER_ORDER LATENCY [SHARE [slow]]` prints its URL.

It answers the list of orders from pages made beforehand, and line updates after `LATENCY` seconds, so that a
measurement is of the client alone. It remembers which orders were updated and when, for the verifying read.
With `SHARE` it shows the status of lines, for that share of them another than is wanted. `slow`: the pages of
the list take `LATENCY` too.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import uvicorn

from bench import world
from bench.samples import move_to_last_core

Message = dict[str, Any]


class Pages:
    """An ASGI application over made-up orders."""

    def __init__(
        self, lines: int, per_order: int, latency: float, share: float | None = None, *, slow: bool = False
    ) -> None:
        self._orders = list(world.shape_of(lines, per_order))
        others = world.others(lines, share) if share is not None else None
        self._rows = [_row(order, ids, "2026-01-01T10:00:00Z", others) for order, ids in self._orders]
        self._places = {order: place for place, (order, _) in enumerate(self._orders)}
        self._latency = latency
        self._slow = slow

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        asked = json.loads(body)
        if scope["path"].endswith("/orders/list"):
            if self._slow:
                await asyncio.sleep(self._latency)
            answer = self._page(asked)
        else:
            await asyncio.sleep(self._latency)
            answer = self._update(asked)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _page(self, asked: Message) -> bytes:
        first = int(asked.get("from_id", 0))
        after = first + int(asked["limit"])
        cursor = str(after) if after < len(self._rows) else ""
        head = b'{"error":0,"error_text":"","next_from_id":"%s","result":[' % cursor.encode()
        return head + b",".join(self._rows[first:after]) + b"]}"

    def _update(self, asked: Message) -> bytes:
        place = self._places[asked["order_external_id"]]
        self._rows[place] = _row(*self._orders[place], f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        return json.dumps({"data": asked, "error": 0, "error_text": "Successful operation"}).encode()


def _row(
    order: str, lines: tuple[str, ...], updated: str, others: frozenset[tuple[str, str]] | None = None
) -> bytes:
    """Make a row of the list as the documented versions show it: lines without their status (A9).

    With `others`, the lines that are not as is wanted, each line shows its status.
    """

    def status(line: str) -> dict[str, str]:
        if others is None:
            return {}
        return {"status": world.OTHER if (order, line) in others else world.WANTED}

    price = {f"{kind}_price_per_item": "1000" for kind in ("base", "min", "final")}
    shown = {
        "external_id": order,
        "endpoint": "website",
        "status": "new",
        "total_price": "3000",
        "currency": "RUB",
        "custom_fields": {},
        "lines": [
            {
                "external_id": line,
                "product": "kettle",
                "count": 1,
                "custom_fields": {},
                **price,
                **status(line),
            }
            for line in lines
        ],
        "create_time": "2026-01-01T10:00:00Z",
        "update_time": updated,
    }
    return json.dumps(shown).encode()


def main(
    lines: int, per_order: int, latency: float, share: float | None = None, *, slow: bool = False
) -> None:
    """Serve until terminated."""
    move_to_last_core()
    app = Pages(lines, per_order, latency, share, slow=slow)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or an answer waits 40 ms for an ACK
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, lifespan="off", log_level="critical", access_log=False)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:5]), slow="slow" in sys.argv[5:])
