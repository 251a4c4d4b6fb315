"""XML: what it can and cannot write, whatever the parser. Pure.

The rules of XML 1.0: ids of custom fields travel as names of elements, and not every text is a name; most
control characters cannot be written at all, not even escaped.
"""

from __future__ import annotations

import re
from typing import Final

_LETTER: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff"
    "\u0401-\u040c\u040e-\u044f\u0451-\u045c\u045e-\u0481\u0490-\u04c4\u04d0-\u04eb"
)
"""Latin and Cyrillic. Parsers older than the fifth edition of XML 1.0 know fewer letters than newer ones, and
nobody knows who reads; these are letters to all of them."""
_NAME: Final = rf"[{_LETTER}][{_LETTER}\-.0-9]*"
_FORBIDDEN: Final = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""Compiled when they are first asked for: so wide a range takes as long as loading ten modules."""


def is_name(text: str) -> bool:
    """Tell whether a text can name an element; a colon cannot be in it, for it marks a namespace."""
    return re.fullmatch(_NAME, text) is not None


def forbidden(text: str) -> str | None:
    """Name the first character that XML cannot carry, such as `U+0001`; None when it can carry them all."""
    found = re.search(_FORBIDDEN, text)
    return None if found is None else f"U+{ord(found.group()):04X}"
