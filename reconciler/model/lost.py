"""Lost: what later reads say about a write whose answer never came, as tables.

The read at the end of a run and that of `resume` judge by the same tables. What can be seen of the thing
itself goes first, then the update_time of its order. Each row reads: what is the case, then what follows.
Nothing else in the program calls a lost write done or not done, but a person's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final, NamedTuple

from reconciler.model.manifest import IDENTITY_KEYS
from reconciler.model.record import OURS_WITHIN, Unsettled
from reconciler.model.settlement import Verdict

# ------------------------------------------------------------------ by reading


class Wrote(Enum):
    """What was written."""

    DEFINITION = auto()
    CREATE = auto()
    """An import that was to make an order."""
    IMPORT = auto()
    """An import that was to change one."""
    LINE = auto()
    """The status of a line, in a request of its own."""


class Seen(Enum):
    """What a read shows of the thing itself."""

    WANTED = auto()
    """All that can be seen of what was to change is as we said."""
    BEFORE = auto()
    """All of it is as it was before."""
    OTHER = auto()
    HIDDEN = auto()
    """It is there, and nothing of what was to change can be seen."""
    ABSENT = auto()
    """The whole list was read, and does not show its order."""
    UNREAD = auto()


class Ruling(NamedTuple):
    """What follows from a read, if it stays so when it is repeated over ten seconds."""

    at_once: Verdict
    """By the read at the end of the run that lost the answer."""
    resumed: Verdict
    """By the read of `resume`, which a person has started."""


_DONE: Final = Ruling(Verdict.DONE, Verdict.DONE)
_NOT_DONE: Final = Ruling(Verdict.NOT_DONE, Verdict.NOT_DONE)
_OPEN: Final = Ruling(Verdict.OPEN, Verdict.OPEN)

READS: Final[Mapping[tuple[Wrote, Seen], Ruling]] = {
    **{(wrote, seen): _OPEN for wrote in Wrote for seen in Seen},
    # written              a read shows   at the end of the run, by resume
    (Wrote.CREATE, Seen.WANTED): _DONE,
    (Wrote.CREATE, Seen.ABSENT): _NOT_DONE,
    (Wrote.IMPORT, Seen.WANTED): _DONE,
    (Wrote.IMPORT, Seen.BEFORE): _NOT_DONE,
    (Wrote.LINE, Seen.WANTED): _DONE,
    (Wrote.LINE, Seen.BEFORE): Ruling(Verdict.OPEN, Verdict.NOT_DONE),
}
"""What is not named stays open. A line whose update may fire triggers is never called undone by the run that
sent it: the target may still be at it, and undone things are sent again.
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a read shows of an order, by dotted path.

    Line statuses are in it only where the target shows them. `mute` names the paths that tell nothing: the
    target shows them as it did when it took none of our words for them (A14, A35).
    """

    values: Mapping[str, Any]
    mute: frozenset[str] = frozenset()


def sight_of(
    values: Mapping[str, Any], lines: Mapping[str, str | None] | None, unmet: Mapping[str, Any]
) -> Sight:
    """Put together what is shown of an order's fields and of its lines; `unmet` is what it never took."""
    statuses = {status_path(line): status for line, status in (lines or {}).items() if status is not None}
    shown = {**values, **statuses}
    return Sight(shown, frozenset(path for path, value in unmet.items() if shown.get(path) == value))


def status_path(line: str) -> str:
    """Give the path under which an import says the status of a line."""
    return f"lines.{line}.status"


def seen_of_order(wanted: Mapping[str, Any], before: Mapping[str, Any], sight: Sight) -> Seen:
    """Compare what an import said with what is shown, path by path.

    What was the same before tells nothing, but it has to be as we said like all the rest.
    """
    paths = [path for path in wanted if _is_readable(path, sight)]
    if all(wanted[path] == before.get(path) for path in paths):
        return Seen.HIDDEN
    if all(sight.values.get(path) == wanted[path] for path in paths):
        return Seen.WANTED
    if all(path in before and sight.values.get(path) == before[path] for path in paths):
        return Seen.BEFORE
    return Seen.OTHER


