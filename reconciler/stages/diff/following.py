"""Following: what becomes of a source's wishes where the target does not fit them.

A source speaks of its own orders; which of them the target knows is no fault of anybody. So what does not fit
is counted in a note where the source says so (`missing: note`), and withheld where it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.model.address import EVERY_LINE
from reconciler.model.difference import PassedOver
from reconciler.model.manifest import LineManifest
from reconciler.model.source import Missing
from reconciler.stages.diff.sides import Findings

Lines = Mapping[str, LineManifest]


def of_each_line(wishes: Lines, lines: Iterable[str]) -> Lines:
    """Give a wish for each of these lines where one stands for every line; a wish of its own goes before."""
    every = wishes.get(EVERY_LINE)
    if every is None:
        return wishes
    named = {line: wish for line, wish in wishes.items() if line != EVERY_LINE}
    return {**{line: replace(every, line=line) for line in lines}, **named}


def of_this_endpoint(wishes: Lines, endpoint: str | None, findings: Findings) -> Lines:
    """Leave out the wishes of sources that only speak of orders at another endpoint."""
    if not any(_is_elsewhere(wish, endpoint) for wish in wishes.values()):
        return wishes
    for wish in wishes.values():
        if _is_elsewhere(wish, endpoint):
            findings.pass_over(wish, PassedOver.ELSEWHERE)
    return {line: wish for line, wish in wishes.items() if not _is_elsewhere(wish, endpoint)}


def without_strangers(wishes: Lines, findings: Findings) -> Lines:
    """Leave out the wishes whose source expects that the target does not know all of its orders."""
    return {
        line: wish for line, wish in wishes.items() if not passes_over(wish, PassedOver.NOT_SHOWN, findings)
    }


def passes_over(wish: LineManifest, why: PassedOver, findings: Findings) -> bool:
    """Tell whether a wish that does not fit the target is only counted; counts it then."""
    if wish.source is None or wish.source.missing is not Missing.NOTE:
        return False
    findings.pass_over(wish, why)
    return True


def _is_elsewhere(wish: LineManifest, endpoint: str | None) -> bool:
    """Tell whether an order is at another endpoint than the one whose orders follow the source."""
    wanted = wish.source.endpoint if wish.source is not None else None
    return wanted is not None and endpoint != wanted
