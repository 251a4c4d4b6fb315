"""The direct door into a market: for tests, seeds and demonstrations, past the API and its rules.

What is read here is the whole truth, line statuses included. What is written here fires no trigger, is not in
the log of requests, and is seen at once whatever the read lag is.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from reconciler.sandbox.definitions import parse_field, parse_line_status
from reconciler.sandbox.direct import changed, direct_order
from reconciler.sandbox.faults import Fault, kept_faults, put_faults
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.shelf import Shelf
from reconciler.sandbox.storage import Storage
from reconciler.sandbox.switches import DEFAULTS, Behaviour, behaviour, chosen
from reconciler.sandbox.yandex.cabinet import Cabinet, put_into
from reconciler.sandbox.yandex.shelf import TABLES as YANDEX_TABLES
from reconciler.sandbox.yandex.shelf import YandexShelf

Definition = TypeVar("Definition")
_EMPTIED = (
    "orders",
    "pending",
    "fields",
    "line_statuses",
    "goods",
    "requests",
    "triggers",
    "faults",
    "settings",
    "sqlite_sequence",
    *YANDEX_TABLES,
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request in the log. It holds no token and nothing about a buyer."""

    seq: int
    at: str
    method: str
    ids: tuple[str, ...]
    """The orders of an import; order and line of an update; the order of a get_status."""
    definitions: tuple[str, ...]
    """`custom_field/<entity_type>/<id>` and `line_status/<id>` that an import sent."""
    status: str | None
    """The status that an update said."""
    error: int | None
    """The code that was answered; None when a fault put something else in its place."""
    fault: str | None
    processed: bool
    """Whether the request was carried out: False if it was refused as a whole, or struck before."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger that fired; `line` is None and `status` the order's own when the cause is an import."""

    seq: int
    at: str
    order: str
    line: str | None
    status: str
    cause: str


