"""SARIF 2.1.0: what is wrong with manifests, for code scanning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec

from reconciler.model.diagnostic import Origin, Severity
from reconciler.reports.shown.findings import Finding

_RULES: Final = {
    Severity.ERROR: ("invalid", "Settings or manifests that cannot be carried out"),
    Severity.WARNING: ("doubtful", "Allowed, and likely not meant"),
    Severity.NOTE: ("remark", "Worth knowing, asks for nothing"),
}
_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LINK: Final = re.compile(r"\[(?=[^\]]*\]\()")


def sarif_text(findings: Sequence[Finding], *, exit_code: int, tool_version: str) -> str:
    """Write findings as a SARIF log of one run."""
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "reconciler",
                        "version": tool_version,
                        "rules": [_rule(severity) for severity in _RULES],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": True, "exitCode": exit_code}],
                "results": [_result(each) for each in findings],
            }
        ],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _rule(severity: Severity) -> dict[str, Any]:
    name, meaning = _RULES[severity]
    return {
        "id": name,
        "shortDescription": {"text": meaning},
        "defaultConfiguration": {"level": str(severity)},
    }


def _result(each: Finding) -> dict[str, Any]:
    severity = each.diagnostic.severity
    result: dict[str, Any] = {
        "ruleId": _RULES[severity][0],
        "ruleIndex": list(_RULES).index(severity),
        "level": str(severity),
        "message": {"text": _unlinked(each.message)},
        "locations": [_location(each.file, each.line, each.column)],
        "partialFingerprints": {"reconciler/v1": each.fingerprint},
    }
    if each.diagnostic.related:
        result["relatedLocations"] = _related(each.diagnostic.related)
    return result


def _related(places: Iterable[Origin]) -> list[dict[str, Any]]:
    return [_location(place.file, max(place.line, 1), place.column) for place in places]


def _location(file: str, line: int, column: int) -> dict[str, Any]:
    region = {"startLine": line, "startColumn": column} if column else {"startLine": line}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file, errors="surrogatepass"), "uriBaseId": "%SRCROOT%"},
            "region": region,
        }
    }


def _unlinked(text: str) -> str:
    """Keep what looks like a link from being one (SARIF 2.1.0, section 3.11.6)."""
    return _LINK.sub(r"\\[", text)
