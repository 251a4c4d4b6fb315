"""What one transaction can see and change of Yandex Market: orders, stores, quotas, and the log of requests.

The only module that knows these tables by name. It stores what it is given and judges nothing.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.sandbox.times import stored_time
from reconciler.sandbox.yandex.order import BUSINESS, CAMPAIGN, MarketOrder

SCHEMA = """
CREATE TABLE IF NOT EXISTS yandex_stores (
    campaign INTEGER PRIMARY KEY, business INTEGER NOT NULL, name TEXT NOT NULL, availability TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS yandex_orders (
    id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL, external TEXT, status TEXT NOT NULL,
    substatus TEXT NOT NULL, program TEXT NOT NULL, fake INTEGER NOT NULL, cancel_requested INTEGER NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, body TEXT NOT NULL, before TEXT,
    lag INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS yandex_orders_by_external ON yandex_orders (external);
CREATE INDEX IF NOT EXISTS yandex_orders_by_update ON yandex_orders (updated);
CREATE TABLE IF NOT EXISTS yandex_quotas (
    method TEXT NOT NULL, entity TEXT NOT NULL, hour TEXT NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (method, entity)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS yandex_requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, method TEXT NOT NULL, entity TEXT NOT NULL,
    asked TEXT NOT NULL, shown TEXT NOT NULL, status INTEGER NOT NULL, fault TEXT);
"""
TABLES = ("yandex_stores", "yandex_orders", "yandex_quotas", "yandex_requests")
ALTERNATING = -1
"""A lag that never ends: the order is shown as it was before every other time."""
_NOW_THE_NEW = -2
_PUT = (
    "INSERT OR REPLACE INTO yandex_orders (id, campaign, external, status, substatus, program, fake,"
    " cancel_requested, created, updated, body, before, lag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Store:
    """One store; `campaign` is its id in the API, `business` that of its cabinet."""

    campaign: int
    business: int
    name: str
    availability: str = "AVAILABLE"


FIRST_STORE = Store(CAMPAIGN, BUSINESS, "Sandbox store")
"""The store that is there when none was put in."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One request, as the log holds it."""

    method: str
    entity: str
    asked: object
    """The body of a search, the order's id of a single question."""
    shown: Sequence[int]
    """The orders of the answer."""
    status: int
    fault: str | None


class YandexShelf:
    """The tables of Yandex Market within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def stores(self) -> list[Store]:
        """Return every store, by its id."""
        rows = self.connection.execute(
            "SELECT campaign, business, name, availability FROM yandex_stores ORDER BY campaign"
        )
        return [Store(*row) for row in rows] or [FIRST_STORE]

    def put_store(self, store: Store) -> None:
        """Store a store, over one of the same id."""
        words = (store.campaign, store.business, store.name, store.availability)
        self.connection.execute("INSERT OR REPLACE INTO yandex_stores VALUES (?, ?, ?, ?)", words)

    def keep_store(self, store: Store) -> None:
        """Store a store unless one of that id is there."""
        words = (store.campaign, store.business, store.name, store.availability)
        self.connection.execute("INSERT OR IGNORE INTO yandex_stores VALUES (?, ?, ?, ?)", words)

    def orders(self) -> Iterator[MarketOrder]:
        """Yield every order as it is now, by number."""
        for (body,) in self.connection.execute("SELECT body FROM yandex_orders ORDER BY id"):
            yield MarketOrder.from_json(json.loads(body))

    def order(self, number: int) -> MarketOrder | None:
        """Return one order as it is now."""
        row = self.connection.execute("SELECT body FROM yandex_orders WHERE id = ?", (number,)).fetchone()
        return None if row is None else MarketOrder.from_json(json.loads(row[0]))

    def number_of(self, external: str) -> int | None:
        """Return the number of an order that has this id of the seller's; the first one's."""
        query = "SELECT id FROM yandex_orders WHERE external = ? ORDER BY id"
        row = self.connection.execute(query, (external,)).fetchone()
        return None if row is None else int(row[0])

    def business_of(self, number: int) -> int | None:
        """Return the cabinet of an order; None for one that does not exist."""
        row = self.connection.execute("SELECT campaign FROM yandex_orders WHERE id = ?", (number,)).fetchone()
        if row is None:
            return None
        return next((store.business for store in self.stores() if store.campaign == row[0]), None)

    def put_order(self, order: MarketOrder, *, lag: int = 0) -> None:
        """Store an order, over one of the same number; for `lag` reads that one is shown still."""
        before = None
        if lag:
            found = self.order(order.id)
            before = None if found is None else _written(found)
        words = (
            order.id,
            order.campaign,
            order.external,
            order.status,
            order.substatus,
            order.program,
            order.fake,
            order.cancel_requested,
            order.created,
            order.updated,
            _written(order),
            before,
            lag if before is not None else 0,
        )
        self.connection.execute(_PUT, words)

    def remove_order(self, number: int) -> bool:
        """Remove an order; False when there is none."""
        return self.connection.execute("DELETE FROM yandex_orders WHERE id = ?", (number,)).rowcount > 0

    def found(self, where: str, order_by: str, words: Sequence[object]) -> list[int]:
        """Return the numbers of the orders that a condition holds for."""
        query = f"SELECT id FROM yandex_orders WHERE {where} {order_by}"  # noqa: S608 -- words are bound
        return [number for (number,) in self.connection.execute(query, words)]

    def shown(self, number: int) -> MarketOrder:
        """Return an order as the API shows it this time, which may be as it was before its last change."""
        body, before, lag = self.connection.execute(
            "SELECT body, before, lag FROM yandex_orders WHERE id = ?", (number,)
        ).fetchone()
        if lag == 0 or before is None:
            return MarketOrder.from_json(json.loads(body))
        after = {ALTERNATING: _NOW_THE_NEW, _NOW_THE_NEW: ALTERNATING}.get(lag, lag - 1)
        self.connection.execute("UPDATE yandex_orders SET lag = ? WHERE id = ?", (after, number))
        return MarketOrder.from_json(json.loads(body if lag == _NOW_THE_NEW else before))

    def used(self, method: str, entity: str, hour: str) -> int:
        """Return how many requests of an hour were counted."""
        row = self.connection.execute(
            "SELECT used FROM yandex_quotas WHERE method = ? AND entity = ? AND hour = ?",
            (method, entity, hour),
        ).fetchone()
        return 0 if row is None else int(row[0])

    def use(self, method: str, entity: str, hour: str, used: int) -> None:
        """Note how many requests of an hour are counted by now."""
        self.connection.execute(
            "INSERT OR REPLACE INTO yandex_quotas VALUES (?, ?, ?, ?)", (method, entity, hour, used)
        )

    def log(self, now: datetime, entry: Logged) -> None:
        """Note one request. Nothing of a token or a buyer is in it."""
        self.connection.execute(
            "INSERT INTO yandex_requests (at, method, entity, asked, shown, status, fault)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                stored_time(now),
                entry.method,
                entry.entity,
                json.dumps(entry.asked),
                json.dumps(list(entry.shown)),
                entry.status,
                entry.fault,
            ),
        )

    def counted(self, method: str) -> int:
        """Return how many requests to a method the log holds."""
        query = "SELECT count(*) FROM yandex_requests WHERE method = ?"
        return int(self.connection.execute(query, (method,)).fetchone()[0])

    def requests(self) -> list[tuple[str, Logged]]:
        """Return the log, each entry with its time, the oldest first."""
        rows = self.connection.execute(
            "SELECT at, method, entity, asked, shown, status, fault FROM yandex_requests ORDER BY seq"
        )
        return [
            (at, Logged(method, entity, json.loads(asked), json.loads(shown), status, fault))
            for at, method, entity, asked, shown, status, fault in rows
        ]


def _written(order: MarketOrder) -> str:
    return json.dumps(order.as_json(), ensure_ascii=False, separators=(",", ":"))
