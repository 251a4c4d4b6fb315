"""Orders: one order at a time, its own fields and the statuses of its lines together.

They are decided together because an import carries the whole order: it has to say a status for every line,
and must not say one that was withheld or that nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconciler.model.address import EVERY_LINE
from reconciler.model.change import (
    ABSENT,
    Create,
    FieldChange,
    Secret,
    UpdateLine,
    Why,
    Withhold,
)
from reconciler.model.difference import PassedOver
from reconciler.model.evidence import Absent, Evidence, Present, Unknown
from reconciler.model.manifest import LineManifest, OrderManifest
from reconciler.model.observation import LiveOrder
from reconciler.model.plan import everything
from reconciler.model.secret import digest, mask
from reconciler.stages.diff.fields import (
    compare_fields,
    managed_needs,
    refused_need,
    shown_fields,
    withhold_order,
)
from reconciler.stages.diff.following import (
    of_each_line,
    of_this_endpoint,
    passes_over,
    without_strangers,
)
from reconciler.stages.diff.lines import decide_line, withhold_line
from reconciler.stages.diff.sides import Findings, Sides
from reconciler.stages.diff.silence import silence
from reconciler.stages.diff.speaking import LineChanges


def compare_order(order: str, wishes: Mapping[str, LineManifest], sides: Sides, findings: Findings) -> None:
    """Decide about one order and those of its lines of which these are the wishes."""
    manifest = sides.manifests.orders.get(order)
    observed = sides.world.of(order)
    match observed:
        case Unknown(reason):
            _withhold_all(manifest, wishes, Why.IMPOSSIBLE, f"could not be read: {reason}", findings)
        case Absent() if manifest is not None:
            wishes = of_this_endpoint(wishes, manifest.fields.get("endpoint"), findings)
            _create(manifest, of_each_line(wishes, manifest.fields.get("lines", {})), sides, findings)
        case Absent():
            reason = "the target does not show this order (it may not exist, or the token may not see it)"
            _withhold_all(None, without_strangers(wishes, findings), Why.NOT_FOUND, reason, findings)
        case Present(live):
            findings.settle(order, sides.record.baselines.get(order), live.updated)
            wishes = of_this_endpoint(wishes, live.endpoint, findings)
            _compare_present(live, manifest, wishes, sides, findings)


def _withhold_all(
    manifest: OrderManifest | None,
    wishes: Mapping[str, LineManifest],
    why: Why,
    reason: str,
    findings: Findings,
) -> None:
    known = Evidence.OBSERVED if why is Why.NOT_FOUND else Evidence.UNKNOWN
    if manifest is not None:
        findings.withheld.append(withhold_order(manifest, why, reason, known))
        return
    findings.withheld.extend(withhold_line(wish, why, reason, known) for wish in wishes.values())


# ------------------------------------------------------------------ absent


def _create(
    manifest: OrderManifest, wishes: Mapping[str, LineManifest], sides: Sides, findings: Findings
) -> None:
    unsettled = sides.record.unsettled.get(manifest.address)
    if unsettled is not None:
        findings.withheld.append(withhold_order(manifest, Why.UNSETTLED, str(unsettled), Evidence.UNKNOWN))
        return
    if not manifest.identity:
        reason = "the target does not show it, and without a matching identity it cannot be created"
        findings.withheld.append(withhold_order(manifest, Why.IMPOSSIBLE, reason, Evidence.OBSERVED))
        return
    refused = refused_need(manifest, wishes, findings)
    if refused is not None:
        findings.withheld.append(withhold_order(manifest, Why.IMPOSSIBLE, refused, Evidence.OBSERVED))
        return
    dispute = next((wish.dispute for wish in wishes.values() if wish.dispute), "")
    if dispute:
        reason = f"its import would say a status for each line, and {dispute}"
        findings.withheld.append(withhold_order(manifest, Why.CONFLICTING, reason, Evidence.OBSERVED))
        return
    memory = sides.record.orders.get(manifest.order)
    shown = shown_fields(manifest, manifest.fields, sides)
    statuses = tuple((line, wish.status) for line, wish in wishes.items())
    changes = [FieldChange(path, ABSENT, value) for path, value in shown.items()]
    changes += [FieldChange(f"lines.{line}.status", ABSENT, status) for line, status in statuses]
    changes += [FieldChange(key, ABSENT, value) for key, value in _identity(manifest, sides).items()]
    findings.steps.append(
        Create(
            address=manifest.address,
            evidence=Evidence.OBSERVED,
            reason=f"recorded in run {memory.run}, and the target no longer shows it"
            if memory is not None
            else "the target does not show it",
            origin=manifest.origin,
            fields=tuple(sorted(changes, key=lambda change: change.path)),
            needs=managed_needs(manifest, sides),
            wanted=manifest,
            statuses=statuses,
            triggers=not sides.rules.skip_triggers,
        )
    )


def _identity(manifest: OrderManifest, sides: Sides) -> Mapping[str, object]:
    """Show by what the buyer is matched, and of the buyer a mask and a digest."""
    return {
        key: value
        if key == "matching"
        else Secret(digest(sides.terms.salt, manifest.address, key, value), mask(key, value))
        for key, value in manifest.identity.items()
    }


# ------------------------------------------------------------------ present


def _compare_present(
    live: LiveOrder,
    manifest: OrderManifest | None,
    wishes: Mapping[str, LineManifest],
    sides: Sides,
    findings: Findings,
) -> None:
    changes = _compare_lines(live, wishes, sides, findings, declared=manifest is not None)
    update = compare_fields(live, manifest, wishes, changes, sides, findings) if manifest else None
    if update is None and sides.rules.silent:
        changes, update = silence(live, manifest, wishes, changes, sides, findings)
    for change in changes.values():
        match change:
            case UpdateLine() if update is not None:
                findings.steps.append(replace(change, carried=True, triggers=False, needs=(update.address,)))
            case _ if not sides.selects(change.address):
                pass
            case UpdateLine():
                findings.steps.append(change)
            case Withhold():
                findings.withheld.append(change)


def _compare_lines(
    live: LiveOrder,
    wishes: Mapping[str, LineManifest],
    sides: Sides,
    findings: Findings,
    *,
    declared: bool,
) -> LineChanges:
    """Decide about each line that is wanted; a missing one of a fully declared order is the import's matter.

    Of a line that was not asked for nothing is counted: it is here only for the import of its order.
    """
    changes: dict[str, UpdateLine | Withhold] = {}
    unasked = findings if sides.selects is everything else Findings()
    memories = sides.record.lines.get(live.external_id, {})
    for line, wish in _expanded(wishes, live, sides, findings).items():
        asked = sides.asks(wish)
        if live.lines is not None and line not in live.lines:
            if asked and not declared and not passes_over(wish, PassedOver.NO_SUCH_LINE, findings):
                findings.withheld.append(_not_listed(wish, live))
            continue
        change = decide_line(wish, live, memories.get(line), sides, findings if asked else unasked)
        if isinstance(change, UpdateLine) and findings.refused.intersection(change.needs):
            change = _without_need(change)
        if change is not None:
            changes[line] = change
    return changes


def _expanded(
    wishes: Mapping[str, LineManifest], live: LiveOrder, sides: Sides, findings: Findings
) -> Mapping[str, LineManifest]:
    """Give a wish for each line where one stands for every line of the order."""
    every = wishes.get(EVERY_LINE)
    if every is None:
        return wishes
    if live.lines is None:
        reason = "its lines cannot be read with `observe: get_status`; use `observe: list`"
        findings.withheld.append(withhold_line(every, Why.IMPOSSIBLE, reason, Evidence.UNKNOWN))
        return {}
    each = of_each_line(wishes, live.lines)
    each = {line: wish for line, wish in each.items() if sides.asks(wish)}
    done = {
        line
        for line, wish in each.items()
        if line not in wishes and sides.record.is_finished(wish.address, wish)
    }
    findings.finished += len(done)
    return {line: wish for line, wish in each.items() if line not in done}


def _not_listed(wish: LineManifest, live: LiveOrder) -> Withhold:
    lines = ", ".join(sorted(live.lines or ())) or "none"
    reason = f"the order has no such line; it has {lines}"
    return withhold_line(wish, Why.NOT_FOUND, reason, Evidence.OBSERVED)


def _without_need(change: UpdateLine) -> Withhold:
    reason = f"needs {change.needs[0]}, which is withheld"
    return withhold_line(change.wanted, Why.IMPOSSIBLE, reason, change.evidence)
