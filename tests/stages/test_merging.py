"""Merging: new entries and edits go into a file, and no byte changes that they do not touch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model import address
from reconciler.model.diagnostic import Origin, warning
from reconciler.model.draft import (
    Addition,
    AddLine,
    Draft,
    DropLine,
    Edit,
    Members,
    Put,
    Reinfer,
    Revision,
)
from reconciler.stages.load import parse
from reconciler.stages.rewrite import Head, Merged, format_text, merge
from reconciler.stages.rewrite.spelling import entry

FIELD = address.custom_field("order", "slot")
SLOT = Draft(
    {"external_id": "slot", "entity_type": "order", "value_type": "int", "external": True},
    {"value_type": "inferred from 3 orders"},
    ("name: look for it",),
)
PACKED = Draft({"external_id": "packed", "external": True})
LINE = Draft({"external_id": "l9", "product": "lamp", "count": 1})
ADD_SLOT = Addition(FIELD, "custom_fields", SLOT)
ADD_PACKED = Addition(address.line_status("packed"), "custom_line_statuses", PACKED)
OTHERWISE = warning("declared otherwise")


def merged(
    text: str | None, *additions: Addition, edits: Sequence[Edit] = (), entry_of: str = "", head: Any = None
) -> Merged:
    """Merge, with the edits for the entry that begins with a text."""
    revisions = []
    if edits:
        assert text is not None
        at = text.index(entry_of)
        before = text[:at].splitlines(keepends=True) or [""]
        column = 0 if before[-1].endswith(("\n", "\r")) else len(before[-1])
        line = len(before) + (1 if column == 0 else 0)
        revisions = [Revision(address.order("1"), Origin("f.yaml", line, column + 1), tuple(edits))]
    source = None if text is None else text.encode()
    return merge(source, "f.yaml", additions, revisions, head)


# ------------------------------------------------------------------ new entries


def test_a_file_that_is_not_there_is_begun_in_the_layout_of_fmt():
    head = Head(("What production has in use.",), "../s.json", {"custom_fields": "Look."}, "production")
    result = merged(None, ADD_SLOT, ADD_PACKED, head=head)
    assert result.text == (
        "# yaml-language-server: $schema=../s.json\n"
        "# What production has in use.\n"
        "targets: [production]\n"
        "# Look.\n"
        "custom_fields:\n"
        '  - external_id: "slot"\n'
        "    entity_type: order\n"
        "    value_type: int  # inferred from 3 orders\n"
        "    external: true\n"
        "    # name: look for it\n"
        "\n"
        "custom_line_statuses:\n"
        '  - external_id: "packed"\n'
        "    external: true\n"
    )
    assert not format_text(result.text.encode(), "f.yaml").changed


def test_entries_follow_the_last_one_of_their_section_at_its_indentation():
    before = (
        "custom_fields:\n"
        "- external_id: 'a'   # why\n"
        "  name: A\n"
        "  # ends the entry\n"
        "# about what comes\n"
        "orders: []   # none yet\n"
        "# end"
    )
    assert merged(before, ADD_SLOT).text == before.replace(
        "# about",
        '- external_id: "slot"\n'
        "  entity_type: order\n"
        "  value_type: int  # inferred from 3 orders\n"
        "  external: true\n"
        "  # name: look for it\n"
        "# about",
    )


@pytest.mark.parametrize("nothing", ["", " ~", " null", " []", " [ ]"])
def test_a_section_without_entries_gets_them_on_lines_of_their_own(nothing: str):
    before = f"custom_line_statuses:{nothing}  # why\nother: 1\n"
    after = merged(before, ADD_PACKED).text
    assert after == (
        'custom_line_statuses:  # why\n  - external_id: "packed"\n    external: true\nother: 1\n'
    )


def test_the_first_document_for_the_target_takes_them_and_else_one_is_begun():
    before = "targets: [staging]\na: 1\n---\ntargets: [production, other]\nb: 2\n---\nc: 3\n"
    production = merged(before, ADD_PACKED, head=Head(target="production"))
    assert production.text == before.replace(
        "b: 2\n", 'b: 2\n\ncustom_line_statuses:\n  - external_id: "packed"\n    external: true\n'
    )
    alone = "targets: [staging]\na: 1\n"
    assert merged(alone, ADD_PACKED, head=Head(target="production")).text == alone + (
        '---\ntargets: [production]\ncustom_line_statuses:\n  - external_id: "packed"\n    external: true\n'
    )


@pytest.mark.parametrize(
    "before",
    ["custom_fields: [{external_id: a}]", "{custom_fields: []}\n", "custom_fields: &x\n  - {a: 1}\n"],
)
def test_where_entries_have_no_line_of_their_own_a_document_is_begun(before: str):
    after = merged(before, ADD_SLOT).text
    assert after.startswith(before.rstrip("\n") + "\n---\ncustom_fields:\n")


def test_line_ends_and_the_byte_order_mark_stay_as_they_are():
    source = "\ufeff# c\r\na: 1".encode()
    result = merge(source, "f", [ADD_PACKED])
    assert result.text == (
        "\ufeff# c\r\na: 1\r\n\r\n"
        'custom_line_statuses:\r\n  - external_id: "packed"\r\n    external: true\r\n'
    )


@pytest.mark.parametrize("text", ["a: [1\n", "a: 1\na: 2\n", "a: !t 1\n", "\tb: 1\n"])
def test_a_file_that_cannot_be_read_is_left_alone(text: str):
    result = merged(text, ADD_SLOT)
    assert (result.text, result.changed) == (text, False)
    assert result.diagnostics


def test_nothing_to_merge_is_no_change():
    assert merged("a: [ 1 ]  # odd") == Merged("a: [ 1 ]  # odd", changed=False)


# ------------------------------------------------------------------ edits

ORDER = """\
orders:
  - external_id: '1'   # the first
    status: "new"      # as it was
    total_price: 10
    region:
    tags:
      - one
      - two   # mine
    custom_fields: {slot: 1, "a b": x}
    lines:
      - external_id: l1   # a lamp
        count: 1
      # between
      - {external_id: l2, count: 2}
    # ends it
  - external_id: "2"
    status: ${status}
