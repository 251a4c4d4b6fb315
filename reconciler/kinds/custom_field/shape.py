"""Shape: the entry of a custom field, as users write it."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model.custody import Adopt, External
from reconciler.model.scalars import Id, Text
from reconciler.model.typed import ValueType

EntityType = Literal["product", "sku", "order", "line_order"]

ENTITY_TYPES: Final[tuple[str, ...]] = get_args(EntityType)
COMPLETE: Final = ("name", "entity_type", "value_type", "default_value")
"""What an entry has to say, unless the field is kept elsewhere."""


class CustomFieldEntry(BaseModel):
    """A custom field as a manifest declares it."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        defer_build=True,
        json_schema_extra={
            "if": {"properties": {"external": {"enum": [False, None]}}},
            "then": {"required": list(COMPLETE)},
            "else": {"required": ["entity_type"]},
        },
    )

    external_id: Id = Field(description="The field's id: the key of its values in orders and lines.")
    name: Text | None = Field(default=None, description="The label that people see.")
    entity_type: EntityType | None = Field(default=None, description="What carries the values.")
    value_type: ValueType | None = Field(
        default=None, description="The type of the values; it can never be changed."
    )
    enum_values: dict[str, int] | None = Field(
        default=None,
        description="The members of an enum: label to number. Numbers are unique and stay for ever.",
    )
    default_value: Any = Field(
        default=None,
        description="What orders that set no value have, by the declared type; of an enum a number or label.",
    )
    required: bool | None = Field(
        default=None, description="Whether an order has to set a value; false when left out."
    )
    sensitive: bool | None = Field(default=None, description="True masks the values in every output.")
    external: External = None
    adopt: Adopt = None
