"""Fitting: a report within a number of bytes, the dangerous part of it first, and every cut counted.

The opening, the headings and the counts are small and always there; items are taken in order as long as they
fit. So nothing that follows can push out what stands before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.reports.shown.sizes import LEAST_COMMENT
from reconciler.reports.shown.values import number

_ANNOUNCEMENT: Final = 400
"""Bytes kept for the sentence that tells of the cut."""


@dataclass(frozen=True, slots=True)
class Item:
    """One paragraph, list item or row of a table, and how many things it stands for."""

    text: str
    counts: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with items; `total` is how many things all of them stand for."""

    head: str
    items: Iterable[Item]
    total: int
    dangerous: bool = False
    tail: str = ""

    def rest(self, left: int) -> str:
        """Count what is not shown."""
        return f"\n{number(left)} more, not shown here.\n"

    @property
    def least(self) -> int:
        """Bytes that it takes at least."""
        return size(self.head) + size(self.rest(self.total)) + size(self.tail)


@dataclass(frozen=True, slots=True)
class _Filled:
    text: str
    left: int
    dangerous: bool


def fit(opening: str, blocks: Sequence[Block], limit: int, whole: str) -> str:
    """Write a report of at most `limit` bytes of UTF-8; `whole` says where all of it can be seen."""
    room = max(limit, LEAST_COMMENT) - size(opening) - _ANNOUNCEMENT - sum(block.least for block in blocks)
    filled = []
    for block in blocks:
        text, left, used = _filled(block, room)
        room -= used
        filled.append(_Filled(text, left, block.dangerous))
    return (
        opening
        + _announcement(filled, max(limit, LEAST_COMMENT), whole)
        + "".join(each.text for each in filled)
    )


def _filled(block: Block, room: int) -> tuple[str, int, int]:
    """Give the block's text, how much of it is not shown, and the bytes beyond its least."""
    taken, used, left = [], 0, block.total
    for item in block.items:
        cost = size(item.text)
        if used + cost > room:
            break
        taken.append(item.text)
        used += cost
        left -= item.counts
    rest = block.rest(left) if left else ""
    return f"{block.head}{''.join(taken)}{rest}{block.tail}", left, used


def _announcement(filled: Iterable[_Filled], limit: int, whole: str) -> str:
    quiet = sum(each.left for each in filled if not each.dangerous)
    loud = sum(each.left for each in filled if each.dangerous)
    if not quiet and not loud:
        return ""
    warning = f" **{number(loud)} of them are dangerous.**" if loud else ""
    told = f"**Shortened** to {number(limit)} bytes: {number(quiet + loud)} lines are not shown."
    return f"{told}{warning} {whole}\n\n"


def size(text: str) -> int:
    """Give how many bytes a text takes."""
    return len(text.encode("utf-8"))
