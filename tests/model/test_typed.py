"""Typed values: strict when written, tolerant when shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.typed import Unfit, read_value, same_value, see_value

MEMBERS = {"morning": 1, "evening": 2}


def written(value_type):
    return {
        "unicode": st.text(),
        "int": st.integers(-(10**12), 10**12),
        "float": st.floats(allow_nan=False, allow_infinity=False),
        "bool": st.booleans(),
        "enum": st.sampled_from([1, 2, "morning", "evening"]),
        "date": st.dates().map(str),
        None: st.text() | st.booleans() | st.integers(-(10**12), 10**12),
    }[value_type]


@given(
    st.sampled_from(["unicode", "int", "float", "bool", "enum", "date", None]).flatmap(
        lambda each: st.tuples(st.just(each), written(each))
    )
)
def test_a_value_shown_as_itself_or_as_text_is_the_same(drawn):
    value_type, value = drawn
    wanted = read_value(value_type, MEMBERS, value)
    assert read_value(value_type, MEMBERS, wanted) == wanted
    assert same_value(value_type, MEMBERS, wanted, wanted)
    text = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
    assert same_value(value_type, MEMBERS, wanted, text)


def test_truth_and_one_are_told_apart_where_it_matters():
    assert same_value("bool", {}, True, 1)
    assert not same_value("unicode", {}, "1", True)
    assert not same_value("int", {}, 1, True)
    with pytest.raises(Unfit):
        read_value("int", {}, True)


def test_a_label_wins_over_a_number_of_the_same_digits_and_either_is_recognised():
    odd = {"1": 2, "2": 1}
    assert read_value("enum", odd, "1") == 2
    assert same_value("enum", odd, 2, "1")
    assert same_value("enum", odd, 2, 2)


def test_an_enum_that_is_kept_elsewhere_takes_any_scalar():
    assert read_value("enum", {}, "noon") == "noon"
    assert same_value("enum", {}, 3, "3")


@pytest.mark.parametrize("value", [None, [], {}, "x", float("nan"), "inf", "9" * 50])
def test_what_does_not_have_the_type_is_seen_as_nothing(value):
    assert see_value("int", {}, value) is None


def test_text_is_compared_by_its_characters():
    assert not same_value("unicode", {}, "007", 7)
    assert not same_value(None, {}, "1.0", "1")
    assert same_value(None, {}, 1, "1.0")
