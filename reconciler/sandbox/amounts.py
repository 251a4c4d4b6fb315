"""Amounts of money: decimal strings in requests, whole hundredths inside.

Hundredths are exact integers, so that what is stored equals what is shown, whichever way it is written.
"""

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from reconciler.sandbox.refusal import Refusal

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?")
_HUNDREDTH = Decimal("0.01")
_ROUNDING = {"round": ROUND_HALF_UP, "truncate": ROUND_DOWN}


def parse_amount(text: str, key: str, extra_decimals: str = "reject") -> int:
    """Read a decimal string of major units, such as "900" or "900.50", as hundredths.

    More than two decimals are refused, rounded or cut as the switch A11 says. Raises Refusal naming `key`.
    """
    if not _AMOUNT.fullmatch(text):
        raise Refusal(f"{key}: must be a non-negative decimal number in a string")
    exact = Decimal(text)
    if exact != exact.quantize(_HUNDREDTH, ROUND_DOWN) and extra_decimals == "reject":
        raise Refusal(f"{key}: must not have more than two decimals")
    rounding = _ROUNDING.get(extra_decimals, ROUND_DOWN)
    return int(exact.quantize(_HUNDREDTH, rounding) * 100)


def major(hundredths: int) -> str:
    """Write hundredths in major units, as short as possible: 90000 is "900", 90050 is "900.50"."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def shown_amount(hundredths: int, amounts: str) -> str | int:
    """Write hundredths as orders/list does under the switch A10."""
    if amounts == "numbers":
        return hundredths
    if amounts == "unscaled":
        return major(hundredths)
    if amounts == "decimals":
        return f"{hundredths // 100}.{hundredths % 100:02d}"
    return str(hundredths)
