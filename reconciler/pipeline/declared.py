"""Declared: what the files of a repository say for one target, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reconciler.model.collector import collector_paused
from reconciler.model.diagnostic import Diagnostic, error, has_errors, in_order
from reconciler.model.fingerprint import fingerprint
from reconciler.model.manifest import Manifests
from reconciler.model.report import Report
from reconciler.model.rules import Rules, Transition
from reconciler.ports import Kinds, Terms
from reconciler.stages.hear import Ear, hear
from reconciler.stages.load import load
from reconciler.stages.overlay import overlay
from reconciler.stages.validate import validate


@dataclass(frozen=True, slots=True)
class Declared:
    """What the manifests of a repository say for one target, and everything that is wrong with them."""

    manifests: Manifests
    """All of it, with what tables say of lines."""
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    """The text of each file, for excerpts."""
    entries: Manifests | None = None
    """What the files state themselves; None where that is all."""
    tables: tuple[Report, ...] = ()
    overlaid: tuple[Diagnostic, ...] = ()
    """Those of the diagnostics that tell how entries and tables came together, whatever the day."""

    @property
    def stated(self) -> Manifests:
        """What the files state themselves, without what any source says."""
        return self.manifests if self.entries is None else self.entries

    @property
    def is_valid(self) -> bool:
        """Tell whether the manifests may be used."""
        return not has_errors(self.diagnostics)


@dataclass(frozen=True, slots=True)
class Place:
    """Where manifests are found and what may stand in them."""

    root: Path
    patterns: tuple[str, ...]
    variables: Mapping[str, Any]
    target: str
    targets: tuple[str, ...]
    kinds: Kinds
    terms: Terms
    transitions: tuple[Transition, ...] = ()
    """The rows of `line_transitions`, to be checked against the statuses that are declared."""
    ear: Ear = field(default_factory=lambda: Ear({}, Path(), lambda: datetime.now(UTC)))
    """What reads the sources that stand in files."""


def declare(place: Place, instead: Mapping[str, bytes] | None = None) -> Declared:
    """Read and check the manifests; no network is needed, and no token.

    `instead` holds the text of files as if it stood there already.
    """
    with collector_paused():
        loaded = load(
            place.root,
            place.patterns,
            variables=place.variables,
            target=place.target,
            targets=place.targets,
            instead=instead,
        )
        transitions = () if has_errors(loaded.diagnostics) else place.transitions
        manifests, found = validate(loaded.documents, place.kinds, place.terms, transitions)
        broken = {each.origin for each in loaded.diagnostics}
        diagnostics = [*loaded.diagnostics, *(each for each in found if each.origin not in broken)]
        tables: tuple[Report, ...] = ()
        if not has_errors(diagnostics):
            files = (each for each in manifests.sources.values() if not each.live)
            tables = hear(files, place.ear, manifests.catalogue)
        laid = overlay(manifests, tables)
    diagnostics += [each for table in tables for each in table.diagnostics]
    return Declared(
        manifests=laid.manifests,
        diagnostics=in_order((*diagnostics, *laid.diagnostics)),
        sources=loaded.sources,
        entries=manifests,
        tables=tables,
        overlaid=laid.diagnostics,
    )


def inputs_of(declared: Declared, base: Rules, salt: str) -> str:
    """Digest the manifests, the tables and the rules that a plan is drawn from."""
    return fingerprint(
        declared.stated, base, salt, {each.source.name: each.digest for each in declared.tables}
    )


def emptiness(declared: Declared, place: Place) -> tuple[Diagnostic, ...]:
    """Say that nothing is declared for a target: a plan from nothing would release everything."""
    if not declared.manifests.empty or not declared.is_valid:
        return ()
    summary = f"the manifests declare nothing for target {place.target}"
    looked = f"looked in {', '.join(place.patterns)}; a document with `targets` counts only for those"
    return (error(summary, advice=looked),)
