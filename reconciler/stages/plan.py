"""plan: what was found becomes a plan, in the order in which it would be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Final

from reconciler.model.change import (
    Create,
    UpdateOrder,
)
from reconciler.model.diagnostic import Diagnostic, error, note, warning
from reconciler.model.difference import Difference
from reconciler.model.evidence import Evidence
from reconciler.model.observation import World
from reconciler.model.plan import Asked, Plan
from reconciler.model.rules import Rules
from reconciler.model.steps import packed

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
    drawn = Plan(
        target=asked.target,
        created_at=asked.at,
        steps=packed(found.steps).in_order(),
        withheld=tuple(sorted(found.withheld, key=lambda each: each.address.rank)),
        kept=found.kept,
        drift=tuple(sorted(found.drift, key=lambda each: each.address.rank)),
        taken=found.taken,
        baselines=found.baselines,
        selection=asked.selection,
        options=asked.options,
        inputs=asked.inputs,
        complete=not world.broken,
    )
    return replace(drawn, diagnostics=(*diagnostics, *_remarks(drawn, found, world, rules)))


def _remarks(plan: Plan, found: Difference, world: World, rules: Rules) -> Iterable[Diagnostic]:
    if world.broken:
        yield error(
            f"reading the orders broke off: {world.broken}",
            advice="what was not seen is unknown and withheld; run it again",
        )
    yield from _stale_note(found)
    if found.finished:
        yield note(f"done and left alone (`hold: once`): {found.finished}")
    for (source, why), count in sorted(found.passed_over.items()):
        yield note(f"left alone, {why}: {count:,} lines of {source}")
    if found.leaving:
        yield note(
            f"no longer wanted, expired or done: {found.leaving} "
            "orders and lines leave the record with the next apply"
        )
    others = packed(plan.steps).others
    if not rules.skip_triggers and any(isinstance(step, Create | UpdateOrder) for step in others):
        yield warning("skip_triggers is false: imports of orders may message customers")
    yield from _scale_hint(plan)


def _stale_note(found: Difference) -> Iterable[Diagnostic]:
    """Name lines that are kept although their order was changed by others since we said them."""
    if not found.stale:
        return
    where, memory = found.stale[0]
    count = found.kept.by_evidence.get(Evidence.STALE, 0)
    others = f" and {count - 1} more" if count > 1 else ""
    yield note(
        f"{where}: said {memory.spec} in run {memory.run} on {memory.at:%Y-%m-%d}; "
        f"the order changed since and the line cannot be seen{others}",
        advice="it is not said again by itself; --resend-stale GLOB says it again",
    )


def _scale_hint(plan: Plan) -> Iterable[Diagnostic]:
    """Point at `amount_scale` when amounts differ by a power of ten and nothing else does (A10)."""
    for step in packed(plan.steps).others:
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
