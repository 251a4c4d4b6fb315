"""Sightings at rest: what was seen of an order comes back whole, the later of two sights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.evidence import Present, Unknown
from reconciler.model.observation import LiveOrder
from reconciler.model.sightings import REPEATED, Sightings, seen_over

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
IDS = st.sampled_from(["1", "2", "00012"])
WORDS = st.none() | st.sampled_from(["", "new", "delivered"])
TIMES = st.sampled_from(
    [
        None,
        AT,
        AT.replace(microsecond=1),
        AT.astimezone(timezone(timedelta(hours=3))),
        datetime(1969, 12, 31, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    ]
)
LIVE = st.builds(
    LiveOrder,
    external_id=IDS,
    endpoint=WORDS,
    status=WORDS,
    updated=TIMES,
    lines=st.none() | st.dictionaries(st.sampled_from(["a", "b", ""]), WORDS),
    detail=st.none() | st.just({"currency": "RUB"}),
)
SEEN = st.builds(Present, LIVE) | st.tuples(IDS, st.just(Unknown("two of them")))


def filled(sights):
    sightings, expected = Sightings(), {}
    for each in sights:
        if isinstance(each, Present):
            sightings.see(each.state)
            expected[each.state.external_id] = each
        else:
            order, unknown = each
            sightings.doubt(order, unknown.reason)
            expected[order] = unknown
    return sightings, expected


@given(st.lists(SEEN, max_size=8), st.lists(SEEN, max_size=4))
def test_what_was_seen_comes_back_whole_and_the_later_sight_counts(before, after):
    sightings, expected = filled(before)
    later, expected_later = filled(after)
    assert dict(sightings) == expected
    assert len(sightings) == len(expected)
    assert dict(seen_over(sightings, later)) == {**expected, **expected_later}
    assert dict(seen_over(expected, later)) == {**expected, **expected_later}
    assert dict(sightings) == expected


def shown(sightings, order):
    seen = sightings[order]
    assert isinstance(seen, Present)
    return seen.state


def fresh(order):
    """Give an id as the wire does: an object of its own."""
    return "".join(order)


def test_lines_come_back_in_the_order_in_which_they_were_shown():
    sightings = Sightings()
    sightings.see(LiveOrder("1", lines={"b": "new", "a": None}))
    assert list(shown(sightings, "1").lines) == ["b", "a"]


def test_an_order_is_kept_under_the_id_that_is_there_already():
    kept = fresh("42")
    sightings = Sightings(lambda order: kept if order == kept else order)
    sightings.see(LiveOrder(fresh("42")))
    assert next(iter(sightings)) is kept
    assert shown(sightings, "42").external_id == "42"


def test_orders_of_which_each_has_a_shape_of_its_own_are_kept_too():
    sightings = Sightings()
    for number in range(REPEATED + 3):
        sightings.see(LiveOrder(f"{number}", lines={f"line of {number}": "new"}))
    for number in (0, REPEATED - 1, REPEATED, REPEATED + 2):
        assert shown(sightings, f"{number}").lines == {f"line of {number}": "new"}


def test_an_order_that_was_not_seen_is_a_key_error():
    with pytest.raises(KeyError):
        Sightings()["1"]
