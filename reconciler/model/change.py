"""Change: what would be done about one address, one class a case, each with just what taking it needs.

What is the same becomes no change at all; it is counted by its evidence in the plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final

from reconciler.model.address import Address, line_status
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import DefinitionManifest, LineManifest, OrderManifest
from reconciler.model.observation import LiveOrder


class Missing(Enum):
    """The two ways in which a value is not there; they are never the same."""

    UNKNOWN = "unknown"
    """It cannot be read: shown as `?`, left out of JSON."""
    ABSENT = "absent"
    """It was read and there is none: `null` in JSON."""


UNKNOWN: Final = Missing.UNKNOWN
ABSENT: Final = Missing.ABSENT


@dataclass(frozen=True, slots=True)
class Secret:
    """A personal value: only its salted digest and a masked form leave the place where it was read."""

    digest: str
    masked: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change; values are JSON data, a `Secret` or a `Missing`."""

    path: str
    before: Any
    after: Any


def as_json(value: Any) -> Any:
    """Give the form of a value that may be written down.

    A personal one as its digest, an absent one as None.
    """
    if isinstance(value, Secret):
        return {"digest": value.digest}
    return None if isinstance(value, Missing) else value


class Why(StrEnum):
    """The reasons for which nothing will be done (contract, section 4)."""

    IMPOSSIBLE = "impossible"
    FORBIDDEN = "forbidden"
    UNSETTLED = "unsettled"
    CONFLICTING = "conflicting"
    MOVED_ON = "moved on"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """What every listed change has."""

    address: Address
    evidence: Evidence
    reason: str
    origin: Origin | None
    fields: tuple[FieldChange, ...] = ()
    needs: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(_Listed):
    """An order that the target does not show, which an import will make.

    `statuses` are the line statuses that the import carries.
    """

    wanted: OrderManifest
    statuses: tuple[tuple[str, str], ...] = ()
    triggers: bool = False
    body: str = ""
    """The digest of what is sent; empty until it is sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOrder(_Listed):
    """An order that differs.

    The import carries the whole order, so `statuses` holds what it will say of each line, and `live` what was
    observed: its keys that are not managed go along. `live` is never written down.
    """

    wanted: OrderManifest
    statuses: tuple[tuple[str, str], ...] = ()
    triggers: bool = False
    body: str = ""
    """The digest of what is sent; empty until it is sealed."""
    live: LiveOrder | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLine(_Listed):
    """A line whose status will be said.

    `carried` is True when an import of its order says it, and no request of its own is sent.
    """

    wanted: LineManifest
    triggers: bool = True
    carried: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDefinition(_Listed):
    """A definition of which only changeable fields differ from what we said last."""

    wanted: DefinitionManifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensure(_Listed):
    """A definition that cannot be known and will be said.

    `permanent` unless it was seen in use: there is no way to delete it.
    """

    wanted: DefinitionManifest
    permanent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(_Listed):
    """A definition that is no longer declared.

    It stays in the target and leaves our record. Nothing is sent.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Withhold(_Listed):
    """Something that is wanted and will not be done, and why."""

    why: Why
    acknowledged: bool = False
    wanted: LineManifest | None = None
    """What was wanted of a line; None for all else."""


Pending = Create | UpdateOrder | UpdateLine | UpdateDefinition | Ensure | Release
Change = Pending | Withhold


def wish_of(change: Change) -> LineManifest | None:
    """Give what was wanted of a line, None where a change is about something else."""
    return change.wanted if isinstance(change, UpdateLine | Withhold) else None


def stands_on(change: Change) -> tuple[Address, ...]:
    """Name what has to be there before a change: its needs, and the statuses that an import says of lines."""
    if not isinstance(change, Create | UpdateOrder):
        return change.needs
    return (*change.needs, *(line_status(status) for _, status in change.statuses))


def action(change: Change) -> str:
    """Give the contract's word for a change."""
    match change:
        case Create():
            return "create"
        case UpdateOrder() | UpdateLine() | UpdateDefinition():
            return "update"
        case Ensure():
            return "ensure"
        case Release():
            return "release"
        case Withhold():
            return "withhold"


def is_permanent(change: Change) -> bool:
    """Tell whether a change makes something that the API cannot delete."""
    return isinstance(change, Ensure) and change.permanent


def may_trigger(change: Change) -> bool:
    """Tell whether a change may fire automation triggers."""
    return isinstance(change, Create | UpdateOrder | UpdateLine) and change.triggers
