"""Parts: what several documents have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from reconciler.model.diagnostic import Diagnostic, Origin
from reconciler.model.plan import TargetName

FORMAT_VERSION: Final = "1.0"


def written(document: Mapping[str, Any]) -> str:
    """Write a document as indented JSON that ends with a newline.

    Control and bidirectional characters are escaped, for a terminal may be where it is read.
    """
    return printable(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


def printable(text: str) -> str:
    """Escape control and bidirectional characters of JSON, but for the ends of lines."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter == "\n" else json.dumps(letter)[1:-1] for letter in text
    )


def diagnostics_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Give diagnostics as JSON data."""
    return [
        {
            "severity": str(each.severity),
            "summary": each.summary,
            "advice": each.advice,
            "origin": origin_data(each.origin),
            "related": [origin_data(related) for related in each.related],
        }
        for each in diagnostics
    ]


def target_data(target: TargetName | None) -> dict[str, str | None]:
    """Name a target; every value is null when none was chosen."""
    if target is None:
        return {"name": None, "url": None, "account": None}
    return {"name": target.name, "url": target.url, "account": target.account}


def origin_data(origin: Origin | None) -> dict[str, Any] | None:
    """Give a place in a file."""
    return None if origin is None else {"file": origin.file, "line": origin.line, "column": origin.column}


def moment(at: datetime | None) -> str | None:
    """Write a moment as RFC 3339 in UTC at whole seconds."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
