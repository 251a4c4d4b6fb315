"""What is kept in columns is decided as the same is one by one, whether it is looked at or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model import address
from reconciler.model.address import EVERY_LINE
from reconciler.model.beneath import Beneath
from reconciler.model.diagnostic import Origin
from reconciler.model.document import pack
from reconciler.model.evidence import Evidence
from reconciler.model.layers import Layers
from reconciler.model.lines import narrowed
from reconciler.model.manifest import Catalogue, Manifests, OrderManifest
from reconciler.model.memories import Memories
from reconciler.model.observation import LiveOrder, World
from reconciler.model.plan import everything
from reconciler.model.record import Baseline, Memory, Record
from reconciler.model.rules import Rules
from reconciler.model.shard import Shard
from reconciler.model.shelf import Words
from reconciler.model.sightings import Sightings
from reconciler.model.source import Missing
from reconciler.model.stated import Pattern, Stated, Statement
from reconciler.model.wishes import Wishes
from reconciler.stages.diff import diff, divided
from tests.model.test_wishes import SOURCE
from tests.stages.sides import HERE, NOW, STATUSES, WRITTEN, lost, sides, wish

ORDERS = ["o1", "o2", "o3", "o4", "O1"]
LINES = ["a", "b", "A"]
TIMES = st.sampled_from([None, WRITTEN, NOW - timedelta(hours=1)])
MEMORIES = [
    Memory("delivered", Evidence.RECORDED, WRITTEN, 7),
    Memory("delivered", Evidence.RECORDED, WRITTEN - timedelta(days=3), 5),
    Memory("Delivered", Evidence.RECORDED, WRITTEN, 7),
    Memory("delivered", Evidence.DECLARED, WRITTEN, 7),
    Memory("delivered", Evidence.OBSERVED, WRITTEN, 7),
    Memory("new", Evidence.DECLARED, WRITTEN, 7),
    Memory("delivered", Evidence.RECORDED, WRITTEN, 7, source="t"),
    Memory("delivered", Evidence.RECORDED, WRITTEN, 7, source="t", reported=WRITTEN),
]
WORDS = st.builds(
    Words,
    st.sampled_from(["delivered", "new", "quiet"]),
    allowed_from=st.sampled_from([None, None, frozenset({"new"})]),
)
SAID = st.dictionaries(st.sampled_from([*LINES, EVERY_LINE]), WORDS, min_size=1, max_size=3)
SHOWN = st.none() | st.dictionaries(
    st.sampled_from(LINES), st.sampled_from([None, None, "delivered", "new", "Delivered"])
)
KNOWN = st.dictionaries(st.sampled_from(LINES), st.sampled_from(MEMORIES))
SOURCES = st.builds(
    replace,
    st.just(SOURCE),
    live=st.sampled_from([False, False, True]),
    once=st.booleans(),
    endpoint=st.sampled_from([None, None, "shop", "site"]),
    missing=st.sampled_from(list(Missing)),
)
BASELINES = st.none() | st.builds(Baseline, TIMES, TIMES, st.just(WRITTEN))


CALLED = st.permutations([*LINES, "c", EVERY_LINE]).map(
    lambda names: dict(zip([*LINES, "c"], names, strict=False))
)
PARTS = [
    "said", "shown", "updated", "known", "called", "baselines", "lost", "marks", "rules", "whole", "doubt",
]  # fmt: skip


def asks(_):
    """Ask for every line by name, so that each is looked at."""
    return True


class Scene:
    """Orders that are all alike, but for the parts that are drawn wild."""

    def __init__(self, draw):
        self._draw = draw
        self._wild = draw(st.sets(st.sampled_from(PARTS), max_size=3))
        hidden = draw(st.booleans())
        both = {"a": Words("delivered"), "b": Words("delivered")}
        self._called = self.per_order("called", {}, CALLED)
        self.said = self.called(self.per_order("said", both, SAID))
        self.whole = self.some("whole", st.sampled_from(ORDERS))
        shown = dict.fromkeys("ab", None if hidden else "delivered")
        updated = self.per_order("updated", WRITTEN, TIMES)
        self.world = self.columns(self.called(self.per_order("shown", shown, SHOWN)), updated)
        known = self.per_order("known", dict.fromkeys("ab", draw(st.sampled_from(MEMORIES[:4]))), KNOWN)
        self.record = self.remembered(self.called(known), draw(st.none() | BASELINES))

    def per_order(self, part, usual, odd):
        """Give each order what is usual, or one of two."""
        pair = [usual, usual, self._draw(odd)] if part in self._wild else [usual]
        return {order: self._draw(st.sampled_from(pair)) for order in ORDERS}

    def called(self, per_order):
        """Call the lines of each order something else, and take them in the order of what they are called."""
        return {
            order: each
            and {
                name: each[line]
                for name, line in sorted((self._called[order].get(line, line), line) for line in each)
            }
            for order, each in per_order.items()
        }

    def some(self, part, each, most=2):
        """Give a few of these, or none."""
        return self._draw(st.sets(each, min_size=1, max_size=most)) if part in self._wild else set()

    def columns(self, shown, updated):
        """Show the orders; one may be in doubt and one not be there."""
        torn = [*self.some("doubt", st.sampled_from(ORDERS))]
        sightings = Sightings()
        for order in ORDERS:
            if torn[:1] == [order]:
                sightings.doubt(order, "two of them")
            elif order not in torn:
                sightings.see(LiveOrder(order, "site", "new", updated[order], shown[order]))
        return World(orders=sightings, whole=True)

    def remembered(self, known, baseline):
        """Remember the orders, and one of which nothing is wanted."""
        where = st.builds(address.order_line, st.sampled_from(ORDERS), st.sampled_from(LINES))
        lines = {order: each for order, each in {**known, "gone": {"a": MEMORIES[0]}}.items() if each}
        baselines = self.per_order("baselines", baseline, BASELINES)
        return Record(
            lines=Memories(lines),
            baselines={order: each for order, each in baselines.items() if each is not None},
            unsettled={each: lost() for each in self.some("lost", where)},
            finished=dict.fromkeys(self.some("marks", where), "delivered"),
        )

    def rules(self):
        """Give what else decides, and of which part something was asked."""
        draw, wild = self._draw, "rules" in self._wild
        part = draw(st.sampled_from(["", "b"])) if wild else ""
        return {
            "rules": Rules(
                resend_stale=draw(st.sampled_from([(), ("*/o1/*",), ("*/o3/*",)])),
                silent=wild and draw(st.booleans()),
                allow_reopen=wild and draw(st.booleans()),
            ),
            "remembers": draw(st.booleans()),
            "selects": (lambda where: where.parts[-1] != part) if part else everything,
            "covers": (lambda where: where.parts[0] != "o2") if part else lambda _: True,
        }

    def agree(self, lines):
        """Compare what is found in columns with what is found one by one, undivided and in shares."""
        orders = {
            order: OrderManifest(order=order, fields={}, identity={}, origin=HERE) for order in self.whole
        }
        wanted = Manifests(orders=orders, catalogue=Catalogue(statuses=STATUSES))
        given = sides(world=self.world, record=self.record, in_force=orders, **self.rules())
        for layer in laid(lines):
            packed = replace(given, manifests=replace(wanted, lines=layer))
            loose = replace(
                packed,
                manifests=replace(wanted, lines=dict(layer)),
                world=replace(self.world, orders=dict(self.world.orders)),
                record=replace(self.record, lines=dict(self.record.lines)),
                selects=asks if given.selects is everything else given.selects,
            )
            spread = replace(packed, world=loose.world)
            assert diff(packed) == diff(spread) == diff(loose)
            assert divided(packed, Shard(1, 2)) == divided(loose, Shard(1, 2))


@st.composite
def scenes(draw):
    """Draw a scene."""
    return Scene(draw)


def stated(said, once):
    """Make the entries, one for each order."""
    return Stated(
        Statement(
            order,
            tuple(words),
            Pattern(tuple(words.values()), once=once),
            "m.yaml",
            [pack(number, 5) for number, _ in enumerate(words, 1)],
        )
        for order, words in said.items()
    )


def tabled(said, source):
    """Make the rows of a table."""
    wishes = Wishes(source)
    for order, lines in said.items():
        for number, (line, words) in enumerate(lines.items(), 1):
            wishes.add(order, line, words, Origin("t.csv", number))
    return wishes


def laid(lines):
    """Lay them under entries that speak of an order or do not, and leave some of them out."""
    entries = {order: {"a": wish(order=order, line="a", status="new")} for order in ("o1", "o2")}
    yield lines
    yield Layers({"o2": entries["o2"]}, [[lines]])
    yield Layers(entries, [[lines]])
    yield narrowed(lines, lambda each: each.line != "b")
    yield Beneath({}, narrowed(lines, lambda each: each.order != "o2"))


@given(scene=scenes(), once=st.booleans())
@settings(max_examples=300)
def test_entries_are_decided_as_the_same_wishes_are_one_by_one(scene, once):
    scene.agree(stated(scene.said, once))


@given(scene=scenes(), source=SOURCES)
@settings(max_examples=300)
def test_a_table_is_decided_as_the_same_wishes_are_one_by_one(scene, source):
    said = scene.said
    if source.live:
        said = {
            order: {line: each._replace(dispute="two") for line, each in words.items()}
            for order, words in said.items()
        }
    scene.agree(tabled(said, source))


@given(
    at=st.lists(
        st.sampled_from([WRITTEN - timedelta(days=day) for day in range(4)]),
        min_size=len(ORDERS),
        max_size=len(ORDERS),
    ),
    shown=st.sampled_from([None, "delivered"]),
)
def test_orders_alike_are_kept_with_the_oldest_time_of_what_cannot_be_read(at, shown):
    said = {order: {"a": Words("delivered")} for order in ORDERS}
    columns = Sightings()
    for order in ORDERS:
        columns.see(LiveOrder(order, "site", "new", WRITTEN, {"a": shown}))
    memories = {
        order: {"a": Memory("delivered", Evidence.RECORDED, when, 7)}
        for order, when in zip(ORDERS, at, strict=True)
    }
    found = diff(
        replace(
            sides(world=World(orders=columns, whole=True), record=Record(lines=Memories(memories))),
            manifests=Manifests(lines=stated(said, once=False)),
            remembers=False,
        )
    )
    evidence = Evidence.RECORDED if shown is None else Evidence.OBSERVED
    assert found.kept.by_evidence == {evidence: len(ORDERS)}
    assert found.kept.oldest == (min(at) if shown is None else None)


@pytest.mark.parametrize("again", [(), *((f"*/{order}/*",) for order in ORDERS)])
def test_the_first_stale_lines_are_named_and_those_asked_for_are_said_again(again):
    columns = Sightings()
    for order in ORDERS:
        columns.see(LiveOrder(order, "site", "new", NOW, {"a": None}))
    memories = {order: {"a": MEMORIES[0]} for order in ORDERS}
    baselines = dict.fromkeys(ORDERS, Baseline(WRITTEN, None, WRITTEN))
    packed = replace(
        sides(
            world=World(orders=columns, whole=True),
            record=Record(lines=Memories(memories), baselines=baselines),
            rules=Rules(resend_stale=again),
        ),
        manifests=Manifests(lines=stated({order: {"a": Words("delivered")} for order in ORDERS}, once=False)),
    )
    found = diff(packed)
    assert found == diff(replace(packed, selects=asks))
    assert len(found.steps) == len(again)
    assert [where.parts[0] for where, _ in found.stale] == [
        order for order in sorted(ORDERS) if f"*/{order}/*" not in again
    ][:3]


def every(names, each):
    """Give every way to say one of two things of each of these lines."""
    return [dict(zip(names, said, strict=True)) for said in product(each, repeat=len(names))]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("statuses", [("delivered", "new"), ("delivered", None)])
def test_it_matters_which_lines_are_the_same_and_not_how_they_are_called(statuses, reverse):
    wanted = [each for names in ("ab", "xy", "a*") for each in every(names, ("delivered", "new"))]
    shown = [
        None,
        *(each for names in ("ab", "ba", "ac", "cab", "xy", "yx", "*a") for each in every(names, statuses)),
    ]
    known = [
        {},
        *(
            each
            for names in ("ab", "ba", "a", "bc", "xy", "*a")
            for each in every(names, ("delivered", "new"))
        ),
    ]
    ways = sorted(product(wanted, shown, known), key=repr, reverse=reverse)
    cases = {f"{number:05}": each for number, each in enumerate(ways)}
    columns = Sightings()
    for order, (_, lines, _) in cases.items():
        columns.see(LiveOrder(order, "site", "new", WRITTEN, lines))
    remembered = {
        order: {line: Memory(said, Evidence.RECORDED, WRITTEN, 7) for line, said in lines.items()}
        for order, (_, _, lines) in cases.items()
    }
    said = {
        order: {line: Words(status) for line, status in lines.items()}
        for order, (lines, _, _) in cases.items()
    }
    packed = replace(
        sides(world=World(orders=columns, whole=True), record=Record(lines=Memories(remembered))),
        manifests=Manifests(lines=stated(said, once=False)),
    )
    assert diff(packed) == diff(replace(packed, selects=asks))
