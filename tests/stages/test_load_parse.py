"""What the bytes of one file mean: values, places, and every way in which they can be wrong."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from reconciler.model.diagnostic import Origin
from reconciler.model.document import Document, WrittenFloat, WrittenInt, written
from reconciler.stages.load import Limits, parse


def only(text: str) -> Document:
    parsed = parse(text.encode(), "f.yaml")
    assert parsed.diagnostics == ()
    (document,) = parsed.documents
    return document


def summary_of(source: bytes | str) -> str:
    parsed = parse(source.encode() if isinstance(source, str) else source, "f.yaml")
    (found,) = parsed.diagnostics
    return f"{found.origin} {found.summary}"


@pytest.mark.parametrize(
    "text", ["yes", "no", "on", "off", "12:34:56", "2024-01-01", "2024-13-45", "1_000", "0b1", "tRUE", "nULL"]
)
def test_words_and_times_of_older_yaml_are_text(text):
    assert only(f"a: {text}").data == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("00012", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("+7", 7),
        ("-0", 0),
        ("10.50", 10.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
    ],
)
def test_a_number_keeps_the_text_it_was_written_as(text, value):
    found = only(f"a: {text}").data["a"]
    assert found == value
    assert isinstance(found, WrittenInt | WrittenFloat)
    assert written(found) == text


def test_infinity_and_the_undefined_number_are_floats():
    data = only("[.inf, -.INF, .nan]").data
    assert data[:2] == [math.inf, -math.inf]
    assert math.isnan(data[2])


def test_null_and_booleans_have_the_spellings_of_the_core_schema():
    assert only("[~, null, Null, NULL, , true, True, TRUE, false, False, FALSE]".replace(" ,", "")).data == [
        None, None, None, None, True, True, True, False, False, False,
    ]  # fmt: skip
    assert only("a:\nb: 1").data == {"a": None, "b": 1}


def test_quoted_scalars_and_blocks_are_text():
    assert only("a: \"1\"\nb: 'true'\nc: |\n  12\nd: ''").data == {
        "a": "1",
        "b": "true",
        "c": "12\n",
        "d": "",
    }


def test_a_number_of_thousands_of_digits_stays_text():
    assert only("9" * 5000).data == "9" * 5000


def test_keys_keep_their_text():
    assert only('1: a\n0x1F: b\n~: c\ntrue: d\n"2": e\n1.50: f').data == dict(
        zip(["1", "0x1F", "~", "true", "2", "1.50"], "abcdef", strict=True)
    )


def test_several_documents_are_given_in_order_and_empty_ones_skipped():
    parsed = parse(b"# nothing\n---\n---\na: 1\n---\n- b\n...\n---\n", "f")
    assert [each.data for each in parsed.documents] == [{"a": 1}, ["b"]]
    assert [str(each.at(())) for each in parsed.documents] == ["f:4:1", "f:6:1"]


def test_an_anchor_is_shared_and_an_alias_stands_where_it_is_used():
    document = only("a: &x {k: 1}\nb: *x\nc: [&y 00012, *y]")
    assert document.data["a"] is document.data["b"]
    assert [written(each) for each in document.data["c"]] == ["00012", "00012"]
    assert document.at(("b",)) == Origin("f.yaml", 2, 4)


def test_a_merge_yields_to_what_is_written_out_and_stands_where_it_is_written():
    document = only("base: &base {a: 1, b: 2}\nc:\n  b: 3\n  <<: *base\n  d: 4")
    assert document.data["c"] == {"a": 1, "b": 3, "d": 4}
    assert list(document.data["c"]) == ["a", "b", "d"]
    assert [str(document.at(("c", key), key=True)) for key in "abd"] == [
        "f.yaml:4:3",
        "f.yaml:3:3",
        "f.yaml:5:3",
    ]


def test_of_several_merged_mappings_the_first_wins():
    assert only("[&a {k: 1}, &b {k: 2, l: 3}, {<<: [*a, *b]}]").data[2] == {"k": 1, "l": 3}


def test_a_quoted_merge_sign_is_an_ordinary_key():
    assert only('"<<": 1').data == {"<<": 1}
    assert only('{"<<": 1, <<: {a: 2}}').data == {"a": 2, "<<": 1}


def test_a_repeated_key_names_both_places_and_the_first_counts():
    parsed = parse(b"a: 1\nb: 2\na: {x: 3}\n", "f")
    (found,) = parsed.diagnostics
    assert (found.summary, found.origin, found.related) == (
        "the key 'a' is given twice", Origin("f", 3, 1), (Origin("f", 1, 1),),
    )  # fmt: skip
    assert parsed.documents[0].data == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "text", ["a: !env HOME", "a: !!str 1", "a: !<x> 1", "a: !!python/object:os.system {}"]
)
def test_a_tag_is_an_error_and_nothing_else_happens(text):
    assert summary_of(text).startswith("f.yaml:1:4 the tag ")


def test_a_mere_exclamation_mark_says_that_it_is_text():
    assert only("! 12").data == "12"


def test_a_byte_order_mark_does_not_shift_columns():
    assert str(parse(b"\xef\xbb\xbfa: b", "f").documents[0].at(("a",))) == "f:1:4"


def test_all_line_ends_count_as_one_line():
    document = only("a: 1\r\nb: 2\rc: 3\n")
    assert [document.at((key,)).line for key in "abc"] == [1, 2, 3]


def test_a_column_far_to_the_right_is_exact():
    assert only("{a: " + "'" + "x" * 100_000 + "', b: 1}").at(("b",), key=True).column == 100_009


FAULTS = {
    "a:\n\tb: 1": "f.yaml:2:1 a tab cannot indent in YAML",
    "-\ta: 1": "f.yaml:1:2 a tab cannot indent in YAML",
    "a: b: c": "f.yaml:1:5 a `:` stands where no key can be",
    "a: [1\nb: 2": "f.yaml:2:2 a `[` is not closed (begun in line 1)",
    "a: 'b\nc: 2\n": "f.yaml:1:4 a quote is not closed",
    "a: 1\nbc\n": "f.yaml:2:1 a key without a `:` after it",
    "- a\nb: 1": "f.yaml:2:1 a list goes on without a `-` (begun in line 1)",
    "a: @b": "f.yaml:1:4 text cannot begin with `@`",
    "a: %b": "f.yaml:1:4 text cannot begin with `%`",
    "{t: 12:30}": "f.yaml:1:7 a `:` inside of `{ }` or `[ ]`",
    'a: "\\q"': "f.yaml:1:5 an unknown escape after a backslash",
    "%YAML 1.1\n---\na: 1": "f.yaml:1:1 a file is read as YAML 1.2",
    "%FOO\n---\na: 1": "f.yaml:1:5 a line that begins with `%`",
    "? [a]\n: b": "f.yaml:1:3 a key is no text",
    "a: *b": "f.yaml:1:4 nothing is named &b",
    "&a [*a]": "f.yaml:1:5 *a stands inside of the value that it means",
    "<<: 1": "f.yaml:1:1 `<<` takes a mapping or a list of them",
    "a: x\u2028b: 1": "f.yaml:1:5 the character U+2028 cannot stand in YAML",
    "# x\u0085b: 1": "f.yaml:1:4 the character U+0085 cannot stand in YAML",
    "a: 1\nb: \x07": "f.yaml:2:4 the character U+0007 cannot stand in YAML",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_in_plain_words_at_its_place(text):
    assert summary_of(text) == FAULTS[text]


def test_a_reference_in_brackets_is_told_to_be_quoted():
    (found,) = parse(b"a: {b: ${c}}", "f").diagnostics
    assert found.advice == "inside of `{ }` and `[ ]` a `${...}` must be quoted"


def test_what_is_not_utf_8_is_refused_with_its_place_or_its_encoding():
    assert summary_of(b"a: 1\nb: \xe9t\xe9\n") == "f.yaml:2:4 the file is not in UTF-8"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        assert "is in UTF-16 or UTF-32" in summary_of("a: 1\nb: 2".encode(encoding))


def test_a_file_with_wrong_syntax_gives_no_document_but_its_text():
    assert parse(b"a: 1\n---\n[", "f").documents == ()
    assert parse(b"a: [", "f").text == "a: ["


def test_nesting_ends_at_the_limit():
    assert parse(b"[" * 64 + b"]" * 64, "f").diagnostics == ()
    assert summary_of(b"[" * 100_000).endswith("more than 64 levels inside one another")
    assert summary_of(b"- " * 100_000).endswith("more than 64 levels inside one another")


def test_aliases_do_not_lead_around_the_limit_of_depth():
    text = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 23 + "*a" + "]" * 23
    assert parse(text.encode(), "f").diagnostics == ()
    assert summary_of(text.replace("*a", "[*a]")).endswith("more than 64 levels inside one another")
    assert summary_of(f"{text.replace('b: ', 'b: &b ')}\nc: [*b]").endswith(
        "more than 64 levels inside one another"
    )


def test_a_file_full_of_errors_is_not_read_to_its_end():
    parsed = parse(b"a: 1\n" * 10_000, "f")
    assert len(parsed.diagnostics) == 101
    assert parsed.diagnostics[-1].summary == "more than 100 errors in one file"


def test_a_few_lines_that_mean_billions_are_refused():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for name, before in zip("bcdefghi", "abcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join(['*' + before] * 9)}]")
    assert summary_of("\n".join(lines)).endswith("the aliases stand for more than 1,000,000 entries")


def test_aliases_and_size_have_limits():
    many = "a: &a 1\nb: [" + "*a, " * 1001 + "]"
    assert summary_of(many).endswith("more than 1,000 aliases in one document")
    (found,) = parse(b"a: 1234", "f", limits=Limits(size=6)).diagnostics
    assert found.summary == "the file has more than 6 bytes"


def test_names_are_forgotten_between_documents():
    assert summary_of("a: &x 1\n---\nb: *x") == "f.yaml:3:4 nothing is named &x"


UNPRINTABLE = "\u2028\u2029\ufeff\ufffe\uffff"


def data_without(signs: str) -> st.SearchStrategy[object]:
    characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=UNPRINTABLE + signs)
    text = st.text(characters, max_size=12)
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
        max_leaves=12,
    )


def dump(data: object, *, flow: bool) -> bytes:
    from io import BytesIO

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    stream = BytesIO()
    yaml.dump({"root": data}, stream)
    return stream.getvalue()


@given(data_without(""))
def test_what_another_writer_wrote_is_read_alike_and_stands_where_its_nodes_stand(data):
    same_as_compose(data, dump(data, flow=False))


@given(data_without(":?"))
def test_so_it_is_in_brackets_where_libyaml_wants_colons_quoted(data):
    same_as_compose(data, dump(data, flow=True))


def same_as_compose(data: object, source: bytes) -> None:
    parsed = parse(source, "f")
    assert parsed.diagnostics == (), source
    (document,) = parsed.documents
    assert document.data == {"root": data}
    same_places(document, document.data, YAML(typ="safe").compose(source.decode()))


def same_places(document: Document, data: object, node: Node) -> None:
    if isinstance(node, MappingNode):
        assert isinstance(data, dict)
        for key, (key_node, value_node) in zip(data, node.value, strict=True):
            stands_at(document, data, key, key_node, key=True)
            stands_at(document, data, key, value_node)
            same_places(document, data[key], value_node)
    elif isinstance(node, SequenceNode):
        assert isinstance(data, list)
        for index, item in enumerate(node.value):
            stands_at(document, data, index, item)
            same_places(document, data[index], item)


def stands_at(
    document: Document, container: object, step: str | int, node: Node, *, key: bool = False
) -> None:
    place = document.place(container, step, key=key)
    assert place is not None
    assert document.origin(place) == Origin("f", node.start_mark.line + 1, node.start_mark.column + 1)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_it_raise(source):
    parsed = parse(source, "f")
    assert parsed.documents == () or isinstance(parsed.text, str)


@given(
    st.text(st.sampled_from("ab01 :-[]{},&*!|>'\"%@`#?~<$\n\r\t.\u0085\u2028\u2029\ufeff\\x"), max_size=60)
)
def test_no_mixture_of_signs_makes_it_raise(text):
    for found in parse(text.encode(), "f").diagnostics:
        assert found.origin is not None
        assert found.summary


def test_without_libyaml_it_says_what_to_install_instead_of_being_slow():
    without = "import sys; sys.modules['_ruamel_yaml'] = None"
    program = f"{without}; from reconciler.stages.load import parse; parse(b'', 'f')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.stderr.splitlines()[-1].endswith("install ruamel.yaml[oldlibyaml] and not ruamel.yaml alone")
