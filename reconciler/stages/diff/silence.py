"""Silence: line changes of which no customer is to hear (`--skip-triggers`).

An update of a single line cannot be told to fire nothing, and an import can. So the changes of a fully
declared order travel in an import, even where no field of the order differs, and those that have no import to
travel in are withheld. A status with `triggers: false` fires nothing anyway and goes as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model import address
from reconciler.model.change import UpdateLine, UpdateOrder, Why, Withhold
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import LineManifest, OrderManifest
from reconciler.model.observation import LiveOrder
from reconciler.stages.diff.fields import managed_needs, other_identity, refused_need
from reconciler.stages.diff.sides import Findings, Sides
from reconciler.stages.diff.speaking import LineChanges, say_statuses


def silence(
    live: LiveOrder,
    manifest: OrderManifest | None,
    wishes: Mapping[str, LineManifest],
    changes: LineChanges,
    sides: Sides,
    findings: Findings,
) -> tuple[LineChanges, UpdateOrder | None]:
    """Give an import for the changes of an order that needs none otherwise, or withhold those that may fire.

    The import is added to the findings.
    """
    loud = {
        line: change
        for line, change in changes.items()
        if isinstance(change, UpdateLine) and change.triggers and sides.selects(change.address)
    }
    if not loud:
        return changes, None
    found = _import(live, manifest, wishes, changes, sides, findings) if manifest else _no_import(live, sides)
    if isinstance(found, UpdateOrder):
        findings.steps.append(found)
        findings.keep_not(Evidence.OBSERVED)
        return changes, found
    return {**changes, **{line: _withheld(change, found) for line, change in loud.items()}}, None


def _import(
    live: LiveOrder,
    manifest: OrderManifest,
    wishes: Mapping[str, LineManifest],
    changes: LineChanges,
    sides: Sides,
    findings: Findings,
) -> UpdateOrder | str:
    """Make an import that changes no field, or say why none may be sent."""
    if findings.withheld and findings.withheld[-1].address == manifest.address:
        return "that import is withheld"
    if live.detail is None:
        return "with `observe: get_status` it cannot be made; use `observe: list`"
    objection = other_identity(manifest, sides) or refused_need(manifest, wishes, findings)
    if objection is not None:
        return f"that is not to be sent: {objection}"
    said = say_statuses(live, manifest, wishes, changes, sides)
    if isinstance(said, str):
        return said
    return UpdateOrder(
        address=manifest.address,
        evidence=Evidence.OBSERVED,
        reason=f"no field differs; imported for its lines, so that no trigger fires{said.remark}",
        origin=manifest.origin,
        needs=managed_needs(manifest, sides),
        wanted=manifest,
        statuses=tuple(said.statuses.items()),
        triggers=not sides.rules.skip_triggers,
        live=live,
    )


def _no_import(live: LiveOrder, sides: Sides) -> str:
    if live.external_id in sides.in_force:
        return f"{address.order(live.external_id)} is not among what was selected"
    return "only a fully declared order can be imported"


def _withheld(change: UpdateLine, reason: str) -> Withhold:
    return Withhold(
        address=change.address,
        evidence=change.evidence,
        reason=f"--skip-triggers: a line changes silently only in an import of its order, and {reason}",
        origin=change.origin,
        fields=change.fields,
        why=Why.FORBIDDEN,
    )
