"""Compared: what is wanted held against what is so, each import with the digest of what it would send."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.difference import Difference
from reconciler.model.observation import World
from reconciler.model.record import Record
from reconciler.model.steps import packed
from reconciler.pipeline.question import Question
from reconciler.stages.derive import Derived
from reconciler.stages.diff import Sides, diff, divided
from reconciler.stages.seal import seal


def compare(derived: Derived, world: World, record: Record, question: Question) -> Difference:
    """Find what differs, each import with the digest of what it would send."""
    return _sealed(diff(_sides(derived, world, record, question)), derived, question)


def compare_divided(
    derived: Derived, world: World, record: Record, question: Question
) -> tuple[Difference, Difference]:
    """Find what differs, apart what is asked for and what is other shards'."""
    shard = question.selection.shard
    if shard is None:
        return compare(derived, world, record, question), Difference()
    ours, others = divided(_sides(derived, world, record, question), shard)
    return _sealed(ours, derived, question), others


def _sealed(found: Difference, derived: Derived, question: Question) -> Difference:
    kind, catalogue = question.kinds.order, derived.manifests.catalogue
    return replace(found, steps=seal(packed(found.steps), kind, catalogue, question.terms))


def _sides(derived: Derived, world: World, record: Record, question: Question) -> Sides:
    return Sides(
        manifests=derived.manifests,
        world=world,
        record=record,
        kinds=question.kinds,
        terms=question.terms,
        rules=question.rules,
        now=question.clock.now(),
        covers=derived.covers,
        selects=derived.selects,
        remembers=question.remembers,
        in_force=derived.in_force,
    )
