"""Depth: whether an answer in JSON is nested deeper than anybody has to follow it.

A parser that follows it runs out of stack, here or wherever a part is decoded later, and that is no error of
the answer any more but one of ours. It is found out without a parser, for each page of a long list is asked:
of the text only the brackets are kept, and pairs with nothing between them are taken out, level by level.
"""

from __future__ import annotations

import re
from typing import Final

DEEPEST: Final = 32
"""Mappings and lists inside one another; the deepest documented answer has six."""
_NO_BRACKETS: Final = bytes(each for each in range(256) if each not in b"[]{}")
_TEXTS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def is_too_deep(body: bytes) -> bool:
    """Tell whether sound JSON has more levels than anybody follows."""
    return not _closes(body) and not _closes(_TEXTS.sub(b"", body))  # a text may hold any bracket


def _closes(body: bytes) -> bool:
    left = body.translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        if not left:
            return True
        left = left.replace(b"{}", b"").replace(b"[]", b"")
    return not left
