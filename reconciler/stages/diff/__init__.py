"""diff: manifests, a world and a record become changes.

Pure: no clock, no network, no disk. What is the same is counted and never becomes an object; equality
decides, and only a changed pair is explained field by field. The tables that decide stand in
`reconciler.model.decision`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reconciler.model import address
from reconciler.model.address import EVERY_LINE
from reconciler.model.change import Withhold
from reconciler.model.difference import Difference
from reconciler.model.ids import foreseen, foreseen_of
from reconciler.model.latest import is_followed
from reconciler.model.plan import Taken
from reconciler.model.shard import Shard
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
    wanted = sides.manifests.wanted_orders
    for order in foreseen(wanted.in_order(), wanted, sides.world.orders):
        compare_order(order, sides, of(order))
    _leave(sides, of)
    _forget_finished(sides, of)
    for findings in (ours, others):
        findings.withheld = [_acknowledged(each, sides) for each in findings.withheld]
    return ours.read(), others.read()


def _leave(sides: Sides, of: Callable[[str], Findings]) -> None:
    """Let orders and lines of which nothing is wanted any more leave the record; that is no change.

    The lines of a fully declared order stay, wanted or not: its next import has to say a status for each.
    """
    for order in sides.record.orders:
        where = address.order(order)
        if order not in sides.manifests.orders and sides.covers(where):
            findings = of(order)
            findings.taken.append(Taken(where, None))
            findings.leaving += 1
    heeds = any(source.live for source in sides.manifests.sources.values())
    for order in foreseen(sides.record.lines, sides.manifests.lines):
        lines = sides.record.lines[order]
        wishes = sides.manifests.lines.get(order, {})
        every = wishes.get(EVERY_LINE)
        whole = sides.in_force.get(order)
        declared = whole.fields.get("lines", {}) if whole is not None else {}
        for line, memory in lines.items():
            if is_followed(memory, sides.manifests.sources):
                continue  # its silence is no wish: a line that leaves would be said again with the next word
            where = address.order_line(order, line)
            if heeds and where in sides.record.finished:
                continue  # what a live source knew before it was done must stay old
            if every is not None and not sides.record.is_finished(where, every):
                continue
            if line not in wishes and line not in declared and sides.covers(where):
                findings = of(order)
                findings.taken.append(Taken(where, None))
                findings.leaving += 1


def _forget_finished(sides: Sides, of: Callable[[str], Findings]) -> None:
    """Take the mark from done wishes that are no longer declared, so that the same wish can be made anew.

    Not while a live source is followed that says things once: its silence takes nothing back.
    """
    if any(source.live and source.once for source in sides.manifests.sources.values()):
        return
    resting = sides.manifests.resting
    for where in foreseen_of(sides.record.finished, lambda where: where.parts[0], sides.manifests.lines):
        order, line = where.parts
        wishes = sides.manifests.lines.get(order, {})
        declared = line in wishes or EVERY_LINE in wishes
        rests = where in resting or address.order_line(order, EVERY_LINE) in resting
        if not declared and not rests and sides.covers(where):
            of(order).taken.append(Taken(where, None, finished=""))


def _acknowledged(withheld: Withhold, sides: Sides) -> Withhold:
    known = sides.rules.acknowledges(withheld.address, sides.now.date())
    return replace(withheld, acknowledged=True) if known else withheld
