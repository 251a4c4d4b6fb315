"""Shape: what the file of an observation holds, line by line.

The first line is the head, the last the tail, each an object; every line between them is one page of the
list, an array. So it is written and read page by page, and a file that was cut off has no tail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import msgspec
from msgspec import Struct

from reconciler.model.manifest import Catalogue, OrderManifest
from reconciler.model.plan import TargetName
from reconciler.ports import OrderKind, Terms

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Subject:
    """What an observation is of, and what of it is compared."""

    target: TargetName
    orders: Mapping[str, OrderManifest]
    """Every full declaration, selected or not."""
    catalogue: Catalogue
    terms: Terms
    kind: OrderKind


class Place(Struct, frozen=True):
    """The target that was observed."""

    name: str
    url: str
    account: str


class Head(Struct, frozen=True, kw_only=True):
    """The first line."""

    reconciler_observation: int
    """The version of this format."""
    saved_at: datetime
    """When its reading began, in UTC: nothing in it is older."""
    tool_version: str
    target: Place
    fields: dict[str, str]
    """The custom fields whose values are kept, each with what decided how."""


class Version(Struct):
    """As much of the first line as any version has."""

    reconciler_observation: int | None = None


class Order(Struct, frozen=True, array_like=True):
    """One order; see `LiveOrder`."""

    id: str
    endpoint: str | None
    status: str | None
    updated: datetime | None
    lines: dict[str, str | None] | None
    detail: dict[str, Any] | None = None


class Sheet(Struct, frozen=True, array_like=True):
    """One page, in the order in which it was read."""

    orders: list[Order]
    in_use: list[str]


class Tail(Struct, frozen=True):
    """The last line."""

    pages: int
    digest: str
    """Of all bytes before this line: it protects against accidents, not against forgery."""


def digesting() -> blake2b:
    """Begin a digest of a file."""
    return blake2b(digest_size=16)


def place_of(target: TargetName) -> Place:
    """Name a target as a file does."""
    return Place(target.name, target.url, target.account)


ENCODE: Final = msgspec.json.Encoder()
