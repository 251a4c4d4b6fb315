"""Ports: what the core asks of the outside.

Protocols, a few methods wide; the stages know these and nothing of who
stands behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from pydantic import BaseModel

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.document import Document
from reconciler.model.draft import Draft, Edit
from reconciler.model.evidence import Absent, Evidence, Present, Unknown
from reconciler.model.manifest import (
    Catalogue,
    DefinitionManifest,
    FieldFacts,
    OrderManifest,
    StatusFacts,
)
from reconciler.model.observation import LiveOrder
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory, Record
from reconciler.model.report import Report
from reconciler.model.room import MEMORY, Room
from reconciler.model.source import SourceManifest
from reconciler.model.stated import Statement
from reconciler.model.usage import Usage

# ---------------------------------------------------------------- kinds: pure


@dataclass(frozen=True, slots=True)
class Terms:
    """What a target's settings say about values; kinds need it to compare and to check."""

    amount_scale: int = 100
    order_statuses: frozenset[str] = frozenset()
    """Order statuses that are accepted: the documented ones and the configured ones."""
    salt: str = ""
    """Goes into the digests of personal values: the account."""
    xml: bool = False
    """True where values travel as XML, in which ids and labels become names of elements."""


USUAL_TERMS: Final = Terms()
"""What holds where the settings say nothing else."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How much of an order goes into a manifest that is written for the user."""

    personal: bool = False
    """True: also who the buyer is, sensitive values, and what looks like an e-mail or a telephone number."""
    statuses: bool = True
    """False: not the statuses of the lines, because a source speaks of them."""


