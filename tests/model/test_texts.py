"""Texts at rest: each comes back as it was, by itself and with its neighbours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.texts import Texts

SOME = st.lists(st.sampled_from(["", "a", "line-1", "строка", "日", "\ud800", "\n"]) | st.text(max_size=4))


@given(st.lists(SOME, max_size=4))
def test_texts_come_back_as_they_were_added(added):
    texts = Texts()
    for some in added:
        texts.extend(some)
    every = [text for some in added for text in some]
    assert len(texts) == len(every)
    assert [texts[row] for row in range(len(every))] == every
    for first in range(len(every)):
        for last in range(first, len(every)):
            assert texts.between(first, last) == every[first : last + 1]
