"""Wishes at rest: what was added comes back whole, however it was added."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from reconciler.model.diagnostic import Origin
from reconciler.model.manifest import LineManifest
from reconciler.model.shelf import Words
from reconciler.model.source import SourceManifest
from reconciler.model.wishes import CROWD, Wishes

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
IDS = st.sampled_from(["1", "2", "3", "заказ"])
STATUSES = st.sampled_from(["new", "delivered"])


class Nothing(BaseModel):
    pass


SOURCE = SourceManifest(
    name="t", type="table", live=False, origin=Origin("m.yaml", 1), details=Nothing(), once=True
)


def wish(order, line, status, file, row):
    return LineManifest(
        order=order, line=line, status=status, origin=Origin(file, row), once=True, source=SOURCE
    )


def all_of(wishes):
    return {(order, line): each for order, lines in wishes.items() for line, each in lines.items()}


def extended(wishes, file, rows):
    """Add rows by the column, and go on after each that is spoken of already."""
    numbers = range(1, len(rows) + 1)
    taken = 0
    while taken < len(rows):
        orders, lines, statuses = (list(column) for column in zip(*rows[taken:], strict=True))
        words = [wishes.learn(Words(each)) for each in statuses]
        taken += wishes.extend(file, numbers[taken:], orders, lines, words) + 1


@given(st.lists(st.lists(st.tuples(IDS, IDS, STATUSES), max_size=12), max_size=3))
def test_the_first_wish_of_a_line_is_kept_with_its_place_one_by_one_as_by_the_column(files):
    single, many = Wishes(SOURCE), Wishes(SOURCE)
    expected: dict[tuple[str, str], LineManifest] = {}
    for number, rows in enumerate(files):
        file = f"{number}.csv"
        extended(many, file, rows)
        for row, (order, line, status) in enumerate(rows, 1):
            earlier = expected.get((order, line))
            assert single.add(order, line, Words(status), Origin(file, row)) == earlier
            expected.setdefault((order, line), wish(order, line, status, file, row))
    for each in (single, many):
        assert all_of(each) == expected
        assert list(all_of(each)) == sorted(expected, key=lambda pair: list(each).index(pair[0]))
        assert each.count == len(expected)
        assert len(each) == len({order for order, _ in expected})
        for order in each:
            assert each.statuses(order) == {line: wish.status for line, wish in each[order].items()}
        asked = [*each, "none", *sorted(each)]
        assert list(each.held(asked)) == [(each.same(order), each.names(order)) for order in asked]


@pytest.mark.parametrize("size", [CROWD - 1, CROWD, CROWD + 1, 4 * CROWD])
def test_an_order_of_many_lines_knows_each_of_them(size):
    wishes = Wishes(SOURCE)
    lines = [f"l{number}" for number in range(size)]
    new = wishes.learn(Words("new"))
    assert wishes.extend("t.csv", range(1, size + 1), ["1"] * size, lines, [new] * size) == size
    for number, line in enumerate(lines, 1):
        again = wishes.add("1", line, Words("delivered"), Origin("t.csv", 999))
        assert again is not None
        assert again.origin.line == number
    assert wishes.add("1", "another", Words("new"), Origin("t.csv", 1000)) is None
    assert wishes.extend("t.csv", [1001, 1002], ["1", "1"], ["one more", "l0"], [new, new]) == 1
    assert list(wishes["1"]) == [*lines, "another", "one more"]


def test_what_is_not_there_is_a_key_error_and_has_no_statuses():
    wishes = Wishes(SOURCE)
    assert wishes.statuses("1") == {}
    assert "1" not in wishes
    with pytest.raises(KeyError):
        wishes["1"]


def test_a_time_that_only_some_wishes_have_stays_theirs():
    wishes = Wishes(SOURCE)
    for number, reported in enumerate([None, AT, None, None, AT], 1):
        wishes.add("1", f"l{number}", Words("new"), Origin("s", 1), reported)
    assert [each.reported for each in wishes["1"].values()] == [None, AT, None, None, AT]
