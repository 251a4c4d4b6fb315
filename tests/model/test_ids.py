"""Ids of orders: either of two mappings, and the one object that is kept of an id."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.beneath import Beneath
from reconciler.model.diagnostic import Origin
from reconciler.model.ids import Either, same_in
from reconciler.model.lines import narrowed
from reconciler.model.manifest import Manifests
from reconciler.model.report import Report
from reconciler.model.shelf import Words
from reconciler.model.wishes import Wishes
from reconciler.stages.overlay import overlay
from tests.model.test_wishes import SOURCE
from tests.stages.sides import wish

SETS = st.frozensets(st.sampled_from("abcd"))


@given(SETS, SETS)
def test_either_is_the_union_without_a_copy(first, second):
    either = Either(first, second)
    assert sorted(either) == sorted(first | second)
    assert len(either) == len(first | second)
    assert {each for each in "abcde" if each in either} == first | second
    assert either.among([*"abcdeab"]) == first | second
    assert either | {"e"} == first | second | {"e"}


def fresh(order):
    """Give an id as the wire does: an object of its own."""
    return "".join(order)


def wishes():
    kept = Wishes(SOURCE)
    for order in ("10", "20"):
        for line in ("a", "b"):
            kept.add(fresh(order), line, Words("new"), Origin("t.csv", 1))
    return kept


def test_an_id_comes_back_as_the_object_that_the_wishes_keep_however_they_are_laid():
    kept = wishes()
    (ten,) = (order for order in kept if order == "10")
    parted = narrowed(kept, lambda each: each.line == "a")
    own = {"30": {"a": wish(order="30")}}
    laid = overlay(Manifests(lines=own), [Report(source=SOURCE, wishes=kept)]).manifests
    for lines in (kept, parted, laid.lines, Beneath(own, kept), Beneath(kept, own)):
        asked = fresh("10")
        assert asked is not ten
        assert Manifests(lines=lines).same(asked) is ten
        assert Manifests(lines=lines).same("99") == "99"
        ((kept_as, _), (unknown, none)) = Manifests(lines=lines).held([fresh("10"), "99"])
        assert kept_as is ten
        assert (unknown, none) == ("99", None)


def test_entries_keep_no_id_for_others():
    asked = fresh("30")
    assert Manifests(lines={"30": {}}).same(asked) is asked
    assert list(Manifests(lines={"30": {}}).held([asked])) == [(asked, None)]
    assert same_in([{}, {}], asked) is asked
