"""Rows of a table are decided like the same wishes anywhere else, whether they are looked at or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model import address
from reconciler.model.address import EVERY_LINE
from reconciler.model.beneath import Beneath
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence, Present
from reconciler.model.layers import Layers
from reconciler.model.lines import narrowed
from reconciler.model.manifest import Catalogue, Manifests
from reconciler.model.observation import LiveOrder, World
from reconciler.model.plan import everything
from reconciler.model.record import Baseline, Memory, Record
from reconciler.model.rules import Rules
from reconciler.model.shelf import Words
from reconciler.model.wishes import Wishes
from reconciler.stages.diff import diff
from tests.model.test_wishes import SOURCE
from tests.stages.sides import NOW, STATUSES, WRITTEN, lost, sides, wish

TIMES = st.sampled_from([None, WRITTEN, NOW - timedelta(hours=1)])
TWISTS = ["dispute", "endpoint", "remembers", "part", "skip", "lost", "hidden", "other", "missing", "unread"]
MEMORIES = [
    Memory("delivered", Evidence.RECORDED, WRITTEN, 7),
    Memory("new", Evidence.DECLARED, WRITTEN, 7),
    Memory("delivered", Evidence.RECORDED, WRITTEN, 7, source="t"),
    Memory("delivered", Evidence.RECORDED, WRITTEN, 7, source="t", reported=WRITTEN),
]


def wishes_of(rows, twist):
    disputed = twist == "dispute"
    source = replace(SOURCE, live=disputed, endpoint="shop" if twist == "endpoint" else None)
    wishes = Wishes(source)
    for number, line in enumerate(rows, 1):
        wishes.add("o1", line, Words("delivered", dispute="two" if disputed else ""), Origin("t.csv", number))
    return wishes


def laid(wishes):
    """Lay them under entries that speak of the order or do not, and leave some of them out."""
    entries = {order: {"a": wish(order=order, status="new")} for order in ("o1", "o2")}
    yield Layers({"o2": entries["o2"]}, [[wishes]])
    yield Layers(entries, [[wishes]])
    yield narrowed(wishes, lambda each: each.line != "b")
    yield Beneath({}, narrowed(wishes, lambda each: each.order != "o2"))


def shown(twist):
    lines: dict[str, str | None] = {"a": "delivered", "b": "delivered", "c": "new"}
    if twist in {"hidden", "other"}:
        lines["b"] = None if twist == "hidden" else "new"
    if twist == "missing":
        del lines["b"]
    return None if twist == "unread" else lines


@pytest.mark.parametrize("twist", ["", *TWISTS])
@given(
    rows=st.sampled_from([["a", "b"], ["b"], [EVERY_LINE], ["a", EVERY_LINE]]),
    known=st.dictionaries(st.sampled_from("ab"), st.sampled_from(MEMORIES)),
    baseline=st.none() | st.builds(Baseline, TIMES, TIMES, st.just(WRITTEN)),
    updated=TIMES,
)
@settings(max_examples=60)
def test_a_table_is_decided_as_the_same_wishes_are_one_by_one(twist, rows, known, baseline, updated):
    wishes = wishes_of(rows, twist)
    live = LiveOrder("o1", "site", "new", updated, shown(twist))
    record = Record(
        lines={"o1": known} if known else {},
        baselines={"o1": baseline} if baseline else {},
        unsettled={address.order_line("o1", "b"): lost()} if twist == "lost" else {},
    )
    given = sides(
        world=World(orders={"o1": Present(live)}, whole=True),
        record=record,
        rules=Rules(skip_triggers=twist == "skip"),
        remembers=twist == "remembers",
        selects=(lambda where: where.parts[-1] != "b") if twist == "part" else everything,
    )
    catalogue = Catalogue(statuses=STATUSES)
    for lines in (wishes, *laid(wishes)):
        packed = replace(given, manifests=Manifests(lines=lines, catalogue=catalogue))
        loose = replace(given, manifests=Manifests(lines=dict(lines), catalogue=catalogue))
        assert diff(packed) == diff(loose)
