"""Fields: whether an order that is there and fully declared has to be imported again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.change import ABSENT, FieldChange, UpdateOrder, Why, Withhold, as_json
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import LineManifest, OrderManifest
from reconciler.model.observation import LiveOrder
from reconciler.model.plan import Drift, Taken
from reconciler.model.record import Memory
from reconciler.stages.diff.explain import explain
from reconciler.stages.diff.sides import Findings, Sides
from reconciler.stages.diff.speaking import LineChanges, say_statuses


@dataclass(frozen=True, slots=True)
class Compared:
    """An order as it is wanted and as it is shown, flattened, and where they differ."""

    wanted: Mapping[str, Any]
    live: Mapping[str, Any]
    differing: tuple[FieldChange, ...]
    unmet: tuple[FieldChange, ...]
    """Those differences that an accepted import of the same wish has left behind before (A14, A35)."""
    alike: bool

    @property
    def settled(self) -> bool:
        """Tell whether another import would say nothing that was not said."""
        return self.alike or 0 < len(self.differing) == len(self.unmet)


def compare_fields(
    live: LiveOrder,
    manifest: OrderManifest,
    wishes: Mapping[str, LineManifest],
    lines: LineChanges,
    sides: Sides,
    findings: Findings,
) -> UpdateOrder | None:
    """Decide about an order's own fields; gives the update when an import is to be sent."""
    unsettled = sides.record.unsettled.get(manifest.address)
    if unsettled is not None:
        findings.withheld.append(withhold_order(manifest, Why.UNSETTLED, str(unsettled), Evidence.UNKNOWN))
        return None
    if live.detail is None:
        _confirm_status(live, manifest, sides, findings)
        return None
    compared = _compare(live, manifest, sides)
    _note_drift(manifest, compared, sides, findings)
    if compared.settled:
        findings.keep(Evidence.OBSERVED)
        _take(manifest, compared, sides, findings)
        return None
    objection = _objection(manifest, compared, sides) or refused_need(manifest, wishes, findings)
    said = say_statuses(live, manifest, wishes, lines, sides)
    if objection is not None or isinstance(said, str):
        withheld = withhold_order(manifest, Why.IMPOSSIBLE, objection or str(said), Evidence.OBSERVED)
        findings.withheld.append(replace(withheld, fields=compared.differing))
        return None
    update = UpdateOrder(
        address=manifest.address,
        evidence=Evidence.OBSERVED,
        reason=f"differs from what the target shows{said.remark}",
        origin=manifest.origin,
        fields=compared.differing,
        needs=managed_needs(manifest, sides),
        wanted=manifest,
        statuses=tuple(said.statuses.items()),
        triggers=not sides.rules.skip_triggers,
        live=live,
    )
    findings.steps.append(update)
    return update


def withhold_order(manifest: OrderManifest, why: Why, reason: str, evidence: Evidence) -> Withhold:
    """Withhold an order as a whole."""
    return Withhold(
        address=manifest.address, evidence=evidence, reason=reason, origin=manifest.origin, why=why
    )


def refused_need(
    manifest: OrderManifest, wishes: Mapping[str, LineManifest], findings: Findings
) -> str | None:
    """Say which definition that an order needs is withheld itself, None when there is none."""
    needs = {*manifest.needs, *(address.line_status(wish.status) for wish in wishes.values())}
    refused = sorted(findings.refused & needs, key=lambda each: each.rank)
    return f"needs {refused[0]}, which is withheld" if refused else None


def managed_needs(manifest: OrderManifest, sides: Sides) -> tuple[Address, ...]:
    """Give the definitions that have to be there before an order and that are ours to say."""
    return tuple(need for need in manifest.needs if sides.managed(need))


def shown_fields(manifest: OrderManifest, comparable: Mapping[str, Any], sides: Sides) -> Mapping[str, Any]:
    """Flatten an order's comparable fields to what people see."""
    return sides.kinds.order.shown(manifest, sides.manifests.catalogue, sides.terms, comparable)


