"""Definitions: what is to be said of fields and statuses that can never be read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.address import LINE_STATUS, Address
from reconciler.model.change import (
    ABSENT,
    UNKNOWN,
    Ensure,
    FieldChange,
    Release,
    UpdateDefinition,
    Why,
    Withhold,
)
from reconciler.model.decision import DEFINITIONS, Said, Verb
from reconciler.model.definition import comparable, memorable, presentable
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import DefinitionManifest, Mode
from reconciler.model.plan import Taken
from reconciler.model.record import Memory
from reconciler.stages.diff.sides import Findings, Sides


def compare_definitions(sides: Sides, findings: Findings) -> None:
    """Decide about every definition that is declared, then about those that no longer are."""
    for address in sorted(sides.manifests.definitions, key=lambda each: each.rank):
        manifest = sides.manifests.definitions[address]
        if address in sides.record.unsettled:
            _withhold_unsettled(manifest, sides, findings)
        elif manifest.mode is Mode.EXTERNAL:
            _leave_to_others(manifest, sides, findings)
        elif manifest.mode is Mode.ADOPT:
            _adopt(manifest, sides, findings)
        else:
            _decide(manifest, sides, findings)
    _release(sides, findings)


def _decide(manifest: DefinitionManifest, sides: Sides, findings: Findings) -> None:
    memory = sides.record.definitions.get(manifest.address)
    frozen = _frozen(manifest, memory, sides)
    in_use = manifest.address in sides.world.in_use
    verdict = DEFINITIONS[_said(manifest, memory, frozen, sides), in_use]
    if memory is None:
        findings.steps.append(_ensure(manifest, verdict.evidence or Evidence.UNKNOWN, sides))
        return
    evidence = verdict.evidence or _strength(memory)
    if verdict.verb is Verb.KEEP:
        findings.keep(evidence, memory)
        spec = memorable(manifest, sides.terms.salt)
        if memory.released or memory.spec != spec:
            findings.taken.append(Taken(manifest.address, replace(memory, spec=spec, released=False)))
    elif verdict.verb is Verb.UPDATE:
        reason = (
            f"said otherwise in run {memory.run} on {memory.at:%Y-%m-%d}; "
            "whether the target takes the change is not documented"
        )
        findings.steps.append(
            UpdateDefinition(
                address=manifest.address,
                evidence=evidence,
                reason=reason,
                origin=manifest.origin,
                fields=_changes(memory.spec, manifest, sides),
                wanted=manifest,
            )
        )
    else:
        _withhold_frozen(manifest, memory, frozen, sides, findings)


def _said(manifest: DefinitionManifest, memory: Memory | None, frozen: tuple[str, ...], sides: Sides) -> Said:
    if memory is None:
        return Said.NOTHING
    if frozen:
        return Said.FIXED
    alike = memory.spec == comparable(memory.spec, manifest, sides.terms.salt)
    return Said.ALIKE if alike else Said.CHANGEABLE


def _frozen(manifest: DefinitionManifest, memory: Memory | None, sides: Sides) -> tuple[str, ...]:
    if memory is None:
        return ()
    return sides.kinds.definitions[manifest.address.kind].frozen(memory.spec, manifest.fields)


def _strength(memory: Memory) -> Evidence:
    return Evidence.DECLARED if memory.how is Evidence.DECLARED else Evidence.RECORDED


def _ensure(manifest: DefinitionManifest, evidence: Evidence, sides: Sides) -> Ensure:
    changeable = "its name" if manifest.address.kind == LINE_STATUS else "its name or default"
    if evidence is Evidence.INFERRED:
        known = f"seen in use, so it exists; {changeable} may be overwritten"
    else:
        known = f"whether it exists cannot be read; if it does, {changeable} may be overwritten"
    return Ensure(
        address=manifest.address,
        evidence=evidence,
        reason=f"{known} (the API does not say); `adopt: true` records it without sending",
        origin=manifest.origin,
        fields=_changes(None, manifest, sides),
        wanted=manifest,
        permanent=evidence is not Evidence.INFERRED,
    )


def _withhold_frozen(
    manifest: DefinitionManifest, memory: Memory, frozen: tuple[str, ...], sides: Sides, findings: Findings
) -> None:
    names = ", ".join(frozen)
    findings.refused.add(manifest.address)
    findings.withheld.append(
        Withhold(
            address=manifest.address,
            evidence=_strength(memory),
            reason=(
                f"{names} cannot be changed once said (run {memory.run}); "
                "declare a definition with a new external_id instead"
            ),
            origin=manifest.origin,
            fields=_changes(memory.spec, manifest, sides),
            why=Why.IMPOSSIBLE,
        )
    )


def _withhold_unsettled(manifest: DefinitionManifest, sides: Sides, findings: Findings) -> None:
    findings.refused.add(manifest.address)
    findings.withheld.append(
        Withhold(
            address=manifest.address,
            evidence=Evidence.UNKNOWN,
            reason=str(sides.record.unsettled[manifest.address]),
            origin=manifest.origin,
            why=Why.UNSETTLED,
        )
    )


def _leave_to_others(manifest: DefinitionManifest, sides: Sides, findings: Findings) -> None:
    memory = sides.record.definitions.get(manifest.address)
    if memory is None or memory.released:
        findings.keep(Evidence.DECLARED)
        return
    findings.steps.append(
        _released(manifest.address, memory, "kept elsewhere from now on (`external: true`)")
    )


def _adopt(manifest: DefinitionManifest, sides: Sides, findings: Findings) -> None:
    memory = sides.record.definitions.get(manifest.address)
    frozen = _frozen(manifest, memory, sides)
    if memory is not None and frozen and memory.how is Evidence.RECORDED:
        _withhold_frozen(manifest, memory, frozen, sides, findings)
        return
    spec = memorable(manifest, sides.terms.salt)
    if memory is not None and memory.spec == spec and not memory.released:
        findings.keep(_strength(memory), memory)
        return
    adopted = Memory(spec, Evidence.DECLARED, sides.now, 0)
    findings.keep(Evidence.DECLARED)
    findings.taken.append(Taken(manifest.address, adopted))


def _release(sides: Sides, findings: Findings) -> None:
    for address in sorted(sides.record.definitions, key=lambda each: each.rank):
        memory = sides.record.definitions[address]
        declared = address in sides.manifests.definitions
        if not declared and not memory.released and sides.covers(address):
            reason = "no longer declared; it stays in the target, for the API cannot delete it"
            findings.steps.append(_released(address, memory, reason))


def _released(address: Address, memory: Memory, reason: str) -> Release:
    return Release(address=address, evidence=_strength(memory), reason=reason, origin=None)


def _changes(
    before: Mapping[str, Any] | None, manifest: DefinitionManifest, sides: Sides
) -> tuple[FieldChange, ...]:
    """Name the fields in which what is wanted differs from what we said last; all of them if we never did."""
    salt = sides.terms.salt
    new = presentable(manifest.fields, manifest, salt)
    if before is None:
        return tuple(FieldChange(key, UNKNOWN, value) for key, value in new.items() if key != "external_id")
    old, wanted = presentable(before, manifest, salt), comparable(before, manifest, salt)
    return tuple(
        FieldChange(key, old.get(key, ABSENT), new.get(key, ABSENT))
        for key in {**new, **old}
        if before.get(key, ABSENT) != wanted.get(key, ABSENT)
    )
