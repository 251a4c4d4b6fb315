"""estimate: how many requests it takes to carry out some steps."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from reconciler.model.change import Create, Ensure, Pending, UpdateDefinition, UpdateLine, UpdateOrder
from reconciler.model.observation import World
from reconciler.model.plan import Requests
from reconciler.model.rules import Rules, SendDefinitions


def estimate(steps: Sequence[Pending], world: World, rules: Rules) -> Requests:
    """Count the requests of an apply in which everything goes well, the verifying read included.

    That read walks the list as far as the observation had to for the same orders; for orders that are still
    to be made that is the whole of it.
    """
    definitions = any(isinstance(step, Ensure | UpdateDefinition) for step in steps)
    orders = [step for step in steps if isinstance(step, Create | UpdateOrder)]
    lines = [step for step in steps if isinstance(step, UpdateLine) and not step.carried]
    alone = rules.definitions is not SendDefinitions.WITH_ORDERS
    written = {step.wanted.order for step in (*orders, *lines)}
    return Requests(
        definitions=1 if definitions and alone else 0,
        imports=ceil(len(orders) / rules.batch),
        lines=len(lines),
        verifying=(max(world.pages, 1) if world.listed else len(written)) if written else 0,
    )
