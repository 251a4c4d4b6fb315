"""runs: what earlier applies sent, as a user asks for it."""

import signal

import pytest

from reconciler.store import Lease, RunFacts, open_store
from tests.cli.kills import Kill, killing
from tests.cli.shop import STATUSES, states


@pytest.fixture
def past(shop):
    """A run in which one line was refused and one was lost, and a run with nothing to do."""
    shop.stock("1", l1="new", l2="new", l3="new")
    shop.declare(STATUSES + states("1", l1="packed", l2="delivered", l3="delivered"))
    shop.strike(
        ("orders/update_order_line_status", 1, "error_404"),
        ("orders/update_order_line_status", 2, "empty_after"),
    )
    assert shop.apply(GITHUB_SHA="c0ffee", CI_JOB_URL="https://ci.example/7", GITHUB_ACTOR="ann").code == 9
    shop.declare(STATUSES)
    assert shop.apply().code == 0
    return shop


def test_no_runs_yet_says_so(shop):
    assert "No runs yet." in shop.run("runs", "list").out


def test_runs_are_listed_newest_first_with_who_where_and_what_came_of_it(past):
    text = past.run("runs", "list").out

    assert text.index("   2  ") < text.index("   1  ")
    assert "exit 9  2 done, 1 failed, 1 lost" in text
    assert "by ann on " in text
    assert "commit c0ffee  https://ci.example/7" in text
    assert "exit 0  nothing sent" in text
    assert len(past.run("runs", "list", "-n", "1", "-o", "json").json["runs"]) == 1


def test_a_run_is_shown_with_the_fate_of_every_write(past):
    text = past.run("runs", "show", "1").out
    writes = {each["address"]: each for each in past.run("runs", "show", "1", "-o", "json").json["writes"]}

    assert "failed   update   order_line/1/l1  ? → packed" in text
    assert "the target answered 404" in text
    assert "lost     update   order_line/1/l2  ? → delivered" in text
    assert writes["line_status/packed"]["action"] == "ensure"
    assert {address: each["outcome"] for address, each in writes.items()} == {
        "line_status/packed": "done",
        "order_line/1/l1": "failed",
        "order_line/1/l2": "lost",
        "order_line/1/l3": "done",
    }


def test_what_settled_a_write_is_told(past):
    past.run("state", "forget", "--unsettled", "*")

    assert "forgotten by `state forget`" in past.run("runs", "show", "1").out


def test_a_run_without_an_end_is_said_to_run_or_to_have_died(past):
    account = "sandbox:market.db"
    with open_store(f"sqlite:///{past.root}/.reconciler/state.db", account) as store:
        store.begin(target="shop", command="apply", facts=RunFacts(host="h", pid=7))

    assert "not ended: it is still running, or it died" in past.run("runs", "list").out
    shown = past.run("runs", "show", "3")
    assert "not ended: it is still running, or it died" in shown.out
    assert shown.last == "Applied: 0 done, 0 failed, 0 lost, 0 skipped, 0 moved, 0 withheld."
    document = past.run("runs", "show", "3", "-o", "json").json
    assert (document["run"]["ended_at"], document["run"]["exit_code"]) == (None, None)
    assert (document["running"], document["report"]["exit_code"]) == (False, 0)


def test_a_run_that_holds_the_account_is_still_running_and_has_no_report_yet(past):
    with open_store(f"sqlite:///{past.root}/.reconciler/state.db", "sandbox:market.db") as store:
        assert isinstance(store.take("apply", RunFacts(host="h")), Lease)
        store.begin(target="shop", command="apply", facts=RunFacts(host="h"))
        assert past.run("runs", "show", "3").last == "It is still running."
        document = past.run("runs", "show", "3", "-o", "json").json
    assert (document["running"], document["report"]) == (True, None)


def test_a_run_that_ended_is_shown_with_the_report_that_it_wrote(past):
    shown = past.run("runs", "show", "1")
    report = past.run("runs", "show", "1", "-o", "json").json["report"]

    assert shown.last == "Applied: 2 done, 1 failed, 1 lost, 0 skipped, 0 moved, 0 withheld."
    assert "Running" not in shown.err
    assert (report["command"], report["run"], report["exit_code"]) == ("apply", 1, 9)
    assert report["summary"]["lost"] == 1
    assert report["next"] == ["reconciler resume -t shop"]
    assert {each["address"]: each["outcome"] for each in report["outcomes"]}["order_line/1/l1"] == "failed"


def test_a_run_that_died_is_shown_with_what_was_done_what_is_lost_and_what_was_never_sent(shop):
    for order in "1234":
        shop.stock(order, l1="new")
    shop.declare("".join(states(order, "expires: 2099-01-01", l1="delivered") for order in "1")
                 + "".join(states(order, "expires: 2099-01-01", l1="delivered").removeprefix("orders:\n")
                           for order in "234"))  # fmt: skip
    with killing(shop.root / "market.db", Kill(3, "arrived")) as (url, killer):
        shop.settle_in(url, "limits: {max_order_share: 1}\n", concurrency=1)
        killer.victim = shop.process("apply", "--auto-approve")
        killer.ready.set()
        with killer.victim as victim:
            victim.communicate(timeout=120)
        assert victim.returncode == -signal.SIGKILL

        shown = shop.run("runs", "show", "1")
        report = shop.run("runs", "show", "1", "-o", "json").json["report"]

    assert shown.last == "Applied: 2 done, 0 failed, 1 lost, 1 skipped, 0 moved, 0 withheld."
    assert "Approved and never sent\n  skipped  order_line/4/l1: the run died before it was sent" in shown.out
    assert "Running   no: run 1 died, nothing goes on by itself" in shown.err
    assert "Messaged  perhaps the customers of 3 orders, 1 of them with an answer that was lost" in shown.err
    assert shown.err.splitlines()[-1] == "Next: reconciler resume -t shop"
    assert {each["address"]: (each["outcome"], each["after"]) for each in report["outcomes"]} == {
        "order_line/1/l1": ("done", "delivered"),
        "order_line/2/l1": ("done", "delivered"),
        "order_line/3/l1": ("lost", "delivered"),
        "order_line/4/l1": ("skipped", "delivered"),
    }
    assert report.keys() == shop.run("resume", "--settle-only", "-o", "json").json.keys()


def test_an_unknown_run_is_answered_with_those_there_are(past):
    ended = past.run("runs", "show", "41", "-o", "json", "--color", "always")

    assert (ended.code, ended.json["run"], ended.json["writes"]) == (1, None, [])
    assert "on record: runs 1 to 2" in ended.err
    assert past.run("runs", "show", "none", "-o", "json").json["exit_code"] == 64
