"""--events: what happens in an apply, as lines of JSON."""

import json
import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from reconciler.reports.json.events import FIELDS
from tests.cli.shop import states

LASTING = "expires: 2099-01-01"
UPDATE = "orders/update_order_line_status"


@pytest.fixture
def stocked(shop):
    """Three orders of one line each, every line to be moved."""
    for order in "123":
        shop.stock(order, l1="new")
        shop.declare(states(order, LASTING, l1="delivered"), f"{order}.yaml")
    shop.settle_in(concurrency=1)
    return shop


def happened(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_thing_is_a_line_with_a_moment_and_the_run(stocked, tmp_path):
    path = tmp_path / "events.jsonl"
    stocked.strike((UPDATE, 2, "http_429"))

    ended = stocked.apply("--events", str(path), "-o", "json")

    lines = happened(path)
    assert [each["event"] for each in lines] == [
        "started",
        *["intended", "outcome"],
        *["intended", "waiting", "outcome"],
        *["intended", "outcome"],
        "ended",
    ]
    assert {each["run"] for each in lines} == {1}
    assert {each["event"] for each in lines} <= set(FIELDS)
    assert all(datetime.fromisoformat(each["at"]).utcoffset() is not None for each in lines)
    assert (lines[0]["changes"], lines[0]["target"]["name"]) == (3, "shop")
    assert lines[1]["changes"] == [{"address": "order_line/1/l1", "action": "update"}]
    told = [
        {key: value for key, value in each.items() if key not in {"event", "at", "run"}} for each in lines
    ]
    assert [each for each in told if "outcome" in each] == ended.json["outcomes"]
    assert told[-1] == {key: ended.json[key] for key in ("exit_code", "summary", "next")}


def test_a_second_run_is_appended(stocked, tmp_path):
    path = tmp_path / "events.jsonl"
    stocked.apply("--events", str(path))
    stocked.apply(RECONCILER_EVENTS=str(path))
    assert [(each["run"], each["event"]) for each in happened(path)][-2:] == [(2, "started"), (2, "ended")]


def test_what_is_settled_by_reading_again_gets_another_line_and_the_last_one_holds(stocked, tmp_path):
    path = tmp_path / "events.jsonl"
    stocked.market.set_switches({"A9": "shown"})
    stocked.strike((UPDATE, 2, "reset_after"))
    stocked.apply("--events", str(path))
    told = [each["outcome"] for each in happened(path) if each.get("address") == "order_line/2/l1"]
    assert told == ["lost", "done"]


def test_why_it_stops_is_told(stocked, tmp_path):
    path = tmp_path / "events.jsonl"
    stocked.strike((UPDATE, 2, "error_403"), (UPDATE, 3, "error_403"))
    ended = stocked.apply("--events", str(path))
    (stopping,) = [each for each in happened(path) if each["event"] == "stopping"]
    assert "403" in stopping["reason"]
    assert happened(path)[-1]["exit_code"] == ended.code == 8


def test_a_full_disk_is_told_once_and_stops_nothing(stocked):
    ended = stocked.apply("--events", "/dev/full")
    assert ended.code == 0
    assert ended.err.count("/dev/full is not written any more: No space left on device") == 1
    assert len(stocked.updates()) == 3


def test_a_reader_that_has_gone_stops_nothing(stocked, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    process = stocked.process("apply", "--auto-approve", "--events", str(path))
    while not (stocked.root / ".reconciler").exists() and process.poll() is None:
        time.sleep(0.01)
    os.close(reader)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert len(stocked.updates()) == 3


@pytest.mark.parametrize("path", ["/no/such/folder/events", "/"])
def test_a_file_that_cannot_be_opened_is_found_out_before_anything_is_sent(stocked, path):
    ended = stocked.apply("--events", path, "-o", "json")
    assert (ended.code, stocked.writes()) == (1, 0)
    assert f"{path} cannot be written" in ended.json["diagnostics"][0]["summary"]


def test_nothing_is_written_where_nothing_is_begun(stocked, tmp_path):
    path = Path(tmp_path / "events.jsonl")
    assert stocked.apply("--events", str(path), "--max-line-changes", "0").code == 5
    assert path.read_text() == ""


@pytest.mark.parametrize("command", ["apply", "resume"])
def test_stdout_is_the_reports_and_no_file_of_events(stocked, command):
    ended = stocked.run(command, "--auto-approve", "--events", "-", "-o", "json")
    assert (ended.code, ended.json["exit_code"], stocked.writes()) == (64, 64, 0)
    assert "stdout is the report's; name a file, or /dev/stderr" in ended.err
    assert not (stocked.root / "-").exists()
