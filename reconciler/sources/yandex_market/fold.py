"""Fold: one item's units, and the state of its order, become what is wanted of one line.

A line has one status, its units may have several. The rules are asked in the order of the reference's section
8.2, and the first that holds decides:

    1  the order is CANCELLED, or no unit is left, or all units are CANCELLED, LOST or REJECTED
    2  a unit is SHIPPED, or only CREATED in an order that is under way already
    3  a unit is CREATED
    4  no unit is with the buyer, and one is RETURNED
    5  a unit is with the buyer; where others are not, the line is mixed

In one point it is more careful: a unit of a state that nobody knows silences the whole item, unless the order
is CANCELLED or no unit is left. It could be anything, so every rule from the third half of the first on would
guess. For the same reason nothing follows from an order whose own state no rule names.

Pure, and total: whatever the numbers and words are, it answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from reconciler.model.yandex_market import SKIP, UNITS
from reconciler.sources.yandex_market.mapping import Rules
from reconciler.sources.yandex_market.seen import Item, Unit

_NEVER_CAME: Final = frozenset({"CANCELLED", "LOST", "REJECTED"})
_UNDER_WAY: Final = frozenset({"DELIVERY", "PICKUP"})

_CONTRADICTING: Final[Mapping[str, frozenset[str]]] = {
    "DELIVERED": frozenset({"CREATED", "SHIPPED"}),
    "PARTIALLY_RETURNED": frozenset({"CREATED", "SHIPPED"}),
    "RETURNED": frozenset({"CREATED", "SHIPPED", "DELIVERED_TO_BUYER"}),
    "CANCELLED": frozenset({"DELIVERED_TO_BUYER", "RETURNED"}),
}
"""States of units that do not fit the state of their order."""


class Folded(NamedTuple):
    """What follows from one item."""

    status: str | None = None
    """Our status; None: nothing is wanted."""
    unnamed: str = ""
    """The word because of which nothing is wanted: no rule names it."""
    ledger: str = ""
    """The units in words, where they say more than the state of the order."""
    mixed: bool = False
    undecided: bool = False
    """True: the order was returned in part, and nobody says which lines."""
    contradictions: tuple[str, ...] = ()


def fold(status: str, substatus: str, item: Item, rules: Rules) -> Folded:
    """Tell what is wanted of the line of an item, in an order of this state."""
    base = rules.of_order(status, substatus)
    if base is None:
        return Folded(unnamed=f"status {status}")
    ledger = _ledger(status, substatus, item)
    contradictions = tuple(_contradictions(status, item, ledger))
    if status == "CANCELLED" or base == SKIP:  # a state that is skipped is so whatever the units are
        return Folded(_said(base), contradictions=contradictions)
    if item.count == 0:
        gone = _said(rules.of_unit("CANCELLED", status, substatus))
        return Folded(gone, ledger="no unit left", contradictions=contradictions)
    units = {unit: count for unit, count in ledger.items() if count}
    unnamed = _unnamed(units)
    if unnamed:
        return Folded(unnamed=unnamed, contradictions=contradictions)
    if not units:
        undecided = status == "PARTIALLY_RETURNED"
        return Folded(_said(base), undecided=undecided, contradictions=contradictions)
    found, mixed = _first_rule(frozenset(units), status, substatus, rules)
    words = in_words(units) if mixed or found != base else ""
    return Folded(_said(found), ledger=words, mixed=mixed, contradictions=contradictions)


def _unnamed(units: Mapping[str, int]) -> str:
    """Name what makes a ledger unfit to be folded; the same whatever its order, empty when nothing does."""
    if any(count < 0 for count in units.values()):
        return "a number of units that is none"
    unknown = sorted(units.keys() - set(UNITS))
    return f"unit {unknown[0]}" if unknown else ""


def in_words(units: Mapping[str, int]) -> str:
    """Say how many units are in which state, in the order of their lives."""
    return ", ".join(f"{units[unit]} {unit}" for unit in UNITS if unit in units)


def _first_rule(units: frozenset[str], status: str, substatus: str, rules: Rules) -> tuple[str, bool]:
    """Ask the rules about units; tells also whether the line is mixed."""
    if units <= _NEVER_CAME:
        each = {rules.of_unit(unit, status, substatus) for unit in units}
        return (each.pop() if len(each) == 1 else rules.of_unit("CANCELLED", status, substatus)), False
    if "SHIPPED" in units or ("CREATED" in units and status in _UNDER_WAY):
        under_way = status in _UNDER_WAY or (status, substatus) == ("PROCESSING", "SHIPPED")
        ours = rules.of_order(status, substatus) if under_way else None
        return ours or rules.of_unit("SHIPPED", status, substatus), False
    if "CREATED" in units:
        return rules.of_unit("CREATED", status, substatus), False
    if "DELIVERED_TO_BUYER" not in units:
        return rules.of_unit("RETURNED", status, substatus), False
    if len(units) > 1:
        return rules.of_mixed(status, substatus), True
    return rules.of_unit("DELIVERED_TO_BUYER", status, substatus), False


def _ledger(status: str, substatus: str, item: Item) -> dict[str, int]:
    """Count the units by state; -1 for a number that is missing or below zero."""
    ledger: dict[str, int] = {}
    for unit in item.units or ():
        before = ledger.get(unit.status, 0)
        sound = unit.count is not None and unit.count >= 0 and before >= 0
        ledger[unit.status] = before + (unit.count or 0) if sound else -1
    if item.complete or item.units is None or item.count is None:
        return ledger
    rest = item.count - _sum(item.units)
    if rest > 0:
        like = _unit_like(status, substatus)
        ledger[like] = ledger.get(like, 0) + rest
    return ledger


def _unit_like(status: str, substatus: str) -> str:
    """Give the state of a unit that nothing happened to but what happened to its order."""
    if status in {"DELIVERED", "PARTIALLY_RETURNED"}:
        return "DELIVERED_TO_BUYER"
    if status == "RETURNED":
        return "RETURNED"
    under_way = status in _UNDER_WAY or (status, substatus) == ("PROCESSING", "SHIPPED")
    return "SHIPPED" if under_way else "CREATED"


def _contradictions(status: str, item: Item, ledger: Mapping[str, int]) -> Iterator[str]:
    """Name what does not fit together; it is told, and changes nothing."""
    for unit in sorted(_CONTRADICTING.get(status, frozenset()) & ledger.keys()):
        if ledger[unit]:
            yield f"the order is {status} and a unit is {unit}"
    if not item.units:
        return
    total = _sum(item.units)
    if item.count is not None and (total > item.count or (item.complete and total != item.count)):
        yield "the units do not add up to the item's count"


def _sum(units: Iterable[Unit]) -> int:
    return sum(max(0, unit.count or 0) for unit in units)


def _said(status: str) -> str | None:
    return None if status == SKIP else status
