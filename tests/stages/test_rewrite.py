"""Formatting: layout changes, nothing else does."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.model.diagnostic import Severity
from reconciler.stages.load import parse
from reconciler.stages.rewrite import format_text


def formatted(text: str) -> str:
    result = format_text(text.encode(), "f.yaml")
    assert result.diagnostics == ()
    assert result.changed == (result.text != text)
    assert format_text(result.text.encode(), "f.yaml").text == result.text
    return result.text


BEFORE = """\
# yaml-language-server: $schema=x

targets:   [staging,production]   # optional
custom_fields:
# the first
-   external_id: delivery_slot
    name: 'Delivery slot'
    # about the default
    default_value: 00012
    scale: 1.50
    none: ~
    empty:
    since: 2022-01-02T15:04:05Z

-   external_id: 'packed'\x20\x20
    note: |  # kept
        two  spaces

        # not a comment
    # ends the entry
# ends the list
base: &base
    a: 1
other:
    <<: *base


# tail
---
a:   ${b}
"""
AFTER = """\
# yaml-language-server: $schema=x

targets: [staging, production]    # optional
custom_fields:
  # the first
  - external_id: "delivery_slot"
    name: 'Delivery slot'
    # about the default
    default_value: 00012
    scale: 1.50
    none: ~
    empty:
    since: 2022-01-02T15:04:05Z

  - external_id: "packed"
    note: |  # kept
      two  spaces

      # not a comment
    # ends the entry
# ends the list
base: &base
  a: 1
other:
  <<: *base


# tail
---
a: ${b}
"""


def test_a_manifest_gets_the_layout_and_keeps_all_else():
    assert formatted(BEFORE) == AFTER
    assert not format_text(AFTER.encode(), "f").changed


def test_ids_that_are_no_text_stay_for_validation_to_name():
    assert formatted("- external_id: 12\n- external_id: ~\n- external_id: yes\n") == (
        '  - external_id: 12\n  - external_id: ~\n  - external_id: "yes"\n'
    )


def test_long_lines_are_not_wrapped_and_wrapped_text_is_joined():
    long = "word " * 100 + "end"
    assert formatted(f"a: {long}\n") == f"a: {long}\n"
    assert formatted("a: one\n  two\n") == "a: one two\n"


def test_line_ends_trailing_spaces_and_the_last_line_are_mended():
    assert formatted("\n\na: 1  \r\nb: 2\n\n\n") == "a: 1\nb: 2\n"
    assert formatted("a: 1") == "a: 1\n"
    assert formatted("# only a comment  ") == "# only a comment\n"
    assert formatted("") == ""


def test_spaces_that_belong_to_a_text_stay():
    assert formatted("a: |\n  b  \n  c\n") == "a: |\n  b  \n  c\n"


@pytest.mark.parametrize("text", ["a: [\n  b,  # why\n  c,\n]\n", "a:\n-  # why\n  b: 1\n-\n  b: 2\n"])
def test_a_file_whose_comments_would_suffer_is_left_alone(text):
    result = format_text(text.encode(), "f")
    assert (result.text, result.changed) == (text, False)
    assert [each.severity for each in result.diagnostics] == [Severity.WARNING]


def test_an_escape_never_becomes_an_invisible_character():
    assert not format_text(b'a:   "\\u202e"\n', "f").changed
    assert formatted('a:   "\\u00e9"\n') == 'a: "é"\n'


def test_a_file_with_errors_is_left_alone():
    result = format_text(b"a:   1\na:   2\n", "f")
    assert (result.text, result.changed) == ("a:   1\na:   2\n", False)
    assert result.diagnostics == parse(b"a:   1\na:   2\n", "f").diagnostics


WORDS = st.sampled_from(
    ["a", "12", "00012", "1.50", "yes", "it's", "a: b", "# x", "", "a\nb", "Привет", " x ", "- a", "~"]
)
DATA = st.recursive(
    WORDS | st.integers() | st.none() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["external_id", "lines", "12", "a b"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(DATA, st.booleans(), st.data())
@settings(max_examples=60)
def test_formatting_changes_neither_data_nor_comments_and_settles(data, flow, draws):
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    stream = BytesIO()
    yaml.dump({"root": data, "next": 1}, stream)
    lines: list[str] = []
    for line in stream.getvalue().decode().splitlines():
        if draws.draw(st.integers(0, 3)) == 0:
            lines.append(" " * draws.draw(st.integers(0, 8)) + f"# comment {len(lines)}")
        lines.append(line)
    source = "\n".join(lines)
    before = parse(source.encode(), "f")
    result = format_text(source.encode(), "f")
    after = parse(result.text.encode(), "f")
    assert [each.data for each in after.documents] == [each.data for each in before.documents]
    assert [line.strip() for line in lines if "# comment" in line and line.strip() not in result.text] == []
    assert format_text(result.text.encode(), "f").text == result.text
