"""resume: what was lost is settled by what can be known, and what was approved is finished."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.cli.kills import later
from tests.cli.shop import STATUSES, Shop, bare_order, listed, states
from tests.cli.terminal import terminal

LASTING = "expires: 2099-01-01"
UPDATE = "orders/update_order_line_status"
IMPORT = "orders/import"
HAPPENED = ("reset_after", "empty_after", "truncated_after", "http_500_after", "http_502_html_after")
DID_NOT = ("reset_before", "http_502_html_before", "http_503")
STATE = ".reconciler/state.db"


def corrections(count: int, wanted: str = "delivered") -> str:
    """Declare that line l1 of orders 1 to `count` has a status."""
    entries = [
        states(str(order), LASTING, l1=wanted).removeprefix("orders:\n") for order in range(1, count + 1)
    ]
    return "orders:\n" + "".join(entries)


def unverified(shop: Shop, *faults: tuple[str, int, str]):
    """Apply with these accidents while nothing can be read after the plan, so that no read settles them."""
    before = len(shop.market.requests())
    shop.plan()
    reads = sum(each.method == "orders/list" for each in shop.market.requests()[before:])
    shop.strike(*faults, *[("orders/list", reads + number, "error_404") for number in range(1, 9)])
    ended = shop.apply("-o", "json")
    shop.strike()
    return ended


def resume(shop: Shop, *arguments: str):
    return shop.run("resume", "--auto-approve", *arguments)


def fates(ended) -> dict[str, str]:
    return {each["address"]: each["outcome"] for each in ended.json["outcomes"]}


def fired(shop: Shop) -> list[str]:
    """The orders whose lines fired a trigger, one for each time."""
    return sorted(each.order for each in shop.market.triggers())


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """Three orders of one line each, every line to be delivered."""
    for order in "123":
        shop.stock(order, l1="new")
    shop.declare(corrections(3))
    shop.settle_in(concurrency=1, timeout=1)
    return shop


# ------------------------------------------------------------------ by reading


@pytest.mark.parametrize("fault", [*HAPPENED, *DID_NOT])
def test_where_the_status_is_shown_a_lost_answer_is_settled_by_reading(stocked, fault):
    stocked.market.set_switches({"A9": "shown"})
    assert unverified(stocked, (UPDATE, 2, fault)).code == 9
    later(stocked)

    ended = resume(stocked, "-o", "json")

    assert ended.code == 0, ended.err
    assert ended.json["command"] == "resume"
    assert fates(ended)["order_line/2/l1"] == "done"
    assert fired(stocked) == ["1", "2", "3"]
    assert stocked.plan("--detailed-exitcode").code == 0


# ------------------------------------------------------------------ by time


@pytest.mark.parametrize("fault", DID_NOT)
def test_an_order_that_was_not_touched_though_others_were_was_not_written_to(stocked, fault):
    assert unverified(stocked, (UPDATE, 2, fault)).code == 9
    later(stocked)

    settled = resume(stocked, "--settle-only", "-o", "json")

    assert (settled.code, fates(settled)) == (0, {"order_line/2/l1": "failed"})
    assert "the order was not touched" in settled.json["outcomes"][0]["reason"]
    assert settled.json["next"] == ["reconciler resume -t shop"]
    assert fired(stocked) == ["1", "3"]
    assert resume(stocked).code == 0
    assert fired(stocked) == ["1", "2", "3"]
    assert stocked.plan("--detailed-exitcode").code == 0


@pytest.mark.parametrize("fault", HAPPENED)
def test_an_order_that_was_touched_is_left_open_with_what_speaks_for_it(stocked, fault):
    assert unverified(stocked, (UPDATE, 2, fault)).code == 9

    for _ in range(2):
        ended = resume(stocked, "-o", "json")
        assert ended.code == ended.json["exit_code"] == 9
        assert fates(ended)["order_line/2/l1"] == "lost"
        assert " after we sent" in ended.json["outcomes"][0]["reason"]
        assert ended.json["next"] == ["reconciler resume -t shop"]

    assert fired(stocked) == ["1", "2", "3"]
    assert resume(stocked, "--assume", "likely", "*").code == 0
    assert fired(stocked) == ["1", "2", "3"]
    assert "1 declared" in stocked.plan().out


@pytest.mark.parametrize("moves", ["imports_only", "never"])
def test_where_line_updates_do_not_move_the_time_an_untouched_order_proves_nothing(shop, moves):
    shop.market.set_switches({"update_time_moves": moves})
    shop.market.put({**bare_order("0", l1="new"), "region": "east"})
    shop.stock("1", l1="new")
    shop.stock("2", l1="new")
    shop.declare("orders:\n" + full("0", region="west") + corrections(2).removeprefix("orders:\n"))
    shop.settle_in(concurrency=1, timeout=1)
    shop.market.put_product("lamp", "Lamp")
    assert unverified(shop, (UPDATE, 2, "reset_after")).code == 9
    later(shop)

    ended = resume(shop, "--settle-only", "-o", "json")

    assert ended.code == 9
    assert fates(ended)["order_line/2/l1"] == "lost"
    assert fired(shop).count("2") == 1


def test_a_fresh_write_is_read_again_before_it_counts_as_not_done(stocked):
    stocked.market.set_switches({"A9": "shown", "read_lag": "3"})
    stocked.strike((UPDATE, 3, "reset_after"))
    with terminal(stocked, "apply", "--auto-approve") as screen:  # ends before its verifying read does
        screen.wait_for("delivered")
        while len(stocked.updates()) < 3:
            pass
        screen.process.kill()
        screen.ended()

    ended = resume(stocked, "-o", "json")

    assert fired(stocked) == ["1", "2", "3"]
    assert ended.code == 0
    assert fates(ended)["order_line/3/l1"] == "done"


# ------------------------------------------------------------------ by word


def stopped(shop: Shop, fault: str) -> None:
    """Lose the first answer and stop at the second, so that no confirmed write speaks for or against it."""
    shop.strike((UPDATE, 1, fault), (UPDATE, 2, "error_403"))
    assert shop.apply().code == 9
    later(shop)


@pytest.mark.parametrize(("word", "fault"), [("done", "reset_after"), ("not-done", "reset_before")])
def test_a_persons_word_settles_it_and_is_recorded_as_such(stocked, word, fault):
    stopped(stocked, fault)

    ended = resume(stocked, "--assume", word, "order_line/1/*")

    assert ended.code == 0, ended.err
    assert fired(stocked) == ["1", "2", "3"]
    assert ("1 declared" in stocked.plan().out) is (word == "done")
    assert "settled by somebody's word in `resume`" in stocked.run("runs", "show", "1").out


def test_the_last_assumption_that_fits_counts_and_others_do_not(stocked):
    assert unverified(stocked, (UPDATE, 2, "reset_after"), (UPDATE, 3, "reset_after")).code == 9

    ended = resume(
        stocked, "-o", "json", "--assume", "not-done", "*", "--assume", "done", "order_line/2/*",
        "--assume", "done", "order_line/3/*", "--assume", "done", "order_line/99/*",
    )  # fmt: skip

    assert ended.code == 0
    assert fates(ended) == {"order_line/2/l1": "done", "order_line/3/l1": "done"}
    assert fired(stocked) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("keys", "code", "sent"), [("done\n", 0, 3), ("not-done\nyes\n", 0, 4), ("\n", 9, 3), ("eh\n", 9, 3)]
)
def test_on_a_terminal_it_asks_one_question_with_what_speaks_for_it(stocked, keys, code, sent):
    assert unverified(stocked, (UPDATE, 2, "reset_after")).code == 9

    with terminal(stocked, "resume") as screen:
        screen.wait_for("Did it happen? done, not-done, or Enter to leave it open: ")
        screen.press(keys)
        assert screen.ended() == code, screen.printed

    assert "order_line/2/l1 → delivered" in screen.printed
    assert "after we sent. Likely: done." in screen.printed
    assert len(stocked.market.triggers()) == sent


def test_without_a_terminal_and_without_a_word_it_is_wrong_usage(stocked):
    assert stocked.run("resume").code == 64
    assert stocked.run("resume", "--settle-only").code == 0
    assert stocked.run("resume", RECONCILER_AUTO_APPROVE="1").code == 64
    assert resume(stocked, "--assume", "maybe", "*").code == 64


# ------------------------------------------------------------------ what is open


def test_what_stays_open_blocks_its_own_address_and_nothing_else(stocked):
    assert unverified(stocked, (UPDATE, 2, "reset_after")).code == 9
    assert resume(stocked).code == 9
    stocked.declare(corrections(3, "canceled"))

    plan = stocked.plan("-o", "json").json
    assert {each["address"]: each["action"] for each in plan["changes"]} == {
        "order_line/1/l1": "update",
        "order_line/2/l1": "withhold",
        "order_line/3/l1": "update",
    }


def test_what_was_open_and_did_not_happen_is_still_approved_when_it_is_settled_later(stocked):
    stopped(stocked, "reset_before")
    assert resume(stocked).code == 9
    assert fired(stocked) == ["2", "3"]

    assert resume(stocked, "--assume", "not-done", "*").code == 0

    assert fired(stocked) == ["1", "2", "3"]
    assert "nothing is unsettled" in resume(stocked).out


def test_settle_only_sends_nothing(stocked):
    stocked.strike((UPDATE, 1, "error_403"))
    assert stocked.apply().code == 8
    writes = stocked.writes()
    ended = resume(stocked, "--settle-only")
    assert (ended.code, stocked.writes()) == (0, writes)
    assert resume(stocked).code == 0
    assert fired(stocked) == ["1", "2", "3"]


def test_with_nothing_left_it_says_so(stocked):
    for _ in range(2):
        ended = resume(stocked, "-o", "json")
        assert (ended.code, ended.json["command"], ended.json["outcomes"]) == (0, "resume", [])
        assert "nothing is unsettled" in ended.json["diagnostics"][0]["summary"]
        assert stocked.apply().code == 0


def test_a_stop_on_the_way_still_lists_what_is_lost(stocked):
    assert unverified(stocked, (UPDATE, 2, "reset_after")).code == 9
    stocked.strike(("orders/list", 0, "error_403"))

    ended = resume(stocked, "-o", "json")

    assert ended.code == 8
    assert fates(ended) == {"order_line/2/l1": "lost"}


def test_what_moved_since_is_left_out_and_named(stocked):
    stocked.market.set_switches({"A9": "shown"})
    stocked.strike((UPDATE, 1, "error_403"))
    assert stocked.apply().code == 8
    stocked.market.touch("2", lines={"l1": "in_delivery"})

    ended = resume(stocked, "-o", "json")

    assert ended.code == 3
    assert fates(ended) == {"order_line/1/l1": "done", "order_line/2/l1": "moved", "order_line/3/l1": "done"}
    moved = next(each for each in ended.json["outcomes"] if each["outcome"] == "moved")
    assert (
        "status new → delivered, may fire triggers; now update status in_delivery → delivered"
        in moved["reason"]
    )
    assert fired(stocked) == ["1", "3"]


def test_with_other_manifests_or_settings_nothing_of_the_rest_is_sent_and_the_way_out_is_told(stocked):
    stocked.strike((UPDATE, 1, "error_403"))
    assert stocked.apply(GITHUB_SHA="c0ffee0c0ffee0c0ffee").code == 8
    for change in (
        lambda: stocked.declare(corrections(3).replace("delivered", "canceled", 1)),
        lambda: (stocked.declare(corrections(3)), stocked.settle_in(rest="limits: {max_line_changes: 7}\n")),
    ):
        change()
        ended = resume(stocked, "-o", "json")
        assert (ended.code, ended.json["exit_code"], fired(stocked)) == (6, 6, [])
        (said,) = ended.json["diagnostics"]
        assert "manifests or settings have changed since run 1 was approved" in said["summary"]
        assert said["advice"].endswith("or resume with what was approved then (c0ffee0c0ffe)")
        assert ended.json["next"] == ["reconciler plan -t shop"]
    stocked.settle_in(concurrency=1, timeout=1)
    assert resume(stocked).code == 0
    assert fired(stocked) == ["1", "2", "3"]


def test_what_is_lost_is_settled_and_stays_exit_9_whatever_the_manifests_say(stocked):
    assert unverified(stocked, (UPDATE, 2, "reset_after"), (UPDATE, 3, "error_403")).code == 9
    stocked.declare(corrections(2))
    ended = resume(stocked, "-o", "json")
    assert (ended.code, fates(ended)) == (9, {"order_line/2/l1": "lost"})
    ended = resume(stocked, "--assume", "done", "*", "-o", "json")
    assert (ended.code, fates(ended)) == (6, {"order_line/2/l1": "done"})
    assert fired(stocked) == ["1", "2"]


def test_settling_alone_says_that_nothing_was_sent(stocked):
    assert unverified(stocked, (UPDATE, 2, "reset_after")).code == 9
    ended = resume(stocked, "--settle-only", "--assume", "done", "*")
    assert ended.code == 0
    assert "Nothing was sent. The last line counts what became of what earlier runs had sent." in ended.out
    assert ended.last == "Applied: 1 done, 0 failed, 0 lost, 0 skipped, 0 moved, 0 withheld."


# ------------------------------------------------------------------ two projects, one account


def test_what_another_project_lost_is_settled_for_it_and_stays_its_own(stocked):
    stocked.settle_in(rest="project: web\n", concurrency=1)
    assert unverified(stocked, (UPDATE, 2, "reset_after"), (UPDATE, 3, "error_403")).code == 9
    stocked.declare(states("9", LASTING, l1="delivered"))
    stocked.stock("9", l1="new")
    stocked.settle_in(rest="project: shop\n", concurrency=1)

    ended = resume(stocked, "--assume", "done", "*", "-o", "json")

    assert (ended.code, fates(ended)) == (6, {"order_line/2/l1": "done"})
    assert (
        "what run 1 left was approved in project web, and this is shop"
        in ended.json["diagnostics"][0]["summary"]
    )
    assert "order_line/2/l1" not in listed(stocked.run("state", "list", "-o", "json").json["items"])
    stocked.declare(corrections(3))
    stocked.settle_in(rest="project: web\n", concurrency=1)
    assert listed(stocked.plan("-o", "json").json["changes"]) == ["order_line/3/l1"]
    assert resume(stocked).code == 0
    assert fired(stocked) == ["1", "2", "3"]


def test_the_age_of_a_plan_does_not_matter_to_what_was_begun(stocked):
    plan = stocked.root / "plan.json"
    stocked.plan("-o", f"json={plan}")
    assert stocked.run("apply", str(plan), "--first", "1").code == 0
    with closing(sqlite3.connect(stocked.root / STATE)) as state, state:
        (body,) = state.execute("SELECT body FROM approvals").fetchone()
        old = json.dumps({**json.loads(body), "created_at": "2020-01-01T00:00:00+00:00"})
        state.execute("UPDATE approvals SET body = ?", (old,))

    assert resume(stocked).code == 0
    assert fired(stocked) == ["1", "2", "3"]


# ------------------------------------------------------------------ other things than lines


def full(order: str, **changes: str) -> str:
    return f"  - {json.dumps({**bare_order(order, l1='new'), **changes})}\n"


@pytest.fixture
def importing(shop: Shop) -> Shop:
    """One order to be made and one to be changed, each by an import that messages customers."""
    shop.market.put_product("lamp", "Lamp")
    shop.market.put(bare_order("1", l1="new"))
    shop.market.put(bare_order("3", l1="new"))
    shop.declare("orders:\n" + full("1", status="paid") + full("2") + full("3", status="paid"))
    shop.settle_in(concurrency=1, timeout=1, batch_size=1, skip_triggers=False)
    return shop


@pytest.mark.parametrize("fault", [*HAPPENED, *DID_NOT])
def test_lost_imports_are_settled_by_reading_and_what_did_not_happen_is_done(importing, fault):
    assert unverified(importing, (IMPORT, 0, fault)).code == 9
    later(importing)

    ended = resume(importing, "-o", "json")

    assert ended.code == 0, ended.err
    assert set(fates(ended).values()) == {"done"}
    assert {order["external_id"]: order["status"] for order in importing.market.orders()} == {
        "1": "paid",
        "2": "new",
        "3": "paid",
    }
    assert importing.plan("--detailed-exitcode").code == 0
    named = [each.order for each in importing.market.triggers()]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("fault", [*HAPPENED, *DID_NOT])
def test_a_lost_definition_stays_open_until_somebody_vouches_for_it(shop, fault):
    shop.stock("1", l1="new")
    shop.declare(STATUSES + states("1", LASTING, l1="packed"))
    shop.settle_in(concurrency=1, timeout=1)
    shop.strike(*[(IMPORT, nth, fault) for nth in range(1, 9)])
    first = shop.apply("-o", "json")
    if first.code == 0:  # an import that fires no trigger may be repeated
        return
    assert first.code == 9
    shop.strike()

    held = resume(shop, "-o", "json")
    assert held.code == 9
    assert fates(held)["line_status/packed"] == "lost"
    assert shop.updates() == []
    word = "done" if "_after" in fault else "not-done"
    assert resume(shop, "--assume", word, "line_status/*").code == 0
    assert [each["external_id"] for each in shop.market.statuses()] == ["packed"]
    assert shop.updates() == [("1", "l1", "packed")]


# ------------------------------------------------------------------ older approvals


def test_an_apply_that_finds_an_older_approval_puts_its_own_in_its_place(stocked):
    assert stocked.apply("--first", "1").code == 0
    assert listed(stocked.plan("-o", "json").json["changes"]) == ["order_line/2/l1", "order_line/3/l1"]
    assert stocked.apply("--only", "order_line/2/*").code == 0
    assert "nothing is unsettled" in resume(stocked).out
    assert fired(stocked) == ["1", "2"]


def test_what_was_done_once_has_not_moved_when_the_rest_is_settled(shop: Shop):
    for order in "12":
        shop.stock(order, l1="new")
    shop.declare(corrections(2).replace(LASTING, f"hold: once, {LASTING}"))
    shop.settle_in(concurrency=1, timeout=1)
    assert unverified(shop, (UPDATE, 2, "reset_after")).code == 9

    ended = resume(shop, "--assume", "done", "*", "-o", "json")

    assert (ended.code, fates(ended)) == (0, {"order_line/2/l1": "done"}), ended.err


# ------------------------------------------------------------------ read while the manifests are read


@pytest.mark.parametrize("struck", [(), tuple(("orders/list", nth, "error_403") for nth in range(1, 9))])
def test_what_is_wrong_with_the_manifests_goes_before_what_the_target_says_and_nothing_is_settled(
    stocked, struck
):
    stocked.market.set_switches({"A9": "shown"})
    assert unverified(stocked, (UPDATE, 2, "reset_after")).code == 9
    later(stocked)
    stocked.declare(corrections(3, wanted="dlivered"))
    stocked.strike(*struck)

    ended = resume(stocked, "-o", "json")

    assert ended.code == 4
    assert "dlivered" in ended.err
    assert len(fired(stocked)) == 3
    stocked.strike()
    stocked.declare(corrections(3))
    assert fates(resume(stocked, "-o", "json")) == {"order_line/2/l1": "done"}


def test_with_right_manifests_a_target_that_refuses_to_be_read_is_8_and_tells_what_is_lost(stocked):
    assert unverified(stocked, (UPDATE, 2, "reset_after")).code == 9
    stocked.strike(*[("orders/list", nth, "error_403") for nth in range(1, 9)])
    ended = resume(stocked, "-o", "json")
    assert ended.code == 8, ended.err
    assert fates(ended) == {"order_line/2/l1": "lost"}


def test_a_state_that_is_not_there_yet_is_not_made_for_manifests_that_are_wrong(stocked):
    stocked.declare(corrections(3, wanted="dlivered"))
    assert resume(stocked).code == 4
    assert not (stocked.root / STATE).exists()