def _is_readable(path: str, sight: Sight) -> bool:
    """Tell whether a path can be read back: the buyer and the hidden statuses of lines cannot."""
    hidden = path != "status" and path.endswith(".status") and path not in sight.values
    return not hidden and path not in IDENTITY_KEYS and path not in sight.mute


def seen_of_line(wanted: object, before: object, status: str | None) -> Seen:
    """Compare the status that a line was to have with the one shown; `before` None was not known."""
    if status is None:
        return Seen.HIDDEN
    if status == wanted:
        return Seen.WANTED
    return Seen.BEFORE if status == before else Seen.OTHER


# ------------------------------------------------------------------ by the update_time of its order


TICK: Final = timedelta(seconds=2)
"""How far two moments may seem apart that are one: times are whole seconds, rounded up or down, and an answer
takes a while. An order that changed so shortly before a write may show the same update_time after it.
"""

CLOCKS: Final = timedelta(seconds=60)
"""How much further the target's clock may be from ours where nothing tells; within it nothing is proved."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What the confirmed writes of a run tell about the target."""

    moves: frozenset[str] = frozenset()
    """Kinds of address of which every such write moved its order's update_time.

    By kind, because there are servers on which an import moves it and a line update does not.
    """
    ahead: timedelta | None = None
    """How far the target's clock was ahead of ours, to a `TICK`; None where nothing tells.

    Taken from the update_times that those writes caused: by that very clock lost ones are judged.
    """


SILENT: Final = Witness()
"""A run without a confirmed write that could be read."""


class Touch(Enum):
    """What the update_time of an order says about a write that is lost."""

    UNKNOWN = auto()
    BLURRED = auto()
    """It had changed so shortly before we sent that our write need not show."""
    STILL = auto()
    """It has not changed since before we sent."""
    SIBLING = auto()
    """It changed last when another of its lines was written."""
    EARLIER = auto()
    """It changed between the time when we read it and the time when we sent."""
    NEAR = auto()
    """It changed about when we sent, and nobody can say whether before or after."""
    ECHO = auto()
    """It changed right after we sent."""
    LATER = auto()


class Likely(NamedTuple):
    """What follows from an update_time, and what it hints at where nothing follows."""

    verdict: Verdict
    hint: Verdict = Verdict.OPEN


TIMES: Final[Mapping[tuple[Touch, bool], Likely]] = {
    **{(touch, moves): Likely(Verdict.OPEN) for touch in Touch for moves in (False, True)},
    # the order                confirmed writes moved theirs
    (Touch.STILL, True): Likely(Verdict.NOT_DONE),
    (Touch.STILL, False): Likely(Verdict.OPEN, Verdict.NOT_DONE),
    **{(Touch.EARLIER, moves): Likely(Verdict.OPEN, Verdict.NOT_DONE) for moves in (False, True)},
    **{(Touch.ECHO, moves): Likely(Verdict.OPEN, Verdict.DONE) for moves in (False, True)},
}
"""What is not named stays open, without a hint."""


def touch_of(lost: Unsettled, updated: datetime | None, other: datetime | None, witness: Witness) -> Touch:
    """Hold an order's update_time against when we sent, both by the target's clock.

    `other` is when another write of the same order was confirmed last, by our own clock.
    """
    if lost.updated is None or updated is None:
        return Touch.UNKNOWN
    sent, doubt = sent_at(lost, witness), TICK if witness.ahead is not None else TICK + CLOCKS
    if updated <= lost.updated:
        return Touch.BLURRED if lost.updated > sent - doubt else Touch.STILL
    confirmed = other + (witness.ahead or timedelta()) if other is not None else None
    second = sent.replace(microsecond=0)
    if confirmed is not None and second - doubt < updated <= confirmed + doubt:
        return Touch.SIBLING
    if updated < second - doubt:
        return Touch.EARLIER
    if updated < second:
        return Touch.NEAR
    return Touch.ECHO if updated <= sent + OURS_WITHIN else Touch.LATER


def sent_at(lost: Unsettled, witness: Witness) -> datetime:
    """Give the time at which a write was sent by the target's clock, as far as that is known."""
    return lost.at + (witness.ahead or timedelta())
