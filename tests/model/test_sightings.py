"""Sightings at rest: what was seen of an order comes back whole, the later of two sights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Present, Unknown
from reconciler.model.manifest import Manifests
from reconciler.model.names import KEPT
from reconciler.model.observation import LiveOrder
from reconciler.model.shelf import Words
from reconciler.model.sightings import REPEATED, Sightings, seen_over
from reconciler.model.stated import Pattern, Stated, Statement
from reconciler.model.wishes import Wishes
from tests.model.test_wishes import SOURCE

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
    stated = Stated([entry("42", "a")])
    sightings = Sightings(Manifests(lines=stated))
    sightings.see(LiveOrder(fresh("42")))
    assert next(iter(sightings)) is next(iter(stated))
    assert shown(sightings, "42").external_id == "42"


def entry(order, *lines):
    return Statement(order, lines, Pattern((Words("new"),) * len(lines)), "m.yaml", [1] * len(lines))


@given(
    seen=st.dictionaries(IDS, st.none() | st.lists(st.sampled_from(["a", "b", "c"]), unique=True)),
    kept=st.dictionaries(IDS, st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True)),
)
def test_lines_that_are_kept_elsewhere_come_back_as_they_were_shown(seen, kept):
    apart = Sightings()
    for keeper in (
        Stated(entry(order, *lines) for order, lines in kept.items()),
        tabled((order, line) for line in "abc" for order, lines in kept.items() if line in lines),
    ):
        sparing = Sightings(Manifests(lines=keeper))
        for order, lines in seen.items():
            live = LiveOrder(order, lines=None if lines is None else dict.fromkeys(lines))
            for sightings in (apart, sparing):
                sightings.see(live)
            assert list(shown(sparing, order).lines or ()) == list(lines or ())
        assert dict(sparing) == dict(apart)
        names, said = sparing.shapes([*seen])
        named = [
            keeper.names(order) if each is KEPT else each for order, each in zip(seen, names, strict=True)
        ]
        assert (named, said) == apart.shapes([*seen])


@given(
    pages=st.lists(st.lists(LIVE, max_size=3), max_size=3),
    kept=st.dictionaries(IDS, st.lists(st.sampled_from(["a", "b", ""]), min_size=1, unique=True)),
    passed=st.sets(IDS),
)
def test_orders_that_are_seen_together_are_kept_as_if_one_by_one(pages, kept, passed):
    keeper = Manifests(lines=tabled((order, line) for order, lines in kept.items() for line in lines))
    together, single = Sightings(keeper), Sightings(keeper)
    for sightings in (together, single):
        for order in sorted(passed):
            sightings.pass_by(order)
    for page in pages:
        together.see_all_again(page)
        for live in page:
            single.see_again(live)
    assert list(together.items()) == list(single.items())
    assert together.passed == single.passed
    assert together.shapes([*single]) == single.shapes([*single])


def tabled(rows):
    wishes = Wishes(SOURCE)
    for place, (order, line) in enumerate(rows, 1):
        wishes.add(order, line, Words("new"), Origin("t.csv", place))
    return wishes


def test_orders_of_which_each_has_a_shape_of_its_own_are_kept_too():
    sightings = Sightings()
    for number in range(REPEATED + 3):
        sightings.see(LiveOrder(f"{number}", lines={f"line of {number}": "new"}))
    for number in (0, REPEATED - 1, REPEATED, REPEATED + 2):
        assert shown(sightings, f"{number}").lines == {f"line of {number}": "new"}


def test_an_order_that_was_not_seen_is_a_key_error():
    with pytest.raises(KeyError):
        Sightings()["1"]
