"""A table of corrections as a user has it: committed beside the manifests, planned, applied once, held to."""

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.shop import Shop, corrections, states

SOURCE = corrections()


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock_for_a_table()
    shop.declare(SOURCE)
    return shop


def table(shop: Shop, text: str | bytes, name: str = "corrections.csv") -> Path:
    path = shop.root / "data" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_table_is_planned_with_file_and_row_applied_once_and_never_said_again(stocked: Shop):
    table(stocked, "order_id,line_id,status\n1,l1,delivered\n00012,l2,canceled\n")
    plan = stocked.plan("-o", "json").json
    origins = {each["address"]: each["origin"] for each in plan["changes"]}
    assert origins["order_line/1/l1"]["file"] == "data/corrections.csv"
    assert origins["order_line/1/l1"]["line"] == 2
    assert "data/corrections.csv:3" in stocked.plan("-v").out
    assert stocked.apply().code == 0
    assert sorted(stocked.updates()) == [("00012", "l2", "canceled"), ("1", "l1", "delivered")]
    assert stocked.apply().code == 0
    assert len(stocked.updates()) == 2
    assert stocked.plan("--detailed-exitcode").code == 0


def test_a_row_without_a_line_column_is_for_every_line_of_its_order(stocked: Shop):
    stocked.declare(SOURCE.replace("line: line_id, ", ""))
    table(stocked, "order_id;status\n1;delivered\n")
    assert stocked.apply().code == 0
    assert sorted(stocked.updates()) == [("1", "l1", "delivered"), ("1", "l2", "delivered")]


def test_their_words_are_translated_and_shown(stocked: Shop):
    stocked.declare(SOURCE + "    statuses: {done: delivered}\n")
    table(stocked, "order_id,line_id,status\n1,l1,done\n")
    assert "done → delivered" in stocked.plan("-v").out
    table(stocked, "order_id,line_id,status\n1,l1,dnoe\n")
    ended = stocked.plan()
    assert ended.code == 4
    assert "data/corrections.csv:2: error: no rule of `statuses` names" in ended.err


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("1,23457E+15,l1,delivered\n", "the row has 4 cells, and the header 3"),
        ('"1,23457E+15",l1,delivered\n', "is a number in scientific notation"),
        ("1.23457E+15,l1,delivered\n", "a spreadsheet destroyed it"),
        ("123.0,l1,delivered\n", "has become a decimal number"),
        (",l1,delivered\n", "the order id is empty"),
        ("1,,delivered\n", "the line id is empty"),
        ("1,l1,deliverd\n", 'did you mean "delivered"?'),
        ("1,l1\n", "the row has 2 cells, and the header 3"),
        ("1,l1,delivered\n1,l1,canceled\n", "is canceled here and delivered in data/corrections.csv:2"),
        ('1,"l1,delivered\n', "it is no CSV"),
        (f"{'7' * 256},l1,delivered\n", "has 256 characters; 255 are allowed"),
        (f"1,{'x' * 256},delivered\n", "has 256 characters; 255 are allowed"),
        (f"1,{'x' * 255},delivered\n1,l1,deliverd\n", "corrections.csv:3"),
    ],
)
def test_every_bad_row_is_named_and_ends_with_4(stocked: Shop, rows: str, said: str):
    table(stocked, "order_id,line_id,status\n" + rows)
    ended = stocked.run("validate")
    assert ended.code == 4
    assert said in ended.out
    assert "data/corrections.csv:" in ended.out
    assert stocked.apply().code == 4
    assert stocked.writes() == 0


def test_all_bad_rows_are_found_in_one_run_up_to_a_number_with_a_count(stocked: Shop):
    table(stocked, "order_id,line_id,status\n" + "1,l1,nonsense\n" * 150)
    ended = stocked.run("validate", "-o", "json")
    summaries = [each["summary"] for each in ended.json["diagnostics"] if each["severity"] == "error"]
    assert sum("nonsense" in each for each in summaries) == 100
    assert "source:corrections: 50 more bad rows" in summaries


def test_a_row_counts_by_the_line_of_the_file_where_it_starts(stocked: Shop):
    table(stocked, 'order_id,line_id,status,why\n1,l1,delivered,"two\nlines"\n1,l2,nonsense,x\n')
    assert "data/corrections.csv:4: error:" in stocked.run("validate").out


