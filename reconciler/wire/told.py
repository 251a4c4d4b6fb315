"""Told: the table of patience for people, as Markdown."""

from __future__ import annotations

from reconciler.wire.patience import FIRST_WAIT, LONGEST_PATIENCE, LONGEST_WAIT, PATIENCE

_HEAD = """\
| what comes back | a read | a harmless write | what may fire a trigger | at the end | slower then |
|---|---|---|---|---|---|"""
_CEILINGS = """\
The numbers say how often the same request is sent again. The first wait is up to {first:g} s, each further
one up to twice as long, by chance; where there is a `Retry-After`, in seconds or as a date, it is what that
says. No wait is longer than {longest:g} s, and all waits of one request together not longer than {all:g} s.
Every wait is told on stderr."""


def patience_markdown() -> str:
    """Write the table and its ceilings."""
    rows = [
        f"| {fault} | {each.read} | {each.harmless} | {each.once} | {each.end} | {each.slower} |"
        for fault, each in PATIENCE.items()
    ]
    ceilings = _CEILINGS.format(first=FIRST_WAIT, longest=LONGEST_WAIT, all=LONGEST_PATIENCE)
    return "\n".join([_HEAD, *rows, "", ceilings])
