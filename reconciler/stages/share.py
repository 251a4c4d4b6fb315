"""share: one shard's plan, drawn from a look at everything.

Everything is compared and then divided, so that every shard knows what the others are about to do: limits
count it, and what a definition of another shard has to be there for waits for it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from reconciler.model.address import Address
from reconciler.model.change import Create, Ensure, Pending, UpdateDefinition, UpdateOrder, stands_on
from reconciler.model.diagnostic import Diagnostic, error, note
from reconciler.model.difference import Difference
from reconciler.model.evidence import Evidence
from reconciler.model.plan import Kept, Plan
from reconciler.model.rules import Rules, SendDefinitions
from reconciler.model.shard import Shard
from reconciler.model.steps import Steps, packed


def share(plan: Plan, others: Difference, shard: Shard | None) -> Plan:
    """Say in a shard's plan what the shards together are about to do, and which definitions it waits for."""
    if shard is None:
        return plan
    said = {
        step.address for step in packed(others.steps).others if isinstance(step, Ensure | UpdateDefinition)
    }
    awaited = frozenset(need for step in plan.steps for need in stands_on(step) if need in said)
    notes = _notes(plan, awaited, others, shard)
    return replace(plan, awaited=awaited, diagnostics=(*plan.diagnostics, *notes))


def together(plan: Plan, others: Difference) -> Plan:
    """Give what all shards are about to do as one plan, for its limits."""
    if not (others.steps or others.withheld or others.kept.by_evidence):
        return plan
    kept = {
        each: plan.kept.by_evidence.get(each, 0) + others.kept.by_evidence.get(each, 0) for each in Evidence
    }
    return replace(
        plan,
        steps=Steps(chain(plan.steps, others.steps)),
        withheld=(*plan.withheld, *others.withheld),
        kept=Kept({each: count for each, count in kept.items() if count}),
    )


def counted_together(breaches: Iterable[Diagnostic], shard: Shard | None) -> tuple[Diagnostic, ...]:
    """Say of limits that they count what all shards are about to do."""
    if shard is None:
        return tuple(breaches)
    return tuple(
        replace(each, summary=f"{each.summary} (all {shard.count} shards counted together)")
        for each in breaches
    )


def without_ride(steps: Sequence[Pending], shard: Shard | None, rules: Rules) -> tuple[Diagnostic, ...]:
    """Refuse a division in which definitions may only travel with orders, and no order travels with them.

    `steps` are those of all shards.
    """
    if shard is None or rules.definitions is not SendDefinitions.WITH_ORDERS:
        return ()
    orders = [step.address for step in steps if isinstance(step, Create | UpdateOrder)]
    definitions = any(isinstance(step, Ensure | UpdateDefinition) for step in steps)
    if not definitions or not orders or any(map(shard.first.owns, orders)):
        return ()
    return (
        error(
            f"`definitions: with_orders` sends them with imports of orders, and shard {shard.first} has none",
            advice="apply once without --shard, with --only of one order that needs them; then divide",
        ),
    )


def _notes(plan: Plan, awaited: frozenset[Address], others: Difference, shard: Shard) -> Iterable[Diagnostic]:
    whole = len(plan.steps) + len(others.steps)
    yield note(f"shard {shard}: {len(plan.steps):,} of {whole:,} changes; limits count all of them")
    if awaited:
        first = min(awaited, key=lambda each: each.rank)
        more = f" and {len(awaited) - 1} more" if len(awaited) > 1 else ""
        yield note(
            f"what needs {first}{more} waits until shard {shard.first} has written it",
            advice=f"apply shard {shard.first} at the same time, or before",
        )
