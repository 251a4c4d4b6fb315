"""How deep an answer may be nested, found out without following it."""

import json

import pytest

from reconciler.targets.altcraft.codec import JSON, Garbled
from reconciler.targets.altcraft.codec.depth import DEEPEST, is_too_deep


def nested(levels, kind=b"[]"):
    return kind[:1] * levels + kind[1:] * levels


def test_the_deepest_that_is_read_and_the_first_that_is_not():
    assert not is_too_deep(nested(DEEPEST))
    assert is_too_deep(nested(DEEPEST + 1))


@pytest.mark.parametrize("text", ["[" * 99, "]" * 99, "{[" * 99, '"[' * 99, "\\[" * 99, '\\"' + "{" * 99])
def test_brackets_in_texts_are_no_levels(text):
    assert not is_too_deep(json.dumps({"error": 0, "error_text": text, text: []}).encode())


@pytest.mark.parametrize("levels", [DEEPEST, 900, 50_000])
def test_an_answer_that_is_too_deep_is_garbled(levels):
    for body in (nested(levels), b"[" * levels, b'{"error": ' * levels + b"0" + b"}" * levels):
        with pytest.raises(Garbled):
            JSON.decode(b'{"error": 0, "result": ' + body + b"}")
