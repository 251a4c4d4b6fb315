"""Style: the colours and signs of the contract's words."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""Takes a text and the name of a colour, gives the text as it is to be printed."""

COLOURS = {
    "create": "green",
    "update": "yellow",
    "ensure": "cyan",
    "release": "magenta",
    "withhold": "red",
    "error": "red",
    "warning": "yellow",
    "note": "blue",
    "done": "green",
    "failed": "red",
    "lost": "red",
    "skipped": "yellow",
    "moved": "yellow",
}
"""The colour of each of the contract's words."""

SIGNS = {"create": "+", "update": "~", "ensure": "+?", "release": "x", "withhold": "!"}
"""The contract's sign of each action."""


def plain(text: str, _: str) -> str:
    """Paint nothing."""
    return text
