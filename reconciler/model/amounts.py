"""Amounts: exact Decimals in major units, read strictly from manifests and tolerantly from a target.

Never a float: an amount means the digits it was written with.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from reconciler.model.text import quoted, text_of

_WRITTEN: Final = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,2})?", re.ASCII)
_SHOWN: Final = re.compile(r"-?[0-9]{1,24}(?:\.[0-9]{1,12})?", re.ASCII)


def read_amount(value: object) -> Decimal:
    """Read an amount as a manifest writes it: text or a number, not negative, at most two decimals (A11).

    Raises ValueError with the words to put after the key's name.
    """
    text = text_of(value)
    if text is None or not _WRITTEN.fullmatch(text):
        raise ValueError(f"{_fault(text)}: {quoted(value)}")
    return Decimal(text)


def _fault(text: str | None) -> str:
    if text is not None and re.fullmatch(r"[0-9]{1,18}\.[0-9]{3,}", text, re.ASCII):
        return "has more than two decimals"
    if text is not None and text.startswith("-") and _SHOWN.fullmatch(text):
        return "must not be negative"
    return 'has to be an amount in plain digits such as "9.50"'


def see_amount(value: object, scale: int) -> Decimal | str | None:
    """Read an amount as a target shows it, `scale` times too large (A10), as text or number.

    None when there is none. What is no amount stays as its text, so that it equals no wish.
    """
    if value is None or value == "":
        return None
    text = text_of(value)
    if text is None or not _SHOWN.fullmatch(text):
        return str(value)
    return Decimal(text) / scale


def same_amount(wanted: Decimal, value: object, scale: int) -> bool:
    """Tell whether a shown amount is exactly the wanted one; no rounding takes part."""
    text = text_of(value)
    return text is not None and bool(_SHOWN.fullmatch(text)) and wanted * scale == Decimal(text)


def plain(amount: Decimal) -> str:
    """Write an amount in plain digits: no decimals when it is whole, else at least two."""
    if amount == amount.to_integral_value():
        return format(amount.to_integral_value(), "f")
    digits = format(amount, "f").rstrip("0")
    return digits + "0" * (2 - len(digits.partition(".")[2]))


def hundredths(amount: Decimal) -> int:
    """Give an amount of at most two decimals as a whole number of hundredths."""
    return int(amount * 100)
