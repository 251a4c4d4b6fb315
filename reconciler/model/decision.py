"""Decision: the contract's tables, as tables.

Each row reads: what is the case, then what is done about it and how that is known. They stand in the same
order as in the contract, section 5. Nothing else in the program decides between keeping and changing; guards
may only withhold what a table would do.
"""

from __future__ import annotations

from enum import Enum, StrEnum, auto
from typing import Final, NamedTuple

from reconciler.model.evidence import Evidence


class Said(Enum):
    """What the record says of a definition, compared with what is wanted."""

    NOTHING = auto()
    ALIKE = auto()
    CHANGEABLE = auto()
    """Only fields differ that another import may change."""
    FIXED = auto()
    """A field differs that no import changes."""


class Verb(Enum):
    """What a table says to do."""

    KEEP = auto()
    UPDATE = auto()
    ENSURE = auto()
    WITHHOLD = auto()


class Verdict(NamedTuple):
    """What is done, and how it is known; evidence None means: as strong as the memory it rests on."""

    verb: Verb
    evidence: Evidence | None


DEFINITIONS: Final[dict[tuple[Said, bool], Verdict]] = {
    # record says       seen in use    action         evidence
    (Said.NOTHING, False): Verdict(Verb.ENSURE, Evidence.UNKNOWN),
    (Said.NOTHING, True): Verdict(Verb.ENSURE, Evidence.INFERRED),
    (Said.ALIKE, False): Verdict(Verb.KEEP, None),
    (Said.ALIKE, True): Verdict(Verb.KEEP, None),
    (Said.CHANGEABLE, False): Verdict(Verb.UPDATE, None),
    (Said.CHANGEABLE, True): Verdict(Verb.UPDATE, None),
    (Said.FIXED, False): Verdict(Verb.WITHHOLD, None),
    (Said.FIXED, True): Verdict(Verb.WITHHOLD, None),
}


class Shown(StrEnum):
    """What the target shows of a line's status."""

    WANTED = auto()
    OTHER = auto()
    HIDDEN = auto()


class Remembered(StrEnum):
    """What the record says of a line's status."""

    NOTHING = auto()
    WANTED = auto()
    OTHER = auto()


class Line(NamedTuple):
    """One situation of an order line.

    `touched`: the order changed since our last write of any of its lines.
    """

    shown: Shown
    remembered: Remembered
    touched: bool


_ANY_MEMORY: Final = tuple(Remembered)
_EITHER: Final = (False, True)
_SEEN_ALIKE: Final = Verdict(Verb.KEEP, Evidence.OBSERVED)
_SEEN_OTHER: Final = Verdict(Verb.UPDATE, Evidence.OBSERVED)

LINES: Final[dict[Line, Verdict]] = {
    # target shows      record says     touched         action         evidence
    **{Line(Shown.WANTED, r, t): _SEEN_ALIKE for r in _ANY_MEMORY for t in _EITHER},
    **{Line(Shown.OTHER, r, t): _SEEN_OTHER for r in _ANY_MEMORY for t in _EITHER},
    **{Line(Shown.HIDDEN, Remembered.NOTHING, t): Verdict(Verb.UPDATE, Evidence.UNKNOWN) for t in _EITHER},
    Line(Shown.HIDDEN, Remembered.WANTED, touched=False): Verdict(Verb.KEEP, None),
    Line(Shown.HIDDEN, Remembered.WANTED, touched=True): Verdict(Verb.KEEP, Evidence.STALE),
    Line(Shown.HIDDEN, Remembered.OTHER, touched=False): Verdict(Verb.UPDATE, None),
    Line(Shown.HIDDEN, Remembered.OTHER, touched=True): Verdict(Verb.UPDATE, Evidence.STALE),
}
"""A line with a write that is lost stands in no row: it is withheld until somebody settles it."""
