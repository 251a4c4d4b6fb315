"""The made-up shop: a repository that declares order lines, the orders themselves, and a record of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from math import gcd
from pathlib import Path
from typing import Any, Final

from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.evidence import Evidence
from reconciler.model.record import Memory
from reconciler.store import open_store

FILES: Final = 10
WANTED: Final = "delivered"
OTHER: Final = "delivering"
SETTINGS: Final = """\
version: 1
targets:
  bench: {{url: "{url}", account: bench, concurrency: {concurrency}, page_size: {page_size}}}
limits: {{max_line_changes: 10000000, max_order_share: 1.0}}
"""


def shape_of(lines: int, per_order: int = 3) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield order ids with their line ids, `lines` lines in all."""
    for number in range(-(-lines // per_order)):
        first = number * per_order
        count = min(per_order, lines - first)
        yield _order(number), tuple(_line(number, place) for place in range(count))


def _order(number: int) -> str:
    return f"{1_000_000 + number}"


def _line(order: int, place: int) -> str:
    """Give a line an id that no other has, of whatever order: where ids recur, all of it is cheaper."""
    return f"{order:06d}-{place + 1}"


def write_settings(folder: Path, url: str, concurrency: int = 8, page_size: int = 200) -> None:
    """Write the settings of a repository whose one target is at `url`."""
    words = SETTINGS.format(url=url, concurrency=concurrency, page_size=page_size)
    (folder / "reconciler.yaml").write_text(words)


def write_manifests(folder: Path, lines: int, *, files: int = FILES, per_order: int = 3) -> None:
    """Write state-only entries into several files, each line in a block of its own as people write them."""
    (folder / "manifests").mkdir(parents=True, exist_ok=True)
    orders = list(shape_of(lines, per_order))
    size = -(-len(orders) // files)
    for number in range(files):
        part = orders[number * size : (number + 1) * size]
        if part:
            (folder / "manifests" / f"{number:02d}.yaml").write_text("orders:\n" + "".join(map(_entry, part)))


def _entry(order: tuple[str, tuple[str, ...]]) -> str:
    external_id, lines = order
    listed = "".join(f"      - external_id: {line}\n        status: {WANTED}\n" for line in lines)
    return f'  - external_id: "{external_id}"\n    expires: 2099-12-31\n    lines:\n{listed}'


def orders(lines: int) -> Iterator[dict[str, Any]]:
    """Yield the orders in the import's words."""
    price = {f"{kind}_price_per_item": "10" for kind in ("base", "min", "final")}
    for number, (external_id, ids) in enumerate(shape_of(lines)):
        yield {
            "external_id": external_id,
            "matching": "email",
            "email": f"buyer{number}@example.com",
            "endpoint": "website",
            "status": "new",
            "total_price": str(10 * len(ids)),
            "currency": "RUB",
            "create_time": "2026-01-01T10:00:00Z",
            "lines": [
                {"external_id": line, "status": OTHER, "product": "kettle", "count": 1, **price}
                for line in ids
            ],
        }


def others(lines: int, share: float) -> frozenset[tuple[str, str]]:
    """Name the lines, a share of all, that are not as is wanted."""
    every = round(1 / share) if share else 0
    pairs = ((order, line) for order, ids in shape_of(lines) for line in ids)
    return frozenset(pair for place, pair in enumerate(pairs) if every and place % every == 0)


def _pairs(lines: int, *, shuffled: bool) -> Iterator[tuple[str, str]]:
    """Yield every line with its order; shuffled, neighbours lie far from each other."""
    step = next(each for each in count(int(lines * 0.618) | 1) if gcd(each, lines) == 1) if shuffled else 1
    for number in range(lines):
        place = number * step % lines
        yield _order(place // 3), _line(place // 3, place % 3)


def write_table(folder: Path, lines: int, name: str, *, shuffled: bool = False) -> Path:
    """Write a table that wants every line in one status, CSV or JSON Lines by its name, and its source."""
    (folder / "manifests").mkdir(parents=True, exist_ok=True)
    columns = "{order: order_id, line: line_id, status: status}"
    words = f"{{name: table, type: table, path: ../{name}, hold: once, columns: {columns}}}"
    (folder / "manifests" / "sources.yaml").write_text(f"order_sources:\n  - {words}\n")
    path, pairs = folder / name, _pairs(lines, shuffled=shuffled)
    with path.open("w") as file:
        if path.suffix == ".csv":
            file.write("order_id,line_id,status\n")
            file.writelines(f"{order},{line},{WANTED}\n" for order, line in pairs)
        else:
            file.writelines(
                f'{{"order_id": "{order}", "line_id": "{line}", "status": "{WANTED}"}}\n'
                for order, line in pairs
            )
    return path


def write_record(folder: Path, lines: int, changed: float = 0.0) -> None:
    """Record every line as said, a share of them with another status than is wanted."""
    at = datetime(2026, 1, 2, tzinfo=UTC)
    every = round(1 / changed) if changed else 0
    memories: dict[Address, Memory] = {}
    for order, ids in shape_of(lines):
        for line in ids:
            said = OTHER if every and len(memories) % every == 0 else WANTED
            memories[address.order_line(order, line)] = Memory(said, Evidence.RECORDED, at, 1)
    with open_store(f"sqlite:///{folder / '.reconciler' / 'state.db'}", "bench") as store:
        store.adopt(memories)