"""


def edited(*edits: Edit, text: str = ORDER, entry_of: str = "external_id: '1'") -> Merged:
    return merged(text, edits=edits, entry_of=entry_of)


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (Put(("status",), "paid"), 'status: "new" ', 'status: "paid" '),
        (Put(("total_price",), "12.50"), "total_price: 10", 'total_price: "12.50"'),
        (Put(("region",), "north"), "region:\n", "region: north\n"),
        (Put(("custom_fields", "a b"), True), "x}", "true}"),
        (Put(("custom_fields", "slot"), None), "slot: 1", "slot: null"),
        (Put(("lines", "l1", "count"), 3), "count: 1", "count: 3"),
        (Put(("lines", "l2", "count"), 3), "count: 2", "count: 3"),
        (Put(("check_total",), False), "    # ends it\n", "    check_total: false\n    # ends it\n"),
        (Members(("tags",), frozenset({"one", "x: y"})), "- two   # mine\n", '- "x: y"\n'),
        (DropLine("l1"), "      - external_id: l1   # a lamp\n        count: 1\n", ""),
        (DropLine("l2"), "      - {external_id: l2, count: 2}\n", ""),
        (
            AddLine(LINE),
            "    # ends it\n",
            '      - external_id: "l9"\n        product: lamp\n        count: 1\n    # ends it\n',
        ),
    ],
)
def test_an_edit_touches_its_own_place_alone(edit: Edit, old: str, new: str):
    result = edited(edit)
    assert result.diagnostics == ()
    assert ORDER.count(old) == 1
    assert result.text == ORDER.replace(old, new)


def test_edits_of_an_entry_on_one_line_stay_on_it():
    text = "orders: [{external_id: '1', tags: [a], lines: [{external_id: l1, count: 1}]}]  # all\n"
    edits = (
        Members(("tags",), frozenset({"b"})),
        AddLine(LINE),
        Put(("lines", "l1", "count"), 2),
        Put(("check_total",), False),
    )
    assert edited(*edits, text=text, entry_of="{external_id: '1'").text == (
        "orders: [{external_id: '1', tags: [b], lines: [{external_id: l1, count: 2}, "
        '{external_id: "l9", product: lamp, count: 1}], check_total: false}]  # all\n'
    )


@pytest.mark.parametrize(
    ("text", "edit", "why"),
    [
        (ORDER.replace('"new"', "${state}"), Put(("status",), "paid"), "status is given by a variable"),
        (ORDER.replace('"new"', "&s new"), Put(("status",), "paid"), "it holds an anchor, an alias or a tag"),
        (ORDER.replace('"new"      #', "|\n      new\n    #"), Put(("status",), "paid"), "several lines"),
        (ORDER, Members(("tags",), frozenset({"three"})), "none of its tags would stay"),
        (ORDER, DropLine("l7"), "one of its lines was not found again"),
    ],
)
def test_an_entry_that_cannot_be_edited_is_left_whole_and_named(text: str, edit: Edit, why: str):
    result = edited(Put(("total_price",), "12"), edit, text=text)
    assert result.text == text
    assert not result.changed
    assert result.left == {address.order("1")}
    (found,) = result.diagnostics
    assert why in found.summary
    assert found.origin is not None


def test_the_last_line_of_an_order_is_never_dropped():
    text = "orders:\n  - external_id: '1'\n    lines:\n      - external_id: l1\n"
    assert "its last line is not shown" in edited(DropLine("l1"), text=text).diagnostics[0].summary


TYPED = """\
custom_fields:
  - external_id: '1'
    value_type: int  # inferred from 3 orders; a list too
    x: 1
