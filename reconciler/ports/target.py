"""Target: what can be read of the market and written to it, and what each answer proves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from reconciler.model.address import Address
from reconciler.model.evidence import Absent, Present, Unknown
from reconciler.model.observation import LiveOrder


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list of orders."""

    orders: tuple[LiveOrder, ...]
    in_use: frozenset[Address] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)
    """Orders that are there and of which too little is known to compare them, each with the reason."""
    requests: int = 1
    """How many requests it took, where all went well: pages that were asked for together come as one."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer says that it happened; `at` is the server's clock when it said so, None without a Date."""

    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer says that nothing happened, with the server's code and words."""

    code: str
    text: str
    malformed: bool = False
    """True when the request as a whole was refused as malformed or too large, so that a part of it may still
    be accepted.
    """
    turned_away: bool = False
    """True when it was asked again until patience was over, and the server never took it up: it is
    overloaded or closed.
    """


@dataclass(frozen=True, slots=True)
class Unanswered:
    """It left, and no word came back that can be trusted."""

    reason: str


Answer = Accepted | Refused | Unanswered

UNREACHED: Final = "unreached"
"""The code of a `Refused` that no server spoke: the request could not be handed to it."""
STOPPED: Final = "stopped"
"""The code of a `Refused` that no server spoke: the run was stopped before the request left."""


@dataclass(frozen=True, slots=True)
class ImportAnswer:
    """What an import's answer says of each order it was asked for.

    An order that the answer does not name is `Unanswered`.
    """

    whole: Answer
    """The answer to the request itself, and so to its definitions."""
    orders: Mapping[str, Answer] = field(default_factory=dict)


Onward = Callable[[int], bool]
"""Tells whether the list will be read on, whatever the next page shows, if it holds so many orders."""


def left_anywhere(_: int) -> bool:
    """Say that any page may be the last that is wanted."""
    return False


def to_the_end(_: int) -> bool:
    """Say that the whole list is wanted."""
    return True


class Readable(Protocol):
    """What can be read of a target."""

    def walk(self, detailed: frozenset[str] | None, onward: Onward = left_anywhere) -> Iterator[Page]:
        """Read the list of orders page by page, each order as shown now; duplicates may occur (A8).

        Orders in `detailed` come with their detail (None: all). Where `onward` says so, a page may be asked
        for before the one before it was looked at. Raises `Broken` when a page cannot be had, `Denied` when
        the run has to stop.
        """
        ...

    def walk_touchpoints(
        self, detailed: frozenset[str] | None, onward: Onward = left_anywhere
    ) -> Iterator[Page]:
        """Read the lists of single touchpoints side by side, as far as there is a choice of them.

        Otherwise as `walk`, but nothing is absent because it did not come: there may be more touchpoints, and
        a list that cannot be had ends it.
        """
        ...

    def status(self, order: str) -> Present[LiveOrder] | Absent | Unknown:
        """Ask for one order's endpoint and status; lines are not read."""
        ...

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        ...


class Target(Readable, Protocol):
    """What can be read of and written to a target.

    Every write answers with what is known of it and raises only `Denied`.
    """

    def import_orders(
        self, definitions: Mapping[str, Sequence[Mapping[str, Any]]], orders: Sequence[Mapping[str, Any]]
    ) -> ImportAnswer:
        """Send one import: definition sections by key, then orders."""
        ...

    async def update_line(self, order: str, line: str, status: str, *, repeatable: bool) -> Answer:
        """Say one line's status. Only a `repeatable` one may be sent again when its answer is lost.

        Awaited on an event loop that has many under way: what blocks has no place here.
        """
        ...


class Broken(Exception):
    """A read could not be finished; what was not seen is unknown."""


class Unheard(Broken):
    """It was a source that could not be read, and not the target; the message names it.

    `without` tells how to go on without it, where a command has a choice of sources.
    """

    def __init__(self, message: str, without: str = "") -> None:
        super().__init__(message)
        self.without = without


class Denied(Exception):
    """The run has to stop: credentials, permission or tariff. `exit_code` is the contract's."""

    def __init__(self, message: str, *, exit_code: int, advice: str = "") -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.advice = advice


class Unspilled(Exception):
    """What was to lie on disk, and not in memory, cannot be put there. The message names the folder."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice
