"""survey: the whole list of orders, reduced to what is in use and to the orders that somebody asked for.

All of the list or nothing: what is in use can only be said by who has seen every order, so a walk that breaks
off gives no survey.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.evidence import Present, Unknown
from reconciler.model.manifest import BUILT_IN_STATUSES
from reconciler.model.observation import LiveOrder, later
from reconciler.model.usage import Survey, Tally
from reconciler.ports import Readable, to_the_end

Values = Callable[[LiveOrder], Iterable[tuple[Address, Any]]]
"""Names the custom fields in an order's detail, each with its value."""
_NONE: Final[frozenset[Address]] = frozenset()


def survey(
    source: Readable,
    values: Values,
    wants: Callable[[str], bool],
    heard: Callable[[int], None] = lambda _: None,
) -> Survey:
    """Walk all orders. `wants` tells by an order's id whether to keep it, `heard` is told how many so far.

    Raises `Broken` when any page cannot be had, `Denied` when the target refuses us.
    """
    before = source.requests
    surveying = _Surveying(values, wants)
    for page in source.walk(None, to_the_end):
        for live in page.orders:
            surveying.see(live)
        heard(len(surveying.counted))
    return Survey(
        uses={where: tally.read() for where, tally in surveying.tallies.items()},
        orders=surveying.orders,
        seen=len(surveying.counted),
        requests=source.requests - before,
        hides_statuses=surveying.listed and not surveying.shown,
    )


class _Surveying:
    """Grows page by page."""

    def __init__(self, values: Values, wants: Callable[[str], bool]) -> None:
        self._values, self._wants = values, wants
        self.tallies: dict[Address, Tally] = {}
        self.counted: dict[str, frozenset[Address]] = {}
        """What each order was counted for, because a list may show one twice (A8). Most share a set."""
        self._alike: dict[frozenset[Address], frozenset[Address]] = {}
        self.orders: dict[str, Present[LiveOrder] | Unknown] = {}
        self.listed = self.shown = False

    def see(self, live: LiveOrder) -> None:
        used = set()
        for where, value in self._values(live):
            self._tally(where).add(value)
            used.add(where)
        for where in self._statuses(live):
            self._tally(where)
            used.add(where)
        order = live.external_id
        known = self.counted.get(order, _NONE)
        for where in used - known:
            self.tallies[where].orders += 1
        every = known | used
        self.counted[order] = self._alike.setdefault(every, every)
        if self._wants(order):
            self.orders[order] = later(self.orders.get(order), live)

    def _tally(self, where: Address) -> Tally:
        found = self.tallies.get(where)
        if found is None:
            found = self.tallies[where] = Tally()
        return found

    def _statuses(self, live: LiveOrder) -> Iterator[Address]:
        for status in (live.lines or {}).values():
            self.listed = True
            if status is not None:
                self.shown = True
                if status not in BUILT_IN_STATUSES:
                    yield address.line_status(status)
