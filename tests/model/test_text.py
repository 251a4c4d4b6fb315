"""Text in sentences: everything visible, nothing endless."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.document import WrittenInt
from reconciler.model.text import did_you_mean, listed, quoted, text_of, visible


@given(st.text())
def test_every_quoted_text_is_printable_and_short(text):
    assert quoted(text).isprintable()
    assert len(visible(text)) <= 60 * 10


def test_values_are_quoted_by_what_they_are():
    number = WrittenInt(12)
    number.text = "0012"
    values: list[object] = [None, True, number, 1.5, "a", {}, [], "a\u202eb"]
    assert [quoted(each) for each in values] == [
        "empty", "true", "0012", "1.5", '"a"', "a mapping", "a list", '"a\\u202eb"',
    ]  # fmt: skip
    assert text_of(number) == "0012"


def test_the_nearest_word_is_suggested_whatever_its_case():
    assert did_you_mean("Delivred", ["delivering", "delivered"]) == 'did you mean "delivered"?'
    assert did_you_mean("xyz", ["delivered"]) == ""


def test_a_long_list_is_cut_with_a_count():
    assert listed(range(25)).endswith("18, 19 and 5 more")
