"""Outcomes at rest: made when somebody looks, counted and told apart without."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import order_line
from reconciler.model.outcome import WORDS, Done, Failed, Lost, Moved, Skipped
from reconciler.model.outcomes import Outcomes, count, of_kind

some = st.lists(
    st.builds(
        lambda kind, line: kind(order_line("1", line)),
        st.sampled_from([Done, Failed, Lost, Skipped, Moved]),
        st.sampled_from(["a", "b"]),
    )
)


@given(some)
def test_they_read_as_the_sequence_that_they_stand_for(plain):
    found = Outcomes(len(plain), plain.__getitem__)
    assert [*found] == plain
    assert found[1:] == plain[1:]
    assert count(found) == count(plain)
    for kind in WORDS:
        assert [*of_kind(found, kind)] == [*of_kind(plain, kind)]
