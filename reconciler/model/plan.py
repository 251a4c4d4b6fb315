"""Plan: what would be done, in the order in which it would be done, and what is known of everything else.

A plan does not depend on how it was asked for: reports decide what to show of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Change, Pending, Withhold, action, is_permanent, may_trigger
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.evidence import Evidence
from reconciler.model.listing import Listing
from reconciler.model.record import Baseline, Memory
from reconciler.model.rules import Rules
from reconciler.model.shard import Shard
from reconciler.model.steps import packed


@dataclass(frozen=True, slots=True)
class TargetName:
    """Which target a plan is for, as every report names it."""

    name: str
    url: str
    account: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of what is wanted was asked for; empty tuples select everything."""

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    exclude_origin: tuple[str, ...] = ()
    shard: Shard | None = None
    """Which share of it; None: all. What is found is divided, and not what is looked at."""

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was left out; a share is taken later, of what was found."""
        return not (self.only or self.exclude or self.origin or self.exclude_origin)


class OnMoved(StrEnum):
    """What becomes of an approved plan of which a part has moved."""

    STOP = "stop"
    SKIP = "skip"


def everything(_: Address) -> bool:
    """Select every address."""
    return True


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said beside the settings; a saved plan keeps it for its apply."""

    allow_reopen: bool = False
    resend_stale: tuple[str, ...] = ()
    max_line_changes: int | None = None
    allow_permanent: int | None = None
    skip_triggers: bool = False
    on_moved: OnMoved = OnMoved.STOP

    def over(self, rules: Rules) -> Rules:
        """Lay this over the rules of the settings."""
        limits = rules.limits
        if self.max_line_changes is not None:
            limits = replace(limits, max_line_changes=self.max_line_changes)
        if self.allow_permanent is not None:
            limits = replace(limits, max_permanent_creates=self.allow_permanent)
        return replace(
            rules,
            limits=limits,
            allow_reopen=self.allow_reopen,
            resend_stale=self.resend_stale,
            skip_triggers=rules.skip_triggers or self.skip_triggers,
            silent=self.skip_triggers,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan was asked for: of which target, which part, and when."""

    target: TargetName
    selection: Selection
    at: datetime
    options: Options = Options()
    inputs: str = ""
    """The fingerprint of the manifests and settings that it is drawn from."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Something that was changed outside: what we remember and what the target shows."""

    address: Address
    recorded: Any
    observed: Any
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that apply writes into the record without sending anything.

    `memory` None means that the address leaves the record. `finished` names the status for which a
    `hold: once` wish is done; the empty text takes such a mark away, None leaves it as it is.
    """

    address: Address
    memory: Memory | None
    finished: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays as it is, counted instead of listed."""

    by_evidence: Mapping[Evidence, int] = field(default_factory=dict)
    oldest: datetime | None = None
    """When the oldest of what cannot be read was recorded."""

    @property
    def total(self) -> int:
        """How many items stay as they are."""
        return sum(self.by_evidence.values())

    @property
    def unread(self) -> int:
        """How many of them were not observed in this run."""
        return self.total - self.by_evidence.get(Evidence.OBSERVED, 0)


@dataclass(frozen=True, slots=True)
class Answered:
    """One source of order states, and what it was heard to say."""

    name: str
    type: str
    orders: int
    lines: int
    read_at: datetime | None = None
    """When a live source answered; None for a table."""
    cached: bool = False
    """True: an earlier answer, kept in a file."""
    requests: int = 0
    quota: str = ""
    """What the source said of how much it may still be asked, in a sentence; empty when it did not."""


@dataclass(frozen=True, slots=True)
class Requests:
    """How many requests apply will send, by what they are for."""

    definitions: int = 0
    imports: int = 0
    lines: int = 0
    verifying: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.definitions + self.imports + self.lines + self.verifying

    def seconds(self, latency: float, at_once: int, per_second: float = 0.0) -> float:
        """Estimate how long they take when an answer takes `latency` seconds.

        Only line updates go side by side, `at_once` of them; `per_second` is a ceiling, 0 none.
        """
        alone = self.definitions + self.imports + self.verifying
        least = self.total / per_second if per_second else 0.0
        return max(least, latency * (alone + self.lines / at_once))


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of the fixed line."""

    create: int = 0
    update: int = 0
    ensure: int = 0
    permanent: int = 0
    release: int = 0
    withhold: int = 0
    keep: int = 0
    by_evidence: Mapping[Evidence, int] = field(default_factory=dict)
    requests: int = 0
    triggers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole plan.

    `complete` is False when something that was wanted could not be decided because a read broke off.
    """

    target: TargetName
    created_at: datetime
    steps: Sequence[Pending] = ()
    withheld: tuple[Withhold, ...] = ()
    kept: Kept = field(default_factory=Kept)
    drift: tuple[Drift, ...] = ()
    taken: tuple[Taken, ...] = ()
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    """Baselines that this observation settled; apply records them."""
    diagnostics: tuple[Diagnostic, ...] = ()
    selection: Selection = field(default_factory=Selection)
    options: Options = field(default_factory=Options)
    inputs: str = ""
    """The fingerprint of the manifests and settings that it was drawn from."""
    requests: Requests = field(default_factory=Requests)
    complete: bool = True
    drift_only: bool = False
    """True: it shows what was changed outside and nothing else, so it approves nothing."""
    sources: tuple[Answered, ...] = ()
    """Where line states came from, beside the manifests."""
    awaited: frozenset[Address] = frozenset()
    """Definitions that another share of the same work says, and that some of these steps need."""
    saved_at: datetime | None = None
    """When the observation was saved that it was drawn from, so that it approves nothing.

    None: the target was read for it.
    """

    @property
    def empty(self) -> bool:
        """Tell whether nothing is to be done."""
        return not self.steps

    @property
    def changes(self) -> Collection[Change]:
        """Everything that is listed, by address."""
        withheld = sorted(self.withheld, key=lambda change: change.address.rank)
        return Listing(packed(self.steps).in_order(), withheld)

    @property
    def unacknowledged(self) -> tuple[Withhold, ...]:
        """What is withheld and nobody has said is fine."""
        return tuple(each for each in self.withheld if not each.acknowledged)

    def summary(self) -> Summary:
        """Count everything once."""
        count = packed(self.steps).counted(action)
        return Summary(
            create=count["create"],
            update=count["update"],
            ensure=count["ensure"],
            permanent=packed(self.steps).counted(is_permanent)[True],
            release=count["release"],
            withhold=len(self.withheld),
            keep=self.kept.total,
            by_evidence=self.kept.by_evidence,
            requests=self.requests.total,
            triggers=packed(self.steps).counted(may_trigger)[True],
        )
