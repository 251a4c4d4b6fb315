"""The nouns of the server: orders with their lines, custom fields, custom line statuses.

An order here is the whole truth, with the line statuses that orders/list does not show. It can be written in
the import's own words (`as_import`), so that what one market holds can be put into another. The buyer's
e-mail or telephone is never kept: `profile` is a digest of it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from reconciler.sandbox.amounts import major

BUILTIN_LINE_STATUSES: Mapping[str, str] = {
    "new": "in_process",
    "processing": "in_process",
    "delivering": "in_process",
    "delivered": "delivered",
    "canceled": "canceled",
    "refunded": "refunded",
}
"""The built-in line statuses (documented) and their types (presumed)."""

STATUS_TYPES = ("delivered", "canceled", "refunded", "in_process")
ORDER_STATUSES = ("new", "delivered", "paid", "canceled", "part_refunded")
CURRENCIES = ("RUB", "USD", "EUR", "KZT", "BYN", "UAH")
ENTITY_TYPES = ("product", "sku", "order", "line_order")
VALUE_TYPES = ("unicode", "int", "float", "bool", "enum", "date")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order; prices are hundredths, None where none was sent."""

    external_id: str
    status: str
    reference: str
    reference_key: str
    count: int
    base: int | None = None
    minimum: int | None = None
    final: int | None = None
    custom_fields: Mapping[str, Any] = field(default_factory=dict)

    def as_import(self) -> dict[str, Any]:
        """Write the line as a line of an import."""
        prices = {
            "base_price_per_item": self.base,
            "min_price_per_item": self.minimum,
            "final_price_per_item": self.final,
        }
        return {
            "external_id": self.external_id,
            "status": self.status,
            self.reference_key: self.reference,
            **{key: major(price) for key, price in prices.items() if price is not None},
            "count": self.count,
            **({"custom_fields": dict(self.custom_fields)} if self.custom_fields else {}),
        }


@dataclass(frozen=True, slots=True)
class Order:
    """One stored order; amounts are hundredths, times are in the stored form of `times.py`."""

    external_id: str
    endpoint: str
    status: str
    total_price: int
    currency: str
    create_time: str
    update_time: str
    lines: tuple[Line, ...]
    profile: str | None = None
    tags: tuple[str, ...] = ()
    region: str = ""
    delivery_cost: int = 0
    custom_fields: Mapping[str, Any] = field(default_factory=dict)

    def line(self, line_id: str) -> Line | None:
        """Return the line of that id, or None."""
        return next((line for line in self.lines if line.external_id == line_id), None)

    def as_import(self) -> dict[str, Any]:
        """Write the order as an order of an import, with `profile` and `update_time` beside it."""
        optional = {
            "profile": self.profile,
            "tags": list(self.tags),
            "region": self.region,
            "custom_fields": dict(self.custom_fields),
        }
        return {
            "external_id": self.external_id,
            "endpoint": self.endpoint,
            "status": self.status,
            "delivery_cost": major(self.delivery_cost),
            "total_price": major(self.total_price),
            "currency": self.currency,
            "create_time": self.create_time,
            "update_time": self.update_time,
            **{key: value for key, value in optional.items() if value},
            "lines": [line.as_import() for line in self.lines],
        }

    def as_json(self) -> dict[str, Any]:
        """Write the order for the file; `from_json` reads it again."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Order":
        """Read what `as_json` wrote."""
        lines = tuple(Line(**line) for line in stored["lines"])
        return cls(**{**stored, "lines": lines, "tags": tuple(stored["tags"])})


@dataclass(frozen=True, slots=True)
class Field:
    """One custom field's definition."""

    external_id: str
    name: str
    entity_type: str
    required: bool
    value_type: str
    default_value: Any = None
    enum_values: Mapping[str, int] = field(default_factory=dict)

    def as_import(self) -> dict[str, Any]:
        """Write the definition as an import's `custom_fields` holds it."""
        words = asdict(self)
        if self.value_type != "enum":
            del words["enum_values"]
        return words


@dataclass(frozen=True, slots=True)
class LineStatus:
    """One custom line status's definition."""

    external_id: str
    name: str
    type: str

    def as_import(self) -> dict[str, Any]:
        """Write the definition as an import's `custom_line_statuses` holds it."""
        return asdict(self)