"""


def test_an_inferred_value_is_said_anew_or_taken_out_and_a_persons_is_left():
    anew = edited(Reinfer("value_type", "float", "inferred from 4 orders", OTHERWISE), text=TYPED)
    assert anew.text == TYPED.replace(
        "int  # inferred from 3 orders; a list too", "float  # inferred from 4 orders"
    )
    out = edited(Reinfer("value_type", None, "value_type: text and numbers", OTHERWISE), text=TYPED)
    assert out.text == TYPED.replace(
        "value_type: int  # inferred from 3 orders; a list too", "# value_type: text and numbers"
    )
    mine = TYPED.replace("inferred from", "it is, I looked:")
    left = edited(Reinfer("value_type", "float", "inferred from 4 orders", OTHERWISE), text=mine)
    assert (left.text, left.diagnostics) == (mine, (OTHERWISE,))


# ------------------------------------------------------------------ laws

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=6)
SCALARS = st.one_of(
    WORDS,
    st.sampled_from(["${x}", "$${", "no", "1e3", "007", "2026-01-02", "a: b", "# c", " a", "- a", "~", ""]),
    st.integers(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(st.dictionaries(WORDS, SCALARS, min_size=1, max_size=4), st.lists(WORDS, max_size=3))
def test_what_is_spelt_is_read_again_as_it_was(values: dict[str, Any], tags: list[str]):
    draft = Draft({"external_id": "x", "custom_fields": values, "tags": tags, "lines": [Draft(values)]})
    text = "\n".join(["orders:", *entry(draft, 2), ""])
    parsed = parse(text.encode(), "f")
    assert parsed.diagnostics == ()
    (read,) = parsed.documents[0].data["orders"]
    expected = {key: _literal(value) for key, value in values.items()}
    assert read["custom_fields"] == read["lines"][0] == expected
    assert [type(each) is bool for each in read["custom_fields"].values()] == [
        type(each) is bool for each in values.values()
    ]
    assert read["tags"] == [_literal(each) for each in tags]


def _literal(value: Any) -> Any:
    return value.replace("${", "$${") if isinstance(value, str) else value


@st.composite
def layouts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A file of orders as people write them, and their ids."""
    ids = draw(st.lists(st.sampled_from(["1", "2", "a b", "é"]), min_size=1, unique=True))
    pad = " " * draw(st.sampled_from([0, 2, 4]))
    lines = [*draw(_between(""))]
    lines += ["custom_fields:", f"{pad}- external_id: f", *draw(_between(pad + "  "))]
    lines += [f"orders:{draw(_tail())}"]
    for each in ids:
        quote = draw(st.sampled_from(["'", '"']))
        lines += draw(_between(pad))
        lines.append(f"{pad}-   external_id: {quote}{each}{quote}{draw(_tail())}")
        lines += [
            f"{pad}    status:   {draw(st.sampled_from(['new', chr(39) + 'new' + chr(39)]))}{draw(_tail())}"
        ]
        if draw(st.booleans()):
            lines.append(f"{pad}    lines: [ {{external_id: l1,  count: 1}}, ]{draw(_tail())}")
        else:
            lines += [
                f"{pad}    lines:",
                f"{pad}    -  external_id: l1{draw(_tail())}",
                f"{pad}       count: 01",
            ]
    lines += draw(_between(pad))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return newline.join(lines) + draw(st.sampled_from(["", newline, newline * 2])), ids


def _tail() -> st.SearchStrategy[str]:
    return st.sampled_from(["", "", "  # why", "\t# why: not", "   "])


def _between(pad: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(["", f"{pad}# a comment", f"{pad}  #deeper", "# outer"]), max_size=2)


@given(layouts(), st.data())
def test_every_untouched_line_keeps_its_bytes_and_its_order(
    layout: tuple[str, list[str]], data: st.DataObject
):
    text, ids = layout
    (document,) = parse(text.encode(), "f").documents
    revisions, touched = [], 0
    for index, order in enumerate(ids):
        edits = data.draw(st.lists(st.sampled_from(_EDITS), unique_by=repr, max_size=3))
        if edits:
            origin = document.at(("orders", index))
            revisions.append(Revision(address.order(order), origin, tuple(edits)))
        touched += sum(1 for each in edits if isinstance(each, Put)) + len(edits)
    additions = data.draw(st.lists(st.sampled_from([ADD_SLOT, ADD_PACKED]), unique_by=repr))
    result = merge(text.encode(), "f", additions, revisions)
    assert result.diagnostics == ()
    before, after = text.splitlines(keepends=True), result.text.splitlines(keepends=True)
    gone = list(_gone(before, after))
    unended = int(not text.endswith(("\n", "\r")))
    assert len(gone) <= touched + unended
    assert all("status" in each or "lines" in each or "count" in each for each in gone[: len(gone) - unended])


_EDITS: list[Edit] = [Put(("status",), "paid"), Put(("lines", "l1", "count"), 2), AddLine(LINE)]


def _gone(before: list[str], after: list[str]) -> Iterator[str]:
    for tag, low, high, _, _ in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag in {"delete", "replace"}:
            yield from before[low:high]
