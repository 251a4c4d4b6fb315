"""A plan is the same to the byte whether what it wants and sees lies in memory or in a temporary file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.manifest import LineManifest
from reconciler.model.plan import Selection
from reconciler.model.room import MEMORY, Room
from reconciler.model.size import LEAST_LIMIT
from reconciler.pipeline import Declared, Drawn, Place, declare, draw
from reconciler.shelves import KINDS, READERS
from reconciler.spill import disk
from reconciler.stages.hear import Ear
from tests.laws.world import Shop, plan_texts
from tests.laws.worlds import ACCEPTING, BUILT_IN, LINES, ORDERS, Scene, choice, opened, scenes

IDS = st.sampled_from([*ORDERS, "o-10", "стр", "😀"])
LINE_IDS = st.sampled_from([*LINES, "l-9"])
FROM = st.sampled_from(["", "", "new", "new|delivering"])
Row = tuple[str, str, str, str]
Tables = list[tuple[dict[str, Any], list[list[Row]]]]


def _rows(*, sound: bool) -> st.SearchStrategy[list[Row]]:
    """Rows of one table; those that are not sound may speak of a line again, and use an unknown word."""
    words = st.sampled_from(BUILT_IN if sound else (*BUILT_IN, "quiet"))
    row = st.tuples(IDS, LINE_IDS, words, FROM)
    return st.lists(row, max_size=14, unique_by=(lambda each: each[:2]) if sound else None)


GLOBS = st.lists(st.sampled_from(["order_line/*", "*/l-1", "order/*", "*o-2*"]), max_size=1).map(tuple)
PLACES = st.lists(st.sampled_from(["source:t0", "source:*", "tables/1*.csv", "manifests/*"]), max_size=1).map(
    tuple
)
SELECTIONS = st.just(Selection()) | st.builds(Selection, GLOBS, GLOBS, PLACES, PLACES)


@st.composite
def tables(draw: st.DrawFn) -> Tables:
    """Sources, each with the rows of its files."""
    found: Tables = []
    sound = draw(st.integers(0, 3)) > 0
    for number in range(draw(st.integers(1, 3))):
        columns = {"order": "order", "status": "status", "from": "from"}
        if sound or draw(st.booleans()):
            columns["line"] = "line"
        entry = {
            "name": f"t{number}",
            "type": "table",
            "path": f"../tables/{number}-*.csv",
            "columns": columns,
            "priority": draw(st.sampled_from([0, 5, 10])) if not sound else number,
            "hold": draw(st.sampled_from(["once", "always"])),
            **draw(st.sampled_from([{}, {}, {"expires": "2026-11-19"}, {"expires": "2026-11-20"}])),
        }
        rows, half = draw(_rows(sound=sound)), draw(st.integers(0, 14))
        found.append((entry, [rows[:half], rows[half:]]))
    return found


def _lay_out(shop: Shop, wanted: dict[str, Any], found: Tables) -> None:
    (shop.folder / "manifests").mkdir()
    (shop.folder / "tables").mkdir()
    text = json.dumps({**wanted, "order_sources": [entry for entry, _ in found]}, ensure_ascii=False)
    (shop.folder / "manifests" / "all.yaml").write_text(text)
    for number, (_, files) in enumerate(found):
        for part, rows in enumerate(files):
            lines = ["order,line,status,from", *map(",".join, rows)]
            (shop.folder / "tables" / f"{number}-{part}.csv").write_text("\n".join(lines) + "\n")


def _declared(shop: Shop, room: Room) -> Declared:
    ear = Ear(READERS, shop.folder, shop.time.now, room)
    return declare(
        Place(shop.folder, ("manifests",), {}, "sandbox", ("sandbox",), KINDS, shop.terms, ear=ear)
    )


def _drawn(shop: Shop, room: Room, *, remembers: bool = False) -> Drawn | Declared:
    """Draw a plan, or give what is wrong with what is declared."""
    declared = _declared(shop, room)
    if not declared.is_valid:
        return declared
    with shop.target() as target:
        question = replace(shop.question(), room=room, remembers=remembers)
        return draw(declared, question, target, shop.record())


@contextmanager
def _on_disk(shop: Shop) -> Iterator[Room]:
    with disk(LEAST_LIMIT, shop.folder) as room:
        yield room


def _told(found: Drawn | Declared) -> tuple[Any, ...]:
    if isinstance(found, Declared):
        return (found.diagnostics,)
    plan, world = found.plan, found.world
    seen = dict(world.orders), list(world.orders), world.seen, world.found_by, world.whole
    wanted: list[LineManifest] = [each for lines in found.manifests.lines.values() for each in lines.values()]
    return (plan_texts(plan), plan, found.breaches, seen, wanted)


@settings(max_examples=40)
@given(scenes(choice(ACCEPTING)), tables(), SELECTIONS, st.booleans(), st.booleans())
def test_a_plan_with_a_limit_is_the_one_without(
    scene: Scene,
    found: Tables,
    selection: Selection,
    after_an_apply: bool,
    remembers: bool,
) -> None:
    with opened(scene) as shop, _on_disk(shop) as room:
        _lay_out(shop, scene.wanted, found)
        shop.selection = selection
        if after_an_apply and isinstance(first := _drawn(shop, MEMORY, remembers=True), Drawn):
            shop.apply(first)
        for _ in range(3):  # a lagging list is read until it has caught up
            _drawn(shop, MEMORY)
        before = _told(_drawn(shop, MEMORY, remembers=remembers))
        assert _told(_drawn(shop, room, remembers=remembers)) == before
        assert not [each for each in Path(shop.folder).iterdir() if each.name.endswith(".spill")]
