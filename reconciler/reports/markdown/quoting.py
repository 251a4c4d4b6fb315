"""Quoting: texts from outside, written so that no Markdown renderer finds anything in them.

An entity or a backslash hides markup from the parser, but GitHub looks for mentions and references in what
the parser made of it. A code span hides a text from both, so every text goes into one, but for plain words of
sentences, in which there is nothing to be found. A table splits its cells before it looks for code spans, and
renderers disagree on how to write a pipe in one: it is made visible like a control character.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from reconciler.reports.shown.values import clean

LONGEST: Final = 200
"""Characters of one text; a longer one is cut, for no single value may eat a comment."""

_RUNS: Final = re.compile("`+")
_QUOTED: Final = re.compile("`([^`]+)`")
_TOKEN: Final = re.compile(r"""(?P<lead>[("']*)(?P<core>.*?)(?P<trail>[)"',.;:!?]*)""", re.DOTALL)
_NUMBER: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})?|[0-9]{1,6}")
_COMMIT: Final = re.compile("[0-9a-fA-F]{7,}")


def code(text: str) -> str:
    """Give a text as a code span on one line."""
    shown = cut(clean(text)).replace("|", "\\x7c") or '""'
    fence = "`" * (max(map(len, _RUNS.findall(shown)), default=0) + 1)
    touching = shown[0] == "`" or shown[-1] == "`"
    stripped = shown[0] == shown[-1] == " " and shown.strip(" ")
    pad = " " if touching or stripped else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(sentence: str) -> str:
    """Give one of our sentences: plain words as they are, all else in it as code spans."""
    pieces = _QUOTED.split(cut(clean(sentence), 3 * LONGEST))
    told = ""
    for place, piece in enumerate(pieces):
        more = code(piece) if place % 2 else _words(piece)
        touching = told.endswith("`") and more.startswith("`")  # two fences that touch would be one
        told += f" {more}" if touching else more
    return told.strip()


def cut(text: str, longest: int = LONGEST) -> str:
    """Cut a text that is too long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _words(text: str) -> str:
    return " ".join(map(_word, text.split(" ")))


def _word(token: str) -> str:
    found = _TOKEN.fullmatch(token)
    if found is None or not found["core"] or _is_plain(found["core"]):
        return token
    return f"{found['lead']}{code(found['core'])}{found['trail']}"


def _is_plain(word: str) -> bool:
    """Tell whether a word is only letters, or a short number: nothing that anybody would make a link of."""
    if _NUMBER.fullmatch(word) or word in {"→", "…", "/"}:
        return True
    parts = re.split("[-']", word)
    lettered = all(part.isalpha() and all(map(_reads_rightwards, part)) for part in parts)
    return lettered and not any(map(_COMMIT.fullmatch, parts))


def _reads_rightwards(letter: str) -> bool:
    return unicodedata.bidirectional(letter) == "L"
