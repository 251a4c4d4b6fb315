"""Manifest: one thing that the user wants, in the API's own words, with the place where it was said.

It knows nothing of the world.

There is one class a family of resources, because what can be wanted of them differs: a definition is said
once for an account, an order is compared field by field, a line has a status and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import repeat
from typing import Any, Final

from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.diagnostic import Origin
from reconciler.model.ids import Either, Keeping, names_in
from reconciler.model.names import Held, Names
from reconciler.model.source import SourceManifest


class Mode(StrEnum):
    """Who keeps a definition."""

    MANAGED = "managed"
    """We do: it is said to the target when needed."""
    EXTERNAL = "external"
    """Somebody else does: known to validation, never written."""
    ADOPT = "adopt"
    """It exists as written: the next apply records it and sends nothing."""


class StatusType(StrEnum):
    """What a line status means to the platform (reference, section 6.1)."""

    IN_PROCESS = "in_process"
    DELIVERED = "delivered"
    CANCELED = "canceled"
    REFUNDED = "refunded"


BUILT_IN_STATUSES: Final[Mapping[str, StatusType]] = {
    "new": StatusType.IN_PROCESS,
    "processing": StatusType.IN_PROCESS,
    "delivering": StatusType.IN_PROCESS,
    "delivered": StatusType.DELIVERED,
    "canceled": StatusType.CANCELED,
    "refunded": StatusType.REFUNDED,
}
"""The line statuses that every account has, and the types that their names suggest (reference, section 6.2).
"""

ORDER_STATUSES: Final = ("new", "delivered", "paid", "canceled", "part_refunded")
"""The documented statuses of whole orders; `order_statuses` in the settings adds to them (A31)."""


IDENTITY_KEYS: Final = frozenset(
    {
        "matching",
        "email",
        "phone",
        "profile_id",
        "provider",
        "subscription_id",
        "field_name",
        "field_value",
    }
)
"""Keys of an order that tell whose it is: they are sent and cannot be read back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionManifest:
    """A custom field or a custom line status.

    `fields` is what the API is told, key by key, without anything that stays with us. An external definition
    may leave all but its id out.
    """

    address: Address
    fields: Mapping[str, Any]
    origin: Origin
    mode: Mode = Mode.MANAGED
    triggers: bool = True
    """For a line status: whether moving a line to it may fire automation triggers."""
    sensitive: bool = False
    """For a custom field: whether its values are masked wherever they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderManifest:
    """A fully declared order: everything but the statuses of its lines.

    `fields` is nested plain data in comparable form: amounts as Decimal in major units, times as aware
    datetimes in UTC at whole seconds, tags as a frozenset, lines as a mapping by line id. A key that was not
    said is left out; one that was said to be empty is there and empty. `identity` is the matching mode and
    its keys: personal, sent, never shown.
    """

    order: str
    fields: Mapping[str, Any]
    identity: Mapping[str, Any]
    origin: Origin
    needs: tuple[Address, ...] = ()
    expires: date | None = None

    @property
    def address(self) -> Address:
        """Where the order is found in plans."""
        return address.order(self.order)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineManifest:
    """The status that one line, or with `line == "*"` every line, of an order has to have."""

    order: str
    line: str
    status: str
    origin: Origin
    allowed_from: frozenset[str] | None = None
    """Present statuses from which the move is wanted; from any other the line has moved on."""
    once: bool = False
    """True: after one confirmed write the wish is done and never pulls the line back."""
    expires: date | None = None
    """The last day, in UTC, on which the wish counts."""
    source: SourceManifest | None = None
    """Where the wish comes from when no manifest entry states it."""
    said: str = ""
    """What the source said, in its own words; empty where that is just the status."""
    reported: datetime | None = None
    """When the source last saw the order change."""
    overruled: datetime | None = None
    """When a live source that this wish outvotes last saw the order change."""
    dispute: str = ""
    """Why the wish must not be carried out: sources disagree, a line is ambiguous."""
    rival: str = ""
    """The status that another source of the same right wants; empty where the dispute is the source's own."""

    @property
    def address(self) -> Address:
        """Where the line is found in plans."""
        return address.order_line(self.order, self.line)


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What is declared about one custom field that validation, comparison and masking need."""

    value_type: str | None
    enum_values: Mapping[str, int] = field(default_factory=dict)
    default: Any = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What is declared about one custom line status.

    The type is None when an external entry leaves it out.
    """

    type: StatusType | None
    triggers: bool = True


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The fields and line statuses that manifests may use, whoever keeps them."""

    fields: Mapping[Address, FieldFacts] = field(default_factory=dict)
    statuses: Mapping[str, StatusFacts] = field(default_factory=dict)

    def knows_status(self, status: str) -> bool:
        """Tell whether a line status is built in or declared."""
        return status in BUILT_IN_STATUSES or status in self.statuses

    def type_of(self, status: str) -> StatusType | None:
        """Give the type of a line status, None when nothing declares it."""
        if status in BUILT_IN_STATUSES:
            return BUILT_IN_STATUSES[status]
        facts = self.statuses.get(status)
        return facts.type if facts else None

    def may_trigger(self, status: str) -> bool:
        """Tell whether moving a line to this status may message a customer; only the user can rule it out."""
        facts = self.statuses.get(status)
        return facts.triggers if facts else True

    def field_of(self, entity_type: str, external_id: str) -> FieldFacts | None:
        """Give what is declared about a field, None when nothing is."""
        return self.fields.get(address.custom_field(entity_type, external_id))


@dataclass(frozen=True, slots=True)
class Manifests:
    """Everything that is wanted of one target.

    Lines are grouped by order, because they are read, decided and sent order by order.
    """

    definitions: Mapping[Address, DefinitionManifest] = field(default_factory=dict)
    orders: Mapping[str, OrderManifest] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, LineManifest]] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=Catalogue)
    sources: Mapping[str, SourceManifest] = field(default_factory=dict)
    """Where further line states come from, by name."""
    resting: frozenset[Address] = frozenset()
    """What is declared and not wanted now: its time is over, or its `hold: once` wish is done."""

    @property
    def empty(self) -> bool:
        """Tell whether nothing at all is declared."""
        return not (self.definitions or self.orders or self.lines or self.sources)

    @property
    def wanted_orders(self) -> Either:
        """The ids of all orders of which something is wanted."""
        return Either(self.orders, self.lines)

    def same(self, order: str) -> str:
        """Give an id of an order back, as the object that is kept here where there is one.

        What is kept elsewhere of the same orders then need not keep a million ids a second time.
        """
        return self.lines.same(order) if isinstance(self.lines, Keeping) else order

    def names(self, order: str) -> Names | None:
        """Name the lines of an order, if they are kept here so that they need not be kept a second time."""
        return names_in(self.lines, order)

    def held(self, orders: Sequence[str]) -> Iterable[Held]:
        """Give of each order its id as `same` does, and its lines as `names` does."""
        if isinstance(self.lines, Keeping):
            return self.lines.held(orders)
        return zip(orders, repeat(None))

    def every(self) -> Iterator[DefinitionManifest | OrderManifest | LineManifest]:
        """All manifests, definitions first."""
        yield from self.definitions.values()
        yield from self.orders.values()
        for lines in self.lines.values():
            yield from lines.values()
