"""Wishes on disk read as those in memory do, whatever was added and however it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.diagnostic import Origin
from reconciler.model.ids import foreseen
from reconciler.model.shelf import Shelf, Words
from reconciler.model.size import LEAST_LIMIT
from reconciler.model.wishes import Wishes
from reconciler.spill import Disk, disk
from tests.model.test_wishes import IDS, SOURCE, STATUSES, extended

AT = datetime(2026, 11, 20, 8, 0, 0, 5, tzinfo=UTC)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Disk]:
    with disk(LEAST_LIMIT, tmp_path) as opened:
        yield opened


def told(shelf: Shelf, orders: list[str]) -> list[object]:
    """Everything that a shelf tells."""
    return [
        list(shelf),
        list(shelf.in_order()),
        len(shelf),
        shelf.count,
        list(shelf.files),
        list(shelf.spoken),
        [(order, list(lines.items())) for order, lines in shelf.items()],
        [(order in shelf, shelf.get(order), shelf.same(order)) for order in orders],
        [(list(shelf.said(each).items()), shelf.statuses(each)) for each in foreseen(orders, shelf)],
    ]


STEPS = st.lists(
    st.lists(st.tuples(IDS, IDS, STATUSES), max_size=8)
    | st.tuples(IDS, IDS, STATUSES, st.sampled_from([None, AT])),
    max_size=5,
)


@given(STEPS)
def test_wishes_on_disk_read_as_those_in_memory(steps):
    with TemporaryDirectory() as folder, disk(LEAST_LIMIT, Path(folder)) as room:
        near, far, another = Wishes(SOURCE), room.wishes(SOURCE), room.wishes(SOURCE)
        for number, step in enumerate(steps):
            if isinstance(step, list):
                for each in (near, far):
                    extended(each, f"{number}.csv", step)
            else:
                order, line, status, at = step
                place = Origin(f"{number}.csv", 7)
                said = [each.add(order, line, Words(status), place, at) for each in (near, far)]
                assert said[0] == said[1]
                another.add("other", line, Words(status), place, at)
        assert told(near, ["1", "a", "none", "1"]) == told(far, ["1", "a", "none", "1"])
        assert list(another) == ["other"] * (len(another) > 0)


def test_more_orders_than_are_fetched_at_a_time(room: Disk):
    near, far = Wishes(SOURCE), room.wishes(SOURCE)
    rows = [(f"{order}", f"l{line}", "new") for order in range(2500) for line in range(2)]
    Random(1).shuffle(rows)  # noqa: S311 - made-up data
    for each in (near, far):
        extended(each, "t.csv", rows)
    orders = [f"{order}" for order in range(-10, 2600, 7)]
    assert told(near, orders) == told(far, orders)


def test_rows_before_one_that_speaks_of_a_line_again_stay_and_none_after_it(room: Disk):
    shelf = room.wishes(SOURCE)
    word = shelf.learn(Words("new"))
    columns = (["1", "2", "1", "3"], ["a", "a", "a", "a"], [word] * 4)
    assert shelf.extend("t.csv", [2, 3, 4, 5], *columns) == 2
    assert (list(shelf), shelf.count) == (["1", "2"], 2)
    assert shelf.extend("t.csv", [5], ["3"], ["a"], [word]) == 1
    assert shelf["3"]["a"].origin == Origin("t.csv", 5)
