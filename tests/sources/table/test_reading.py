"""Reading tables by the column: the same wishes, findings and rows as cell by cell would give."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.diagnostic import Origin
from reconciler.model.manifest import Catalogue
from reconciler.model.source import SourceManifest
from reconciler.model.table import TableEntry
from reconciler.model.wishes import Wishes
from reconciler.ports import Sought
from reconciler.sources.table import Table
from reconciler.sources.table.judging import Judge
from reconciler.sources.table.lines import LONGEST
from reconciler.sources.table.rows import AT_ONCE, Rows
from tests.stages.sides import NOW

COLUMNS = {"order": "order_id", "line": "line_id", "status": "status"}
PLAIN = ["1", "2", "00012", "ab-e5", "line_01", "E7", "1.2.3", "a b", "a*", "é", "٣", "-", "+1"]
SPOILT = ["1e5", "1E+15", "-1,5e9", "12.0", "3,00", "", " ", " 1", "1 ", "*", "a\tb", "\u00a0", "٣e٣"]
IDS = st.sampled_from([*PLAIN, *SPOILT])
ODD = st.sampled_from([None, 1, 10**30, True, 1.0, ["1"], {"a": 1}])
STATUSES = st.sampled_from(["new", "delivered", " new ", "deliverd", "", "done"])
FROM = st.sampled_from(["", "new", "new|delivered", "nonsense"])
ROWS = st.lists(
    st.tuples(IDS | ODD, IDS | ODD, STATUSES | ODD, FROM | st.none() | st.just(["new"])), max_size=8
)


def entry(**more):
    words = {"name": "t", "type": "table", "path": "t.csv", "columns": COLUMNS}
    return TableEntry.model_validate({**words, **more})


def source(details):
    return SourceManifest(
        name="t", type="table", live=False, origin=Origin("m.yaml", 1), details=details, once=True
    )


def read(path, **more):
    """Read one file as a source; gives what it wants with the row, and what is wrong."""
    details = entry(path=str(path), **more)
    report = Table().report(Sought(source(details), Catalogue(), path.parent, NOW))
    wanted = {
        (order, line): (wish.status, wish.origin.line)
        for order, lines in report.wishes.items()
        for line, wish in lines.items()
    }
    return wanted, [(each.origin.line, each.summary) for each in report.diagnostics if each.origin]


def judged(details, parts):
    wishes = Wishes(source(details))
    judge = Judge("t", details, Catalogue(), wishes)
    with judge.file("t.csv"):
        for number, rows in parts:
            orders, lines, statuses, allowed = zip(*rows, strict=True)
            has_line = details.columns.line is not None
            has_from = details.columns.from_ is not None
            numbers = range(number, number + len(rows))
            judge.take(
                Rows(numbers, orders, lines if has_line else None, statuses, allowed if has_from else None)
            )
    return dict(wishes), judge.findings(), judge.rows


@pytest.mark.parametrize("statuses", [{}, {"done": "delivered", "new": "new"}], ids=["ours", "theirs"])
@pytest.mark.parametrize(
    "columns", [COLUMNS, {**COLUMNS, "from": "was"}, {"order": "order_id", "status": "status"}]
)
@given(rows=ROWS)
def test_rows_judged_together_and_one_by_one_are_judged_alike(rows, columns, statuses):
    details = entry(columns=columns, statuses=statuses)
    together = judged(details, [(2, rows)] if rows else [])
    assert together == judged(details, [(number, [row]) for number, row in enumerate(rows, 2)])


CELLS = st.text(st.sampled_from('ab,"\n\r; '), max_size=6)


@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=1), max_size=6),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_row_is_counted_by_the_line_in_which_it_starts_whatever_its_cells_hold(rows, end):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["order_id", "status", "note"])
    starts = []
    for number, (note,) in enumerate(rows):
        starts.append(len((text.getvalue() + "x").replace("\r\n", "\n").replace("\r", "\n").split("\n")))
        writer.writerow([f"o{number}", "new", note])
    with TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_bytes(text.getvalue().encode())
        wanted, found = read(path, columns={"order": "order_id", "status": "status"}, delimiter=",")
    assert found == [] or not rows
    assert [row for _, row in wanted.values()] == starts


def rows_of(count):
    return [(f"{number // 2}", f"l{number % 2}", "new") for number in range(count)]


@pytest.mark.parametrize("count", [1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE + 3])
@pytest.mark.parametrize("form", ["csv", "csv.gz", "jsonl", "jsonl.gz"])
def test_nothing_is_lost_where_one_part_ends_and_the_next_begins(tmp_path, form, count):
    rows, first = rows_of(count), 2 if form.startswith("csv") else 1
    if form.startswith("csv"):
        text = "order_id,line_id,status\n" + "".join(f"{','.join(row)}\n" for row in rows)
    else:
        text = "\n".join(json.dumps(dict(zip(COLUMNS.values(), row, strict=True))) for row in rows)
    path = tmp_path / f"t.{form}"
    path.write_bytes(gzip.compress(text.encode()) if form.endswith(".gz") else text.encode())
    wanted, found = read(path)
    assert found == []
    assert wanted == {(order, line): ("new", row) for row, (order, line, _) in enumerate(rows, first)}


def test_a_fault_in_the_midst_of_many_rows_hides_no_other(tmp_path):
    rows = [",".join(row) for row in rows_of(3 * AT_ONCE)]
    rows[10], rows[AT_ONCE + 5], rows[2 * AT_ONCE] = "1e5,l1,new", "a,b", "x,l1,nonsense"
    rows[2 * AT_ONCE + 1] = rows[0].replace("new", "delivered")
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["order_id,line_id,status", *rows]))
    wanted, found = read(path)
    assert [row for row, _ in found] == [12, AT_ONCE + 7, 2 * AT_ONCE + 2, 2 * AT_ONCE + 3]
    assert len(wanted) == 3 * AT_ONCE - 4


@pytest.mark.parametrize("bad", [b"\xff", b"\xd0", b"\0"], ids=["no text", "half a letter", "zero"])
@pytest.mark.parametrize("at", [1, 3, 40_000])
def test_bytes_that_are_no_text_are_named_by_their_line_after_all_rows_before(tmp_path, bad, at):
    rows = [",".join(row).encode() for row in rows_of(50_000)]
    rows[at] = b"x," + bad + b",new"
    path = tmp_path / "t.csv"
    path.write_bytes(b"\n".join([b"order_id,line_id,status", *rows]))
    wanted, found = read(path)
    assert [row for row, _ in found] == [at + 2]
    assert len(wanted) == at


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-16-le", "utf-8", "UTF_8", "koi8-r"])
def test_an_encoding_is_read_to_the_end(tmp_path, encoding):
    path = tmp_path / "t.csv"
    text = "".join(f"заказ{order},{line},{status}\r\n" for order, line, status in rows_of(20_000))
    path.write_bytes(("order_id,line_id,status\r\n" + text).encode(encoding))
    wanted, found = read(path, encoding=encoding)
    assert found == []
    assert len(wanted) == 20_000


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_rows_before_half_a_letter_are_read_in_the_order_of_bytes_that_a_mark_told(tmp_path, encoding):
    path = tmp_path / "t.csv"
    text = "".join(f"заказ{order},{line},{status}\r\n" for order, line, status in rows_of(20_000))
    path.write_bytes(("\ufefforder_id,line_id,status\r\n" + text).encode(encoding) + b"x")
    wanted, found = read(path, encoding="utf-16")
    assert [row for row, _ in found] == [20_002]
    assert len(wanted) == 20_000


def test_a_quote_that_is_never_closed_is_named_where_it_opens(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('order_id,line_id,status\n1,l1,new\n2,"l1,new\n3,l1,new\n4,l1,new\n')
    wanted, found = read(path)
    assert [row for row, _ in found] == [3]
    assert wanted == {("1", "l1"): ("new", 2)}


def test_a_file_without_line_breaks_is_not_kept_whole(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"order_id,line_id,status\n" + b"x" * (LONGEST + 300_000))
    _, found = read(path)
    assert found == [(2, f"the line is longer than {LONGEST:,} letters")]
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"\n" + b'"' + b"x" * 2_000_000)
    _, found = read(path)
    assert found == [(2, "the line is longer than 1 MiB")]


def test_one_column_may_serve_as_two(tmp_path):
    columns = {"order": "id", "line": "id", "status": "status"}
    for name, text in (("t.csv", "id,status\n7,new\n"), ("t.jsonl", '{"id": 7, "status": "new"}\n')):
        (tmp_path / name).write_text(text)
        wanted, found = read(tmp_path / name, columns=columns)
        assert found == []
        assert list(wanted) == [("7", "7")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('["1"]', "the line is no JSON object"),
        ('{"order_id": "1"', "the line is no JSON: "),
        ('{"order_id": "1", "line_id": "l"}{}', "the line is no JSON: "),
        ('{"order_id": "1", "status": "new"}', 'the row lacks "line_id"'),
        ('{"order_id": "1", "line_id": "l", "status": ["new"]}', "the status is"),
        ('{"order_id": 1.5, "line_id": "l", "status": "new"}', "the order id is 1.5 and no text"),
        ('{"order_id": ' + "[" * 5_000 + "]" * 5_000 + "}", "the line is nested too deeply"),
    ],
)
def test_a_bad_line_of_json_is_named_among_good_ones_and_blank_ones(tmp_path, line, said):
    good = '{"order_id": 12, "line_id": "l1", "status": "new"}'
    path = tmp_path / "t.jsonl"
    path.write_text(f"\ufeff\n{good}\n\n{line}\n{good.replace('12', '13')}\n")
    wanted, found = read(path)
    assert [row for row, _ in found] == [4]
    assert found[0][1].startswith(said)
    assert wanted == {("12", "l1"): ("new", 2), ("13", "l1"): ("new", 5)}


def test_an_encoding_that_is_none_of_texts_is_a_finding(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("order_id,line_id,status\n1,l1,new\n")
    _, found = read(path, encoding="rot13")
    assert "rot13 is no encoding of texts" in found[0][1]
