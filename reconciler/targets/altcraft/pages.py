"""Pages: what a page of the list of orders shows. Pure.

Decoded is only what is needed, for a list may be long; keys that are not known are passed over (A48), and a
key that is missing, null or empty is the same (A43). An order that is partly not understood still counts as
seen: taking it for absent would be worse than knowing little of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from datetime import datetime
from sys import intern
from typing import Any, Final

import msgspec

from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.observation import LiveOrder
from reconciler.model.times import read_instant
from reconciler.ports import Broken, Page
from reconciler.targets.altcraft.envelope import id_of

Plain = str | int | float | bool | None
"""A value that is no list and no object."""


class _Line(msgspec.Struct, frozen=True, gc=False):  # like all that is decoded, no part of a cycle
    external_id: Plain = None
    status: Plain = None
    custom_fields: dict[str, Any] | list[Any] | Plain = None


class _Order(msgspec.Struct, frozen=True, gc=False):
    external_id: Plain = None
    endpoint: Plain = None
    status: Plain = None
    update_time: Plain = None
    lines: list[_Line] | dict[str, Any] | Plain | msgspec.UnsetType = None
    custom_fields: dict[str, Any] | list[Any] | Plain = None


_ROWS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_ORDER: Final = msgspec.json.Decoder(_Order)
_ORDERS: Final = msgspec.json.Decoder(list[_Order])
_NOTHING: Final = msgspec.Raw(b"[]")
_NO_KEYS: Final[frozenset[str]] = frozenset()

InUse = Callable[[LiveOrder], Iterable[Address]]


class Rows(Sized):
    """The rows of a page, counted when it comes, and decoded when the next is on its way."""

    def __init__(self, result: msgspec.Raw) -> None:
        """Take a result. Raises DecodeError or UnicodeDecodeError when it is no list."""
        self._result = result
        self._apart: Sequence[msgspec.Raw] = _ROWS.decode(result)

    def shown(self) -> Iterable[_Order]:
        """Give what is needed of each, decoded together where all are as they should be. Raises Broken."""
        try:
            return _ORDERS.decode(self._result)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return map(_shown, self._apart)

    def whole(self, place: int) -> Any:
        """Give all of one of them. Raises Broken."""
        return _whole(self._apart[place])

    def __len__(self) -> int:
        """Count them."""
        return len(self._apart)


def rows_of(result: msgspec.Raw) -> Rows | None:
    """Split a result into its rows, a null being an empty list (A43); None when it is no list."""
    try:
        return Rows(_NOTHING if bytes(result) == b"null" else result)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class Reader:
    """Reads the pages of one walk, and remembers which sets of field ids it has asked about."""

    def __init__(self, detailed: frozenset[str] | None, in_use: InUse) -> None:
        """Keep the detail of the orders in `detailed`, None: of all; `in_use` names the fields in one."""
        self._detailed = detailed
        self._in_use = in_use
        self._known: dict[tuple[frozenset[str], frozenset[str]], frozenset[Address]] = {}
        self.skipped = 0
        """Rows without an id so far; nothing can be said of them."""

    def page(self, rows: Rows) -> Page:
        """Read the rows of a page. Raises Broken."""
        orders = []
        in_use: set[Address] = set()
        statuses: set[str | None] = set()
        for place, shown in enumerate(rows.shown()):
            order = id_of(shown.external_id)
            if not order:
                self.skipped += 1
                continue
            wanted = self._detailed is None or order in self._detailed
            live = _live(order, shown, rows.whole(place) if wanted else None)
            orders.append(live)
            in_use |= self._fields(shown)
            statuses.update((live.lines or {}).values())
        in_use.update(address.line_status(status) for status in statuses if status)
        return Page(tuple(orders), frozenset(in_use))

    def _fields(self, shown: _Order) -> frozenset[Address]:
        of_lines = _NO_KEYS
        for line in shown.lines if isinstance(shown.lines, list) else ():
            if line.custom_fields:
                of_lines |= _set_keys(line.custom_fields)
        keys = (_set_keys(shown.custom_fields), of_lines)
        known = self._known.get(keys)
        if known is None:
            detail = {"custom_fields": dict.fromkeys(keys[0], True)}
            lines = [{"external_id": "any", "custom_fields": dict.fromkeys(keys[1], True)}]
            known = frozenset(self._in_use(LiveOrder("any", detail={**detail, "lines": lines})))
            self._known[keys] = known
        return known


def _live(order: str, shown: _Order, detail: Any) -> LiveOrder:
    endpoint, status = _word(shown.endpoint), _word(shown.status)
    return LiveOrder(order, endpoint, status, _moment(shown.update_time), _lines(shown.lines), detail)


def _shown(row: msgspec.Raw) -> _Order:
    try:
        return _ORDER.decode(row)
    except msgspec.ValidationError:
        return _salvaged(_whole(row))


def _whole(row: msgspec.Raw) -> Any:
    """Read all of an order. One that holds what nobody can read breaks the list off: it is not absent."""
    try:
        return msgspec.json.decode(row)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Broken("the list of orders broke off: an order in it could not be read") from None


def _salvaged(row: Any) -> _Order:
    """Keep of an order what is understood; lines that are not are not read, which is not the same as none."""
    if not isinstance(row, dict):
        return _Order()
    kept: dict[str, Any] = {}
    for field in msgspec.structs.fields(_Order):
        try:
            kept[field.name] = msgspec.convert(row.get(field.name), field.type)
        except msgspec.ValidationError:
            kept[field.name] = msgspec.UNSET if field.name == "lines" else None
    return _Order(**kept)


def _lines(shown: Any) -> dict[str, str | None] | None:
    if shown is msgspec.UNSET:
        return None
    if not shown:
        return {}
    if not isinstance(shown, list):
        return None
    lines = {
        name if type(name := line.external_id) is str else id_of(name): _word(line.status) for line in shown
    }
    lines.pop("", None)
    return lines


def _word(value: Plain) -> str | None:
    """Read a word that comes again and again, and keep it once: a list may hold a million of them."""
    text = value if type(value) is str else id_of(value)  # the quick way: nearly all are text
    return intern(text) if text else None


def _set_keys(fields: Any) -> frozenset[str]:
    """Name the fields that have a value: a null says no more than a missing key (A43)."""
    if not fields or not isinstance(fields, dict):
        return _NO_KEYS
    if None in fields.values():
        return frozenset(key for key, value in fields.items() if value is not None)
    return frozenset(fields)


def _moment(shown: Plain) -> datetime | None:
    if not isinstance(shown, str):
        return None
    try:
        if len(shown) == 20 and shown[10] == "T" and shown[19] == "Z":  # as documented: the quick way
            return datetime.fromisoformat(shown)
        return read_instant(shown)
    except ValueError:
        return None
