"""An entry that says what an earlier one says is read as if it stood alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.manifest import LineManifest
from tests.kinds.manifests import FIELDS, read

LINES = st.sampled_from(
    [
        "{external_id: a, status: packed}",
        "{status: packed, external_id: a}",
        "{external_id: b, status: new}",
        "{external_id: b, status: 'new'}",
        "{external_id: b, status: nwe}",
        "{external_id: b, status: 1}",
        "{external_id: b, status: true}",
        "{external_id: b}",
        "{external_id: c, status: new, from: [packed]}",
        "{external_id: c, from: [packed]}",
        "{external_id: 7, status: new}",
        "{external_id: '7', status: new}",
        "b",
    ]
)
MORE = st.sampled_from(
    [
        "",
        "hold: once, ",
        "hold: once, ",
        "expires: 2026-12-31, ",
        "hold: always, expires: 2026-12-31, ",
        "hold: ~, ",
        "hold: '', ",
        "expires: soon, ",
        "hold: 2026-12-31, ",
        "status: new, ",
    ]
)
SAYING = st.tuples(MORE, st.lists(LINES, max_size=3))
USUAL = st.just(("hold: once, ", ["{external_id: a, status: packed}", "{external_id: b, status: new}"]))


def written(order, said):
    more, lines = said
    return f'  - {{external_id: "{order}", {more}lines: [{", ".join(lines)}]}}'


@given(
    st.lists(SAYING, min_size=1, max_size=2).flatmap(
        lambda few: st.lists(USUAL | st.sampled_from(few), min_size=2, max_size=6)
    )
)
@settings(max_examples=300)
def test_entries_say_together_what_each_of_them_says_alone(sayings):
    rows = [written(order, said) for order, said in enumerate(sayings)]
    found, diagnostics = read("\n".join([FIELDS + "orders:", *rows]))
    expected: dict[str, dict[str, LineManifest]] = {}
    said: set[object] = set()
    for place, row in enumerate(rows):
        alone = ["" if other != place else row for other in range(len(rows))]
        one, about = read("\n".join([FIELDS + "orders:", *alone]))
        expected |= {order: dict(wishes) for order, wishes in one.lines.items()}
        said.update((each.origin, each.severity, each.summary, each.advice) for each in about)
    assert {(each.origin, each.severity, each.summary, each.advice) for each in diagnostics} == said
    assert found.lines == expected


def test_two_twins_of_one_order_are_two_declarations_of_it():
    row = written("1", ("hold: once, ", ["{external_id: a, status: new}"]))
    _, diagnostics = read(f"orders:\n{row}\n{row}")
    assert [f"{each.origin} {each.summary}" for each in diagnostics] == [
        "m.yaml:3:19 order 1 is declared twice"
    ]


def test_twins_that_share_their_lines_stand_where_those_stand():
    found, _ = read(
        """\
        orders:
          - {external_id: "1", hold: once, lines: &same [{external_id: a, status: new}]}
          - {external_id: "2", hold: once, lines: *same}
        """
    )
    assert {order: str(lines["a"].origin) for order, lines in found.lines.items()} == {
        "1": "m.yaml:2:50",
        "2": "m.yaml:2:50",
    }
