"""The shape of an order entry, and which of its two meanings it has."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model.scalars import (
    Amount,
    Count,
    Day,
    Email,
    Id,
    Instant,
    Personal,
    PersonalValue,
    Region,
    Text,
    Word,
)

Matching = Literal[
    "email", "email_profile", "email_sub", "phone", "phone_sub", "email_phone", "email_phone_sub",
    "profile_id", "push_sub", "custom", "custom_sub",
]  # fmt: skip

_STATE: Final = frozenset({"external_id", "expires", "hold", "line_status", "lines"})
_LINE_STATE: Final = frozenset({"external_id", "status", "from_"})

LINE_NEEDS: Final = ("base_price_per_item", "min_price_per_item", "final_price_per_item", "count")
ORDER_NEEDS: Final = ("endpoint", "status", "total_price", "currency", "lines")


class LineEntry(BaseModel):
    """One line of an order as a manifest declares it."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    external_id: Id = Field(description="The line's id within its order.")
    status: Word | None = Field(
        default=None, description="The line's status, built in or declared; left out, it is not managed."
    )
    from_: list[Word] | None = Field(
        default=None,
        alias="from",
        min_length=1,
        description="Present statuses from which the move is wanted; from another the line has moved on.",
    )
    product: Word | None = Field(
        default=None, description="The product's id; a line has either a product or a sku."
    )
    sku: Word | None = Field(default=None, description="The SKU's id; a line has either a product or a sku.")
    base_price_per_item: Amount | None = Field(
        default=None, description="The list price of one piece, in major units."
    )
    min_price_per_item: Amount | None = Field(
        default=None, description="The lowest price of one piece, in major units."
    )
    final_price_per_item: Amount | None = Field(
        default=None, description="The price paid for one piece, in major units."
    )
    count: Count | None = Field(default=None, description="How many pieces.")
    custom_fields: dict[str, Any] | None = Field(
        default=None, description="Values of declared fields of entity_type line_order, by field id."
    )


class OrderEntry(BaseModel):
    """An order as a manifest declares it: the states of its lines, or all of it."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        defer_build=True,
        json_schema_extra={
            "if": {"propertyNames": {"enum": [*sorted(_STATE)]}},
            "then": {"oneOf": [{"required": ["lines"]}, {"required": ["line_status"]}]},
            "else": {"required": [*ORDER_NEEDS]},
        },
    )

    external_id: Id = Field(description="The order's id.")
    hold: Literal["once", "always"] | None = Field(
        default=None,
        description="once: done after one confirmed write, a line is never pulled back; always: the default.",
    )
    expires: Day | None = Field(default=None, description="The last day, in UTC, on which the entry counts.")
    line_status: Word | None = Field(
        default=None, description="The status of every line of the order, instead of lines."
    )
    matching: Matching | None = Field(
        default=None,
        description="How the buyer is found; email when that is given. Without it no order is created.",
    )
    email: Email | None = Field(
        default=None, repr=False, description="The buyer's e-mail; better a variable than a literal."
    )
    phone: Personal | None = Field(default=None, repr=False, description="The buyer's telephone number.")
    profile_id: Personal | None = Field(default=None, repr=False, description="The buyer's profile.")
    provider: Word | None = Field(default=None, description="The push provider, for matching push_sub.")
    subscription_id: Personal | None = Field(
        default=None, repr=False, description="The push subscription, for matching push_sub."
    )
    field_name: Word | None = Field(
        default=None, description="The profile field, for matching custom and custom_sub."
    )
    field_value: PersonalValue | None = Field(
        default=None, repr=False, description="The value of field_name."
    )
    endpoint: Word | None = Field(
        default=None, description="The touchpoint's additional id; fixed once the order exists."
    )
    status: Word | None = Field(default=None, description="The order's own status; lines have theirs.")
    total_price: Amount | None = Field(default=None, description="Items and delivery, in major units.")
    delivery_cost: Amount | None = Field(default=None, description="The price of delivery, in major units.")
    currency: Word | None = Field(default=None, description="A currency that the platform is set up for.")
    create_time: Instant | None = Field(
        default=None,
        description="RFC 3339, YYYY-MM-DD or YYYY-MM-DD HH:MM:SS; else UTC.",
    )
    tags: list[Text] | None = Field(default=None, description="Compared as a set.")
    region: Region | None = Field(default=None, description="The region's additional id.")
    custom_fields: dict[str, Any] | None = Field(
        default=None, description="Values of declared fields of entity_type order, by field id."
    )
    check_total: bool | None = Field(
        default=None, description="False: total_price need not be the sum of the lines and delivery_cost."
    )
    lines: list[LineEntry] | None = Field(default=None, min_length=1, description="The order's lines.")


def is_line_state(entry: OrderEntry) -> bool:
    """Tell whether an entry only states what its lines' statuses have to be."""
    if not entry.model_fields_set <= _STATE:
        return False
    for line in entry.lines or ():  # noqa: SIM110 - a generator costs half as much again, by the hundred thousand
        if not line.model_fields_set <= _LINE_STATE:
            return False
    return True


def beyond_state(entry: OrderEntry) -> str:
    """Name the first key that makes an entry a full declaration."""
    for key in OrderEntry.model_fields:
        if key in entry.model_fields_set - _STATE:
            return key
    for line in entry.lines or ():
        for key in LineEntry.model_fields:
            if key in line.model_fields_set - _LINE_STATE:
                return f"{key} of line {line.external_id}"
    return ""
