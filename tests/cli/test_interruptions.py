"""What interrupts an apply from outside: closed terminals, readers that leave, disks that fill up."""

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.shop import served, states
from tests.cli.terminal import terminal

LASTING = "expires: 2099-01-01"
UPDATE = "orders/update_order_line_status"
_SMALL_FILES = """
import os, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
os.execv(sys.executable, [sys.executable, "-m", "reconciler", *sys.argv[2:]])
"""
_IGNORING_HANGUP = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
os.execv(sys.executable, [sys.executable, "-m", "reconciler", *sys.argv[1:]])
"""


def stock(shop, count):
    for number in range(1, count + 1):
        shop.stock(str(number), l1="new")
        shop.declare(states(str(number), LASTING, l1="delivered"), f"{number}.yaml")
    shop.settle_in(concurrency=1)
    return shop


@pytest.fixture
def stocked(shop):
    """Three orders of one line each, every line to be moved."""
    return stock(shop, 3)


def wait_for_a_write(shop, process, count=1):
    while len(shop.updates()) < count:
        assert process.poll() is None
        time.sleep(0.02)


def launched(shop, launcher, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", launcher, *arguments, "-C", str(shop.root)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=shop.surroundings(),
    )


def last_run(shop):
    return shop.run("runs", "list", "-o", "json").json["runs"][0]


# ------------------------------------------------------------------ signals


def test_a_closed_terminal_counts_as_sigterm_and_the_run_is_finished_and_on_record(stocked):
    stocked.strike((UPDATE, 1, "slow_after:1"))
    report = stocked.root / "report.json"
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        with terminal(stocked, "apply", "--auto-approve", "-o", f"json={report}") as screen:
            wait_for_a_write(stocked, screen.process)
            screen.close()
            assert screen.process.wait(60) == 143

    assert [each["outcome"] for each in json.loads(report.read_text())["outcomes"]] == [
        "done",
        "skipped",
        "skipped",
    ]
    assert last_run(stocked)["exit_code"] == 143


def test_who_asked_to_ignore_a_closed_terminal_is_not_stopped_by_it(stocked):
    stocked.strike((UPDATE, 1, "slow_after:1"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        process = launched(stocked, _IGNORING_HANGUP, "apply", "--auto-approve")
        wait_for_a_write(stocked, process)
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=60)

    assert process.returncode == 0
    assert len(stocked.updates()) == 3


def test_a_wait_is_cut_short_by_a_signal_and_what_waited_was_not_sent(stocked):
    stocked.strike((UPDATE, 0, "http_503_retry"))
    events = stocked.root / "events.jsonl"
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=2, requests_per_second=1)
        process = stocked.process("apply", "--auto-approve", "-o", "json", "--events", str(events))
        while '"waiting"' not in (events.read_text() if events.exists() else ""):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)

    assert process.returncode == 143, err
    assert {each["outcome"] for each in json.loads(out)["outcomes"]} == {"skipped"}
    assert stocked.market.triggers() == []
    told = [json.loads(line) for line in events.read_text().splitlines()]
    assert any(each["event"] == "stopping" and "SIGTERM" in each["reason"] for each in told)
    assert told[-1]["exit_code"] == 143


def test_the_second_signal_with_nothing_in_flight_is_no_loss(stocked):
    stocked.strike((UPDATE, 1, "slow_after:1"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        process = stocked.process("apply", "--auto-approve")
        wait_for_a_write(stocked, process)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)

    assert process.returncode == 143
    assert out.splitlines()[-1] == "Applied: 1 done, 0 failed, 0 lost, 2 skipped, 0 moved, 0 withheld."


# ------------------------------------------------------------------ readers that leave


@pytest.mark.parametrize(("fault", "code"), [("none", 0), ("error_404", 3), ("reset_after", 9)])
def test_a_reader_that_leaves_stops_nothing_and_the_exit_code_stays_right(shop, fault, code):
    stock(shop, 11)
    if fault != "none":
        shop.strike((UPDATE, 2, fault))
    with shop.process("apply", "--auto-approve", "-vv") as process:
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()

    assert process.returncode == code, err
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert len(shop.updates()) == 11


def test_where_nobody_reads_stderr_nothing_stops_either(stocked):
    stocked.strike((UPDATE, 2, "http_429"))
    with stocked.process("apply", "--auto-approve") as process:
        process.stderr.close()
        out = process.stdout.read()

    assert process.returncode == 0
    assert out.splitlines()[-1].startswith("Applied: 3 done")


def test_a_plan_whose_reader_leaves_ends_as_it_would_have(stocked):
    with stocked.process("plan", "--detailed-exitcode") as process:
        process.stdout.close()
    assert process.returncode == 2


def test_a_result_that_could_not_be_printed_is_an_error_and_hides_nothing(stocked):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, not a path of ours
        process = subprocess.run(
            [sys.executable, "-m", "reconciler", "apply", "--auto-approve", "-C", str(stocked.root)],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=stocked.surroundings(),
            check=False,
        )
    assert process.returncode == 1
    assert "stdout cannot be written: No space left on device" in process.stderr
    assert len(stocked.updates()) == 3
    assert last_run(stocked)["exit_code"] == 0


# ------------------------------------------------------------------ the state


def test_a_disk_that_fills_up_in_the_middle_sends_nothing_more_and_says_what_is_not_on_record(shop):
    stock(shop, 60)
    with served(shop.root / "market.db") as url:
        shop.settle_in(url, concurrency=1)
        shop.run("apply", "--auto-approve", "--only", "order_line/1/*")
        size = (shop.root / ".reconciler/state.db").stat().st_size
        limit = str(size + 120_000)
        process = launched(shop, _SMALL_FILES, limit, "apply", "--auto-approve", "-o", "json")
        out, err = process.communicate(timeout=120)
        again = shop.plan("-o", "json").json["summary"]

    document = json.loads(out)
    counted = document["summary"]
    assert "Traceback" not in err
    assert "error: " in err
    assert counted["done"] > 0
    assert counted["skipped"] > 0
    assert counted["lost"] <= 1
    assert process.returncode == document["exit_code"] == (9 if counted["lost"] else 3)
    assert len(shop.updates()) == 1 + counted["done"] + counted["lost"]
    assert again["update"] + again["withhold"] == 59 - counted["done"]
