"""Attended: the live sources were asked and the target was observed; nothing is compared yet.

What counts now is laid over each other, and beneath it what does not: that outvotes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.model.beneath import Beneath
from reconciler.model.collector import collector_paused
from reconciler.model.lines import Layer
from reconciler.model.manifest import Manifests
from reconciler.model.observation import World
from reconciler.model.record import Record
from reconciler.model.report import Report
from reconciler.pipeline.declared import Declared
from reconciler.pipeline.question import Question
from reconciler.ports import Readable
from reconciler.stages.again import Again, Yielding
from reconciler.stages.derive import Counting, Derived, derive, followed
from reconciler.stages.hear import hear
from reconciler.stages.near import near
from reconciler.stages.observe import observe
from reconciler.stages.overlay import Overlaid, overlay


@dataclass(frozen=True, slots=True)
class Attended:
    """What is wanted now, live sources included, and what the target shows of it."""

    derived: Derived
    world: World
    laid: Overlaid
    """All wishes laid over each other, those that are over or done included."""
    reports: tuple[Report, ...]
    at: datetime


def attend(declared: Declared, question: Question, source: Readable, record: Record) -> Attended:
    """Ask the live sources that were asked for, and observe the target; compares nothing."""
    with collector_paused():
        return _attended(declared, question, source, record)


def _attended(declared: Declared, question: Question, source: Readable, record: Record) -> Attended:
    now, stated = question.clock.now(), declared.stated
    sources = followed(stated, question.selection, now.date())
    reports = hear((each for each in sources if not each.asks_for), question.ear, stated.catalogue)
    counts = Counting(question.selection, now.date())
    laid = _laid(declared, reports, counts, record)
    derived = derive(laid.manifests, record.finished, question.selection, now.date())
    world = observe(source, derived.manifests, record, question.how, now, question.heard, question.room)
    asking = [each for each in sources if each.asks_for]
    if asking:
        reports += hear(asking, question.ear, stated.catalogue, world)
    here, elsewhere = near(reports, world, derived.manifests.orders)
    if asking or elsewhere:
        laid = _laid(declared, here, counts, record, elsewhere)
        derived = derive(laid.manifests, record.finished, question.selection, now.date())
    return Attended(derived, world, laid, reports, now)


def _laid(
    declared: Declared,
    reports: Sequence[Report],
    counts: Counting,
    record: Record,
    elsewhere: Sequence[Layer] = (),
) -> Overlaid:
    """Lay what counts now over each other, and beneath it what does not: that outvotes nothing."""
    stated, tables = declared.stated, declared.tables
    entries, *rows = [counts.parted(layer) for layer in (stated.lines, *(each.wishes for each in tables))]
    asleep = [layer for _, layer in (entries, *rows) if layer]
    if asleep:
        tables = tuple(replace(each, wishes=layer) for each, (layer, _) in zip(tables, rows, strict=True))
        stated = replace(stated, lines=entries[0])
    yields = Yielding(record)
    laid = overlay(stated, (*tables, *reports), yields)
    lines = laid.manifests.lines
    static = overlay(stated, tables).manifests.lines if asleep else declared.manifests.lines
    if reports and static:
        lines = Again(lines, static, overlay(Manifests(), reports).manifests.lines, yields)
    for layer in (*asleep, *elsewhere):
        lines = Beneath(lines, layer)
    return replace(laid, manifests=replace(laid.manifests, lines=lines))
