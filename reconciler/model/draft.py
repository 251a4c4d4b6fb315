"""Draft: an entry of a manifest that is to be written, and the changes to entries that are there.

Values are what a manifest's reader gives: text, numbers, truths, null, lists, mappings, and drafts for the
lines of an order. How they are spelt in a file is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Origin

INFERRED: Final = "inferred from "
"""How the comment behind an inferred value begins."""

Path = tuple[str, ...]
"""Leads to a value within an entry; after `lines` comes the id of a line."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One entry: its keys in order, with what a person should know about them."""

    values: Mapping[str, Any]
    remarks: Mapping[str, str] = field(default_factory=dict)
    """Comments behind a key's value."""
    notes: tuple[str, ...] = ()
    """Comments on lines of their own at the end, about what could not be said."""


@dataclass(frozen=True, slots=True)
class Put:
    """Write a value where another one stands, or as a new key at the end of its mapping."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Reinfer:
    """Say an inferred value anew, or with None only in a comment; what a person wrote is left alone."""

    key: str
    value: str | None
    remark: str
    otherwise: Diagnostic
    """What to say where no comment tells that the value was inferred."""


@dataclass(frozen=True, slots=True)
class Members:
    """Make a list of texts have exactly these members, whatever their order."""

    path: Path
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class AddLine:
    """Write one more line of an order."""

    line: Draft


@dataclass(frozen=True, slots=True)
class DropLine:
    """Take a line of an order out."""

    line: str


Edit = Put | Reinfer | Members | AddLine | DropLine


@dataclass(frozen=True, slots=True)
class Revision:
    """All edits of one entry, which begins at `origin`."""

    address: Address
    origin: Origin
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """An entry that no manifest has yet."""

    address: Address
    section: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class Pulled:
    """Everything that manifests lack of what the target shows, and what they say otherwise."""

    additions: tuple[Addition, ...] = ()
    revisions: tuple[Revision, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
