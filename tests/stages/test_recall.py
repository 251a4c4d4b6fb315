"""recall: a plan's file stands for its approval or is refused, whatever it holds."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.fingerprint import digest_of
from reconciler.reports.json import plan_document
from reconciler.stages.recall import BODY, NotAPlan, recall
from tests.stages.test_approve import approval, moving, plan, plans, withheld

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def document(*changes: Any) -> dict[str, Any]:
    drawn = plan(*(changes or (moving("1"), withheld("2"))))
    return plan_document(drawn, exit_code=0, tool_version="0")


def signed(words: dict[str, Any]) -> str:
    """Write a plan as somebody would who knows about digests."""
    return json.dumps({**words, "digest": digest_of({key: words.get(key) for key in BODY})})


def put(value: Any, path: list[Any], new: Any) -> Any:
    if not path:
        return new
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


def paths(value: Any, above: tuple[Any, ...] = ()) -> list[list[Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [list(above), *(path for key, each in inner for path in paths(each, (*above, key)))]


@given(plans)
def test_a_plans_document_stands_for_the_approval_of_the_plan(drawn):
    words = plan_document(drawn, exit_code=0, tool_version="0")
    recalled = recall(json.dumps(words))
    approved = approval(drawn)
    assert json.dumps([list(each) for each in _fields(recalled)]) == json.dumps(
        [list(each) for each in _fields(approved)]
    )
    assert (recalled.withheld, recalled.selection, recalled.options) == (
        approved.withheld,
        approved.selection,
        drawn.options,
    )
    assert recalled.created_at == drawn.created_at
    assert recalled.digest == words["digest"]


def _fields(approved: Any) -> list[Any]:
    return [
        (str(where), change.action, change.fields, change.permanent, change.triggers)
        for where, change in sorted(approved.changes.items())
    ]


@given(st.data())
def test_any_other_value_in_what_was_reviewed_is_refused(data):
    words = document()
    body = [path for path in paths(words) if path and path[0] in BODY]
    path = data.draw(st.sampled_from(body))
    new = data.draw(json_values)
    changed = put(words, path, new)
    if json.dumps(changed, sort_keys=True) != json.dumps(words, sort_keys=True):
        with pytest.raises(NotAPlan):
            recall(json.dumps(changed))


@given(st.data())
def test_a_changed_byte_is_refused_or_changes_nothing_that_was_reviewed(data):
    words = document()
    text = json.dumps(words)
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.characters(codec="utf-8")) + text[at + 1 :]
    try:
        recalled = recall(changed)
    except NotAPlan:
        return
    assert _fields(recalled) == _fields(recall(text))
    assert recalled.inputs == words["inputs"]


@given(st.data())
def test_hostile_values_with_a_right_digest_raise_nothing_else(data):
    words = document()
    path = data.draw(st.sampled_from([path for path in paths(words) if path]))
    with suppress(NotAPlan):
        recall(signed(put(words, path, data.draw(json_values))))


@given(st.one_of(st.text(), json_values.map(json.dumps)))
def test_what_is_no_plan_raises_nothing_else(text):
    with pytest.raises(NotAPlan):
        recall(text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "9" * 10_000, "\ud800", "NaN", ""])
def test_deep_long_and_odd_texts_are_refused(text):
    with pytest.raises(NotAPlan):
        recall(text)


@pytest.mark.parametrize(
    ("path", "new", "said"),
    [
        (["complete"], False, "not complete"),
        (["format_version"], "2.0", "format_version"),
        (["command"], "apply", "not the JSON of a plan"),
        (["created_at"], "2026-01-01T00:00:00", "no time zone"),
        (["selection", "only"], "order/*", "no list"),
        (["options", "max_line_changes"], True, "no number"),
        (["options", "on_moved"], "go on", "OnMoved"),
        (["changes", 0, "action"], "destroy", "no action"),
        (["changes", 0, "permanent"], 0, "neither true nor false"),
        (["changes", 1, "address"], "order_line/1/l", "listed twice"),
        (["changes", 0, "address"], "planet/earth", "not an address"),
    ],
)
def test_it_says_what_is_wrong(path, new, said):
    with pytest.raises(NotAPlan, match=said):
        recall(signed(put(document(), path, new)))


def test_a_newer_minor_version_may_say_more():
    words = {**document(), "format_version": "1.7", "more": 1}
    assert len(recall(json.dumps(words)).changes) == 1
