"""Variables in the values of a document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.document import written
from reconciler.stages.load import interpolate, parse

VARIABLES: dict[str, Any] = {"region": "ru", "business": 777, "open": True, "none": None, "odd": "${region}"}


def filled(text: str, variables: dict[str, Any] = VARIABLES) -> Any:
    (document,) = parse(text.encode(), "f").documents
    assert interpolate(document, variables) == ()
    return document.data


def faults(text: str) -> list[str]:
    (document,) = parse(text.encode(), "f").documents
    return [f"{each.origin} {each.summary}; {each.advice}" for each in interpolate(document, VARIABLES)]


def test_a_scalar_that_is_only_a_reference_takes_value_and_type():
    assert filled("[ '${business}', \"${open}\", '${none}', '${ region }' ]") == [777, True, None, "ru"]
    assert filled("a: ${business}") == {"a": 777}


def test_elsewhere_text_is_joined_and_numbers_are_as_they_were_written():
    number = parse(b"00012", "f").documents[0].data
    assert filled("a: x-${region}-${open}-${n}.", {**VARIABLES, "n": number}) == {"a": "x-ru-true-00012."}


def test_two_dollars_are_a_literal_and_other_dollars_are_nothing():
    data = filled("- a$${region}\n- $${\n- $region\n- 5$\n- $$x ${region}")
    assert data == ["a${region}", "${", "$region", "5$", "$$x ru"]


def test_what_a_variable_holds_is_not_looked_through_again():
    assert filled("a: ${odd}") == {"a": "${region}"}


def test_keys_and_comments_are_not_touched():
    assert filled("'${region}': 1 # ${nothing}") == {"${region}": 1}


def test_a_shared_or_merged_value_is_filled_everywhere():
    base, use = "a: &a {k: '${region}', l: ['${region}']}", "b: *a\nc: {<<: *a, m: 1}"
    filled_in = {"k": "ru", "l": ["ru"]}
    assert filled(f"{base}\n{use}") == {"a": filled_in, "b": filled_in, "c": {**filled_in, "m": 1}}
    assert filled("- &d ${region}\n- *d") == ["ru", "ru"]


DEFINED = "defined: business, none, odd, open, region"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "a: ${regoin}",
            f"f:1:4 the variable 'regoin' is not defined; did you mean region? {DEFINED}",
        ),
        ("a:\n  - x${}", f"f:2:5 the variable '' is not defined; {DEFINED}"),
        ("a: ${region", "f:1:4 a `${` without its `}`; close it, or write `$${` for a literal `${`"),
        (
            "a: x${none}",
            "f:1:4 the variable 'none' is null and cannot be joined to text; give it a text in `vars`",
        ),
    ],
)
def test_a_reference_that_cannot_be_followed_is_an_error_at_its_value(text, fault):
    assert faults(text) == [fault]


def test_a_value_with_an_error_stays_as_it_was_written():
    (document,) = parse(b"a: ${region}-${x}", "f").documents
    interpolate(document, VARIABLES)
    assert document.data == {"a": "${region}-${x}"}


def test_documents_without_references_have_nothing_to_visit():
    assert parse(b"a: [b, {c: $d}]", "f").documents[0].variables == ()


@given(st.text(st.sampled_from("${}ax "), max_size=20))
def test_any_text_is_filled_or_refused(text):
    (document,) = parse(("- '" + text + "'").encode(), "f").documents
    assert "${" in text or written(document.data[0]) == text
    found = interpolate(document, {"a": "A"})
    assert found or "${" not in text or document.data[0] != text