def test_other_bytes_are_met_with_the_likely_encoding_and_read_with_it(stocked: Shop):
    text = "order_id,line_id,status,почему\n1,l1,delivered,ошибка\n".encode("cp1251")
    table(stocked, text)
    ended = stocked.run("validate")
    assert ended.code == 4
    assert "is no utf-8" in ended.out
    assert "encoding: cp1251" in ended.out
    stocked.declare(SOURCE + "    encoding: cp1251\n")
    assert stocked.run("validate").code == 0


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_and_a_mark_at_the_start_is_no_part_of_a_name(stocked: Shop, delimiter: str):
    rows = [["order_id", "line_id", "status"], ["1", "l1", "delivered"]]
    table(stocked, b"\xef\xbb\xbf" + "\n".join(delimiter.join(row) for row in rows).encode())
    assert stocked.plan("-o", "json").json["summary"]["update"] == 1


def test_a_packed_table_and_json_lines_say_the_same(stocked: Shop):
    text = b'{"order_id": "1", "line_id": "l1", "status": "delivered", "more": 1}\n\n'
    table(stocked, gzip.compress(text), "corrections.jsonl.gz")
    stocked.declare(SOURCE.replace("corrections.csv", "*.jsonl.gz"))
    assert stocked.plan("-o", "json").json["summary"]["update"] == 1
    table(stocked, b"not packed", "broken.jsonl.gz")
    assert "it is no whole gzip file" in stocked.run("validate").out


def test_a_manifest_entry_wins_over_a_table_with_a_note(stocked: Shop):
    stocked.declare(states("1", l1="canceled"), "entries.yaml")
    table(stocked, "order_id,line_id,status\n1,l1,delivered\n1,l2,delivered\n")
    ended = stocked.plan("-o", "json").json
    wanted = {each["address"]: each["fields"][0]["after"] for each in ended["changes"]}
    assert wanted == {"order_line/1/l1": "canceled", "order_line/1/l2": "delivered"}
    assert any(
        "manifest entries win over source:corrections" in each["summary"] for each in ended["diagnostics"]
    )


def test_two_tables_that_disagree_are_4_with_both_rows_unless_priority_decides(stocked: Shop):
    second = SOURCE.replace("corrections", "others")
    stocked.declare(second, "others.yaml")
    table(stocked, "order_id,line_id,status\n1,l1,delivered\n")
    table(stocked, "order_id,line_id,status\n2,l2,new\n1,l1,canceled\n", "others.csv")
    ended = stocked.plan()
    assert ended.code == 4
    assert "data/others.csv:3" in ended.err
    assert "data/corrections.csv:2" in ended.err
    stocked.declare(second + "    priority: 5\n", "others.yaml")
    changes = stocked.plan("-o", "json").json["changes"]
    assert {each["address"]: each["fields"][0]["after"] for each in changes}["order_line/1/l1"] == "canceled"


def test_a_table_has_a_limit_of_its_own_and_can_be_left_out(stocked: Shop):
    stocked.settle_in(rest="limits: {max_order_share: null, max_line_changes: 0}\n")
    stocked.declare(SOURCE + "    max_line_changes: 1\n")
    table(stocked, "order_id,line_id,status\n1,l1,delivered\n")
    assert stocked.plan().code == 0
    table(stocked, "order_id,line_id,status\n1,l1,delivered\n1,l2,delivered\n")
    ended = stocked.plan()
    assert ended.code == 5
    assert "2 line changes follow source:corrections, and its max_line_changes is 1" in ended.err
    assert stocked.plan("--exclude-origin", "source:corrections", "-o", "json").json["changes"] == []


def test_a_plan_is_not_applied_when_its_table_has_changed_since(stocked: Shop):
    path = table(stocked, "order_id,line_id,status\n1,l1,delivered\n")
    saved = stocked.root / "plan.json"
    stocked.plan("-o", f"json={saved}")
    path.write_text("order_id,line_id,status\n1,l1,delivered\n1,l2,delivered\n")
    assert stocked.run("apply", str(saved)).code == 6
    path.write_text("order_id,line_id,status\n1,l1,delivered\n")
    assert stocked.run("apply", str(saved)).code == 0
    assert stocked.updates() == [("1", "l1", "delivered")]


def test_a_file_that_is_not_there_and_a_name_that_is_used_twice_are_4(stocked: Shop):
    ended = stocked.run("validate")
    assert ended.code == 4
    assert "there is no file" in ended.out
    table(stocked, "order_id,line_id,status\n1,l1,delivered\n")
    stocked.declare(SOURCE, "again.yaml")
    ended = stocked.run("validate")
    assert ended.code == 4
    assert "order source corrections is declared twice" in ended.out


