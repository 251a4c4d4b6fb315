"""Parts: what several documents have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

import msgspec

from reconciler.model.diagnostic import Diagnostic, Origin
from reconciler.model.plan import TargetName

FORMAT_VERSION: Final = "1.0"

_TOGETHER: Final = 100
"""How many items of a long list make one piece."""


def written(document: Mapping[str, Any]) -> str:
    """Write a document as indented JSON that ends with a newline.

    Control and bidirectional characters are escaped, for a terminal may be where it is read.
    """
    return printable(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


@dataclass(frozen=True, slots=True)
class Listed:
    """A long list of which each item is made when it is asked for, and every time anew."""

    make: Callable[[Any], Any]
    items: Collection[Any]

    def __iter__(self) -> Iterator[Any]:
        """Give the items as JSON data."""
        return map(self.make, self.items)


def in_pieces(document: Mapping[str, Any]) -> Iterator[str]:
    """Write a document as `written` does, in pieces, with what is `Listed` in it some items at a time."""
    opening = "{\n"
    for key, value in document.items():
        yield f"{opening}  {_formatted(key, 2)}: "
        opening = ",\n"
        if isinstance(value, Listed) and value.items:
            begin, rest = "[\n    ", iter(value)
            while some := [_formatted(item, 4) for item in islice(rest, _TOGETHER)]:
                yield begin + ",\n    ".join(some)
                begin = ",\n    "
            yield "\n  ]"
        else:
            yield _formatted([] if isinstance(value, Listed) else value, 2)
    yield "\n}\n"


def _formatted(data: Any, depth: int) -> str:
    """Write JSON data that stands so many spaces to the right."""
    text = msgspec.json.format(msgspec.json.encode(data), indent=2).decode()
    return printable(text.replace("\n", "\n" + " " * depth))


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
