"""Patience: which fault is met by asking again, how often, after what wait, and what is known at its end.

All of it is one table. It rests on a single question: can the request have happened? Where it cannot, asking
again is always allowed; where it can, only for what may happen twice (contract, section 6.4). Pure: chance is
passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from reconciler.wire.dates import moment_of
from reconciler.wire.faults import Fault, Reply, Trouble


class Repeat(StrEnum):
    """What sending a request twice would do."""

    READ = "read"
    """Nothing: it only reads."""
    HARMLESS = "harmless"
    """It writes the same words again and fires nothing."""
    ONCE = "once"
    """It may fire a trigger each time: a customer may get a second message."""


class End(StrEnum):
    """What is known when patience is used up."""

    REFUSED = "refused"
    """It surely did not happen."""
    LOST = "lost"
    """Nobody knows whether it happened; of a read: nothing was learned."""


class Slower(StrEnum):
    """What a fault says of the pace."""

    NEVER = "no"
    UNDER_LOAD = "with several in flight"
    """Alone it says nothing; with company it may be the server's way to say that it is too much."""
    ALWAYS = "yes"


class Patience(NamedTuple):
    """How often a request is sent again after a fault, by what repeating it would do, and how it ends."""

    read: int
    harmless: int
    once: int
    end: End
    slower: Slower = Slower.NEVER

    def repeats(self, repeat: Repeat) -> int:
        """Tell how often such a request is sent again."""
        return {Repeat.READ: self.read, Repeat.HARMLESS: self.harmless, Repeat.ONCE: self.once}[repeat]


PATIENCE: Final[Mapping[Fault, Patience]] = MappingProxyType(
    {
        #                              read  harmless  once
        Fault.UNREACHED: Patience(        4,        4,    4, End.REFUSED, Slower.UNDER_LOAD),
        Fault.UNTRUSTED: Patience(        0,        0,    0, End.REFUSED),
        Fault.CONNECT_TIMEOUT: Patience(  2,        2,    2, End.REFUSED, Slower.UNDER_LOAD),
        Fault.CUT: Patience(              4,        2,    0, End.LOST, Slower.UNDER_LOAD),
        Fault.READ_TIMEOUT: Patience(     2,        1,    0, End.LOST),
        Fault.TOO_MANY: Patience(         8,        8,    8, End.REFUSED, Slower.ALWAYS),
        Fault.CALM: Patience(             8,        8,    0, End.REFUSED, Slower.ALWAYS),
        Fault.LATER: Patience(            8,        8,    8, End.REFUSED, Slower.ALWAYS),
        Fault.OUTAGE: Patience(           5,        3,    0, End.LOST),
        Fault.GARBLED: Patience(          3,        2,    0, End.LOST),
        Fault.REDIRECTED: Patience(       0,        0,    0, End.LOST),
    }
)  # fmt: skip

FIRST_WAIT: Final = 0.5
"""Seconds; the upper end of the first wait, doubled each time."""
LONGEST_WAIT: Final = 60.0
"""Seconds; no single wait is longer, whatever the server asks for."""
LONGEST_PATIENCE: Final = 300.0
"""Seconds; all waits of one request together."""


def wait_before(count: int, asked: float | None, random: Callable[[], float]) -> float:
    """Give the seconds to wait before sending again for the `count`-th time, counted from 0.

    Without word of the server: anything between 0 and a ceiling that doubles (full jitter), so that many
    callers do not come back at the same moment. With `Retry-After`: that long, and up to a tenth more for the
    same reason.
    """
    if asked is not None:
        return min(LONGEST_WAIT, asked * (1 + random() / 10))
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * float(2**count))
    return random() * ceiling


def in_words(wait: float, reason: str) -> str:
    """Say that a wait begins, for people who wonder why nothing moves."""
    if wait < 0.05:
        return f"trying again at once: {reason}"
    return f"waiting {wait:.0f} s: {reason}" if wait >= 1 else f"waiting {wait:.1f} s: {reason}"


def trouble_of(code: int, reply: Reply) -> Trouble | None:
    """Judge a status, or an envelope's code that reads like one; None when the answer can be believed."""
    said = f"the server answered {code}"
    if code == 429:
        return Trouble(Fault.TOO_MANY, said)
    if code == 420:
        return Trouble(Fault.CALM, said)
    if code == 503 and reply.retry_after is not None:
        return Trouble(Fault.LATER, said)
    if code >= 500:
        return Trouble(Fault.OUTAGE, said)
    return None


def by_status(reply: Reply) -> Trouble | None:
    """Judge an answer by its HTTP status alone: all that can be said of a server that is not known better."""
    if 300 <= reply.status < 400:
        return Trouble(
            Fault.REDIRECTED, f"the server answered {reply.status}, a redirect, which is never followed"
        )
    return trouble_of(reply.status, reply)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Read `Retry-After`, seconds or an HTTP date, as seconds from `now`; None when it says nothing.

    `now` is best the server's own clock, for the date in the header is.
    """
    if not header:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    moment = moment_of(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())