def test_expired_rows_are_left_alone(stocked: Shop):
    stocked.declare(SOURCE + "    expires: 2020-01-01\n")
    table(stocked, "order_id,line_id,status\n1,l1,delivered\n")
    ended = stocked.plan("-o", "json").json
    assert ended["changes"] == []
    assert any("expired and ignored: 1" in each["summary"] for each in ended["diagnostics"])


def test_the_column_from_withholds_what_has_moved_on(stocked: Shop):
    stocked.settle_in(rest="limits: {max_order_share: null}\n")
    stocked.declare(SOURCE.replace("status: status}", "status: status, from: was}"))
    stocked.market.set_switches({"line_status": "shown"})
    table(stocked, "order_id,line_id,status,was\n1,l1,delivered,new|processing\n1,l2,delivered,delivering\n")
    changes = {each["address"]: each["action"] for each in stocked.plan("-o", "json").json["changes"]}
    assert changes == {"order_line/1/l1": "update", "order_line/1/l2": "withhold"}


def test_state_show_names_the_source_of_nothing_personal(stocked: Shop):
    table(stocked, "order_id,line_id,status\n1,l1,delivered\n")
    stocked.apply()
    exported = json.loads(stocked.run("state", "export").out)
    (memory,) = [each for each in exported["memories"] if each["address"] == "order_line/1/l1"]
    assert memory["source"] == "corrections"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"encoding": "rot13"}, "there is no encoding"),
        ({"encoding": "base64"}, "there is no encoding"),
        ({"encoding": "a\0b"}, "encoding"),
        ({"path": "../data/**.csv"}, "names no file"),
        ({"path": "../data/" + "x" * 300 + ".csv"}, "names no file"),
        ({"path": "../data/deep.jsonl"}, "nested too deeply"),
    ],
)
def test_what_no_file_can_be_read_by_is_named_and_is_no_crash(stocked: Shop, keys: dict[str, str], said: str):
    table(stocked, "order_id,line_id,status\n1,l1,delivered\n")
    table(stocked, '{"order_id": ' + "[" * 5_000 + "]" * 5_000 + "}\n", "deep.jsonl")
    columns = {"order": "order_id", "line": "line_id", "status": "status"}
    entry = {
        "name": "t",
        "type": "table",
        "path": "../data/corrections.csv",
        "hold": "once",
        "columns": columns,
    }
    stocked.declare(json.dumps({"order_sources": [{**entry, **keys}]}))
    ended = stocked.plan("-o", "json")
    assert ended.code == 4, ended.err
    assert said in ended.err
    assert ended.json["complete"] is False


def test_a_word_of_from_that_is_not_known_is_the_one_that_is_corrected(stocked: Shop):
    stocked.declare(SOURCE.replace("status: status", "status: status, from: from"))
    table(stocked, "order_id,line_id,status,from\n1,l1,delivered,new|procesing\n")
    ended = stocked.plan()
    assert '"procesing" of `from` is neither built in nor declared' in ended.err
    assert 'did you mean "processing"?' in ended.err


@pytest.mark.parametrize(
    "text",
    [
        "order_id,line_id,status\n1,l1,john.canary@example.com\n",
        "order_id,line_id,status\n1, john.canary@example.com,new\n",
        "order_id,line_id,status\n1,john.canary@example.com,new\n1,john.canary@example.com,delivered\n",
        "john.canary@example.com,l1,+7 999 123-45-67\n",
        "order_id,line_id,status\n1,l1,+79991234567\n",
        "order_id,line_id,status,from\n1,l1,new,new|john.canary@example.com\n",
    ],
)
def test_what_stands_in_the_wrong_column_is_not_shown_where_it_is_personal(stocked: Shop, text: str):
    if "from" in text:
        stocked.declare(SOURCE.replace("status: status", "status: status, from: from"))
    table(stocked, text)
    for ended in (
        stocked.plan(),
        stocked.run("validate", "-o", "json"),
        stocked.run("validate", "-o", "sarif"),
    ):
        assert ended.code == 4
        assert "john.canary" not in ended.out + ended.err
        assert "1234567" not in ended.out + ended.err
        assert "123-45" not in ended.out + ended.err
