"""Orders to start from: made up, a world of both markets, or read from a file in the import's own words.

Made-up orders depend on the seed alone, look like a shop's, and add up: total_price is the sum of final price
times count plus delivery_cost.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from reconciler.sandbox.amounts import major
from reconciler.sandbox.market import Market
from reconciler.sandbox.yandex.world import market_world

WORLDS: Mapping[str, Callable[[datetime], dict[str, Any]]] = {"market": market_world}
"""Worlds by name; each is made from a moment, in the form of a seed file."""
_ENDPOINTS = ("website", "website", "app", "marketplace")
_REGIONS = ("moscow", "kazan", "perm", "")
_TAGS = ("gift", "repeat", "express", "wholesale")
_PRODUCTS = (
    ("kettle_17l", 459_000),
    ("desk_lamp", 219_050),
    ("headphones_bt", 899_900),
    ("yoga_mat", 129_900),
    ("coffee_beans_1kg", 154_025),
    ("phone_case", 49_900),
    ("backpack_20l", 349_000),
    ("water_filter", 89_990),
)
_LINE_STATUSES: Mapping[str, tuple[str, ...]] = {
    "new": ("new", "processing"),
    "paid": ("processing", "delivering"),
    "delivered": ("delivered",),
    "canceled": ("canceled",),
    "part_refunded": ("delivered", "refunded"),
}
_STATUS_WEIGHTS = (20, 35, 30, 10, 5)
_PARTS = {"data", "yandex_market"}
"""What tells a file's parts from a single order."""
_FIRST_DAY = datetime(2026, 1, 1, 9, tzinfo=UTC)


def generate(count: int, *, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Yield made-up orders in the import's words, of 1 to 4 lines each; the same ones for the same `seed`."""
    dice = Random(seed)  # noqa: S311 -- made-up data needs no cryptography
    for number in range(1, count + 1):
        yield _order(number, dice)


def load(path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield the orders of a file: an import's body, a list of orders, or one order a line (JSON Lines).

    Raises ValueError naming file and line when the file is none of these, OSError when it cannot be read.
    """
    for place, value in _orders_of(Path(path)):
        if not isinstance(value, dict):
            raise _unusable(place, "an order must be an object")
        yield value


def seed(market: Market, orders: Iterable[Mapping[str, Any]]) -> int:
    """Store orders and return their number. Raises ValueError, then none is stored."""
    return market.put_all(orders)


def seed_world(market: Market, name: str) -> int:
    """Store a world and return its number of orders, those of Yandex Market not counted.

    Raises KeyError for a name that is not among `WORLDS`.
    """
    body = WORLDS[name](market.now())
    return market.put_all(body["data"], yandex=body["yandex_market"])


def seed_file(market: Market, path: str | Path) -> int:
    """Store what a file holds, definitions and `yandex_market` included, and return the number of orders.

    `yandex_market` holds `stores` and `orders`. Raises as `load` does, and then nothing is stored.
    """
    body = _whole(Path(path))
    body = body if isinstance(body, dict) and body.keys() & _PARTS else {}
    fields, statuses = _listed(body, "custom_fields", path), _listed(body, "custom_line_statuses", path)
    try:
        return market.put_all(load(path), fields=fields, statuses=statuses, yandex=_theirs(body, path))
    except ValueError as error:
        named = str(error).startswith(str(path))
        raise ValueError(str(error) if named else f"{path}: {error}") from None


def _order(number: int, dice: Random) -> dict[str, Any]:
    status = dice.choices(tuple(_LINE_STATUSES), _STATUS_WEIGHTS)[0]
    lines = [_line(place, status, dice) for place in range(1, dice.randint(1, 4) + 1)]
    delivery = dice.choice((0, 19_900, 29_900, 50_000))
    total = delivery + sum(price * line["count"] for line, price in lines)
    created = _FIRST_DAY + timedelta(minutes=17 * number, seconds=dice.randint(0, 59))
    order = {
        "external_id": f"{100_000 + number}",
        "matching": "email",
        "email": f"buyer{dice.randint(1, 5 * number)}@example.com",
        "endpoint": dice.choice(_ENDPOINTS),
        "status": status,
        "delivery_cost": major(delivery),
        "total_price": major(total),
        "currency": "RUB",
        "create_time": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lines": [line for line, _ in lines],
    }
    if region := dice.choice(_REGIONS):
        order["region"] = region
    if tags := dice.sample(_TAGS, dice.choice((0, 0, 1, 2))):
        order["tags"] = tags
    return order


def _line(place: int, order_status: str, dice: Random) -> tuple[dict[str, Any], int]:
    product, base = dice.choice(_PRODUCTS)
    final = base * dice.choice((100, 100, 95, 90)) // 100
    line = {
        "external_id": f"line_{place:02d}",
        "status": dice.choice(_LINE_STATUSES[order_status]),
        "product": product,
        "base_price_per_item": major(base),
        "min_price_per_item": major(final * 9 // 10),
        "final_price_per_item": major(final),
        "count": dice.choice((1, 1, 1, 2, 3)),
    }
    return line, final


def _orders_of(path: Path) -> Iterator[tuple[str, object]]:
    body = _whole(path)
    if body is None:
        yield from _lines_of(path)
        return
    if isinstance(body, dict):
        body = _listed(body, "data", path) if body.keys() & _PARTS else [body]
    if not isinstance(body, list):
        raise _unusable(path, "must hold orders: an import's body, a list, or one order a line")
    for number, value in enumerate(body):
        yield f"{path}: data[{number}]", value


def _whole(path: Path) -> Any:
    """Return the file as one JSON value; None when it is JSON Lines. Raises ValueError naming the line."""
    try:
        return json.loads(_text(path))
    except json.JSONDecodeError as error:
        if _is_lines(path, error):
            return None
        raise ValueError(f"{path}:{error.lineno}: not JSON: {error.msg}") from None


def _is_lines(path: Path, error: json.JSONDecodeError) -> bool:
    """Say whether a file that is not one JSON value is JSON Lines: by its name, or by a whole first line."""
    return path.suffix in (".jsonl", ".ndjson") or (error.msg == "Extra data" and error.lineno > 1)


def _lines_of(path: Path) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield f"{path}:{number}", json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}:{number}: not JSON: {error.msg}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path}: is not UTF-8") from None


def _listed(body: Mapping[str, Any], key: str, path: str | Path) -> list[Any]:
    value = [] if body.get(key) is None else body[key]
    if not isinstance(value, list):
        raise _unusable(path, f"{key} must be an array")
    return value


def _theirs(body: Mapping[str, Any], path: str | Path) -> dict[str, list[Any]]:
    """Return the part of Yandex Market. Raises ValueError naming what is wrong with it."""
    part = {} if body.get("yandex_market") is None else body["yandex_market"]
    if not isinstance(part, dict):
        raise _unusable(path, "yandex_market must be an object with stores and orders")
    theirs = {key: _listed(part, key, path) for key in ("stores", "orders")}
    for key, values in theirs.items():
        for number, value in enumerate(values):
            if not isinstance(value, dict):
                raise _unusable(f"{path}: yandex_market.{key}[{number}]", "must be an object")
    if unknown := sorted(part.keys() - theirs.keys()):
        raise _unusable(path, f"yandex_market has no key {unknown[0]!r}")
    return theirs


def _unusable(place: object, text: str) -> ValueError:
    return ValueError(f"{place}: {text}")
