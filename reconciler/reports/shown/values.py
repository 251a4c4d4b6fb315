"""Values: how what comes from outside is written, in any format.

No control and no bidirectional character is left as it is, no personal value is shown.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from reconciler.model.change import ABSENT, UNKNOWN, Secret
from reconciler.model.rules import NOT_KNOWN
from reconciler.model.secret import MASK


def clean(text: str) -> str:
    """Make control and bidirectional characters of a text visible."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def value(of: Any) -> str:
    """Show a value: an unknown one as `?`, an absent one as `(none)`, a personal one masked."""
    match of:
        case str():
            return clean(of) if of else '""'
        case Secret():
            return clean(of.masked)
        case {"digest": str(), **rest} if not rest:
            return MASK
        case _ if of is UNKNOWN:
            return NOT_KNOWN
        case _ if of is ABSENT or of is None:
            return "(none)"
        case _:
            return clean(json.dumps(of, ensure_ascii=False, sort_keys=True))


def moment(at: datetime) -> str:
    """Show a moment in UTC at whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def number(count: int) -> str:
    """Show a count with separators for thousands."""
    return f"{count:,}"
