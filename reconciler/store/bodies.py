"""Bodies: what was approved as the text that is kept, written and read a hundred thousand changes at a time.

Most changes of an approval are worded alike but for their address. Such a wording is read once and its value
shared, which costs neither the time nor the memory of all of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from reconciler.model.address import ORDER_LINE, Address, parse
from reconciler.model.approval import Approval, Reviewed, from_json, reviewed_from

_PARTS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LINE: Final = f"{ORDER_LINE}/"


def approval_in(body: str) -> Approval:
    """Read an approval; raises KeyError, TypeError or ValueError for what is none."""
    try:
        parts = _PARTS.decode(body)
        changes = _PARTS.decode(parts.pop("changes"))
    except (msgspec.DecodeError, UnicodeError):  # such as half of a surrogate pair
        return from_json(json.loads(body))
    head = {name: json.loads(bytes(part)) for name, part in parts.items()}
    return from_json({**head, "changes": {}}, _shared(changes))


def _shared(changes: Mapping[str, msgspec.Raw]) -> dict[Address, Reviewed]:
    read: dict[bytes, Reviewed] = {}
    found = {}
    for where, raw in changes.items():
        words = bytes(raw)
        if words not in read:
            read[words] = reviewed_from(json.loads(words))
        found[_address(where)] = read[words]
    return found


def _address(text: str) -> Address:
    """Read an address, most of which are of lines and have nothing to decode."""
    if text.startswith(_LINE) and "%" not in text:
        parts: tuple[Any, ...] = tuple(text.split("/")[1:])
        if len(parts) == 2 and all(parts):
            return Address(ORDER_LINE, parts)
    return parse(text)
