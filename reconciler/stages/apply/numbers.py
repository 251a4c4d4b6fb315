"""Numbers: the number that the journal gave to the intent of each step, in a few bytes a step."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping

from reconciler.model.address import ORDER_LINE, Address
from reconciler.model.steps import Steps

_NONE = 0
"""No intent has this number: those of a run begin with 1."""


class Numbers(Mapping[Address, int]):
    """Numbers by address. Those of line updates stand by the place that they have in the plan."""

    def __init__(self, steps: Steps) -> None:
        """Begin without any; the steps stand in the order of a plan."""
        self._lines = steps.lines
        self._of_lines = array("q", bytes(8 * len(steps.lines)))
        self._given = 0
        """To how many lines a number was given."""
        self._others: dict[Address, int] = {}

    def give(self, where: Address, number: int) -> None:
        """Give an intent its number, once for all."""
        place = self._place(where)
        if place is None:
            self._others[where] = number
        else:
            self._of_lines[place] = number
            self._given += 1

    def __getitem__(self, where: Address) -> int:
        place = self._place(where)
        if place is None:
            return self._others[where]
        number = self._of_lines[place]
        if number == _NONE:
            raise KeyError(where)
        return number

    def __contains__(self, where: object) -> bool:
        if not isinstance(where, Address):
            return False
        place = self._place(where)
        return where in self._others if place is None else self._of_lines[place] != _NONE

    def __iter__(self) -> Iterator[Address]:
        yield from self._others
        given = (place for place, number in enumerate(self._of_lines) if number != _NONE)
        yield from map(self._lines.address, given)

    def __len__(self) -> int:
        return len(self._others) + self._given

    def _place(self, where: Address) -> int | None:
        return self._lines.place(*where.parts) if where.kind == ORDER_LINE else None
