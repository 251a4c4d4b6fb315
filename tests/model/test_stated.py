"""Entries and the record at rest: what was added comes back whole, and is digested as before."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.diagnostic import Origin
from reconciler.model.document import pack
from reconciler.model.evidence import Evidence
from reconciler.model.fingerprint import fingerprint
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.memories import NOTHING, REPEATED, Memories, remembered_lines
from reconciler.model.record import Memory
from reconciler.model.rules import Rules
from reconciler.model.shelf import Words
from reconciler.model.stated import Pattern, Stated, Statement

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
IDS = st.sampled_from(["1", "2", "00012", "a'b", "a"])
LINES = st.sampled_from(["a", "b", '"', "*"])
WORDS = st.builds(
    Words,
    st.sampled_from(["new", "delivered"]),
    allowed_from=st.sampled_from([None, frozenset({"new", "delivered"})]),
)
ENTRIES = st.lists(
    st.tuples(
        IDS,
        st.dictionaries(LINES, st.tuples(WORDS, st.integers(1, 9)), min_size=1),
        st.booleans(),
        st.sampled_from([None, date(2026, 12, 31)]),
        st.sampled_from(["a.yaml", "b.yaml"]),
    ),
    max_size=6,
)
MEMORIES = st.builds(
    Memory,
    st.sampled_from(["new", "delivered"]),
    st.sampled_from(Evidence),
    st.sampled_from([AT, AT.replace(year=2025)]),
    st.integers(1, 3),
    source=st.sampled_from(["", "t"]),
    reported=st.sampled_from([None, None, AT]),
)


def statement(order, said, once, expires, file):
    pattern = Pattern(tuple(words for words, _ in said.values()), once, expires)
    return Statement(order, tuple(said), pattern, file, [pack(row, 7) for _, row in said.values()])


def manifests(order, said, once, expires, file):
    return {
        line: LineManifest(
            order=order,
            line=line,
            status=words.status,
            origin=Origin(file, row, 7),
            allowed_from=words.allowed_from,
            once=once,
            expires=expires,
        )
        for line, (words, row) in said.items()
    }


@given(ENTRIES)
def test_what_entries_state_comes_back_whole_and_the_first_of_an_order_counts(entries):
    expected: dict[str, dict[str, LineManifest]] = {}
    for each in entries:
        expected.setdefault(each[0], manifests(*each))
    stated = Stated(statement(*each) for each in entries)
    assert stated == expected
    assert list(stated) == list(expected)
    assert {order: stated.statuses(order) for order in stated} == {
        order: {line: wish.status for line, wish in lines.items()} for order, lines in expected.items()
    }
    assert [{each.line: each for each in statement(*one).manifests()} for one in entries] == [
        manifests(*one) for one in entries
    ]


@given(ENTRIES)
def test_a_digest_is_the_same_of_entries_at_rest_and_one_by_one(entries):
    stated = Stated(statement(*each) for each in entries)
    loose = {order: dict(lines) for order, lines in stated.items()}
    assert fingerprint(Manifests(lines=stated), Rules(), "acme", {}) == fingerprint(
        Manifests(lines=loose), Rules(), "acme", {}
    )


def test_a_digest_is_the_one_of_every_version_so_far_for_saved_plans_hold_it():
    end = date(2026, 12, 31)
    allowed = frozenset({"new", "delivering"})
    entries = [
        ("1", {"b": (Words("new"), 3)}, True, end, "a.yaml"),
        (
            "2",
            {"a'": (Words("delivered", allowed_from=allowed), 5), "a": (Words("new"), 6)},
            False,
            None,
            "a",
        ),
        ("заказ", {"*": (Words("canceled"), 7)}, False, None, "b.yaml"),
    ]
    stated = Stated(statement(*each) for each in entries)
    assert fingerprint(Manifests(lines=stated), Rules(), "acme", {}) == (
        "sha256:46d2305192fb5dd382cd35e5774e55ead13ec08f12f54f479de0649f1ef0088c"
    )


@given(st.lists(st.tuples(IDS, st.dictionaries(st.sampled_from("abc"), MEMORIES, min_size=1)), max_size=6))
def test_what_is_remembered_comes_back_whole_and_later_lines_join(remembered):
    memories = Memories()
    expected: dict[str, dict[str, Memory]] = {}
    for order, lines in remembered:
        memories.keep(order, lines)
        expected[order] = {**expected.get(order, {}), **lines}
    assert memories == expected
    assert len(memories) == len(expected)
    for order, lines in expected.items():
        assert order in memories
        assert set(remembered_lines(memories, order)) == set(lines)


def test_an_order_of_which_nothing_is_remembered_has_a_shape_of_its_own():
    plain = Memory("new", Evidence.RECORDED, AT, 1)
    more = Memory("new", Evidence.RECORDED, AT, 1, reported=AT)
    memories = Memories({"1": {"a": plain}, "2": {"b": plain}, "3": {"a": more}})
    assert memories.shapes(["1", "2", "3", "4"]) == ([("a",), ("b",), None, ()], [0, 0, None, NOTHING])
    assert not remembered_lines(memories, "4")


def test_more_shapes_than_are_known_by_sight_come_back_all_the_same():
    lines = {str(each): {str(each): Memory("new", Evidence.RECORDED, AT, 1)} for each in range(REPEATED + 2)}
    memories = Memories({**lines, "last": lines["1"]})
    assert memories["last"] == lines["1"]
    assert memories[str(REPEATED + 1)] == lines[str(REPEATED + 1)]
