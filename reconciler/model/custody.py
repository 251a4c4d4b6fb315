"""Custody: who keeps a definition, as its entry in a manifest says it with `external` and `adopt`."""

from __future__ import annotations

from typing import Annotated, Protocol

from pydantic import Field

from reconciler.model.findings import Findings
from reconciler.model.manifest import Mode

External = Annotated[
    bool | None,
    Field(description="True: it exists and is kept elsewhere; it is known here and never written."),
]
Adopt = Annotated[
    bool | None,
    Field(description="True: it exists exactly as written; the next apply records that and sends nothing."),
]


class Entrusted(Protocol):
    """An entry that says who keeps what it defines."""

    external: bool | None
    adopt: bool | None


def mode_of(entry: Entrusted) -> Mode:
    """Tell who keeps it."""
    if entry.external:
        return Mode.EXTERNAL
    return Mode.ADOPT if entry.adopt else Mode.MANAGED


def check_custody(entry: Entrusted, subject: str, findings: Findings) -> None:
    """Refuse an entry that says both; `subject` is what it is called."""
    if entry.external and entry.adopt:
        findings.error(
            f"{subject} is both external and adopted",
            "adopt",
            key=True,
            advice="external: kept elsewhere; adopt: taken over as written. Leave one of them out",
        )
