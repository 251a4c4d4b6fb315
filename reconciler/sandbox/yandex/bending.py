"""What the switches do to orders of either shape before they are written. Pure.

They show a client what it may meet: words that no list holds, items without units, sums that do not add up.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.yandex.order import Item, MarketOrder

UNKNOWN_STATUS = "TELEPORTED"
UNKNOWN_SUBSTATUS = "ON_THE_MOON"
UNKNOWN_UNIT = "EVAPORATED"
_SECOND_ID = 900_000


def bent(order: MarketOrder, how: Behaviour) -> MarketOrder:
    """Return the order as the switches Y6, Y7 and Y11 make it look."""
    words, items = how["yandex_words"], [_bent_item(item, how) for item in order.items]
    if items and how["yandex_items"] == "count_zero":
        items[0] = replace(items[0], count=0, units=None)
    if items and how["yandex_items"] == "same_offer":
        items.insert(1, replace(items[0], id=_SECOND_ID + items[0].id))
    return replace(
        order,
        status=UNKNOWN_STATUS if words == "unknown_status" else order.status,
        substatus=UNKNOWN_SUBSTATUS if words == "unknown_substatus" else order.substatus,
        items=tuple(items),
    )


def _bent_item(item: Item, how: Behaviour) -> Item:
    units = dict(item.units) if item.units is not None else None
    if units and how["yandex_unit_sums"] == "short":
        last = [*units][-1]
        units[last] -= 1
        units = {status: count for status, count in units.items() if count} or units
    if units and how["yandex_unit_sums"] == "over":
        units[next(iter(units))] += 1
    if how["yandex_words"] == "unknown_unit":
        units = _renamed(units) if units else {UNKNOWN_UNIT: item.count}
    return replace(item, units=units)


def _renamed(units: Mapping[str, int]) -> dict[str, int]:
    (_, count), *others = units.items()
    return {UNKNOWN_UNIT: count, **dict(others)}


def put_array(words: dict[str, Any], key: str, content: list[Any], how: Behaviour, *example: Any) -> None:
    """Put an array that may be null or absent; `example` is what may stand where nothing does (Y5)."""
    manner = how["yandex_arrays"]
    if content:
        words[key] = content
    elif manner == "null":
        words[key] = None
    elif manner == "empty" or (manner == "filled" and example):
        words[key] = list(example) if manner == "filled" else []


def put_extra(words: dict[str, Any], how: Behaviour) -> dict[str, Any]:
    """Put in a key that is not documented (Y9), and return the words."""
    if how["yandex_extra_keys"] == "yes":
        words["somethingNew"] = {"since": 2027, "list": [1, None, "two"]}
    return words


def put_update(words: dict[str, Any], key: str, value: str, how: Behaviour) -> None:
    """Put the time of the last change, null or nothing (Y4)."""
    if how["yandex_update_date"] != "absent":
        words[key] = None if how["yandex_update_date"] == "null" else value


def put_units(words: dict[str, Any], key: str, counted: list[dict[str, Any]] | None, how: Behaviour) -> None:
    """Put the units of an item; None where nothing is known of them (Y10)."""
    if how["yandex_units"] == "null":
        words[key] = None
    elif how["yandex_units"] == "shown":
        put_array(words, key, counted or [], how)
