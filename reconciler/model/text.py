"""Text: what was written, and how a diagnostic quotes it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from reconciler.model.document import written

_LONGEST: Final = 60


def text_of(value: object) -> str | None:
    """Give the text of a string, or of a number as it was written; None for anything else."""
    found = written(value)
    if isinstance(found, str):
        return found
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    if isinstance(found, float) and not math.isfinite(found):
        return None
    return repr(found)


def quoted(value: object) -> str:
    """Show a value in a sentence: text in double quotes, all else by what it is.

    Control and bidirectional characters are escaped.
    """
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if not isinstance(value, str):
        return visible(text_of(value) or str(value))
    return f'"{visible(value)}"'


def visible(text: str) -> str:
    """Make every character of a text visible, and cut it when it is long."""
    kept = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return kept if kept.isprintable() else "".join(map(_escaped, kept))


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def listed(words: Iterable[object]) -> str:
    """Join words for a sentence, in the order given; a long list is cut with a count of the rest."""
    every = [visible(str(word)) for word in words]
    shown = every[:20]
    rest = len(every) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def counted(count: int, noun: str) -> str:
    """Write a count with its noun: `1 order`, `1,214 orders`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def did_you_mean(word: str, among: Iterable[str]) -> str:
    """Suggest the nearest of some words as a question, empty when none is near."""
    found = closest(word, tuple(among))
    return f"did you mean {quoted(found)}?" if found else ""


@lru_cache(maxsize=4096)
def closest(word: str, among: tuple[str, ...]) -> str:
    """Find the word that was likely meant, empty when none is near.

    Remembered, for a typing error often recurs by the thousand.
    """
    if len(word) > 255:
        return ""
    lowered = {each.lower(): each for each in reversed(among)}
    return next((lowered[each] for each in get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)), "")
