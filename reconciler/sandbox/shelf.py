"""What one transaction can see and change: orders, definitions, goods, and the logs.

The only module that knows the tables by name, but for the pages of a listing (`listing.py`) and the faults
(`faults.py`). It stores what it is given and judges nothing.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from reconciler.sandbox.field_values import Fields
from reconciler.sandbox.times import stored_time
from reconciler.sandbox.values import BUILTIN_LINE_STATUSES, Field, LineStatus, Order

_KNOWN = {
    "product": "SELECT 1 FROM goods WHERE kind = 'product' AND external_id = ?",
    "sku": "SELECT 1 FROM goods WHERE kind = 'sku' AND external_id = ?",
    "endpoint": "SELECT 1 FROM orders WHERE endpoint = ?",
    "region": "SELECT 1 FROM orders WHERE region = ?",
    "profile": "SELECT 1 FROM orders WHERE profile = ?",
}
_INSERT = (
    "INSERT INTO orders (moved, external_id, endpoint, region, profile, body)"
    " VALUES ((SELECT coalesce(max(moved), 0) + 1 FROM orders), ?, ?, ?, ?, ?)"
)
_UPDATE = (
    "UPDATE orders SET (moved, external_id, endpoint, region, profile, body)"
    " = ((SELECT coalesce(max(moved), 0) + 1 FROM orders), ?, ?, ?, ?, ?) WHERE seq = ?"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """An order and the number of its row, which is also the internal id that get_status accepts."""

    seq: int
    order: Order


class Shelf:
    """The tables of a market within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Undo what the block wrote when it raises, and nothing that the transaction wrote before."""
        self.connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK TO attempt")
            raise
        finally:
            self.connection.execute("RELEASE attempt")

    def orders(self) -> Iterator[Order]:
        """Yield every order, by creation."""
        for (body,) in self.connection.execute("SELECT body FROM orders ORDER BY seq"):
            yield Order.from_json(json.loads(body))

    def order(self, order_id: str, endpoint: str | None = None) -> Stored | None:
        """Return the order of that id, the first one created, or the one of that touchpoint."""
        row = self.connection.execute(
            "SELECT seq, body FROM orders"
            " WHERE external_id = ? AND endpoint = coalesce(?, endpoint) ORDER BY seq",
            (order_id, endpoint),
        ).fetchone()
        return None if row is None else Stored(row[0], Order.from_json(json.loads(row[1])))

    def order_by_number(self, seq: int) -> Stored | None:
        """Return the order of that internal id."""
        row = self.connection.execute("SELECT body FROM orders WHERE seq = ?", (seq,)).fetchone()
        return None if row is None else Stored(seq, Order.from_json(json.loads(row[0])))

    def put_order(self, order: Order, *, seq: int | None = None, lag: int = 0) -> None:
        """Store an order, in the row `seq` or a new one; for `lag` reads it is shown as it was before."""
        body = json.dumps(order.as_json(), ensure_ascii=False, separators=(",", ":"))
        words = (order.external_id, order.endpoint, order.region, order.profile, body)
        shown = None
        if seq is None:
            seq = self.connection.execute(_INSERT, words).lastrowid
        else:
            if lag:
                shown = self.connection.execute("SELECT body FROM orders WHERE seq = ?", (seq,)).fetchone()[0]
            self.connection.execute(_UPDATE, (*words, seq))
        if not lag:
            self.connection.execute("DELETE FROM pending WHERE seq = ?", (seq,))
        else:
            self.connection.execute(
                "INSERT INTO pending VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET reads_left = excluded.reads_left",
                (seq, lag, shown),
            )

    def begin_walk(self) -> None:
        """Count one read for every order that is still shown as it was (A50)."""
        self.connection.execute("DELETE FROM pending WHERE reads_left <= 0")
        self.connection.execute("UPDATE pending SET reads_left = reads_left - 1")

    def seen(self, stored: Stored) -> Stored | None:
        """Count one read of this order; return it as a reader sees it, None while it is unseen (A50)."""
        row = self.connection.execute(
            "SELECT reads_left, shown FROM pending WHERE seq = ?", (stored.seq,)
        ).fetchone()
        if row is None or row[0] <= 0:
            self.connection.execute("DELETE FROM pending WHERE seq = ?", (stored.seq,))
            return stored
        self.connection.execute("UPDATE pending SET reads_left = reads_left - 1 WHERE seq = ?", (stored.seq,))
        return None if row[1] is None else Stored(stored.seq, Order.from_json(json.loads(row[1])))

    def remove_order(self, seq: int) -> None:
        """Forget an order."""
        self.connection.execute("DELETE FROM orders WHERE seq = ?", (seq,))
        self.connection.execute("DELETE FROM pending WHERE seq = ?", (seq,))

    def fields(self) -> Fields:
        """Return all custom fields, by entity type and id, in the order of their creation."""
        rows = self.connection.execute("SELECT entity_type, external_id, body FROM fields ORDER BY seq")
        return {(entity, field_id): Field(**json.loads(body)) for entity, field_id, body in rows}

    def put_field(self, field: Field) -> None:
        """Store a custom field, over one of the same entity type and id."""
        self.connection.execute(
            "INSERT INTO fields (entity_type, external_id, body) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET body = excluded.body",
            (field.entity_type, field.external_id, json.dumps(field.as_import(), ensure_ascii=False)),
        )

    def line_statuses(self) -> Mapping[str, LineStatus]:
        """Return the custom line statuses by id, in the order of their creation."""
        rows = self.connection.execute("SELECT external_id, body FROM line_statuses ORDER BY seq")
        return {status_id: LineStatus(**json.loads(body)) for status_id, body in rows}

    def status_types(self) -> Mapping[str, str]:
        """Return the type of every line status, the built-in ones included."""
        own = {key: status.type for key, status in self.line_statuses().items()}
        return {**BUILTIN_LINE_STATUSES, **own}

    def put_line_status(self, status: LineStatus) -> None:
        """Store a custom line status, over one of the same id."""
        self.connection.execute(
            "INSERT INTO line_statuses (external_id, body) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET body = excluded.body",
            (status.external_id, json.dumps(status.as_import(), ensure_ascii=False)),
        )

    def known(self, key: str, name: str) -> bool:
        """Say whether a product or SKU is listed, or an order uses that endpoint, region or profile."""
        return self.connection.execute(_KNOWN[key], (name,)).fetchone() is not None

    def put_good(self, kind: str, external_id: str, name: str, product: str | None = None) -> None:
        """Put a `product` or a `sku` on the product list, unless it is there."""
        self.connection.execute(
            "INSERT OR IGNORE INTO goods (kind, external_id, name, product) VALUES (?, ?, ?, ?)",
            (kind, external_id, name, product),
        )

    def fire(self, now: datetime, cause: str, order_id: str, line_id: str | None, status: str) -> None:
        """Note that a trigger fired; `cause` is "import" or "update"."""
        self.connection.execute(
            "INSERT INTO triggers (at, order_id, line_id, status, cause) VALUES (?, ?, ?, ?, ?)",
            (stored_time(now), order_id, line_id, status, cause),
        )

    def setting(self, name: str) -> dict[str, str]:
        """Return a stored mapping of words, empty when none was stored."""
        row = self.connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return {} if row is None else dict(json.loads(row[0]))

    def put_setting(self, name: str, words: Mapping[str, str]) -> None:
        """Store a mapping of words."""
        self.connection.execute(
            "INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(dict(words)))
        )
