"""Report: what a source said when it was asked, with the wishes that its declared mapping makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.manifest import LineManifest
from reconciler.model.source import SourceManifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One answer of one source."""

    source: SourceManifest
    wishes: Mapping[str, Mapping[str, LineManifest]]
    """By order and line."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Errors make the manifests invalid; what a live source said and no rule names is a warning with a count.
    """
    read_at: datetime | None = None
    """When a live source answered; None for a table."""
    cached: bool = False
    """True: an earlier answer, kept in a file, that must never be applied."""
    digest: str = ""
    """For a table, a digest of what its files say; empty for a live source."""
    orders: int = 0
    """How many orders it spoke of."""
    lines: int = 0
    """How many lines it spoke of."""
    requests: int = 0
    """How many requests it took."""
    quota: str = ""
    """What the source said of how much it may still be asked, in a sentence; empty when it did not."""
