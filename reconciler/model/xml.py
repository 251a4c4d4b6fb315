"""XML: what it can and cannot write, whatever the parser. Pure.

The rules of XML 1.0: ids of custom fields travel as names of elements, and not every text is a name; most
control characters cannot be written at all, not even escaped.
"""

from __future__ import annotations

import re
from typing import Final

_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = re.compile(rf"[{_START}][{_START}\-.0-9\u00b7\u0300-\u036f\u203f-\u2040]*")
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_name(text: str) -> bool:
    """Tell whether a text can name an element; a colon cannot be in it, for it marks a namespace."""
    return _NAME.fullmatch(text) is not None


def forbidden(text: str) -> str | None:
    """Name the first character that XML cannot carry, such as `U+0001`; None when it can carry them all."""
    found = _FORBIDDEN.search(text)
    return None if found is None else f"U+{ord(found.group()):04X}"