SPARING: Final = Telling()
"""Nothing personal: what is in Git stays there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one entry of a manifest turned into."""

    manifests: tuple[DefinitionManifest | OrderManifest | Statement | SourceManifest, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    dependent: tuple[Diagnostic, ...] = ()
    """Findings that may only follow from a part that could not be read; not shown of a broken entry."""


class Kind(Protocol):
    """One kind of resource that manifests declare: its shape, and how an entry of it becomes manifests."""

    name: str
    """The first word of its addresses, such as `custom_field`."""
    section: str
    """The manifest key under which it is declared, such as `custom_fields`."""
    shapes: tuple[type[BaseModel], ...]
    """An entry as users write it; where there are several, the key `type` tells them apart. Unknown keys are
    forbidden.
    """
    summary: str
    """A sentence for `explain`."""
    capabilities: Mapping[str, str]
    """What the API can and cannot do with it, as sentences by topic (read, write, edit, delete, triggers) for
    `explain`.
    """

    def shape_of(self, data: Mapping[str, Any]) -> type[BaseModel]:
        """Give the shape of one entry: one of `shapes`, or one that refuses it because it names none."""
        ...

    def read(
        self,
        entry: BaseModel,
        document: Document,
        path: Sequence[str | int],
        catalogue: Catalogue,
        terms: Terms,
    ) -> Reading:
        """Turn one valid entry into manifests, with every reason why it cannot be meant so.

        The catalogue already knows every declared definition. Pure.
        """
        ...


class DefinitionKind(Kind, Protocol):
    """A kind that is said once for an account and can never be read back."""

    def facts(self, entry: BaseModel) -> tuple[Address, FieldFacts | StatusFacts]:
        """Tell what an entry adds to the catalogue."""
        ...

    def salvage(self, entry: Mapping[str, Any]) -> Mapping[Address, FieldFacts | StatusFacts]:
        """Tell what an entry that is not valid likely declares, so that its use is no second error."""
        ...

    def frozen(self, recorded: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
        """Name the fields that differ and that no import may change (A23, A26, A33)."""
        ...

    def encode(self, manifest: DefinitionManifest) -> Mapping[str, Any]:
        """Give the JSON object that the import's definition section takes."""
        ...

    def external(self, where: Address, uses: Mapping[Address, Usage], catalogue: Catalogue) -> Draft:
        """Write the entry of one that is in use and kept elsewhere, with only what its use shows."""
        ...

    def restated(self, spec: Mapping[str, Any]) -> Draft | None:
        """Write the entry of one that the record holds, None where the record does not hold all of it."""
        ...


class OrderKind(Kind, Protocol):
    """The kind that is compared field by field."""

    def align(
        self, manifest: OrderManifest, live: LiveOrder, catalogue: Catalogue, terms: Terms
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Bring what is wanted and what is shown into one form, equal exactly when nothing has to be done.

        Both are nested plain data; unmanaged keys are left out of the live side, lines of the order that are
        not declared stay in as `lines.<id>` (contract, section 5; A10, A28, A29, A42 to A47).
        """
        ...

    def shown(
        self, manifest: OrderManifest, catalogue: Catalogue, terms: Terms, comparable: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Flatten comparable data to dotted paths and JSON values, sensitive ones as `Secret`."""
        ...

    def identity(self, manifest: OrderManifest, terms: Terms) -> str:
        """Give the salted digest of the matching identity, empty when none is declared."""
        ...

    def encode(
        self,
        manifest: OrderManifest,
        statuses: Mapping[str, str],
        catalogue: Catalogue,
        terms: Terms = USUAL_TERMS,
        live: LiveOrder | None = None,
    ) -> Mapping[str, Any]:
        """Give the JSON object that the import's `data` takes, each line with the status given for it.

        What `live` shows of keys that are not declared goes along, for an import may empty what it leaves
        out (A14).
        """
        ...

    def recall(self, order: str, spec: Mapping[str, Any]) -> OrderManifest:
        """Rebuild what was wanted of an order from what the record keeps of it, but for what is personal."""
        ...

    def veil(self, live: LiveOrder, catalogue: Catalogue, terms: Terms) -> Mapping[str, Any]:
        """Give what may be kept of an order's detail in a file, as JSON data: nothing personal."""
        ...

    def unveil(
        self, manifest: OrderManifest, kept: Mapping[str, Any], catalogue: Catalogue, terms: Terms
    ) -> Mapping[str, Any]:
        """Give a detail to compare with, from what `veil` kept."""
        ...

    def kept_fields(self, catalogue: Catalogue) -> Mapping[str, str]:
        """Name the custom fields whose values `veil` keeps, each with what decides how that is done."""
        ...

    def lacking(
        self, manifest: OrderManifest, kept: Mapping[str, str], catalogue: Catalogue
    ) -> Address | None:
        """Name a field that an order sets and that was not kept as it is declared now; None: all were."""
        ...

    def fields_in_use(self, live: LiveOrder) -> Iterable[Address]:
        """Name the custom fields that occur in an order's detail."""
        ...

    def values_in_use(self, live: LiveOrder) -> Iterable[tuple[Address, Any]]:
        """Name the same, each with its value."""
        ...

    def draft(
        self, live: LiveOrder, catalogue: Catalogue, terms: Terms, telling: Telling = SPARING
    ) -> Draft | str:
        """Write an order as shown as a full declaration, or say what keeps it from being one."""
        ...

    def revision(
        self,
        manifest: OrderManifest,
        statuses: Mapping[str, str],
        live: LiveOrder,
        catalogue: Catalogue,
        terms: Terms,
        telling: Telling = SPARING,
    ) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
        """Say what to edit in a declaration so that it says what is shown, and what cannot be edited.

        `statuses` are those that it wants of its lines.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds that the program knows, as the stages use them."""

    definitions: Mapping[str, DefinitionKind]
    """By the first word of the address."""
    order: OrderKind

    source: Kind | None = None
    """The kind of entry that names a source of order states."""

    def every(self) -> Iterator[Kind]:
        """All of them, in the order of the manifest's sections."""
        yield from self.definitions.values()
        yield self.order
        if self.source is not None:
            yield self.source


# ---------------------------------------------------------------- the target


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list of orders."""

    orders: tuple[LiveOrder, ...]
    in_use: frozenset[Address] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)
    """Orders that are there and of which too little is known to compare them, each with the reason."""


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

    def update_line(self, order: str, line: str, status: str, *, repeatable: bool) -> Answer:
        """Say one line's status. Only a `repeatable` one may be sent again when its answer is lost."""
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


# ---------------------------------------------------------------- sources of order states


@dataclass(frozen=True, slots=True)
class Sought:
    """What a source is asked."""

    source: SourceManifest
    catalogue: Catalogue
    root: Path
    """The folder of reconciler.yaml; the paths of origins are relative to it."""
    now: datetime
    orders: Collection[str] | None = None
    """The orders that it is asked for, by the target's ids; None: whatever it has to say by itself."""
    room: Room = MEMORY
    """Where the wishes of a source in files lie."""


class OrderSource(Protocol):
    """Where order-line states come from in bulk. It only reads, and knows nothing of the target."""

    def report(self, sought: Sought) -> Report:
        """Ask the source. What is wrong with its content stands in the report.

        Raises `Broken` when it cannot be read, `Denied` when it refuses us.
        """
        ...


# ---------------------------------------------------------------- the store


@dataclass(frozen=True, slots=True)
class Intent:
    """A write that is about to leave, as the journal keeps it. Holds no payload and nothing personal."""

    address: Address
    action: str
    wanted: Any
    """JSON data.

    For a line its status, for a definition its fields, for an order the digest of what is sent.
    """
    before: Any = None
    updated: datetime | None = None
    """The order's update_time as it was read before."""
    evidence: Evidence | None = None
    """How `before` was known."""


class Journal(Protocol):
    """The record of one run: intent before, result after. Methods may be called from several threads."""

    run: int

    @property
    def unkept(self) -> AbstractSet[int]:
        """Numbers of writes whose results were not waited for and could not be put on disk."""
        ...

    def intend(self, intents: Sequence[Intent]) -> Sequence[int]:
        """Put intents on disk; returns only when they are there. Gives a number for each."""
        ...

    def settle(
        self,
        numbered: Sequence[tuple[int, Outcome]],
        taken: Sequence[Taken] = (),
        baselines: Mapping[str, Baseline] | None = None,
        *,
        wait: bool = True,
    ) -> None:
        """Put results on disk together with what they mean for the record: all of it or nothing.

        A write that is done and not remembered would be sent again. Without `wait` it returns at once: the
        results are on disk before the next intent is, so that who intends next waits once for both.
        """
        ...

    def flush(self) -> None:
        """Return only when everything is on disk that was not waited for."""
        ...

    def remember(self, taken: Iterable[Taken]) -> None:
        """Write memories into the record, or take them out of it."""
        ...

    def baseline(self, baselines: Mapping[str, Baseline]) -> None:
        """Keep the update times that our own writes explain."""
        ...

    def remembered(self, addresses: Collection[Address]) -> Mapping[Address, Memory]:
        """Give what is on record of these addresses by now, whoever wrote it."""
        ...

    def end(self, *, exit_code: int, summary: Mapping[str, int], outcomes: Iterable[Outcome]) -> None:
        """Close the run with its result.

        `outcomes` holds those that were never intended, such as skipped ones.
        """
        ...


class Store(Protocol):
    """Where the record is kept."""

    def load(self) -> Record:
        """Read what is remembered of this account; an empty record when there is none. Writes nothing."""
        ...


# ---------------------------------------------------------------- the clock


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, passed in: what the stages know of it."""

    now: Callable[[], datetime]
    """The present moment, aware, in UTC."""
    sleep: Callable[[float], None]
    """Wait some seconds."""
    verify_for: timedelta = timedelta(seconds=30)
    """How long a verifying read is repeated while an order's update_time has not moved (contract, section 5).
    """
    settle_for: timedelta = timedelta(seconds=10)
    """How long a complete walk is repeated before an order that it does not show counts as not made
    (contract, section 6.4).
    """
