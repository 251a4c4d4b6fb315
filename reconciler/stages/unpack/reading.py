"""Reading: a document from outside is checked against a shape."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from reconciler.model.address import Address, parse

ShapeT = TypeVar("ShapeT", bound=BaseModel)


class Unreadable(Exception):
    """A document is not what it should be; the message says where and why."""


class Shape(BaseModel):
    """A part of a document. Unknown keys are left alone: within a major version more may come."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _address(value: object) -> Address:
    if isinstance(value, str):
        return parse(value)
    raise ValueError("has to be an address")


Where = Annotated[Address, BeforeValidator(_address)]


def read_as(shape: type[ShapeT], document: Any) -> ShapeT:
    """Check a document; raises `Unreadable`, which repeats no value."""
    try:
        return shape.model_validate(document)
    except ValidationError as refusal:
        first = refusal.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Unreadable(f"{place or 'the document'}: {first['msg']}") from None
