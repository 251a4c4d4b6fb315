"""diff: manifests, a world and a record become changes.

Pure: no clock, no network, no disk. What is the same is counted and never becomes an object; equality
decides, and only a changed pair is explained field by field. The tables that decide stand in
`reconciler.model.decision`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import filterfalse

from reconciler.model import address
from reconciler.model.address import EVERY_LINE
from reconciler.model.change import Withhold
from reconciler.model.difference import Difference
from reconciler.model.ids import foreseen_at_once
from reconciler.model.latest import is_followed
from reconciler.model.lines import named
from reconciler.model.memories import remembered_lines
from reconciler.model.plan import Taken
from reconciler.model.shard import Shard
from reconciler.stages.diff.alike import Alike
from reconciler.stages.diff.definitions import compare_definitions
from reconciler.stages.diff.orders import compare_order
from reconciler.stages.diff.sides import Findings, Sides

__all__ = ["Sides", "diff", "divided"]


def diff(sides: Sides) -> Difference:
    """Compare everything that is wanted with what is shown and remembered."""
    return divided(sides, None)[0]


def divided(sides: Sides, shard: Shard | None) -> tuple[Difference, Difference]:
    """Compare everything; what belongs to a share, and what does not, each for itself.

    Which definitions are withheld both parts hear, for what needs them is withheld too.
    """
    ours, others = Findings(), Findings()
    others.refused = ours.refused

    def of(order: str) -> Findings:
        return ours if shard is None or shard.owns_order(order) else others

    compare_definitions(sides, ours if shard is None or shard.leads else others)
    looked_at: set[str] = set()
    for findings in (ours,) if shard is None else (ours, others):
        alike = Alike(sides, findings)
        wanted = sides.manifests.wanted_orders.in_order()
        part = wanted if shard is None else (order for order in wanted if of(order) is findings)
        for order, wishes in alike.others(part):
            compare_order(order, wishes, sides, findings)
        if sides.record.lines:
            looked_at.update(alike.told_apart)
    _leave(sides, of, looked_at)
    _forget_finished(sides, of)
    for findings in (ours, others):
        findings.withheld = [_acknowledged(each, sides) for each in findings.withheld]
    return ours.read(), others.read()


def _leave(sides: Sides, of: Callable[[str], Findings], looked_at: set[str]) -> None:
    """Let orders and lines of which nothing is wanted any more leave the record; that is no change.

    Of a wanted order that nobody had to look at, all that is remembered is wanted.
    """
    for order in sides.record.orders:
        where = address.order(order)
        if order not in sides.manifests.orders and sides.covers(where):
            findings = of(order)
            findings.taken.append(Taken(where, None))
            findings.leaving += 1
    heeds = any(source.live for source in sides.manifests.sources.values())
    wanted = sides.manifests.lines.keys()
    for orders in foreseen_at_once(sides.record.lines, sides.manifests.lines):
        doubtful = {*filterfalse(wanted.__contains__, orders), *looked_at.intersection(orders)}
        for order in filter(doubtful.__contains__, orders if doubtful else ()):
            _leave_lines(order, sides, of(order), heeds=heeds)


def _leave_lines(order: str, sides: Sides, findings: Findings, *, heeds: bool) -> None:
    """Let lines of one order leave the record. Those of a fully declared order stay, wanted or not.

    Its next import has to say a status for each. With `heeds` a live source is followed.
    """
    wanted, whole = named(sides.manifests.lines, order), sides.in_force.get(order)
    declared = whole.fields.get("lines", {}) if whole is not None else {}
    idle = [
        line
        for line in remembered_lines(sides.record.lines, order)
        if line not in wanted and line not in declared
    ]
    if not idle:
        return
    memories = sides.record.lines[order]
    every = sides.manifests.lines[order][EVERY_LINE] if EVERY_LINE in wanted else None
    for line in idle:
        if is_followed(memories[line], sides.manifests.sources):
            continue  # its silence is no wish: a line that leaves would be said again with the next word
        where = address.order_line(order, line)
        if heeds and where in sides.record.finished:
            continue  # what a live source knew before it was done must stay old
        if every is not None and not sides.record.is_finished(where, every):
            continue
        if sides.covers(where):
            findings.taken.append(Taken(where, None))
            findings.leaving += 1


def _forget_finished(sides: Sides, of: Callable[[str], Findings]) -> None:
    """Take the mark from done wishes that are no longer declared, so that the same wish can be made anew.

    Not while a live source is followed that says things once: its silence takes nothing back.
    """
    if any(source.live and source.once for source in sides.manifests.sources.values()):
        return
    resting = sides.manifests.resting
    for where in sides.record.finished:
        order, line = where.parts
        wishes = named(sides.manifests.lines, order)
        declared = line in wishes or EVERY_LINE in wishes
        rests = where in resting or address.order_line(order, EVERY_LINE) in resting
        if not declared and not rests and sides.covers(where):
            of(order).taken.append(Taken(where, None, finished=""))


def _acknowledged(withheld: Withhold, sides: Sides) -> Withhold:
    known = sides.rules.acknowledges(withheld.address, sides.now.date())
    return replace(withheld, acknowledged=True) if known else withheld
