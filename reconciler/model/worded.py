"""Worded: what is told of each step of a plan, kept once for all that are worded alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from reconciler.model.address import ORDER_LINE, Address
from reconciler.model.change import Pending
from reconciler.model.steps import Steps

ValueT = TypeVar("ValueT")


class Worded(Mapping[Address, ValueT]):
    """Something of each step, by address. Of line updates it must follow from their wording alone."""

    def __init__(self, steps: Steps, told: Callable[[Pending], ValueT]) -> None:
        """Take steps in the order of a plan, and what tells it of one."""
        self._steps = steps
        self._told = told
        self._others = {step.address: told(step) for step in steps.others}
        self._known: dict[int, ValueT] = {}

    def __getitem__(self, where: Address) -> ValueT:
        if where.kind != ORDER_LINE:
            return self._others[where]
        place = self._steps.lines.place(*where.parts)
        if place is None:
            raise KeyError(where)
        number, step = self._steps.lines.worded(place)
        if number not in self._known:
            self._known[number] = self._told(step)
        return self._known[number]

    def __contains__(self, where: object) -> bool:
        if not isinstance(where, Address) or where.kind != ORDER_LINE:
            return where in self._others
        return self._steps.lines.place(*where.parts) is not None

    def __iter__(self) -> Iterator[Address]:
        return self._steps.addresses()

    def __len__(self) -> int:
        return len(self._steps)