def _compare(live: LiveOrder, manifest: OrderManifest, sides: Sides) -> Compared:
    wanted, seen = sides.kinds.order.align(manifest, live, sides.manifests.catalogue, sides.terms)
    shown, shown_live = shown_fields(manifest, wanted, sides), shown_fields(manifest, seen, sides)
    alike = wanted == seen
    differing = () if alike else explain(shown_live, shown)
    memory = sides.record.orders.get(manifest.order)
    unmet = tuple(change for change in differing if memory is not None and _is_unmet(change, memory))
    return Compared(shown, shown_live, differing, unmet, alike)


def _is_unmet(change: FieldChange, memory: Memory) -> bool:
    """Tell whether the target showed this very value right after it had accepted this very wish."""
    return (
        change.path in memory.unmet
        and memory.unmet[change.path] == as_json(change.before)
        and memory.spec.get(change.path) == as_json(change.after)
    )


def _confirm_status(live: LiveOrder, manifest: OrderManifest, sides: Sides, findings: Findings) -> None:
    """Judge an order of which only the status was read: it can be confirmed, never changed."""
    memory = sides.record.orders.get(manifest.order)
    said = {path: as_json(value) for path, value in shown_fields(manifest, manifest.fields, sides).items()}
    if memory is not None and memory.spec == said and live.status == manifest.fields.get("status"):
        findings.keep(Evidence.RECORDED, memory)
        return
    reason = "with `observe: get_status` only its status can be read, not compared; use `observe: list`"
    findings.withheld.append(withhold_order(manifest, Why.IMPOSSIBLE, reason, Evidence.UNKNOWN))


def _objection(manifest: OrderManifest, compared: Compared, sides: Sides) -> str | None:
    for change in compared.differing:
        if change.path == "endpoint":
            return f"an order stays at its touchpoint: it is at {change.before}, not at {change.after} (A16)"
    return other_identity(manifest, sides)


def other_identity(manifest: OrderManifest, sides: Sides) -> str | None:
    """Say that an order would be imported for another buyer than the recorded one, None when it would not."""
    memory = sides.record.orders.get(manifest.order)
    identity = sides.kinds.order.identity(manifest, sides.terms)
    if memory is not None and memory.identity and identity and identity != memory.identity:
        return f"its matching identity is not the one sent in run {memory.run}, and cannot be changed (A16)"
    return None


def _note_drift(manifest: OrderManifest, compared: Compared, sides: Sides, findings: Findings) -> None:
    memory = sides.record.orders.get(manifest.order)
    if memory is None:
        return
    still = [path for path in memory.spec if path in compared.wanted]  # what is no longer managed is not read
    now = {path: as_json(compared.live.get(path, ABSENT)) for path in (*still, *memory.unmet)}
    moved = sorted(path for path, value in now.items() if value != memory.spec.get(path))
    if not moved:
        return
    recorded = {path: memory.spec.get(path) for path in moved}
    left_behind = {change.path for change in compared.unmet}.issuperset(moved)
    reason = (
        f"accepted in run {memory.run}, and the target shows it otherwise; an import does not change it"
        if left_behind
        else f"recorded in run {memory.run}"
    )
    findings.drift.append(Drift(manifest.address, recorded, {path: now[path] for path in moved}, reason))


def _take(manifest: OrderManifest, compared: Compared, sides: Sides, findings: Findings) -> None:
    """Let the next apply remember an order as it was read, if that is not remembered already."""
    memory = sides.record.orders.get(manifest.order)
    spec = {path: as_json(value) for path, value in compared.wanted.items()}
    left = {change.path: as_json(change.before) for change in compared.unmet}
    if memory is not None and memory.spec == spec and memory.unmet == left:
        return
    identity = memory.identity if memory is not None else ""
    taken = Memory(spec, Evidence.OBSERVED, sides.now, 0, unmet=left, identity=identity)
    findings.taken.append(Taken(manifest.address, taken))
