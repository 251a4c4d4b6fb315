"""Rows that travel as one value arrive as they left, and rows of one key in the order in which they came."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.store.spread import in_rounds


@given(st.lists(st.tuples(st.integers(0, 5), st.integers())))
def test_no_round_holds_a_key_twice_and_none_overtakes_another_of_its_key(pairs: list[tuple[int, int]]):
    rows = [{"key": key, "value": value} for key, value in pairs]
    rounds = list(in_rounds(rows, "key"))
    for each in rounds:
        assert len({row["key"] for row in each}) == len(each) > 0
    for key in range(6):
        told = [row["value"] for each in rounds for row in each if row["key"] == key]
        assert told == [value for known, value in pairs if known == key]
