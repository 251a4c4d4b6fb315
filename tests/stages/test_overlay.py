"""overlay: who has the last word about a line, whatever the order in which the reports come."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from reconciler.model.address import EVERY_LINE
from reconciler.model.diagnostic import Origin, Severity
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.report import Report
from reconciler.model.shelf import Words
from reconciler.model.source import SourceManifest
from reconciler.model.wishes import Wishes
from reconciler.stages.overlay import overlay

HERE = Origin("m.yaml", 1, 1)
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Nothing(BaseModel):
    pass


def report(name, *rows, live=False, priority=0):
    source = SourceManifest(
        name=name, type="table", live=live, origin=HERE, details=Nothing(), priority=priority
    )
    wishes = Wishes(source)
    for number, (order, line, status) in enumerate(rows, 2):
        wishes.add(order, line, Words(status), Origin(f"{name}.csv", number), AT if live else None)
    return Report(source=source, wishes=wishes)


def entries(*rows):
    lines: dict[str, dict[str, LineManifest]] = {}
    for order, line, status in rows:
        wish = LineManifest(order=order, line=line, status=status, origin=HERE)
        lines.setdefault(order, {})[line] = wish
    return Manifests(lines=lines)


def wanted(manifests, *reports):
    laid = overlay(manifests, reports)
    assert not any(each.severity is Severity.ERROR for each in laid.diagnostics), laid.diagnostics
    return {
        (order, line): "disputed" if wish.dispute else wish.status
        for order, wishes in laid.manifests.lines.items()
        for line, wish in wishes.items()
    }


def test_an_entry_wins_and_what_it_says_nothing_of_follows_the_source():
    found = wanted(entries(("1", "a", "new")), report("t", ("1", "a", "delivered"), ("1", "b", "delivered")))
    assert found == {("1", "a"): "new", ("1", "b"): "delivered"}


def test_an_entry_for_every_line_silences_all_sources_about_its_order():
    found = wanted(entries(("1", EVERY_LINE, "new")), report("t", ("1", "a", "delivered")))
    assert found == {("1", EVERY_LINE): "new"}


def test_a_live_source_in_conflict_disputes_that_line_alone_and_names_both():
    table = report("t", ("1", "a", "delivered"), ("2", "a", "new"))
    laid = overlay(Manifests(), (table, report("m", ("1", "a", "canceled"), live=True)))
    disputed = laid.manifests.lines["1"]["a"]
    assert "canceled of source:m" in disputed.dispute
    assert "delivered of source:t (t.csv:2)" in disputed.dispute
    assert not laid.manifests.lines["2"]["a"].dispute
    assert not laid.diagnostics


def test_two_tables_are_an_error_that_names_both_rows():
    first, second = report("a", ("1", "x", "new")), report("b", ("1", "x", "delivered"))
    (found,) = overlay(Manifests(), (first, second)).diagnostics
    assert found.severity is Severity.ERROR
    assert {found.origin, *found.related} == {Origin("a.csv", 2), Origin("b.csv", 2)}


ROWS = st.lists(
    st.tuples(st.sampled_from("12"), st.sampled_from(["a", "b"]), st.sampled_from(["new", "delivered"])),
    max_size=4,
    unique_by=lambda row: row[:2],
)


@given(ROWS, ROWS, ROWS, st.permutations(range(2)))
def test_the_order_of_reports_decides_nothing_and_every_line_that_somebody_wants_is_wanted(
    said, first, second, order
):
    reports = [report("m", *first, live=True), report("n", *second, live=True, priority=1)]
    there = wanted(entries(*said), *reports)
    assert there == wanted(entries(*said), *(reports[each] for each in order))
    assert set(there) == {row[:2] for row in (*said, *first, *second)}
    for row in said:
        assert there[row[:2]] == row[2]


@given(ROWS, ROWS)
def test_reading_lazily_and_counting_agree(said, first):
    laid = overlay(entries(*said), (report("m", *first, live=True),))
    orders = list(laid.manifests.lines)
    assert len(orders) == len(set(orders)) == len(laid.manifests.lines)
    assert all(order in laid.manifests.lines for order in orders)
