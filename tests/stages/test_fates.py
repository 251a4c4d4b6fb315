"""Fates: what is kept in columns is what was noted."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address, order_line
from reconciler.model.outcome import Done, Failed, Lost, Outcome, Skipped
from reconciler.stages.apply.fates import Fates

LINES = [order_line("1", f"l{number}") for number in range(5)]
outcomes = st.builds(
    lambda kind, *words: kind(*words),
    st.sampled_from([Done, Done, Failed, Lost, Skipped]),
    st.sampled_from(LINES),
    st.sampled_from(["", "", "it was so already"]),
    st.sampled_from(["a", "b", None, 1]),
    st.floats(0, 9),
)


@given(st.lists(st.lists(outcomes, max_size=4)), st.permutations(range(1, 5)))
def test_what_was_noted_last_of_an_address_is_what_it_is(groups, numbers):
    fates = Fates(dict(zip(LINES, numbers, strict=False)))
    plain: dict[Address, Outcome] = {}
    for group in groups:
        fates.note(group)
        plain.update((each.address, each) for each in group)
    assert dict(fates) == plain
    assert len(fates) == len(plain)
    assert fates.keys() | set() == set(plain)
    assert all((line in fates) == (line in plain) for line in LINES)
    assert [type(fates.get(line)) for line in LINES] == [type(plain.get(line)) for line in LINES]


def test_more_words_than_a_byte_can_name_are_kept_all_the_same():
    lines = [order_line("1", str(number)) for number in range(600)]
    fates = Fates({line: number for number, line in enumerate(lines, 1)})
    said = [Done(line, "", f"status_{line.parts[1]}", 0.5) for line in lines]
    fates.note(said)
    assert [fates[line] for line in lines] == said
