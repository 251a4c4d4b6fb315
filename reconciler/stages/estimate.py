"""estimate: how many requests it takes to carry out some steps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from math import ceil

from reconciler.model.change import Create, Ensure, Pending, UpdateDefinition, UpdateOrder
from reconciler.model.observation import World
from reconciler.model.plan import Requests
from reconciler.model.rules import Observe, Rules, SendDefinitions
from reconciler.model.steps import packed


def estimate(steps: Sequence[Pending], world: World, rules: Rules, how: Observe) -> Requests:
    """Count the requests of an apply in which everything goes well, the verifying read included.

    That read walks the list as far as the observation had to for the same orders, and to its end for those
    that are still to be made. A list that moves an order when it is written may take more pages (A8).
    """
    every = packed(steps)
    definitions = any(isinstance(step, Ensure | UpdateDefinition) for step in every.others)
    orders = [step for step in every.others if isinstance(step, Create | UpdateOrder)]
    lines = every.lines.sent_alone
    alone = rules.definitions is not SendDefinitions.WITH_ORDERS
    written = {*(step.wanted.order for step in orders), *lines.orders()}
    places = {step.wanted.fields.get("endpoint") for step in orders if isinstance(step, Create)}
    return Requests(
        definitions=1 if definitions and alone else 0,
        imports=ceil(len(orders) / rules.batch),
        lines=len(lines),
        verifying=len(written) if how is Observe.GET_STATUS else _pages(written, world, len(places)),
    )


def _pages(written: AbstractSet[str], world: World, places: int) -> int:
    """Count the requests of the list until all of some orders are seen; new ones are thought to be its last.

    How much a page can hold is known of a list with more than one. In which touchpoint's list a new one will
    be is not known: it takes no more than it took not to see it, and the pages that new ones add, there (at
    as many `places` as they have) and in the whole list.
    """
    if not written:
        return 0
    new = len(written - world.orders.keys())
    if new and world.in_parts:
        more = ceil(new / world.largest) if world.largest else 0
        return world.requests + 2 * more + places - 1
    if new:
        return ceil((world.seen + new) / world.largest) if len(world.found_by) > 1 else 1
    last = max(place for place, order in enumerate(world.orders, 1) if order in written)
    return world.asked_by[bisect_left(world.found_by, last)]
