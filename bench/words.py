"""Words of a command line that several measurements share, and what is said of those that do not fit."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Collection


class Unasked(Exception):
    """These words ask for nothing that is measured; the text says why."""


def names(known: Collection[str]) -> Callable[[str], list[str]]:
    """Read names with commas between them, each of them one that is known."""

    def read(text: str) -> list[str]:
        found = text.split(",")
        unknown = [each for each in found if each not in known]
        if unknown:
            raise ArgumentTypeError(f"{', '.join(map(repr, unknown))} is none of {', '.join(known)}")
        return found

    return read


def sizes(text: str) -> list[int]:
    """Read whole numbers from 1 with commas between them, the smallest first."""
    try:
        found = sorted({int(each) for each in text.split(",")})
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no list of numbers") from None
    if found[0] < 1:
        raise ArgumentTypeError(f"{found[0]} is too few")
    return found
