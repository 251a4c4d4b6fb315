"""What a plain scalar means: the core schema of YAML 1.2, and nothing of YAML 1.1.

`yes`, `on`, `12:34:56` and dates are text. A number keeps the characters it was written as, because `00012`
may be an id and `10.50` an amount.
"""

from __future__ import annotations

import re
from typing import Final

from reconciler.model.document import WrittenFloat, WrittenInt

Scalar = str | WrittenInt | WrittenFloat | bool | None

WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
"""The plain scalars that are neither text nor numbers."""

LONGEST_NUMBER: Final = 1_000
"""Characters of a number. Longer ones stay text: Python refuses to convert 4,300 digits."""

NUMERIC: Final = frozenset("0123456789+-.")
"""What a number can begin with."""

_NUMBER: Final = re.compile(
    r"""(?P<decimal>[-+]?[0-9]+)
      | (?P<octal>0o[0-7]+)
      | (?P<hexadecimal>0x[0-9a-fA-F]+)
      | (?P<fraction>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)
      | (?P<infinite>[-+]?\.(?:inf|Inf|INF))
      | (?P<undefined>\.(?:nan|NaN|NAN))""",
    re.VERBOSE,
)


def resolve(text: str) -> Scalar:
    """Give the value of a plain scalar; a `WrittenInt` or `WrittenFloat` keeps `text`."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMERIC or len(text) > LONGEST_NUMBER:
        return text
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    if match.lastgroup in {"fraction", "infinite", "undefined"}:
        return _float(text)
    return _int(text, {"octal": 8, "hexadecimal": 16}.get(match.lastgroup or "decimal", 10))


def _int(text: str, base: int) -> WrittenInt:
    value = WrittenInt(text if base == 10 else text[2:], base)
    value.text = text
    return value


def _float(text: str) -> WrittenFloat:
    value = WrittenFloat(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    value.text = text
    return value
