"""Refused: what is withheld, put together by reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reconciler.model.change import Change
from reconciler.reports.markdown.fitting import Item
from reconciler.reports.markdown.quoting import code, prose
from reconciler.reports.shown.grouping import Refusal
from reconciler.reports.shown.values import number

SAMPLES: Final = 3
"""How many addresses stand for all that are alike."""


def refused(refusal: Refusal) -> Item:
    """Give one reason, how many it holds back, and some of them."""
    count = len(refusal.changes)
    told = f"**{number(count)}** {refusal.why}: {samples(refusal.changes)}"
    return Item(f"- {told}<br>{prose(refusal.reason)}\n", count)


def samples(changes: Sequence[Change]) -> str:
    """Name the first of some changes."""
    named = ", ".join(code(str(change.address)) for change in changes[:SAMPLES])
    rest = len(changes) - SAMPLES
    return f"{named} and {number(rest)} more" if rest > 0 else named
