"""Adoption: what a user vouched for, sorted into what is taken into the record, known already and refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that cannot be vouched for. `named` is an address, or a pattern as the user typed it."""

    named: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """The result of an adoption. Nothing of it was sent, and nothing written down yet."""

    taken: tuple[Taken, ...] = ()
    """What the record takes in, each with its memory."""
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    """By order: the update_time as it was read, so that later touches are recognised."""
    settled: frozenset[Address] = frozenset()
    """Those of `taken` that were unsettled, and count as done from now on."""
    known: tuple[Address, ...] = ()
    """What the record says already, in the same words."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """What a pattern swept in and cannot be adopted at all, counted by reason."""
    refused: tuple[Refusal, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
