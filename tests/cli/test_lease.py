"""One run at a time: who comes second is told by whom the account is held, and what to type."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.lease import Process
from reconciler.store import Lease, RunFacts, WritableStore, open_store
from tests.cli.shop import Shop, served, states
from tests.cli.terminal import terminal

LASTING = "expires: 2099-12-31"
UPDATE = "orders/update_order_line_status"
ACCOUNT = "sandbox:market.db"
ANN = RunFacts(host="build-7", pid=99, actor="ann", ci_url="https://ci.example/jobs/7")
ELSEWHERE = Process(99, "another boot", "pid:[1]", "12345")


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    for order in "12":
        shop.stock(order, l1="new")
    first, second = (states(order, LASTING, l1="delivered") for order in "12")
    shop.declare(first + second.removeprefix("orders:\n"))
    shop.settle_in(concurrency=1)
    return shop


def state_url(shop: Shop) -> str:
    return f"sqlite:///{shop.root}/.reconciler/state.db"


@contextmanager
def holding(shop: Shop, at: datetime | None = None) -> Iterator[tuple[WritableStore, Lease]]:
    """Hold the account for somebody on another machine."""
    moment = at or datetime.now(UTC)
    with open_store(state_url(shop), ACCOUNT, now=lambda: moment) as store:
        lease = store.take("apply", ANN, ELSEWHERE)
        assert isinstance(lease, Lease)
        store.begin(target="shop", command="apply", facts=ANN)
        yield store, lease


def test_who_comes_second_is_7_at_once_and_told_by_whom_and_what_to_type(stocked: Shop):
    with holding(stocked):
        ended = stocked.apply("-o", "json")
    assert ended.code == 7
    assert ended.json["exit_code"] == 7
    for word in ("ann on build-7", "pid 99", "apply, run 1", "since 20", "https://ci.example/jobs/7"):
        assert word in ended.err
    for advice in ("--if-locked wait", "reconciler runs stop 1 -t shop", "reconciler state unlock -t shop"):
        assert advice in ended.err
    assert stocked.updates() == []


@pytest.mark.parametrize("word", ["adopt", "forget"])
def test_nobody_corrects_the_record_under_a_run(stocked: Shop, word: str):
    assert stocked.apply("--only", "order_line/1/*").code == 0
    with holding(stocked):
        ended = stocked.run("state", word, "order_line/*")
    assert ended.code == 7
    assert "ann on build-7" in ended.err


def test_reading_needs_no_lease(stocked: Shop):
    with holding(stocked):
        for arguments in (("plan",), ("state", "list"), ("runs", "list"), ("state", "export"), ("validate",)):
            assert stocked.run(*arguments).code == 0


def test_skipping_is_0_with_a_note(stocked: Shop):
    with holding(stocked):
        ended = stocked.apply("--if-locked", "skip")
    assert ended.code == 0
    assert "note: skipped, nothing was sent" in ended.err
    assert "ann on build-7" in ended.err
    assert stocked.updates() == []


def test_waiting_ends_with_the_holder(stocked: Shop):
    with holding(stocked):
        process = stocked.process("apply", "--auto-approve", "--if-locked", "wait")
        assert process.stderr is not None
        assert "waiting for ann on build-7" in process.stderr.readline()
        with open_store(state_url(stocked), ACCOUNT) as other:
            assert other.release(1)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Applied: 2 done" in out


@pytest.mark.parametrize("words", [("--lock-timeout", "0"), ("--if-locked", "wait", "--lock-timeout", "0.1")])
def test_waiting_may_have_an_end(stocked: Shop, words: tuple[str, ...]):
    with holding(stocked):
        assert stocked.apply(*words).code == 7


@pytest.mark.parametrize("manner", ["skip", "fail"])
def test_a_time_out_without_waiting_is_wrong_usage(stocked: Shop, manner: str):
    assert stocked.apply("--if-locked", manner, "--lock-timeout", "3").code == 64


def test_both_may_be_said_by_the_environment(stocked: Shop):
    with holding(stocked):
        assert stocked.apply(RECONCILER_IF_LOCKED="skip").code == 0
        assert stocked.apply(RECONCILER_LOCK_TIMEOUT="0").code == 7


def test_a_silent_holder_is_taken_over(stocked: Shop):
    with holding(stocked, datetime.now(UTC) - timedelta(minutes=5)):
        assert stocked.apply().code == 0


def test_of_two_that_start_at_once_one_applies_and_nothing_is_said_twice(stocked: Shop):
    stocked.strike((UPDATE, 1, "slow_after:2"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        processes = [stocked.process("apply", "--auto-approve") for _ in range(2)]
        ended = [process.communicate(timeout=60) for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 7], ended
    assert len(stocked.updates()) == 2


def test_the_account_is_held_while_somebody_is_asked(stocked: Shop):
    with terminal(stocked, "apply") as screen:
        screen.wait_for("Type yes to go on: ")
        ended = stocked.apply()
        assert ended.code == 7
        assert "runs stop" not in ended.err
        screen.press("yes\n")
        assert screen.ended() == 0
    assert stocked.apply().code == 0


def wait_for_a_write(shop: Shop, process) -> None:
    while not shop.updates():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def test_a_holder_that_was_killed_is_taken_over_at_once_and_what_it_sent_is_not_said_again(stocked: Shop):
    stocked.strike((UPDATE, 1, "slow_after:30"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        process = stocked.process("apply", "--auto-approve")
        wait_for_a_write(stocked, process)
        process.send_signal(signal.SIGKILL)  # nobody has waited for it yet, so its id is still taken
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and still not waited for
        ended = stocked.apply()
        process.communicate()
    assert ended.code == 3
    assert ended.last == "Applied: 1 done, 0 failed, 0 lost, 0 skipped, 0 moved, 1 withheld."
    assert len(stocked.updates()) == 2


def test_a_holder_that_hung_and_was_taken_over_sends_nothing_more(stocked: Shop):
    stocked.strike((UPDATE, 1, "slow_after:2"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        process = stocked.process("apply", "--auto-approve", "-o", "json")
        wait_for_a_write(stocked, process)
        process.send_signal(signal.SIGSTOP)
        later = datetime.now(UTC) + timedelta(minutes=5)
        with open_store(state_url(stocked), url, now=lambda: later) as taker:
            assert isinstance(taker.take("apply", ANN), Lease)
            process.send_signal(signal.SIGCONT)
            out, err = process.communicate(timeout=60)
            doubted = {str(each) for each in taker.load().unsettled}
    assert process.returncode == 9
    assert "is lost: ann on build-7 took it over" in err
    assert [each["outcome"] for each in json.loads(out)["outcomes"]] == ["lost", "skipped"]
    assert len(stocked.updates()) == 1
    assert doubted == {"order_line/1/l1"}


# ------------------------------------------------------------------ runs stop


def test_a_run_that_is_asked_to_stop_finishes_what_is_in_flight_and_is_3(stocked: Shop):
    stocked.strike((UPDATE, 1, "slow_after:11"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        process = stocked.process("apply", "--auto-approve", "-o", "json")
        wait_for_a_write(stocked, process)
        asked = stocked.run("runs", "stop", "1")
        out, err = process.communicate(timeout=60)
    assert asked.code == 0
    assert asked.out.startswith("Asked: ")
    assert process.returncode == 3
    assert [each["outcome"] for each in json.loads(out)["outcomes"]] == ["done", "skipped"]
    assert "asked this run to stop" in err
    assert stocked.run("runs", "stop", "1").code == 1


def test_a_run_elsewhere_is_asked_through_the_state(stocked: Shop):
    with holding(stocked) as (_, lease):
        ended = stocked.run("runs", "stop", "1", "-o", "json")
        assert ended.json["asked"]
        assert ended.json["holder"]["actor"] == "ann"
        assert lease.beat()


def test_what_does_not_go_on_cannot_be_stopped(stocked: Shop):
    assert "there is no run 4" in stocked.run("runs", "stop", "4").err
    stocked.apply()
    assert "has ended already" in stocked.run("runs", "stop", "1").err
    with open_store(state_url(stocked), ACCOUNT) as store:
        store.begin(target="shop", command="apply", facts=ANN)
    ended = stocked.run("runs", "stop", "2", "-o", "json")
    assert (ended.code, ended.json["asked"]) == (1, False)
    assert "it died" in ended.err


# ------------------------------------------------------------------ state unlock


def test_unlocking_shows_the_holder_and_asks(stocked: Shop):
    with holding(stocked) as (store, _):
        with terminal(stocked, "state", "unlock") as screen:
            screen.wait_for("Type yes to take")
            screen.press("no\n")
            assert screen.ended() == 1
        assert store.holder() is not None
        with terminal(stocked, "state", "unlock") as screen:
            screen.wait_for("Type yes to take")
            screen.press("yes\n")
            assert screen.ended() == 0
        assert store.holder() is None
    assert stocked.apply().code == 0


def test_unlocking_without_a_terminal_needs_to_be_approved(stocked: Shop):
    with holding(stocked) as (store, _):
        assert stocked.run("state", "unlock").code == 64
        ended = stocked.run("state", "unlock", "--auto-approve", "-o", "json", RECONCILER_AUTO_APPROVE="1")
        assert (ended.code, ended.json["unlocked"]) == (0, True)
        assert "ann" in ended.err
        assert store.holder() is None
    assert stocked.run("state", "unlock", "-o", "json").json["unlocked"] is False


def test_a_holder_that_is_alive_on_this_machine_is_left_alone(stocked: Shop):
    with open_store(state_url(stocked), ACCOUNT) as store:
        assert isinstance(store.take("apply", ANN), Lease)
        ended = stocked.run("state", "unlock", "--auto-approve")
        assert ended.code == 7
        assert "the holder is alive" in ended.err
        assert store.holder() is not None


@pytest.mark.parametrize("words", [(), ("--if-locked", "skip"), ("--if-locked", "wait")])
def test_a_resume_tells_what_is_wrong_with_the_manifests_before_who_holds_the_account(stocked: Shop, words):
    stocked.declare("orders: {}\n")
    with holding(stocked):
        assert stocked.run("resume", "--auto-approve", *words).code == 4
