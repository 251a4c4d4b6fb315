"""Grouping: what of a plan belongs together on a page: kinds, moves, refusals, and what is dangerous.

Five thousand changes are a table of three moves. A change is dangerous when it cannot be taken back: it makes
what nobody can delete, or it may send a customer a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reconciler.model.address import ORDER, ORDER_LINE
from reconciler.model.change import (
    Change,
    Pending,
    UpdateLine,
    UpdateOrder,
    Withhold,
    action,
    is_permanent,
    may_trigger,
)
from reconciler.model.plan import Plan
from reconciler.model.steps import Steps, packed
from reconciler.model.updates import Updates
from reconciler.reports.shown.values import clean, value

BULK_FROM = 12
"""So many changes of one sort are summed up in a table instead of listed one by one."""
NAMED_FIELDS = 4
"""How many fields of changed orders name a move."""


@dataclass(frozen=True, slots=True, order=True)
class Sort:
    """What makes changes of one kind alike: the line's move, or the fields of an order that differ."""

    action: str
    before: str = ""
    after: str = ""
    paths: tuple[str, ...] = ()
    otherwise: str = ""
    marks: tuple[str, ...] = ()

    def told(self, quote: Callable[[str], str] = str) -> str:
        """Put it into words, every value from outside through `quote`."""
        if self.after:
            return f"{quote(self.before)} → {quote(self.after)}"
        return ", ".join(map(quote, self.paths)) or self.otherwise


@dataclass(frozen=True, slots=True)
class Move:
    """Changes that are alike."""

    sort: Sort
    changes: Sequence[Pending]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is withheld for one reason."""

    why: str
    reason: str
    changes: Sequence[Withhold]


def by_kind(steps: Iterable[Pending]) -> Iterator[tuple[str, Sequence[Pending]]]:
    """Split steps, which stand in a plan's order, by their kind."""
    every = packed(steps)
    for kind, group in groupby(every.others, key=lambda step: step.address.kind):
        yield kind, list(group)
    if every.lines:
        yield ORDER_LINE, every.lines


def is_bulk(steps: Sequence[Change]) -> bool:
    """Tell whether these changes of one kind are summed up; definitions never are."""
    return len(steps) >= BULK_FROM and steps[0].address.kind in {ORDER, ORDER_LINE}


def moves(steps: Iterable[Pending]) -> Iterator[Move]:
    """Put changes together that are alike."""
    groups = steps.grouped(sort_of) if isinstance(steps, Updates) else _by_sort(steps)
    for sort in sorted(groups):
        yield Move(sort, groups[sort])


def _by_sort(steps: Iterable[Pending]) -> Mapping[Sort, Sequence[Pending]]:
    groups: dict[Sort, list[Pending]] = {}
    for step in steps:
        groups.setdefault(sort_of(step), []).append(step)
    return groups


def refusals(withheld: Iterable[Withhold]) -> Iterator[Refusal]:
    """Put together what is withheld for the same reason."""

    def why(each: Withhold) -> tuple[str, str]:
        return str(each.why), each.reason

    for (word, reason), group in groupby(sorted(withheld, key=why), key=why):
        yield Refusal(word, reason, list(group))


def sort_of(step: Pending) -> Sort:
    """Give what makes a change like others."""
    word, found = action(step), marks(step)
    if isinstance(step, UpdateLine):
        only = step.fields[0]
        return Sort(word, value(only.before), value(only.after), marks=found)
    if isinstance(step, UpdateOrder):
        paths = tuple(clean(each.path) for each in step.fields[:NAMED_FIELDS])
        return Sort(word, paths=paths, otherwise="no field, for their lines", marks=found)
    return Sort(word, otherwise="orders", marks=found)


def marks(change: Change) -> tuple[str, ...]:
    """Give the words that stand in brackets behind a change, the dangerous ones first."""
    found = []
    if is_permanent(change):
        found.append("permanent")
    if may_trigger(change):
        found.append("may fire triggers")
    if isinstance(change, UpdateLine) and change.carried:
        found.append("said by the import of its order")
    if isinstance(change, Withhold):
        found.append(f"withheld: {change.why}")
        if change.acknowledged:
            found.append("acknowledged")
    else:
        found.append(str(change.evidence))
    return tuple(found)


def permanent(plan: Plan) -> Sequence[Pending]:
    """Give what would be made and cannot be deleted again."""
    return [step for step in packed(plan.steps).others if is_permanent(step)]


def triggering(plan: Plan) -> Sequence[Pending]:
    """Give what may send a customer a message."""
    steps = packed(plan.steps)
    return Steps(filter(may_trigger, steps.others), steps.lines.grouped(may_trigger).get(True))
