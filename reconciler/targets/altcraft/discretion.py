"""Discretion: the server's own words, made fit to be shown.

A server may quote what it was sent. Its words end up in reports and logs, so tokens and what identifies a
buyer are taken out first (contract, section 8).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from reconciler.model.secret import MASK, mask_email, mask_phone

LONGEST: Final = 500
"""Characters of a server's text that are kept."""
_PERSONAL: Final = ("email", "phone", "profile_id", "subscription_id", "field_value")
"""The keys of an order that identify its buyer (reference, section 4.4)."""
_PART: Final = r"[^\s@<>\"'(),;:]"
_EMAIL: Final = re.compile(rf"(?<!{_PART}){_PART}+@{_PART}+\.[^\s@<>\"'(),;:.]+")
"""Starts only where a word starts, so that a long text without any takes no long time."""
_PHONE: Final = re.compile(r"\+\d[\d ().-]{6,}\d")


def discreet(text: str, secrets: Iterable[str]) -> str:
    """Mask every secret, every e-mail and every telephone number in a text, and cut what is too long.

    A secret of less than four characters is masked only where it stands alone: it may be a part of any word.
    """
    for secret in sorted({each for each in secrets if each}, key=len, reverse=True):
        if len(secret) >= 4:
            text = text.replace(secret, MASK)
        else:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text)
    text = _EMAIL.sub(lambda found: mask_email(found.group()), text)
    text = _PHONE.sub(lambda found: mask_phone(found.group()), text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def personal(orders: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Gather the values that identify the buyers of these orders, telephone numbers also as bare digits."""
    values = {str(order[key]) for order in orders for key in _PERSONAL if order.get(key) is not None}
    phones = {re.sub(r"\D", "", str(order.get("phone") or "")) for order in orders}
    return frozenset(values | phones) - {""}
