"""Accidents: what befalls the requests of a rehearsal with `--faults`, drawn by a seed.

A fifth of the requests of each method, at least one. The same seed gives the same accidents, for a rehearsal
sends one request after the other. The first one of the writes is always an answer that does not arrive: that
is what a person wants to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from reconciler.model.plan import Requests

if TYPE_CHECKING:
    from reconciler.sandbox import Fault

IMPORT: Final = "orders/import"
UPDATE: Final = "orders/update_order_line_status"
LIST: Final = "orders/list"
STATUS: Final = "orders/get_status"

SHARE: Final = 0.2
"""How many of the requests are struck."""
MOST: Final = 200
"""And how many of one method at most."""
STORM: Final = 6
"""How many requests in a row are struck where a harmless write is to be lost: more than it is repeated."""

LOST: Final = ("reset_after", "http_500_after", "empty_after", "truncated_after", "http_502_html_after")
"""Carried out, and the answer does not arrive or cannot be read."""
REFUSED: Final = ("http_429", "http_503_retry")
"""Not carried out, and it says so."""
DOUBTFUL: Final = ("reset_before", "http_502_html_before", "http_503")
"""Not carried out, and the client cannot tell."""


def accidents(expected: Requests, seed: int, *, listed: bool) -> tuple[Fault, ...]:
    """Draw accidents for so many requests; `listed` tells that orders are read from the list."""
    from reconciler.sandbox import Fault

    dice = Random(seed)  # noqa: S311 -- accidents need no cryptography
    struck = [
        *_strike(UPDATE, expected.lines, dice),
        *_imports(expected.definitions + expected.imports, dice),
        *_reads(LIST if listed else STATUS, expected.verifying, dice),
    ]
    return tuple(Fault(*each) for each in struck)


def _strike(method: str, expected: int, dice: Random) -> Iterator[tuple[str, int, str]]:
    if not expected:
        return
    count = min(max(1, round(expected * SHARE)), MOST)
    kinds = _kinds(dice)
    for number, place in enumerate(sorted(dice.sample(range(1, expected + 1), count))):
        yield method, place, kinds[number % len(kinds)]


def _imports(expected: int, dice: Random) -> Iterator[tuple[str, int, str]]:
    """Strike imports; of three seeds one lets a whole import be lost, with all of its repetitions."""
    if not expected or dice.randrange(3):
        yield from _strike(IMPORT, expected, dice)
        return
    kind, first = dice.choice(LOST), dice.randint(1, expected)
    for place in range(first, first + STORM):
        yield IMPORT, place, kind


def _reads(method: str, expected: int, dice: Random) -> Iterator[tuple[str, int, str]]:
    """Strike two reads; they are repeated, so that nothing but time is lost."""
    if expected:
        yield method, 1, dice.choice((*LOST, *REFUSED, *DOUBTFUL))
        yield method, dice.randint(3, 3 + expected), dice.choice(("truncated_after", *DOUBTFUL))


def _kinds(dice: Random) -> Sequence[str]:
    """Put one kind of each sort in front, the rest behind them."""
    first = [dice.choice(sort) for sort in (LOST, REFUSED, DOUBTFUL)]
    rest = [kind for sort in (LOST, REFUSED, DOUBTFUL) for kind in sort if kind not in first]
    dice.shuffle(rest)
    return [*first, *rest]
