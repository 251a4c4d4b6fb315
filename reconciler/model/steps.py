"""Steps: what a plan would do, in its order, with a million line updates in little memory.

Reads as a sequence of changes. Definitions and orders stand before the lines in every plan, and are objects;
line updates become objects only while somebody looks at them (see `Updates`). Who walks over all steps and
asks something about definitions or orders looks at `others`, who counts updates asks for their wordings.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar, overload

from reconciler.model.address import ORDER_LINE, Address
from reconciler.model.change import Pending, UpdateLine
from reconciler.model.updates import Updates

KeyT = TypeVar("KeyT", bound=Hashable)


class Steps(Sequence[Pending]):
    """Steps: all else before line updates."""

    def __init__(self, steps: Iterable[Pending] = (), lines: Updates | None = None) -> None:
        """Begin with these, and with line updates that are there already."""
        self.others: list[Pending] = []
        """What is no line update."""
        self.lines = Updates() if lines is None else lines
        for step in steps:
            self.append(step)

    def append(self, step: Pending) -> None:
        """Add a step behind those of its sort."""
        if isinstance(step, UpdateLine):
            self.lines.append(step)
        else:
            self.others.append(step)

    def in_order(self) -> Steps:
        """Give the same in the order in which plans list and apply carries out."""
        return Steps(sorted(self.others, key=lambda step: step.address.rank), self.lines.in_order())

    def counted(self, key: Callable[[Pending], KeyT]) -> Counter[KeyT]:
        """Count them by what `key` tells of them, of line updates by their wording (see `Updates`)."""
        count = Counter(map(key, self.others))
        for told, some in self.lines.grouped(key).items():
            count[told] += len(some)
        return count

    def addresses(self) -> Iterator[Address]:
        """Give the address of each."""
        return chain((step.address for step in self.others), self.lines.addresses())

    def find(self, where: Address) -> Pending | None:
        """Give the step of an address, None where there is none. They have to stand `in_order`."""
        if where.kind == ORDER_LINE:
            line = self.lines.place(*where.parts)
            return None if line is None else self.lines[line]
        place = bisect_left(self.others, where.rank, key=lambda step: step.address.rank)
        found = self.others[place] if place < len(self.others) else None
        return found if found is not None and found.address == where else None

    def address(self, place: int) -> Address:
        """Give the address of one, by its place from 0 on."""
        count = len(self.others)
        return self.others[place].address if place < count else self.lines.address(place - count)

    @overload
    def __getitem__(self, place: int) -> Pending: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Pending]: ...
    def __getitem__(self, place: int | slice) -> Pending | Sequence[Pending]:
        """Give a step, or some of them."""
        count = len(self.others)
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        return self.others[place] if place < count else self.lines[place - count]

    def __iter__(self) -> Iterator[Pending]:
        """Give one after another."""
        return chain(self.others, self.lines)

    def __len__(self) -> int:
        """Count them."""
        return len(self.others) + len(self.lines)

    def __eq__(self, other: object) -> bool:
        """Tell whether the same is to be done in the same order."""
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(ours == theirs for ours, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows


def packed(steps: Iterable[Pending]) -> Steps:
    """Give steps in this form, as they are where they have it and else in order."""
    return steps if isinstance(steps, Steps) else Steps(steps).in_order()
