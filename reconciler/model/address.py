"""Address: our own stable name for one resource.

An address is what people type, review and grep for; it never holds an id that the server invented. Its text
form is `kind/part/part`, with `/` and `%` inside a part percent-encoded, so that every id the API accepts has
exactly one spelling.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final, NamedTuple

CUSTOM_FIELD: Final = "custom_field"
LINE_STATUS: Final = "line_status"
ORDER: Final = "order"
ORDER_LINE: Final = "order_line"

PARTS: Final = {CUSTOM_FIELD: 2, LINE_STATUS: 1, ORDER: 1, ORDER_LINE: 2}
"""How many parts follow the kind.

The order of the keys is the order in which plans list and apply carries out.
"""

EVERY_LINE: Final = "*"
"""Stands for the line's id while the lines of an order cannot be listed one by one."""

_RANK: Final = {kind: rank for rank, kind in enumerate(PARTS)}


class Address(NamedTuple):
    """A kind and its natural key, for example `Address("order_line", ("1234000", "line_01"))`."""

    kind: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        text = "/".join((self.kind, *self.parts))
        if "%" not in text and text.count("/") == len(self.parts):  # as nearly always: nothing to encode
            return text
        return "/".join((self.kind, *map(_encode, self.parts)))

    @property
    def rank(self) -> tuple[int, tuple[str, ...]]:
        """The key by which plans are ordered: definitions, then orders, then lines, each by id."""
        return _RANK[self.kind], self.parts

    def matches(self, pattern: str) -> bool:
        """Tell whether a glob selects this address.

        `*` and `?` also match `/`, letters are compared exactly.
        """
        return fnmatchcase(str(self), pattern)


def parse(text: str) -> Address:
    """Read an address back from its text form; raises ValueError that says what is expected."""
    kind, _, rest = text.partition("/")
    count = PARTS.get(kind)
    if count is None:
        expected = ", ".join(PARTS)
        raise ValueError(f"{text!r} is not an address: it has to start with one of {expected}")
    parts = tuple(rest.split("/"))
    if "%" in rest:
        parts = tuple(map(_decode, parts))
    if len(parts) != count or not all(parts):
        shape = "/".join([kind, *(["ID"] * count)])
        raise ValueError(f"{text!r} is not an address: expected the form {shape}")
    return Address(kind, parts)


def custom_field(entity_type: str, external_id: str) -> Address:
    """Address of a custom field; the same id may exist once for each entity type (A24)."""
    return Address(CUSTOM_FIELD, (entity_type, external_id))


def line_status(external_id: str) -> Address:
    """Address of a custom order-line status."""
    return Address(LINE_STATUS, (external_id,))


def order(external_id: str) -> Address:
    """Address of an order: all of it but the statuses of its lines."""
    return Address(ORDER, (external_id,))


def order_line(order_id: str, line_id: str) -> Address:
    """Address of the status of one order line."""
    return Address(ORDER_LINE, (order_id, line_id))


def _encode(part: str) -> str:
    if "%" in part or "/" in part:
        return part.replace("%", "%25").replace("/", "%2F")
    return part


def _decode(part: str) -> str:
    return part.replace("%2F", "/").replace("%2f", "/").replace("%25", "%")
