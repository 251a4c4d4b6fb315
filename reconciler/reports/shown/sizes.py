"""Sizes: how long a comment may be. The command line offers them, so this module loads nothing."""

from __future__ import annotations

from typing import Final

COMMENT: Final = 60_000
"""Bytes of UTF-8; GitHub takes 65,536 characters in a comment."""
LEAST_COMMENT: Final = 8_000
"""Bytes below which the opening and the headings themselves might not fit."""