class Market:
    """One market: the file at `path` (made at the first write) or `:memory:`.

    `switches` are laid over those kept in the file, for this object only. `now` tells the time.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        switches: Mapping[str, str] | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.now = now or _utc_now
        self._storage = Storage(path)
        self._own_switches = chosen(switches or {})

    @property
    def yandex(self) -> Cabinet:
        """The direct door to the orders of Yandex Market in the same file."""
        return Cabinet(self)

    def orders(self) -> list[dict[str, Any]]:
        """Return every order in the import's words, with `profile` and `update_time`, by creation."""
        with self.shelf(create=False) as shelf:
            return [order.as_import() for order in shelf.orders()]

    def order(self, order_id: str) -> dict[str, Any]:
        """Return one order as `orders` does. Raises KeyError."""
        with self.shelf(create=False) as shelf:
            stored = shelf.order(order_id)
        if stored is None:
            raise KeyError(order_id)
        return stored.order.as_import()

    def fields(self) -> list[dict[str, Any]]:
        """Return every custom field's definition, by creation."""
        with self.shelf(create=False) as shelf:
            return [field.as_import() for field in shelf.fields().values()]

    def statuses(self) -> list[dict[str, Any]]:
        """Return every custom line status's definition, by creation."""
        with self.shelf(create=False) as shelf:
            return [status.as_import() for status in shelf.line_statuses().values()]

    def requests(self) -> list[Request]:
        """Return the log of requests, the oldest first. Reads of a market without a file are not logged."""
        with self.shelf(create=False) as shelf:
            rows = shelf.connection.execute("SELECT * FROM requests ORDER BY seq").fetchall()
        return [_request(row) for row in rows]

    def triggers(self) -> list[Trigger]:
        """Return every trigger that fired, the oldest first."""
        with self.shelf(create=False) as shelf:
            rows = shelf.connection.execute("SELECT * FROM triggers ORDER BY seq").fetchall()
        return [Trigger(*row) for row in rows]

    def touch(
        self,
        order_id: str,
        *,
        status: str | None = None,
        lines: Mapping[str, str] | None = None,
        **values: Any,
    ) -> None:
        """Change an order as a person does; `lines` gives statuses by line, `values` any other keys.

        Always moves `update_time`. Raises KeyError for an unknown order or line, ValueError for a wrong
        value.
        """
        if status is not None:
            values["status"] = status
        with self.shelf() as shelf:
            stored = shelf.order(order_id)
            if stored is None:
                raise KeyError(order_id)
            shelf.put_order(changed(stored.order, lines or {}, values, self.now()), seq=stored.seq)

    def put(self, order: Mapping[str, Any]) -> None:
        """Store one order, in the import's words or as `order` returned it. Raises ValueError."""
        self.put_all((order,))

    def put_all(
        self,
        orders: Iterable[Mapping[str, Any]],
        *,
        fields: Iterable[Mapping[str, Any]] = (),
        statuses: Iterable[Mapping[str, Any]] = (),
        yandex: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    ) -> int:
        """Store definitions and orders in one transaction, and return the number of orders.

        `yandex` holds `stores` and `orders` of Yandex Market, as `Cabinet.put_all` takes them; they are not
        counted. Raises ValueError, and then nothing is stored.
        """
        count = 0
        with self.shelf() as shelf:
            for field in fields:
                shelf.put_field(_valid(parse_field, field))
            for status in statuses:
                shelf.put_line_status(_valid(parse_line_status, status))
            for words in orders:
                order = direct_order(words, self.now())
                stored = shelf.order(order.external_id)
                shelf.put_order(order, seq=stored.seq if stored else None)
                count += 1
            theirs = yandex or {}
            others = YandexShelf(shelf.connection)
            put_into(others, self.now(), theirs.get("orders", ()), theirs.get("stores", ()))
        return count

    def put_field(self, definition: Mapping[str, Any]) -> None:
        """Store one custom field. Raises ValueError."""
        self.put_all((), fields=(definition,))

    def put_status(self, definition: Mapping[str, Any]) -> None:
        """Store one custom line status. Raises ValueError."""
        self.put_all((), statuses=(definition,))

    def put_product(self, product_id: str, name: str, skus: Mapping[str, str] | None = None) -> None:
        """Put a product on the product list, with the names of its SKUs by id."""
        with self.shelf() as shelf:
            shelf.put_good("product", product_id, name)
            for sku_id, sku_name in (skus or {}).items():
                shelf.put_good("sku", sku_id, sku_name, product_id)

    def remove(self, order_id: str) -> None:
        """Remove one order. Raises KeyError."""
        with self.shelf() as shelf:
            stored = shelf.order(order_id)
            if stored is None:
                raise KeyError(order_id)
            shelf.remove_order(stored.seq)

    def reset(self) -> None:
        """Empty the market of everything: orders, definitions, logs, faults, switches. Makes no file."""
        with self.shelf(create=False) as shelf:
            for table in _EMPTIED:
                shelf.connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- the names stand above

    def set_switches(self, switches: Mapping[str, str]) -> None:
        """Keep these switches in the file, in place of those kept before. Raises ValueError."""
        choice = chosen(switches)
        with self.shelf() as shelf:
            shelf.put_setting("switches", choice)

    def switches(self) -> dict[str, str]:
        """Return the switches that are set: those kept in the file, and over them this object's own."""
        with self.shelf(create=False) as shelf:
            return shelf.setting("switches") | self._own_switches

    def behaviour(self, shelf: Shelf) -> Behaviour:
        """Return the value of every switch, within a transaction."""
        return behaviour(shelf.setting("switches"), self._own_switches)

    def set_faults(self, faults: Iterable[Fault]) -> None:
        """Keep these faults in the file, in place of those kept before; counting begins anew."""
        with self.shelf() as shelf:
            put_faults(shelf.connection, faults)

    def faults(self) -> tuple[Fault, ...]:
        """Return the faults that are kept in the file."""
        with self.shelf(create=False) as shelf:
            return kept_faults(shelf.connection)

    def close(self) -> None:
        """Close the file; it is opened again when needed. A market in memory is gone."""
        self._storage.close()

    @contextmanager
    def shelf(self, *, create: bool = True) -> Iterator[Shelf]:
        """Hold one transaction; it is undone when the block raises. Without `create` no file is made."""
        with self._storage.transaction(create=create) as connection:
            yield Shelf(connection)


def _valid(parse: Callable[[object, Behaviour], Definition], definition: Mapping[str, Any]) -> Definition:
    try:
        return parse(definition, DEFAULTS)
    except Refusal as refusal:
        raise ValueError(refusal.text) from None


def _request(row: tuple[Any, ...]) -> Request:
    seq, at, method, ids, definitions, status, error, fault, processed = row
    return Request(
        seq=seq,
        at=at,
        method=method,
        ids=tuple(json.loads(ids)),
        definitions=tuple(json.loads(definitions)),
        status=status,
        error=error,
        fault=fault,
        processed=processed == 1,
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)
