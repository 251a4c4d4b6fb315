"""plan: what was found becomes a plan, in the order in which it would be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from math import ceil
from typing import Final

from reconciler.model.change import (
    Create,
    Ensure,
    Pending,
    UpdateDefinition,
    UpdateLine,
    UpdateOrder,
    Why,
    Withhold,
)
from reconciler.model.diagnostic import Diagnostic, error, note, warning
from reconciler.model.difference import Difference
from reconciler.model.observation import World
from reconciler.model.plan import Asked, Plan, Requests
from reconciler.model.rules import Rules, SendDefinitions

AMOUNTS: Final = frozenset(
    {"total_price", "delivery_cost", "base_price_per_item", "min_price_per_item", "final_price_per_item"}
)
"""The last steps of the paths that hold amounts."""


def plan(
    found: Difference,
    world: World,
    asked: Asked,
    rules: Rules,
    diagnostics: Sequence[Diagnostic],
) -> Plan:
    """Order what was found, count the requests it takes and say what is worth knowing."""
    steps, stranded = _without_ride(found.steps, rules)
    today = asked.at.date()
    stranded = [replace(each, acknowledged=rules.acknowledges(each.address, today)) for each in stranded]
    drawn = Plan(
        target=asked.target,
        created_at=asked.at,
        steps=tuple(sorted(steps, key=lambda step: step.address.rank)),
        withheld=tuple(sorted((*found.withheld, *stranded), key=lambda each: each.address.rank)),
        kept=found.kept,
        drift=tuple(sorted(found.drift, key=lambda each: each.address.rank)),
        taken=found.taken,
        baselines=found.baselines,
        selection=asked.selection,
        options=asked.options,
        inputs=asked.inputs,
        requests=_requests(steps, world, rules),
        complete=not world.broken,
    )
    return replace(drawn, diagnostics=(*diagnostics, *_remarks(drawn, found, world, rules)))


def _without_ride(steps: Sequence[Pending], rules: Rules) -> tuple[list[Pending], list[Withhold]]:
    """Withhold definitions that may only travel with orders when no order travels, and what needs them."""
    travels = any(isinstance(step, Create | UpdateOrder) for step in steps)
    if rules.definitions is not SendDefinitions.WITH_ORDERS or travels:
        return list(steps), []
    reason = "`definitions: with_orders` sends them with an import of orders, and none is planned"
    stranded = {
        step.address: _withhold(step, reason) for step in steps if isinstance(step, Ensure | UpdateDefinition)
    }
    left: list[Pending] = []
    withheld = list(stranded.values())
    for step in steps:
        need = next((need for need in step.needs if need in stranded), None)
        if need is not None:
            withheld.append(_withhold(step, f"needs {need}, which is withheld"))
        elif step.address not in stranded:
            left.append(step)
    return left, withheld


def _withhold(step: Pending, reason: str) -> Withhold:
    return Withhold(
        address=step.address,
        evidence=step.evidence,
        reason=reason,
        origin=step.origin,
        fields=step.fields,
        why=Why.IMPOSSIBLE,
    )


def _requests(steps: Sequence[Pending], world: World, rules: Rules) -> Requests:
    definitions = any(isinstance(step, Ensure | UpdateDefinition) for step in steps)
    orders = [step for step in steps if isinstance(step, Create | UpdateOrder)]
    lines = [step for step in steps if isinstance(step, UpdateLine) and not step.carried]
    alone = rules.definitions is not SendDefinitions.WITH_ORDERS
    written = {step.wanted.order for step in (*orders, *lines)}
    return Requests(
        definitions=1 if definitions and alone else 0,
        imports=ceil(len(orders) / rules.batch) if orders else 0,
        lines=len(lines),
        verifying=(max(world.requests, 1) if world.listed else len(written)) if written else 0,
    )


def _remarks(plan: Plan, found: Difference, world: World, rules: Rules) -> Iterable[Diagnostic]:
    if world.broken:
        yield error(
            f"reading the orders broke off: {world.broken}",
            advice="what was not seen is unknown and withheld; run it again",
        )
    if found.finished:
        yield note(f"done and left alone (`hold: once`): {found.finished}")
    if found.leaving:
        yield note(
            f"no longer wanted, expired or done: {found.leaving} "
            "orders and lines leave the record with the next apply"
        )
    if not rules.skip_triggers and any(isinstance(step, Create | UpdateOrder) for step in plan.steps):
        yield warning("skip_triggers is false: imports of orders may message customers")
    yield from _scale_hint(plan)


def _scale_hint(plan: Plan) -> Iterable[Diagnostic]:
    """Point at `amount_scale` when amounts differ by a power of ten and nothing else does (A10)."""
    for step in plan.steps:
        if isinstance(step, UpdateOrder) and _all_scaled(step):
            yield warning(
                f"{step.address}: every amount differs by the same power of ten",
                step.origin,
                "check the target's amount_scale before applying this",
            )
            return


def _all_scaled(step: UpdateOrder) -> bool:
    ratios = set()
    for change in step.fields:
        if change.path.rpartition(".")[2] not in AMOUNTS:
            return False
        try:
            before, after = Decimal(str(change.before)), Decimal(str(change.after))
            ratios.add(before / after)
        except (InvalidOperation, ZeroDivisionError):
            return False
    return len(ratios) == 1 and ratios <= {
        Decimal(100),
        Decimal("0.01"),
        Decimal(10),
        Decimal("0.1"),
        Decimal(1000),
    }
