"""Abreast: the lists of several touchpoints, read side by side.

They are read in rounds: a page of each, asked for together. So it is the same requests every time, in
whatever order their answers come, and whether there is a further round is decided in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.ports import Broken, Onward, Page
from reconciler.targets.altcraft.listing import Listing
from reconciler.targets.altcraft.pages import Rows

Round = Mapping[str | None, Rows]
"""The rows of a page, by its touchpoint."""


class Abreast:
    """Some listings, at most so many of which are read at a time."""

    def __init__(self, listings: Sequence[Listing], width: int) -> None:
        """Begin with none under way."""
        self._left = list(listings)
        self._width = width

    def rounds(self, onward: Onward) -> Iterator[Round]:
        """Give the pages round by round; while one is read the next is on its way, if `onward` says so.

        Raises Broken, Denied; then nothing of that round was given.
        """
        while self._left:
            abreast = self._left[: self._width]
            for listing in abreast:
                listing.begin()
            found = {listing.touchpoint: listing.rows() for listing in abreast}
            for listing in abreast:
                listing.check()
            self._drop_ended()
            if onward(sum(map(len, found.values()))):
                for listing in self._left[: self._width]:
                    listing.begin()
            yield found

    def close(self) -> None:
        """Wait for nothing that is under way."""
        for listing in self._left:
            listing.close()

    def _drop_ended(self) -> None:
        """Let go of the lists that are at their end, and of their threads."""
        for listing in self._left:
            if not listing.goes_on():
                listing.close()
        self._left = [listing for listing in self._left if listing.goes_on()]


def joined(pages: Sequence[Page]) -> Page:
    """Make one page of those of a round."""
    return Page(
        orders=tuple(live for page in pages for live in page.orders),
        in_use=frozenset().union(*(page.in_use for page in pages)),
        unread={order: why for page in pages for order, why in page.unread.items()},
        requests=len(pages),
    )


def check_filtered(touchpoint: str | None, page: Page) -> None:
    """Raise Broken when the list of a touchpoint shows an order of another: all would be read many times."""
    for live in page.orders:
        if live.endpoint not in {None, touchpoint}:
            raise Broken(
                f"asked for the orders of {touchpoint}, the server showed one of {live.endpoint}: "
                "it lists all of them, whichever is asked for"
            )
