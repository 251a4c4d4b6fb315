"""GitHub workflow commands: what is wrong with manifests, as annotations of their lines.

The runner reads its commands from stdout, so each value is escaped as the runner unescapes it: one that ends
a line would begin a command of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reconciler.model.diagnostic import Severity
from reconciler.reports.shown.findings import Finding
from reconciler.reports.shown.values import clean

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github_text(findings: Iterable[Finding]) -> str:
    """Write one workflow command a finding, the errors first: GitHub shows only the first ten of a step."""
    ranks = list(_COMMANDS)
    ordered = sorted(findings, key=lambda each: ranks.index(each.diagnostic.severity))
    return "".join(f"{_command(each)}\n" for each in ordered)


def _command(each: Finding) -> str:
    column = f",col={each.column}" if each.column else ""
    place = f"file={_property(each.file)},line={each.line}{column},title=reconciler"
    return f"::{_COMMANDS[each.diagnostic.severity]} {place}::{_data(each.message)}"


def _data(text: str) -> str:
    return clean(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
