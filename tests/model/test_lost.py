"""What later reads say about a lost write: the tables, and that no clock but the target's decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.lost import (
    CLOCKS,
    READS,
    TICK,
    TIMES,
    Seen,
    Sight,
    Touch,
    Witness,
    Wrote,
    seen_of_line,
    seen_of_order,
    sight_of,
    touch_of,
)
from reconciler.model.record import Unsettled
from reconciler.model.settlement import Verdict

SENT = datetime(2026, 11, 20, 8, 0, 0, 500_000, tzinfo=UTC)
SECOND = SENT.replace(microsecond=0)
LONG_BEFORE = SECOND - timedelta(hours=1)
AGREED = Witness(frozenset({"order_line"}), timedelta())


def lost(updated: datetime | None = LONG_BEFORE) -> Unsettled:
    return Unsettled(1, SENT, "delivered", "cut", "update", "new", updated)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


# ------------------------------------------------------------------ reads


def test_every_situation_stands_in_a_table():
    assert set(READS) == set(product(Wrote, Seen))
    assert set(TIMES) == set(product(Touch, (False, True)))


def test_done_is_only_what_is_seen_as_wanted_and_undone_only_what_is_seen_as_it_was():
    for (_, seen), ruling in READS.items():
        for verdict in ruling:
            assert verdict is not Verdict.DONE or seen is Seen.WANTED
            assert verdict is not Verdict.NOT_DONE or seen in {Seen.BEFORE, Seen.ABSENT}


def test_the_run_that_lost_a_line_never_calls_it_undone():
    assert all(
        ruling.at_once is not Verdict.NOT_DONE for (wrote, _), ruling in READS.items() if wrote is Wrote.LINE
    )


def test_time_alone_proves_nothing_but_that_an_untouched_order_was_not_written_to():
    decided = {key: each.verdict for key, each in TIMES.items() if each.verdict is not Verdict.OPEN}
    assert decided == {(Touch.STILL, True): Verdict.NOT_DONE}


@pytest.mark.parametrize(
    ("before", "status", "seen"),
    [
        ("new", None, Seen.HIDDEN),
        ("new", "delivered", Seen.WANTED),
        ("new", "new", Seen.BEFORE),
        ("new", "paid", Seen.OTHER),
        (None, "new", Seen.OTHER),
    ],
)
def test_a_line_is_compared_with_what_was_wanted_and_with_what_was_known_before(before, status, seen):
    assert seen_of_line("delivered", before, status) is seen


@pytest.mark.parametrize(
    ("wanted", "before", "shown", "seen"),
    [
        ({"region": "west"}, {"region": "east"}, {"region": "west"}, Seen.WANTED),
        ({"region": "west"}, {"region": "east"}, {"region": "east"}, Seen.BEFORE),
        ({"region": "west"}, {"region": "east"}, {"region": "north"}, Seen.OTHER),
        ({"region": "west", "status": "paid"}, {"region": "east", "status": "new"},
         {"region": "west", "status": "new"}, Seen.OTHER),
        ({"region": "west"}, {"region": None}, {}, Seen.BEFORE),
        ({"region": "west"}, {}, {}, Seen.OTHER),
        ({"email": "a@example.com"}, {}, {}, Seen.HIDDEN),
        ({"lines.l.status": "paid"}, {"lines.l.status": "new"}, {}, Seen.HIDDEN),
        ({"lines.l.status": "paid"}, {"lines.l.status": "new"}, {"lines.l.status": "paid"}, Seen.WANTED),
        ({"region": "west", "lines.l.status": "paid"}, {"region": "east", "lines.l.status": "paid"},
         {"region": "west", "lines.l.status": "new"}, Seen.OTHER),
        ({"lines.l.status": "paid"}, {"lines.l.status": "paid"}, {"lines.l.status": "paid"}, Seen.HIDDEN),
        ({}, {}, {"region": "west"}, Seen.HIDDEN),
    ],
)  # fmt: skip
def test_an_order_is_compared_path_by_path(wanted, before, shown, seen):
    assert seen_of_order(wanted, before, Sight(shown)) is seen


def test_what_the_target_never_took_tells_nothing():
    wanted, before = {"region": "west", "status": "paid"}, {"region": "east", "status": "new"}
    sight = sight_of({"region": "east", "status": "paid"}, {"l": None}, {"region": "east"})
    assert seen_of_order(wanted, before, sight) is Seen.WANTED
    sight = sight_of({"region": "east", "status": "new"}, {"l": "new"}, {"region": "east"})
    assert seen_of_order(wanted, before, sight) is Seen.BEFORE


# ------------------------------------------------------------------ times


@pytest.mark.parametrize(
    ("updated", "other", "touch"),
    [
        (None, None, Touch.UNKNOWN),
        (LONG_BEFORE, None, Touch.STILL),
        (SECOND - seconds(60), None, Touch.EARLIER),
        (SECOND - seconds(3), None, Touch.EARLIER),
        (SECOND - seconds(1), None, Touch.NEAR),
        (SECOND, None, Touch.ECHO),
        (SECOND + seconds(60), None, Touch.ECHO),
        (SECOND + seconds(61), None, Touch.LATER),
        (SECOND, SENT, Touch.SIBLING),
        (SECOND + seconds(1), SENT, Touch.SIBLING),
        (SECOND + seconds(9), SENT, Touch.ECHO),
        (SECOND + seconds(9), SENT + seconds(60), Touch.SIBLING),
    ],
)
def test_the_table_of_times_where_the_clocks_are_known(updated, other, touch):
    assert touch_of(lost(), updated, other, AGREED) is touch


@pytest.mark.parametrize(
    ("updated", "touch"),
    [
        (SECOND - seconds(63), Touch.EARLIER),
        (SECOND - seconds(61), Touch.NEAR),
        (SECOND - seconds(1), Touch.NEAR),
        (SECOND, Touch.ECHO),
    ],
)
def test_where_nobody_compared_the_clocks_a_touch_about_that_time_hints_at_nothing(updated, touch):
    assert touch_of(lost(), updated, None, Witness()) is touch
    assert touch is not Touch.NEAR or TIMES[touch, True] == (Verdict.OPEN, Verdict.OPEN)


def test_an_order_that_had_changed_just_before_proves_nothing_by_the_targets_clock():
    just_before = lost(SECOND - seconds(30))
    assert touch_of(just_before, SECOND - seconds(30), None, AGREED) is Touch.STILL
    assert touch_of(just_before, SECOND - seconds(30), None, Witness()) is Touch.BLURRED
    ours_is_30_s_fast = Witness(ahead=-seconds(30))
    assert touch_of(just_before, SECOND - seconds(30), None, ours_is_30_s_fast) is Touch.BLURRED


skews = st.integers(-7200, 7200).map(seconds)
moments = st.integers(-7200, 7200).map(lambda count: SECOND + seconds(count))


@given(moments, moments, st.one_of(st.none(), moments), skews)
def test_a_clock_that_goes_wrong_changes_nothing_where_it_is_known(updated, before, other, skew):
    told = touch_of(lost(before), updated, other, AGREED)
    theirs = (before + skew, updated + skew)
    assert touch_of(lost(theirs[0]), theirs[1], other, Witness(AGREED.moves, skew)) is told


@given(moments, st.one_of(st.none(), moments), st.integers(-58, 58).map(seconds))
def test_within_the_margin_an_unknown_clock_makes_nobody_sure(before, other, skew):
    """Whatever is called still with an unknown clock is so by the true one as well."""
    if touch_of(lost(before), before, other, Witness()) is Touch.STILL:
        assert before <= SENT + skew - TICK
        assert abs(skew) < CLOCKS < CLOCKS + TICK
