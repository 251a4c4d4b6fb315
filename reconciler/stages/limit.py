"""limit: what is too much for one plan.

Checked on the finished plan, so that people see first what was refused. Nothing of a plan that exceeds a
limit may be sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reconciler.model.change import UpdateLine, UpdateOrder, is_permanent
from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.evidence import Evidence
from reconciler.model.observation import World
from reconciler.model.plan import Plan
from reconciler.model.rules import Rules
from reconciler.model.steps import packed
from reconciler.model.updates import Updates

SHARE_FROM: Final = 10
"""How many orders the whole list has to show before a share of them means anything."""


def limit(plan: Plan, world: World, rules: Rules) -> tuple[Diagnostic, ...]:
    """Name every limit that a plan exceeds; none may be sent.

    A line change counts whether it has a request of its own or travels in an import of its order. The lines
    of an order that is to be made do not: nothing is changed there.
    """
    limits = rules.limits
    steps = packed(plan.steps)
    permanent = steps.counted(is_permanent)[True]
    moves = steps.lines.grouped(_source_name).values()
    lines = sum(len(some) for some in moves if _own_limit(some[0]) is None)
    imported = {step.wanted.order for step in steps.others if isinstance(step, UpdateOrder)}
    changed = len(imported) + sum(order not in imported for order in steps.lines.orders())
    exceeded = []
    if permanent > limits.max_permanent_creates:
        exceeded.append(
            error(
                f"{permanent} permanent definitions, "
                f"and max_permanent_creates is {limits.max_permanent_creates}",
                advice="select fewer with --only, raise limits.max_permanent_creates, "
                "or pass --allow-permanent",
            )
        )
    if lines > limits.max_line_changes:
        exceeded.append(
            error(
                f"{lines} line changes, and max_line_changes is {limits.max_line_changes}",
                advice="select fewer with --only, or pass --max-line-changes",
            )
        )
    exceeded += _sources(moves)
    judged = world.whole and world.listed and world.seen >= SHARE_FROM
    if limits.max_order_share is not None and judged and changed > limits.max_order_share * world.seen:
        exceeded.append(
            error(
                f"{changed} of {world.seen} orders would change, "
                f"and max_order_share is {limits.max_order_share}",
                advice="select fewer with --only, or raise limits.max_order_share",
            )
        )
    if rules.require_evidence is not None:
        exceeded += _too_weak(plan, rules.require_evidence)
    return tuple(exceeded)


def _own_limit(step: UpdateLine) -> int | None:
    source = step.wanted.source
    return source.max_line_changes if source is not None else None


def _source_name(step: UpdateLine) -> str:
    source = step.wanted.source
    return source.name if source is not None else ""


def _sources(moves: Iterable[Updates]) -> Iterable[Diagnostic]:
    """Hold the lines of each source that names a limit of its own against that."""
    for some in sorted(moves, key=lambda some: _source_name(some[0])):
        source = some[0].wanted.source
        if source is None or source.max_line_changes is None:
            continue
        if len(some) > source.max_line_changes:
            yield error(
                f"{len(some)} line changes follow {source.label}, "
                f"and its max_line_changes is {source.max_line_changes}",
                source.origin,
                "raise the source's max_line_changes, or leave it out with --exclude-origin",
            )


def _too_weak(plan: Plan, required: Evidence) -> Iterable[Diagnostic]:
    weak = [change for change in plan.changes if not change.evidence.at_least(required)]
    kept = sum(count for each, count in plan.kept.by_evidence.items() if not each.at_least(required))
    if weak or kept:
        first = f", such as {weak[0].address} ({weak[0].evidence})" if weak else ""
        yield error(
            f"{len(weak) + kept} items are known by less than {required}{first}",
            advice="this run asked for --require-evidence",
        )
