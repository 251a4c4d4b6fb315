"""JSON that is written in pieces is, to the byte, what is written of a whole."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.fingerprint import digest_of
from reconciler.project.planning import Planned
from reconciler.reports.json import plan_document, plan_pieces, written
from reconciler.reports.json.parts import Listed, in_pieces
from tests.reports import plans

TEXTS = st.text(st.sampled_from('aé"\\\n\t\u202e\x7f{}[],: '), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(TEXTS, JSON, min_size=1, max_size=4)


@given(DOCUMENTS, st.integers(0, 250))
def test_pieces_together_are_the_whole(document, count):
    items = [*document.values()] * (count // len(document))
    pieces = in_pieces({**document, "listed": Listed(lambda each: each, items), "after": 1})
    assert "".join(pieces) == written({**document, "listed": items, "after": 1})


@given(st.dictionaries(TEXTS, JSON, max_size=4))
def test_a_digest_is_that_of_the_whole_whatever_the_order_of_keys(body):
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    whole = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    assert digest_of(body) == whole
    assert digest_of(dict(reversed(body.items()))) == whole
    listed = {
        key: Listed(lambda each: each, value) if isinstance(value, list) else value
        for key, value in body.items()
    }
    assert digest_of(listed) == whole


@pytest.mark.parametrize(
    "plan", [plans.everything(), plans.many(1000), plans.a_plan(), plans.said("a\n\u202eb\x1b[31m")]
)
def test_a_plan_in_pieces_is_the_plan(plan, tmp_path):
    whole = written(plan_document(plan, exit_code=2, tool_version="1"))
    assert "".join(plan_pieces(plan, exit_code=2, tool_version="1")) == whole
    body = json.loads(whole)
    assert body == plan_document(plan, exit_code=2, tool_version="1")
    Planned(plan).save(tmp_path / "plan.json")
    assert json.loads((tmp_path / "plan.json").read_text()) == {**Planned(plan).document()}
