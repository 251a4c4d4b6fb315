"""GitLab code quality: what is wrong with manifests, for the widget of a merge request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from reconciler.model.diagnostic import Severity
from reconciler.reports.shown.findings import Finding
from reconciler.reports.shown.values import clean

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}
_CHECKS: Final = {Severity.ERROR: "invalid", Severity.WARNING: "doubtful", Severity.NOTE: "remark"}


def gitlab_text(findings: Iterable[Finding]) -> str:
    """Write findings as a code quality report."""
    report = [_issue(each) for each in findings]
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def _issue(each: Finding) -> dict[str, Any]:
    severity = each.diagnostic.severity
    return {
        "description": each.message,
        "check_name": _CHECKS[severity],
        "fingerprint": each.fingerprint,
        "severity": _SEVERITIES[severity],
        "location": {"path": clean(each.file), "lines": {"begin": each.line}},
    }
