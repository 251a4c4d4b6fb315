"""Masking: what is personal is hidden in the lines of a file that a diagnostic shows.

A masked line is exactly as long as it was, so that every column still points to its place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from reconciler.model.secret import MASK

PERSONAL: Final = ("phone", "profile_id", "subscription_id", "field_value")
"""Keys of an order whose values tell who the buyer is; e-mails are found wherever they stand."""

SECRET: Final = ("token", "token_env", "token_file")
"""Keys of the settings after which somebody may have written a token by mistake."""

_ADDRESS: Final = r"""[^\s"'<>,;:\[\]{}()=@]"""
_AT: Final = re.compile(f"@(?={_ADDRESS})")
_LETTER: Final = re.compile(_ADDRESS)
_USER: Final = re.compile(r"(?<=://)[^\s/@]+(?=@)")
_VALUE: Final = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,\[\]{}"'#][^,\]}\n#]*)"""


def masked(text: str, keys: Collection[str] = (*PERSONAL, *SECRET)) -> str:
    """Hide e-mails, users and passwords in addresses, and the values of these keys."""
    text = _USER.sub(lambda found: "…" * len(found[0]), text)
    text = _without_emails(text)
    if not keys:
        return text
    named = "|".join(re.escape(key) for key in sorted(keys))
    value = re.compile(rf"""(?P<key>(?<![\w-])(?:{named})["']?\s*:\s*)(?P<value>{_VALUE})""")
    return value.sub(lambda found: found["key"] + _hidden(found["value"]), text)


def _without_emails(text: str) -> str:
    """Hide the part before each @, but for its first letter; a single letter is hidden too.

    Goes left from each @ and no further than the one before, so a long line costs no more than its length.
    """
    pieces, done = [], 0
    for found in _AT.finditer(text):
        start = found.start()
        while start > done and _LETTER.match(text[start - 1]):
            start -= 1
        name = found.start() - start
        kept = text[start] if name > 1 else ""
        pieces += [text[done:start], kept, "…" * (name - len(kept))]
        done = found.start()
    return "".join([*pieces, text[done:]])


def veiled(sources: Mapping[str, str], keys: Collection[str]) -> Mapping[str, str]:
    """Hide in whole files the values of keys that only their reader knows to be sensitive."""
    return {name: masked(text, keys) for name, text in sources.items()} if keys else sources


def _hidden(value: str) -> str:
    """Put a mask in place of each character, but for quotes around all of it."""
    quote = value[0] if value[0] in "\"'" else ""
    inner = len(value) - 2 * len(quote)
    return f"{quote}{MASK[0] * inner}{quote}"
