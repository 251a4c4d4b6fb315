"""Twins: entries that say of their lines what an earlier entry says of as many, of another order.

Most entries of a file of bulk corrections are twins. One of them is checked and read; of the others only the
ids are, for nothing else of them is new. An entry is taken for a twin only where all that it says is plain
text, so that equal words mean the same, and only what says nothing but line statuses is looked at.
"""

from __future__ import annotations

from typing import Any, Final

from reconciler.model.scalars import are_ids

_LEFT_OUT: Final = object()


class Twins:
    """The entries of one list that were met so far, by what they say."""

    def __init__(self) -> None:
        self._first: dict[tuple[object, ...], int] = {}

    def first(self, entry: Any, index: int) -> int:
        """Give the index of the first entry that says the same, which is its own where there was none."""
        said = _said(entry)
        return index if said is None else self._first.setdefault(said, index)


def _said(entry: Any) -> tuple[object, ...] | None:
    """Give all that an entry says but its ids; None of one that is more than plain line statuses."""
    if entry.__class__ is not dict or (lines := entry.get("lines")).__class__ is not list:
        return None
    hold, expires = entry.get("hold", _LEFT_OUT), entry.get("expires", _LEFT_OUT)
    said = [each for each in (hold, expires) if each is not _LEFT_OUT]
    if len(entry) != 2 + len(said) or not are_ids((entry.get("external_id"),)):
        return None
    names = []
    for line in lines:
        if line.__class__ is not dict or len(line) != 2:
            return None
        names.append(line.get("external_id"))
        said.append(line.get("status"))
    if not are_ids(names) or len({*names}) < len(names):
        return None
    for each in said:
        if each.__class__ is not str:
            return None
    return (hold is _LEFT_OUT, expires is _LEFT_OUT, *said)
