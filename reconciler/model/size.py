"""Size: an amount of memory as people write it, such as 64MiB."""

from __future__ import annotations

import re
from typing import Final

UNITS: Final = {
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
}
LEAST_LIMIT: Final = 16 * UNITS["MiB"]
"""Bytes below which a limit on memory would only make everything slow."""

_SHAPE: Final = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s?([A-Za-z]*)", re.ASCII)
_SPELLED: Final = {unit.lower(): unit for unit in UNITS}


def read_size(text: str) -> int:
    """Read a number with its unit as bytes; raises ValueError that says what is expected.

    A number without a unit is refused: nobody can tell whether bytes or megabytes are meant.
    """
    match = _SHAPE.fullmatch(text.strip())
    number, spelled = (match[1], match[2]) if match is not None else ("", "")
    unit = _SPELLED.get(spelled.lower())
    if unit is None:
        meant = _SPELLED.get(f"{spelled.lower()}ib") or _SPELLED.get(f"{spelled.lower()}b")
        if number and not spelled:
            raise ValueError(f"{text!r} has no unit: write one behind it, as in 64MiB; there are {_LISTED}")
        if number and meant is not None:
            raise ValueError(f"{text!r} has no whole unit: write {number}{meant}, or another of {_LISTED}")
        raise ValueError(f"{text!r} is no size: write a number and its unit, such as 64MiB or 1.5GiB")
    return int(float(number) * UNITS[unit])


def read_limit(text: str) -> int:
    """Read a limit on memory as bytes; raises ValueError too for one that is too small to be kept."""
    limit = read_size(text)
    if limit < LEAST_LIMIT:
        raise ValueError(f"{text!r} is too little: at least {LEAST_LIMIT // UNITS['MiB']}MiB is needed")
    return limit


_LISTED: Final = ", ".join(UNITS)
