"""Sources: what a plan says of where its line states come from: the words behind a change, and their age."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from reconciler.model.change import Change, wish_of
from reconciler.model.plan import Answered, Plan
from reconciler.reports.shown.values import clean, moment, number

_STEPS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


def saying(change: Change) -> str:
    """Give what a source said and what follows from it; empty where its words are our status already."""
    wish = wish_of(change)
    return f"{clean(wish.said)} → {clean(wish.status)}" if wish is not None and wish.said else ""


def because(change: Change) -> str:
    """Give the reason of a change, with the words of the source that it follows from before it."""
    wish, reason = wish_of(change), clean(change.reason)
    told = wish is not None and wish.said and clean(wish.said) in reason  # a dispute quotes its sides
    return "; ".join(filter(None, ("" if told else saying(change), reason)))


def heard(plan: Plan, *, verbose: bool = False) -> Iterator[str]:
    """Tell what each live source answered and how old that is; with `verbose` tables too, and quotas.

    Before that, how old the observation is when it is a saved one.
    """
    yield from observed(plan)
    for each in plan.sources:
        if each.read_at is not None:
            yield _live(each, each.read_at, plan.created_at, verbose=verbose)
        elif verbose:
            yield f"Source {clean(each.name)} ({each.type}): {_spoken(each)}."


def observed(plan: Plan) -> Iterator[str]:
    """Say that a plan was drawn from a saved observation, and how old that is."""
    if plan.saved_at is not None:
        age = _age(plan.created_at - plan.saved_at)
        yield (
            f"Drawn from an observation saved {moment(plan.saved_at)}, {age}: "
            "the target was not read, and apply refuses this plan."
        )


def _live(each: Answered, read_at: datetime, now: datetime, *, verbose: bool) -> str:
    how = "a kept answer, never applied" if each.cached else f"{number(each.requests)} requests"
    said = f"Source {clean(each.name)} ({each.type}): {_spoken(each)}; {how}, {_age(now - read_at)}"
    if not verbose:
        return f"{said}."
    return f"{said} ({moment(read_at)}). {clean(each.quota)}".rstrip()


def _spoken(each: Answered) -> str:
    return f"{number(each.orders)} orders, {number(each.lines)} line states"


def _age(age: timedelta) -> str:
    """Put an age into words, by its largest unit; clocks of two machines may differ by some seconds."""
    seconds = int(age.total_seconds())
    return next((f"{seconds // size} {unit} old" for size, unit in _STEPS if seconds >= size), "just now")
