"""Rehearsal: what came of a plan that was carried out in a stand-in instead of the target.

It tells what would have been sent and what would be left, and on which rules of the stand-in that rests: the
same plan on a server with other rules may end otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.model.settlement import Settlement


class Basis(StrEnum):
    """Why the stand-in behaves as it does."""

    DOCUMENTED = "documented"
    """The vendor's pages state it or show it in a sample."""
    OBSERVED = "observed"
    """The target was seen to behave so, or the settings say that it does."""
    CHOSEN = "chosen"
    """The command line said so."""
    ASSUMED = "assumed"
    """Nobody says; it is the plainest reading."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the stand-in that was asked for: a switch and the value that it had."""

    name: str
    rows: tuple[str, ...]
    """The open points that it answers, such as A9; empty where it has no number."""
    value: str
    decides: str
    """What the switch is about, and what this value makes of it, in words."""
    means: str
    basis: Basis


class Sort(StrEnum):
    """What a wave of requests is for."""

    DEFINITIONS = "definitions"
    ORDERS = "orders"
    LINES = "order lines"
    READS = "reads"


@dataclass(frozen=True, slots=True)
class Wave:
    """Requests of one sort that left one after another."""

    sort: Sort
    requests: int
    items: int = 0
    """Definitions, orders or lines that they spoke of; one that was sent again counts once."""
    struck: int = 0
    """How many of them an accident struck."""


@dataclass(frozen=True, slots=True)
class Accident:
    """What befell one request."""

    method: str
    ids: tuple[str, ...]
    kind: str
    means: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One run within a rehearsal: the apply, or the resume after it."""

    command: str
    outcomes: tuple[Outcome, ...] = ()
    waves: tuple[Wave, ...] = ()
    requests: Mapping[str, int] = field(default_factory=dict)
    """How many of each method, repeated ones included."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What the stand-in was given of the target."""

    orders: int = 0
    outlined: int = 0
    """Orders of which only ids, touchpoint, status and lines were known; all else is made up."""
    recalled: int = 0
    """Line statuses that the target hides and the record remembers."""
    made_up: int = 0
    """Line statuses that neither shows: they differ from what is wanted."""
    definitions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Everything that a rehearsal found out."""

    plan: Plan
    read: int
    """Requests to the target itself; all of them read."""
    copied: Copied = field(default_factory=Copied)
    legs: tuple[Leg, ...] = ()
    accidents: tuple[Accident, ...] = ()
    seed: int | None = None
    """What the accidents were drawn from; None without any."""
    open: tuple[Settlement, ...] = ()
    """Lost changes that only a person could settle."""
    waiting: tuple[Change, ...] = ()
    """What would have to wait until those are settled."""
    left: tuple[Change, ...] = ()
    """What the plan after it would hold, beyond what this plan withheld or left out."""
    twice: tuple[Address, ...] = ()
    """What may fire triggers and happened more than once."""
    triggers: int = 0
    """How many of the changes that were sent may fire triggers."""
    fired: int = 0
    """How many triggers the stand-in fired."""
    rules: tuple[Rule, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def converges(self) -> bool:
        """Tell whether a plan after it is empty, but for what was to be expected, and nothing came twice."""
        return not self.left and not self.twice

    @property
    def requests(self) -> Counter[str]:
        """How many requests of each method were sent to the stand-in, by all runs."""
        found: Counter[str] = Counter()
        for leg in self.legs:
            found.update(leg.requests)
        return found

    def by_basis(self) -> Mapping[Basis, Sequence[Rule]]:
        """Group the rules by what they rest on; a basis of which there is none is left out."""
        found: dict[Basis, list[Rule]] = {each: [] for each in Basis}
        for rule in self.rules:
            found[rule.basis].append(rule)
        return {basis: rules for basis, rules in found.items() if rules}
