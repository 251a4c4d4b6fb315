"""Revise: the edits that make a full declaration say what the target shows now.

The two are aligned as they are for a plan, so a declaration that a plan would keep is left as it is written.
Only what it declares is looked at; what cannot be said in a manifest is named and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from reconciler.kinds.order.align import align
from reconciler.kinds.order.declare import line_draft
from reconciler.kinds.order.telling import LOOKS, Undeclarable, looks_personal, written
from reconciler.model.amounts import hundredths, plain, read_amount
from reconciler.model.draft import AddLine, DropLine, Edit, Members, Path, Put
from reconciler.model.manifest import ORDER_STATUSES, Catalogue, OrderManifest
from reconciler.model.observation import LiveOrder
from reconciler.model.text import visible
from reconciler.model.times import is_day, rfc3339
from reconciler.ports import Telling, Terms

_EMPTY: Final[Mapping[str, Any]] = {"region": "", "delivery_cost": "0", "min_price_per_item": "0"}
"""What says that a key shall not be there (A43, A46)."""
_AMOUNTS: Final = frozenset(
    {"total_price", "delivery_cost", "base_price_per_item", "min_price_per_item", "final_price_per_item"}
)


def revise(
    manifest: OrderManifest,
    statuses: Mapping[str, str],
    live: LiveOrder,
    catalogue: Catalogue,
    terms: Terms,
    telling: Telling,
) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """Give the edits, and what cannot be edited; `statuses` are those that the entry wants of its lines."""
    revising = _Revising(live, catalogue, terms, telling)
    wanted, shown = align(manifest, live, catalogue, terms)
    revising.part((), wanted, shown)
    revising.lines(wanted.get("lines", {}), shown.get("lines", {}))
    if telling.statuses:
        revising.statuses(statuses)
    if revising.edits and _is_odd(wanted, revising):
        revising.edits.append(Put(("check_total",), value=False))
    return tuple(revising.edits), tuple(revising.faults)


class _Revising:
    """Grows while the two sides are walked."""

    def __init__(self, live: LiveOrder, catalogue: Catalogue, terms: Terms, telling: Telling) -> None:
        self._live, self._catalogue, self._terms, self._telling = live, catalogue, terms, telling
        self.edits: list[Edit] = []
        self.faults: list[str] = []

    def part(self, path: Path, wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
        """Look at the managed keys of an order or of a line."""
        for key, value in wanted.items():
            if key == "lines":
                continue
            if key == "custom_fields":
                self._fields((*path, key), value, shown.get(key, {}))
            elif key not in shown:
                self._gone((*path, key))
            elif shown[key] != value:
                self._put((*path, key), shown[key])

    def lines(self, wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
        """Look at the lines: those that both have, those that are gone, those that are new."""
        if self._live.lines is None or not shown:
            self.faults.append("its lines are not shown")
            return
        for line, value in wanted.items():
            if line in shown:
                self.part(("lines", line), value, shown[line])
            else:
                self.edits.append(DropLine(line))
        for line in (self._live.detail or {}).get("lines") or ():
            if isinstance(line, Mapping) and str(line.get("external_id")) not in wanted:
                try:
                    draft = line_draft(line, self._live, self._catalogue, self._terms, self._telling)
                except Undeclarable as reason:
                    self.faults.append(str(reason))
                else:
                    self.edits.append(AddLine(draft))

    def statuses(self, wanted: Mapping[str, str]) -> None:
        """Look at the statuses that are wanted of lines; one that is hidden stays as it is said."""
        for line, status in wanted.items():
            shown = (self._live.lines or {}).get(line)
            if shown is None or shown == status:
                continue
            if self._catalogue.knows_status(shown):
                self.edits.append(Put(("lines", line, "status"), shown))
            else:
                self.faults.append(f"line {visible(line)} is shown with a status that no manifest can name")

    def _gone(self, path: Path) -> None:
        key = path[-1]
        if key == "tags":
            self.edits.append(Members(path, frozenset()))
        elif key in _EMPTY:
            self.edits.append(Put(path, _EMPTY[key]))
        else:
            self.faults.append(f"{'.'.join(path)} is not shown")

    def _put(self, path: Path, value: Any) -> None:
        key = path[-1]
        if isinstance(value, frozenset):
            if not self._telling.personal and any(map(looks_personal, value)):
                self.faults.append(f"{'.'.join(path)}: one of them {LOOKS}")
            else:
                self.edits.append(Members(path, value))
            return
        if key == "create_time" and not self._is_moment(value):
            self.faults.append("create_time is not shown to the second")
            return
        said = plain(value) if isinstance(value, Decimal) else value
        said = rfc3339(said) if isinstance(said, datetime) else said
        if self._is_sayable(path, key, said):
            self.edits.append(Put(path, int(said) if key == "count" else said))
        else:
            self.faults.append(f"{'.'.join(path)} is shown in a form that no manifest can have")

    def _is_moment(self, value: Any) -> bool:
        shown = (self._live.detail or {}).get("create_time")
        return isinstance(value, datetime) and not (isinstance(shown, str) and is_day(shown))

    def _is_sayable(self, path: Path, key: str, said: Any) -> bool:
        if key in _AMOUNTS:
            return _is_amount(said)
        if key == "count":
            return str(said).isdecimal() and int(said) > 0
        if path == ("status",):
            return said in (self._terms.order_statuses or ORDER_STATUSES)
        if key == "create_time":
            return True
        return isinstance(said, str) and bool(said) and said.isprintable() and len(said) <= 255

    def _fields(self, path: Path, wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
        entity_type = "order" if len(path) == 1 else "line_order"
        for field_id, value in wanted.items():
            where = (*path, field_id)
            if field_id not in shown:
                self.edits.append(Put(where, None))
            elif shown[field_id] != value or type(shown[field_id]) is not type(value):
                facts = self._catalogue.field_of(entity_type, field_id)
                said = written(facts, shown[field_id], self._telling)
                if isinstance(said, Undeclarable):
                    self.faults.append(f"{'.'.join(path)}: {visible(field_id)} stays: {said}")
                else:
                    self.edits.append(Put(where, said))


def _is_amount(said: object) -> bool:
    try:
        read_amount(said)
    except ValueError:
        return False
    return True


def _is_odd(wanted: Mapping[str, Any], revising: _Revising) -> bool:
    """Tell whether the total will no longer be the sum of its parts."""
    puts = {each.path: each.value for each in revising.edits if isinstance(each, Put)}
    dropped = {each.line for each in revising.edits if isinstance(each, DropLine)}
    added = [each.line.values for each in revising.edits if isinstance(each, AddLine)]
    parts = {
        line: (
            puts.get(("lines", line, "final_price_per_item"), value["final_price_per_item"]),
            puts.get(("lines", line, "count"), value["count"]),
        )
        for line, value in wanted.get("lines", {}).items()
        if line not in dropped
    }
    due = sum(_cents(price) * int(count) for price, count in _every(parts, added))
    delivery = puts.get(("delivery_cost",), wanted.get("delivery_cost", 0))
    return due + _cents(delivery) != _cents(puts.get(("total_price",), wanted["total_price"]))


def _every(parts: Mapping[str, tuple[Any, Any]], added: list[Mapping[str, Any]]) -> Iterator[tuple[Any, Any]]:
    yield from parts.values()
    yield from ((each["final_price_per_item"], each["count"]) for each in added)


def _cents(amount: Any) -> int:
    return hundredths(Decimal(amount))
