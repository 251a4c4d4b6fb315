"""Seen: what a target showed of orders, on disk.

Endpoint, status and lines of most orders are alike: such a shape is kept once, as long as there are few of
them. What is compared in full, and what cannot be told, stays in memory: manifests declare the one, and there
is something to say about the other. Rows are written some at a time, with those that were foreseen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from reconciler.model.evidence import Present, Unknown
from reconciler.model.observation import LiveOrder
from reconciler.model.sightings import Seen as Sight
from reconciler.model.sightings import Sights
from reconciler.spill.file import File

_TABLES: Final = (
    "seen (walk, id, shape, updated, PRIMARY KEY (walk, id))",
    "places (walk, place, id, PRIMARY KEY (walk, place))",
    "passed (walk, id, PRIMARY KEY (walk, id))",
)
_AT_ONCE: Final = 1000
"""How many ids are given, or written, at a time."""
_SHAPES: Final = 2048
"""How many shapes are kept once; further ones stand in the row of each order."""

_Row = tuple[int | str | None, int | str | None]
"""Shape and time of an update. A shape is a number or a text, and None where the sight stays in memory."""


class Seen(Sights):
    """What was seen of orders in one walk, on disk."""

    def __init__(self, file: File, walk: int) -> None:
        """Begin with none; `walk` is the number of this one in the file."""
        self._file = file
        self._walk = walk
        self._count = 0
        self._passed = 0
        self._shapes: list[str] = []
        self._numbers: dict[str, int] = {}
        self._whole: dict[str, Sight] = {}
        """What stays in memory."""
        self._near: dict[str, _Row | None] = {}
        """The orders that were foreseen, as they were seen so far."""
        self._near_passed: set[str] = set()
        self._unwritten: dict[str, bool] = {}
        """Those of them that are to be written; True: they were never seen before."""
        file.make(_TABLES)

    def see(self, live: LiveOrder) -> None:
        """Keep what is shown of an order now, instead of what was kept of it."""
        if live.detail is not None:
            self._keep(live.external_id, (None, None))
            self._whole[live.external_id] = Present(live)
        else:
            self._whole.pop(live.external_id, None)
            self._keep(live.external_id, (self._shape(live), _written(live.updated)))

    def doubt(self, order: str, reason: str) -> None:
        """Keep that it cannot be told what an order is."""
        self._keep(order, (None, None))
        self._whole[order] = Unknown(reason)

    def pass_by(self, order: str) -> None:
        """Count an order of which nothing is wanted."""
        if order in self or self._is_passed(order):
            return
        self._near_passed.add(order)
        self._passed += self._file.put("INSERT INTO passed VALUES (?, ?)", ((self._walk, order),))

    @property
    def passed(self) -> int:
        """How many orders were passed by."""
        return self._passed

    def foresee(self, orders: Sequence[str]) -> None:
        """Look up together what was seen of these orders; writes what was seen of the ones before."""
        self._write()
        rows = self._rows(orders)
        self._near = {**dict.fromkeys(orders), **rows}
        self._near_passed = self._passed_of(orders)

    def __getitem__(self, order: str) -> Sight:
        """Give what was seen of an order; raises KeyError when that is nothing."""
        whole = self._whole.get(order)
        if whole is not None:
            return whole
        row = self._row(order)
        if row is None:
            raise KeyError(order)
        return Present(self._live(order, *row))

    def __contains__(self, order: object) -> bool:
        """Tell whether an order was seen."""
        return isinstance(order, str) and self._row(order) is not None

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the orders, as they were first seen."""
        self._write()
        for begin in range(0, self._count, _AT_ONCE):
            for (order,) in self._file.ask(
                "SELECT id FROM places WHERE walk = ? AND place >= ? AND place < ? ORDER BY place",
                (self._walk, begin, begin + _AT_ONCE),
            ):
                yield order

    def __len__(self) -> int:
        """Count the orders."""
        return self._count + sum(self._unwritten.values())

    def _keep(self, order: str, row: _Row) -> None:
        if self._is_passed(order):
            self._near_passed.discard(order)
            taken = ((self._walk, order),)
            self._passed -= self._file.put("DELETE FROM passed WHERE walk = ? AND id = ?", taken)
        if order not in self._unwritten:
            self._unwritten[order] = self._row(order) is None
        self._near[order] = row
        if len(self._unwritten) >= _AT_ONCE:
            self._write()
            self._near, self._near_passed = {}, set()

    def _write(self) -> None:
        walk = self._walk
        new = [order for order, is_new in self._unwritten.items() if is_new]
        places = ((walk, place, order) for place, order in enumerate(new, self._count))
        self._file.put("INSERT INTO places VALUES (?, ?, ?)", places)
        self._count += len(new)
        rows = ((walk, order, *(self._near[order] or ())) for order in self._unwritten)
        self._file.put("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", rows)
        self._unwritten = {}

    def _row(self, order: str) -> _Row | None:
        return self._near[order] if order in self._near else self._rows((order,)).get(order)

    def _rows(self, orders: Sequence[str]) -> dict[str, _Row]:
        found = self._file.ask_of(
            "SELECT id, shape, updated FROM seen WHERE walk = ? AND id IN (@)", orders, (self._walk,)
        )
        return {order: (shape, updated) for order, shape, updated in found}

    def _is_passed(self, order: str) -> bool:
        if order in self._near or not self._passed:
            return order in self._near_passed
        return bool(self._passed_of((order,)))

    def _passed_of(self, orders: Sequence[str]) -> set[str]:
        if not self._passed:
            return set()
        statement = "SELECT id FROM passed WHERE walk = ? AND id IN (@)"
        return {order for (order,) in self._file.ask_of(statement, orders, (self._walk,))}

    def _shape(self, live: LiveOrder) -> int | str:
        text = json.dumps((live.endpoint, live.status, live.lines), ensure_ascii=False)
        if text not in self._numbers and len(self._numbers) < _SHAPES:
            self._numbers[text] = len(self._shapes)
            self._shapes.append(text)
        return self._numbers.get(text, text)

    def _live(self, order: str, shape: int | str | None, updated: int | str | None) -> LiveOrder:
        text = self._shapes[shape] if isinstance(shape, int) else shape
        endpoint, status, lines = json.loads(text or "")
        return LiveOrder(order, endpoint, status, _read(updated), lines)


def _written(updated: datetime | None) -> int | str | None:
    """Give a time in UTC at whole seconds as a number, and any other as a text."""
    if updated is None:
        return None
    if updated.microsecond or updated.tzinfo is not UTC:
        return updated.isoformat()
    return int(updated.timestamp())


def _read(written: int | str | None) -> datetime | None:
    if isinstance(written, int):
        return datetime.fromtimestamp(written, UTC)
    return None if written is None else datetime.fromisoformat(written)
