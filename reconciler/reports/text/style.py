"""Style: the colours and signs of the contract's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

Colour = Literal["bold", "red", "green", "yellow", "blue", "magenta", "cyan"]
"""What a terminal is asked for. The words of the contract are none of these: `COLOURS` gives theirs."""

Paint = Callable[[str, Colour], str]
"""Takes a text and a colour, gives the text as it is to be printed."""

COLOURS: Final[Mapping[str, Colour]] = {
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


def plain(text: str, _: Colour) -> str:
    """Paint nothing."""
    return text
