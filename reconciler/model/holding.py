"""Holding: all that the record holds of one address, in one place.

The record is kept by kind, because stages look it up by kind; people ask for one address, or for everything
with what is urgent first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.record import Memory, Record, Unsettled


@dataclass(frozen=True, slots=True)
class Holding:
    """What is remembered of one address; at least one of the three is there."""

    address: Address
    memory: Memory | None = None
    unsettled: Unsettled | None = None
    """A write of it of which nobody knows whether it happened."""
    finished: str | None = None
    """The status for which its `hold: once` wish is done."""


def holdings(record: Record) -> tuple[Holding, ...]:
    """Give everything that is remembered: what is unsettled first, then by address."""
    memories = dict(_memories(record))
    every = {*memories, *record.unsettled, *record.finished}
    found = [
        Holding(where, memories.get(where), record.unsettled.get(where), record.finished.get(where))
        for where in every
    ]
    return tuple(sorted(found, key=lambda each: (each.unsettled is None, each.address.rank)))


def _memories(record: Record) -> Iterable[tuple[Address, Memory]]:
    yield from record.definitions.items()
    for order, memory in record.orders.items():
        yield address.order(order), memory
    for order, lines in record.lines.items():
        for line, memory in lines.items():
            yield address.order_line(order, line), memory
