"""Table: a source of order-line states that is a file beside the manifests."""

from __future__ import annotations

import io

from reconciler.model.findings import Findings
from reconciler.model.manifest import BUILT_IN_STATUSES, Catalogue
from reconciler.model.source import SourceManifest
from reconciler.model.table import TableEntry
from reconciler.model.text import did_you_mean, listed, quoted


def read_table(entry: TableEntry, catalogue: Catalogue, findings: Findings) -> SourceManifest:
    """Turn an entry into a manifest, with what is wrong with it."""
    for word, status in (entry.statuses or {}).items():
        if not catalogue.knows_status(status):
            known = (*BUILT_IN_STATUSES, *catalogue.statuses)
            findings.error(
                f"{quoted(word)} of source {entry.name} leads to {quoted(status)}, "
                "a line status that is neither built in nor declared",
                "statuses",
                word,
                advice=did_you_mean(status, known)
                or f"known are {listed(known)}; others are declared in custom_line_statuses",
            )
    if entry.encoding is not None and not _is_encoding(entry.encoding):
        findings.error(
            f"there is no encoding {quoted(entry.encoding)}",
            "encoding",
            advice="write for example utf-8, utf-16 or cp1251",
        )
    if entry.hold != "once" and entry.expires is None:
        findings.dependent_warning(
            f"the line states of source {entry.name} never end",
            advice="orders live on: say hold: once, or a day with expires",
        )
    return _manifest(entry, findings)


def _is_encoding(name: str) -> bool:
    """Tell whether there is an encoding of texts by this name; Python has some of bytes too."""
    try:
        io.TextIOWrapper(io.BytesIO(), name)
    except (LookupError, ValueError):
        return False
    return True


def _manifest(entry: TableEntry, findings: Findings) -> SourceManifest:
    return SourceManifest(
        name=entry.name,
        type=entry.type,
        live=False,
        origin=findings.at(),
        details=entry,
        priority=entry.priority or 0,
        once=entry.hold == "once",
        expires=entry.expires,
        max_line_changes=entry.max_line_changes,
    )
