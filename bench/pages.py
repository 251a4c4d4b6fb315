"""A server that costs next to nothing: `bench.pages LINES PER_ORDER LATENCY` prints its URL.

It answers the list of orders from pages made beforehand, and line updates after `LATENCY` seconds, so that a
measurement is of the client alone. It remembers which orders were updated and when, for the verifying read.
With `--share` it shows the status of lines, for that share of them another than is wanted; with `--page` a
page of the list takes so many seconds; with `--shuffle` it shows the orders in no order; with `--touchpoints`
the orders are those of as many touchpoints. At `MARKS` it tells when it was asked first, and how often.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from random import Random
from time import monotonic
from typing import Any, Final

from bench import world
from bench.samples import move_to_last_core
from bench.serving import serve

Message = dict[str, Any]


MARKS: Final = "/marks"
"""Asked for by a measurement: the moments of the first requests on the clock of all processes, a count."""
ANEW: Final = "/anew"
"""Asked for to begin with these anew."""


class Pages:
    """Made-up orders, and what becomes of them."""

    def __init__(  # noqa: PLR0913 -- all that such a server may be like
        self,
        lines: int,
        per_order: int,
        latency: float,
        *,
        share: float | None = None,
        slow: float = 0.0,
        shuffled: bool = False,
        touchpoints: int = 1,
    ) -> None:
        self._orders = list(world.shape_of(lines, per_order))
        if shuffled:
            Random(1).shuffle(self._orders)
        others = world.others(lines, share) if share is not None else None
        self._touchpoints = touchpoints
        self._rows = [self._row(place, "2026-01-01T10:00:00Z", others) for place in range(len(self._orders))]
        self._places = {order: place for place, (order, _) in enumerate(self._orders)}
        self._latency = latency
        self._slow = slow
        self._marks: dict[str, float] = {}

    def answer(self, path: str, body: bytes) -> tuple[bytes, float]:
        """Answer one request, after so many seconds."""
        if path in {MARKS, ANEW}:
            self._marks = {} if path == ANEW else self._marks
            return json.dumps(self._marks).encode(), 0
        asked = json.loads(body)
        if path.endswith("/orders/list"):
            self._marks.setdefault("list", monotonic())
            return self._page(asked), self._slow
        self._marks.setdefault("update", monotonic())
        self._marks["updates"] = self._marks.get("updates", 0) + 1
        return self._update(asked), self._latency

    def _page(self, asked: Message) -> bytes:
        rows = self._rows
        if "endpoint" in asked:
            rows = rows[touchpoints(self._touchpoints).index(asked["endpoint"]) :: self._touchpoints]
        first = int(asked.get("from_id", 0))
        after = first + int(asked["limit"])
        cursor = str(after) if after < len(rows) else ""
        head = b'{"error":0,"error_text":"","next_from_id":"%s","result":[' % cursor.encode()
        return head + b",".join(rows[first:after]) + b"]}"

    def _update(self, asked: Message) -> bytes:
        place = self._places[asked["order_external_id"]]
        self._rows[place] = self._row(place, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        return json.dumps({"data": asked, "error": 0, "error_text": "Successful operation"}).encode()

    def _row(self, place: int, updated: str, others: frozenset[tuple[str, str]] | None = None) -> bytes:
        every = touchpoints(self._touchpoints)
        return _row(*self._orders[place], every[place % len(every)], updated, others)


def touchpoints(count: int) -> list[str]:
    """Name so many touchpoints, whose orders come by turns."""
    return ["website"] if count == 1 else [f"shop-{number}" for number in range(1, count + 1)]


def _row(
    order: str,
    lines: tuple[str, ...],
    touchpoint: str,
    updated: str,
    others: frozenset[tuple[str, str]] | None = None,
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
        "endpoint": touchpoint,
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


def main() -> None:
    """Serve until terminated."""
    parser = ArgumentParser()
    parser.add_argument("lines", type=int)
    parser.add_argument("per_order", type=int)
    parser.add_argument("latency", type=float)
    parser.add_argument("--share", type=float)
    parser.add_argument("--page", type=float, default=0.0)
    parser.add_argument("--shuffle", action="store_true")
    parser.add_argument("--touchpoints", type=int, default=1)
    chosen = parser.parse_args()
    move_to_last_core()
    how = {
        "share": chosen.share,
        "slow": chosen.page,
        "shuffled": chosen.shuffle,
        "touchpoints": chosen.touchpoints,
    }
    serve(Pages(chosen.lines, chosen.per_order, chosen.latency, **how).answer)


if __name__ == "__main__":
    main()
