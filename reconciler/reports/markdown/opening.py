"""Opening: what every Markdown report begins with, and the marker by which its comment is found again."""

from __future__ import annotations

import hashlib
from typing import Final
from urllib.parse import quote

from reconciler.model.plan import TargetName
from reconciler.reports.markdown.quoting import code

_LONGEST: Final = 120
"""Characters of a name in the marker; a longer one is given by its digest too."""


def opening(line: str, command: str, target: TargetName | None) -> str:
    """Give the fixed line, the marker, and which target, account and state the report is of."""
    if target is None:
        return f"{line}\n\n{marker(command, target)}\n\n"
    return f"{line}\n\n{marker(command, target)}\n\n{_named(target)}\n\n"


def marker(command: str, target: TargetName | None) -> str:
    """Give the hidden line that says whose comment this is: of which command, target and account."""
    if target is None:
        return f"<!-- reconciler:{command} -->"
    return f"<!-- reconciler:{command} target={_inert(target.name)} account={_inert(target.account)} -->"


def _named(target: TargetName) -> str:
    state = f", state {code(target.state)}" if target.state else ""
    return f"Target {code(target.name)} ({code(target.url)}), account {code(target.account)}{state}."


def _inert(name: str) -> str:
    """Write a name so that it can neither end a comment nor be taken for anything else in it."""
    written = quote(name, safe=":/", errors="surrogatepass").replace("-", "%2D")
    if len(written) <= _LONGEST:
        return written
    return f"{written[:_LONGEST]}~{hashlib.sha256(written.encode('ascii')).hexdigest()[:16]}"
