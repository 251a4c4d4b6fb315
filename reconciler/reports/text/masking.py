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

_EMAIL: Final = re.compile(
    r"""([^\s"'<>,;:\[\]{}()=@])([^\s"'<>,;:\[\]{}()=@]*)(?=@[^\s"'<>,;:\[\]{}()=@])"""
)
_VALUE: Final = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,\[\]{}"'#][^,\]}\n#]*)"""


def masked(text: str, keys: Collection[str] = PERSONAL) -> str:
    """Hide e-mails, and the values of these keys."""
    text = _EMAIL.sub(lambda found: found[1] + "…" * len(found[2]), text)
    if not keys:
        return text
    named = "|".join(re.escape(key) for key in sorted(keys))
    value = re.compile(rf"""(?P<key>(?<![\w-])(?:{named})["']?\s*:\s*)(?P<value>{_VALUE})""")
    return value.sub(lambda found: found["key"] + _hidden(found["value"]), text)


def veiled(sources: Mapping[str, str], keys: Collection[str]) -> Mapping[str, str]:
    """Hide in whole files the values of keys that only their reader knows to be sensitive."""
    return {name: masked(text, keys) for name, text in sources.items()} if keys else sources


def _hidden(value: str) -> str:
    """Put a mask in place of each character, but for quotes around all of it."""
    quote = value[0] if value[0] in "\"'" else ""
    inner = len(value) - 2 * len(quote)
    return f"{quote}{MASK[0] * inner}{quote}"
