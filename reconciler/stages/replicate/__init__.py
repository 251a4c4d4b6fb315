"""replicate: what was observed of a target, in the words in which a stand-in can be given it.

Only what a plan is about is copied. What the target does not show is made up so that it helps no wish to
come true: a line whose status nobody knows gets another one than is wanted. Whose an order is cannot be
copied, for the target does not show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from reconciler.model.address import ORDER, ORDER_LINE
from reconciler.model.evidence import Present
from reconciler.model.manifest import Manifests
from reconciler.model.observation import LiveOrder, World
from reconciler.model.plan import Plan
from reconciler.model.record import Record
from reconciler.model.rehearsal import Copied
from reconciler.model.times import is_day
from reconciler.ports import Terms
from reconciler.stages.replicate.definitions import Known, known
from reconciler.stages.replicate.orders import Copying, copy_order

SCALES: Final[Mapping[int, Mapping[str, str]]] = {100: {}, 1: {"amounts": "unscaled"}}
"""The factors by which a stand-in can show amounts too large, and how it is told to (A10)."""


@dataclass(frozen=True, slots=True)
class Replica:
    """What a stand-in is given, in the words of an import."""

    orders: tuple[Mapping[str, Any], ...]
    definitions: Known
    shows: Mapping[str, str]
    """How the target was seen to answer, by the names of the stand-in's switches."""
    about: frozenset[str]
    """The orders of which a plan of the stand-in can say anything: those that are copied or to be made."""
    copied: Copied


def replicate(plan: Plan, manifests: Manifests, world: World, record: Record, terms: Terms) -> Replica:
    """Copy the orders that a plan is about, and the definitions that are known to exist."""
    about = {
        each.address.parts[0]
        for each in (*plan.steps, *plan.withheld)
        if each.address.kind in {ORDER, ORDER_LINE}
    }
    made = {each.address.parts[0] for each in plan.steps if each.address.kind == ORDER}
    found = [seen.state for order in sorted(about) if isinstance(seen := world.of(order), Present)]
    copying = Copying(manifests, record, terms)
    orders = [words for live in found if (words := copy_order(live, copying)) is not None]
    definitions = known(manifests, record, world, [live for live in found if live.detail is not None])
    copied = replace(copying.copied, orders=len(orders), definitions=definitions.count)
    there = {str(words["external_id"]) for words in orders}
    return Replica(tuple(orders), definitions, _shows(found, terms), frozenset(there | made), copied)


def _shows(found: list[LiveOrder], terms: Terms) -> Mapping[str, str]:
    """Tell how the target answers, as far as that was seen (A9, A10, A42)."""
    lines = [status for live in found for status in (live.lines or {}).values()]
    details = [live.detail for live in found if live.detail is not None]
    shows = dict(SCALES.get(terms.amount_scale, {}))
    if lines:
        shows["line_status"] = "shown" if any(lines) else "hidden"
    times = [shown["create_time"] for shown in details if isinstance(shown.get("create_time"), str)]
    if times and all(map(is_day, times)):
        shows["time_format"] = "date_only"
    return shows
