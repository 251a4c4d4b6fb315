"""Listing: one walk of orders/list, page after page, until any of the signs that it is at its end (A6).

A page is asked for with the cursor that the page before it came with (reference, section 3), which is opaque
and says nothing of the cursors after it. So a listing has one page under way at most, and all that it can do
for speed is to ask for the next one while somebody reads the last. A listing of one touchpoint is another
list, with cursors of its own: several of those can be under way side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reconciler.ports import Broken
from reconciler.targets.altcraft.ahead import Ahead
from reconciler.targets.altcraft.envelope import Word, decoded
from reconciler.targets.altcraft.pages import Rows, rows_of

_BAD_CURSOR: Final = "its `next_from_id` is neither text nor a number"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list begins, and how many orders are asked for."""

    limit: int
    cursor: str | int | None = None
    touchpoint: str | None = None
    """The additional id of the only touchpoint whose orders are listed; None: of all."""

    @property
    def whose(self) -> str:
        """Which orders are listed, for people."""
        return "of orders" if self.touchpoint is None else f"of touchpoint {self.touchpoint}"

    def broken(self, why: str) -> Broken:
        """Make the fault that says which list broke off, and why."""
        return Broken(f"the list {self.whose} broke off: {why}")


class Listing:
    """A list of orders, read from its beginning. Of one thread, whoever asks for its pages."""

    def __init__(self, ask: Callable[[Place], tuple[int, Word]], first: Place) -> None:
        """Begin before the first page. `ask` gives the limit that the server took, and its answer."""
        self.touchpoint = first.touchpoint
        self._ask = ask
        self._ahead = Ahead(ask)
        self._next: Place | None = first
        self._begun = False
        self._seen: set[str | int] = set()
        self._broken: Broken | None = None

    def goes_on(self) -> bool:
        """Tell whether there may be a further page."""
        return self._next is not None

    def begin(self) -> None:
        """Send for the next page, if there is one and it was not sent for."""
        if self._next is not None and not self._begun:
            self._begun = True
            self._ahead.begin(self._next)

    def rows(self) -> Rows:
        """Give the orders of the next page. Raises Broken, Denied, IndexError past the end."""
        place = self._next
        if place is None:
            raise IndexError("the list has no further page")
        limit, word = self._ahead.end() if self._begun else self._ask(place)
        self._begun = False
        rows = rows_of(word.body.result)
        if rows is None:
            raise place.broken("an answer without a `result` that is a list")
        cursor = decoded(word.body.next_from_id)
        if cursor and not isinstance(cursor, str | int):
            self._broken = place.broken(_BAD_CURSOR)
        self._next = None
        if rows and cursor and isinstance(cursor, str | int) and cursor not in self._seen:
            self._seen.add(cursor)
            self._next = Place(limit, cursor, place.touchpoint)
        return rows

    def check(self) -> None:
        """Raise Broken when the page that was read last does not say where the list goes on."""
        if self._broken is not None:
            raise self._broken

    def close(self) -> None:
        """Wait for nothing that is under way."""
        self._ahead.close()
