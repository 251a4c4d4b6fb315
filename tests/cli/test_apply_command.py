"""apply, as a user types it: what is sent, how it ends, and what is left to do."""

import json
import signal
import time
from pathlib import Path

import pytest

from tests.cli.shop import APPLIED, EMAIL, STATUSES, SUMMARY, TOKEN, bare_order, listed, served, states
from tests.cli.terminal import CTRL_C, CTRL_D, terminal

LASTING = "expires: 2099-01-01"
UPDATE = "orders/update_order_line_status"
LOSING = (
    "reset_after",
    "empty_after",
    "truncated_after",
    "http_500_after",
    "http_502_html_after",
    "slow_after:4",
)


@pytest.fixture
def stocked(shop):
    """Three orders of one line each, every line to be moved to a built-in status."""
    for order in "123":
        shop.stock(order, l1="new")
    shop.declare(
        "".join(
            states(order, LASTING, l1="delivered").replace("orders:\n", "" if order != "1" else "orders:\n")
            for order in "123"
        )
    )
    shop.settle_in(concurrency=1)
    return shop


# ------------------------------------------------------------------ how it ends


def test_everything_done_is_0_with_the_plan_first_and_the_fixed_line_last(stocked):
    ended = stocked.apply()

    assert ended.code == 0
    assert any(SUMMARY.fullmatch(line) for line in ended.out.splitlines())
    assert APPLIED.fullmatch(ended.last)
    assert ended.last == "Applied: 3 done, 0 failed, 0 lost, 0 skipped, 0 moved, 0 withheld."
    assert ended.err.splitlines()[-1] == "Next: reconciler plan -t shop"
    assert stocked.updates() == [(order, "l1", "delivered") for order in "123"]
    assert stocked.apply().last == "Applied: 0 done, 0 failed, 0 lost, 0 skipped, 0 moved, 0 withheld."
    assert len(stocked.updates()) == 3


def test_the_document_names_every_outcome_and_what_to_type_next(stocked):
    document = stocked.apply("-o", "json", "--color", "always", "-v").json

    assert document["summary"] == {"done": 3, "failed": 0, "lost": 0, "skipped": 0, "moved": 0, "withheld": 0}
    assert document["outcomes"][0]["address"] == "order_line/1/l1"
    assert document["outcomes"][0]["after"] == "delivered"
    assert (document["run"], document["next"]) == (1, ["reconciler plan -t shop"])


def test_what_is_refused_fails_alone_and_the_rest_goes_on(stocked):
    stocked.strike((UPDATE, 2, "error_404"))

    ended = stocked.apply()

    assert ended.code == 3
    assert "failed   order_line/2/l1: the target answered 404" in ended.out
    assert ended.last.startswith("Applied: 2 done, 1 failed")


def test_withheld_unseen_is_in_part_until_it_is_acknowledged(stocked):
    stocked.declare(states("gone", LASTING, l1="delivered"), "gone.yaml")

    assert stocked.apply().code == 3
    stocked.settle_in(rest="acknowledge:\n  - {address: 'order_line/gone/*', reason: r, until: 2099-01-01}\n")
    ended = stocked.apply()
    assert (ended.code, ended.last[-11:]) == (0, "1 withheld.")


@pytest.mark.parametrize(
    ("fault", "code"), [("error_403", 8), ("error_401", 8), ("error_440", 8), ("error_402", 1)]
)
def test_what_the_target_denies_stops_the_run_and_the_rest_is_skipped(stocked, fault, code):
    stocked.strike((UPDATE, 2, fault), (UPDATE, 3, fault))

    ended = stocked.apply("-o", "json")

    assert (ended.code, ended.json["exit_code"]) == (code, code)
    assert [each["outcome"] for each in ended.json["outcomes"]] == ["done", "failed", "skipped"]
    assert "error:" in ended.err


def test_what_needs_something_that_failed_is_skipped(shop):
    shop.stock("1", l1="new")
    shop.declare(STATUSES + states("1", LASTING, l1="packed"))
    shop.strike(("orders/import", 0, "error_422"))

    ended = shop.apply("-o", "json")

    assert ended.code == 3
    assert [each["outcome"] for each in ended.json["outcomes"]] == ["failed", "skipped"]
    assert "needs line_status/packed" in ended.json["outcomes"][1]["reason"]
    assert shop.updates() == []


SCENES = {
    "over the limit": (5, ("--max-line-changes", "0"), lambda _: None),
    "evidence": (5, ("--require-evidence", "observed"), lambda _: None),
    "bad manifest": (4, (), lambda shop: shop.declare("custom_fields: 7\n", "bad.yaml")),
    "no settings": (4, (), lambda shop: (shop.root / "reconciler.yaml").write_text("targets: 1\n")),
    "denied while reading": (8, (), lambda shop: shop.strike(("orders/list", 0, "error_403"))),
    "no such option": (64, ("--frobnicate",), lambda _: None),
    "no such target": (64, ("-t", "nowhere"), lambda _: None),
}


@pytest.mark.parametrize("scene", SCENES)
def test_what_stops_it_before_the_first_write_sends_nothing_and_still_gives_one_document(stocked, scene):
    code, arguments, prepare = SCENES[scene]
    prepare(stocked)

    ended = stocked.apply(*arguments, "-o", "json", "--color", "always", "-v")

    assert (ended.code, ended.json["exit_code"], stocked.writes()) == (code, code, 0)
    assert {"target", "run", "summary", "outcomes", "withheld", "next", "diagnostics"} <= {*ended.json}
    assert (ended.json["run"], ended.json["outcomes"]) == (None, [])
    assert ended.json["diagnostics"][0]["severity"] == "error"


def test_a_plan_that_could_not_be_finished_is_not_sent(stocked):
    stocked.settle_in(page_size=1)
    stocked.strike(("orders/list", 2, "error_400"), ("orders/list", 3, "error_400"))

    ended = stocked.apply()

    assert (ended.code, stocked.writes()) == (1, 0)
    assert "the plan is not complete, so nothing was sent" in ended.err


def test_without_a_terminal_nobody_can_be_asked(stocked):
    ended = stocked.run("apply", "-o", "json", said="yes\n")

    assert (ended.code, ended.json["exit_code"], stocked.writes()) == (64, 64, 0)
    assert "in a pipeline apply a saved plan, or add --auto-approve" in ended.err
    assert stocked.run("apply", RECONCILER_AUTO_APPROVE="1").code == 64


def test_only_what_was_chosen_is_sent(stocked):
    assert stocked.apply("--only", "order_line/2/*").code == 0
    assert stocked.updates() == [("2", "l1", "delivered")]
    assert stocked.apply("--exclude", "order_line/3/*").code == 0
    assert [order for order, *_ in stocked.updates()] == ["2", "1"]


def test_a_report_that_cannot_be_written_is_found_out_before_anything_is_sent(stocked):
    (stocked.root / "loop").symlink_to("loop")
    loops = [str(stocked.root / name) for name in ("loop", "loop/report.json")]
    for path in ("/no/such/folder/report.json", str(stocked.root), *loops):
        ended = stocked.apply("-o", f"json={path}")

        assert (ended.code, stocked.writes()) == (1, 0)
        assert f"{path} cannot be written" in ended.err


def test_a_report_that_could_not_be_written_after_all_hides_nothing_of_what_was_sent(stocked):
    stocked.strike((UPDATE, 2, "reset_after"))

    ended = stocked.apply("-o", "json", "-o", "text=/dev/full")

    assert (ended.code, ended.json["exit_code"], ended.json["summary"]["lost"]) == (9, 9, 1)
    assert "/dev/full cannot be written" in ended.err
    assert stocked.plan("-o", "text=/dev/full").code == 1


def test_a_report_goes_through_links_and_into_devices_and_keeps_its_mode(stocked):
    report, link = stocked.root / "report.json", stocked.root / "link.json"
    report.write_text("old")
    report.chmod(0o640)
    link.symlink_to(report)

    assert stocked.plan("-o", f"json={link}", "-o", "text=/dev/null").code == 0

    assert link.is_symlink()
    assert json.loads(report.read_text())["command"] == "plan"
    assert report.stat().st_mode & 0o777 == 0o640
    assert Path("/dev/null").is_char_device()


# ------------------------------------------------------------------ lost answers


@pytest.fixture(params=["embedded", "served"])
def reached(request, stocked):
    """The same market in this process, and over HTTP."""
    if request.param == "embedded":
        stocked.settle_in(concurrency=1, timeout=1)
        yield stocked
        return
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1, timeout=1)
        yield stocked


@pytest.mark.parametrize("fault", LOSING)
def test_a_lost_answer_is_9_withheld_from_then_on_and_never_said_again_by_itself(reached, fault):
    reached.strike((UPDATE, 2, fault))

    ended = reached.apply()

    assert ended.code == 9
    assert ended.last == "Applied: 2 done, 0 failed, 1 lost, 0 skipped, 0 moved, 0 withheld."
    assert "lost     order_line/2/l1: " in ended.out
    assert "Next: reconciler resume -t shop" in ended.err
    for again in (reached.apply("-o", "json"), reached.apply("-o", "json")):
        assert again.code == 3
        assert listed(again.json["withheld"]) == ["order_line/2/l1"]
        assert "sent in run 1 on " in again.json["withheld"][0]["reason"]
    assert len(reached.updates()) == len(reached.market.triggers()) == 3


def test_what_was_lost_is_settled_by_adopting_it_and_never_said_again(stocked):
    stocked.strike((UPDATE, 2, "reset_after"))
    stocked.apply()

    assert stocked.run("state", "adopt", "order_line/2/l1").code == 0

    ended = stocked.apply()
    assert ended.code == 0
    assert "1 declared" in ended.out
    assert len(stocked.market.triggers()) == 3


def test_what_was_lost_and_did_not_happen_is_said_again_once_it_is_forgotten(stocked):
    stocked.strike((UPDATE, 2, "http_502_html_before"))
    assert stocked.apply().code == 9

    assert stocked.run("state", "forget", "--unsettled", "order_line/2/*").code == 0

    assert stocked.apply().code == 0
    assert [each.order for each in stocked.market.triggers()] == ["1", "3", "2"]


def test_where_the_status_is_shown_the_verifying_read_settles_it(stocked):
    stocked.market.set_switches({"A9": "shown"})
    stocked.strike((UPDATE, 2, "reset_after"))

    ended = stocked.apply("-o", "json")

    assert ended.code == 0
    assert ended.json["outcomes"][1]["reason"] == "no answer came; read again, it is so"


def test_a_status_that_fires_nothing_may_be_said_twice(stocked):
    stocked.declare(
        "custom_line_statuses:\n  - {external_id: shelf, name: Shelf, type: in_process, triggers: false}\n"
        + states("1", LASTING, l1="shelf")
    )
    stocked.strike((UPDATE, 1, "http_502_html_before"))

    assert stocked.apply().code == 0
    assert "0 may fire triggers" in stocked.plan().last


# ------------------------------------------------------------------ signals


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_lets_what_is_in_flight_finish_and_writes_the_report(stocked, number, code):
    stocked.strike((UPDATE, 1, "slow_after:3"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        process = stocked.process("apply", "--auto-approve", "-o", "json")
        _wait_for_a_write(stocked, process)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)

    assert process.returncode == code
    document = json.loads(out)
    assert document["exit_code"] == code
    assert [each["outcome"] for each in document["outcomes"]] == ["done", "skipped", "skipped"]
    assert "nothing new is sent" in err
    assert len(stocked.updates()) == 1
    assert stocked.run("runs", "list", "-o", "json").json["runs"][0]["exit_code"] == code


def test_the_second_signal_ends_at_once_and_names_what_is_lost(stocked):
    stocked.strike((UPDATE, 1, "slow_after:30"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        process = stocked.process("apply", "--auto-approve")
        _wait_for_a_write(stocked, process)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while "nothing new is sent" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)

    assert process.returncode == 9
    assert "lost     order_line/1/l1: the run ended before the answer came" in out
    assert out.splitlines()[-1] == "Applied: 0 done, 0 failed, 1 lost, 2 skipped, 0 moved, 0 withheld."
    assert "order_line/1/l1" in stocked.run("state", "list").out.split("Remembered")[0]
    assert stocked.run("runs", "show", "1", "-o", "json").json["run"]["exit_code"] == 9


def test_a_run_that_was_killed_leaves_what_was_in_flight_unsettled(stocked):
    stocked.strike((UPDATE, 2, "slow_after:30"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url, concurrency=1)
        process = stocked.process("apply", "--auto-approve")
        _wait_for_a_write(stocked, process, count=2)
        process.kill()
        process.communicate()
        held = {each["address"]: each for each in stocked.plan("-o", "json").json["changes"]}

    assert "it is still running, or it died" in stocked.run("runs", "show", "1").out
    assert {address: each["action"] for address, each in held.items()} == {
        "order_line/2/l1": "withhold",
        "order_line/3/l1": "update",
    }


def _wait_for_a_write(shop, process, count=1):
    while len(shop.updates()) < count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


# ------------------------------------------------------------------ the prompt


@pytest.mark.parametrize(
    ("keys", "code", "sent"),
    [("yes\n", 0, 3), ("no\n", 1, 0), ("y\n", 1, 0), ("\n", 1, 0), (CTRL_D, 1, 0), (CTRL_C, 130, 0)],
)
def test_only_the_literal_word_is_an_approval(stocked, keys, code, sent):
    with terminal(stocked, "apply") as screen:
        screen.wait_for("Type yes to go on: ")
        assert "This will be sent to shop (sandbox:market.db). It cannot be taken back." in screen.printed
        assert "order_line/1/l1" in screen.printed
        screen.press(keys)
        assert screen.ended() == code

    assert len(stocked.updates()) == sent
    assert ("nothing was sent" in screen.printed) is (sent == 0)


def test_whoever_is_asked_sees_the_plan_also_when_the_result_is_json(stocked):
    with terminal(stocked, "apply", "-o", "json") as screen:
        screen.wait_for("Type yes to go on: ")
        assert "order_line/1/l1" in screen.printed
        screen.press("no\n")
        assert screen.ended() == 1


def test_nothing_to_do_asks_nothing(stocked):
    stocked.apply()

    with terminal(stocked, "apply") as screen:
        assert screen.ended() == 0
    assert "Type yes" not in screen.printed


def test_who_thinks_for_long_is_kept_from_overwriting_what_others_did_meanwhile(stocked):
    stocked.market.set_switches({"A9": "shown"})
    stocked.settle_in(recheck_after=0.001, concurrency=1)

    with terminal(stocked, "apply") as screen:
        screen.wait_for("Type yes to go on: ")
        stocked.market.touch("1", lines={"l1": "processing"})
        stocked.market.touch("2", lines={"l1": "delivered"})
        screen.press("yes\n")
        assert screen.ended() == 3

    assert [each[0] for each in stocked.updates()] == ["3"]
    assert "observed again: 1 moved, 1 already so, 1 go on" in screen.printed
    assert "now update status processing → delivered" in screen.printed
    assert "already so when it was observed again, dropped: 1 (order_line/2/l1)" in screen.printed
    assert "Applied: 1 done, 0 failed, 0 lost, 0 skipped, 1 moved, 0 withheld." in screen.printed
    assert "moved" in stocked.run("runs", "show", "1").out


def test_an_approved_plan_may_withhold_what_the_reader_saw(stocked):
    stocked.declare(states("gone", LASTING, l1="delivered"), "gone.yaml")

    with terminal(stocked, "apply") as screen:
        screen.wait_for("Type yes to go on: ")
        screen.press("yes\n")
        assert screen.ended() == 0

    (run,) = stocked.run("runs", "list", "-o", "json").json["runs"]
    assert run["exit_code"] == 0


# ------------------------------------------------------------------ what is personal


@pytest.mark.parametrize("fault", ["none", *LOSING, "error_400", "error_403", "http_502_html_before"])
def test_neither_the_token_nor_an_e_mail_is_in_any_output_or_file(shop, fault):
    order = {**bare_order("9", l1="new"), "email": "${buyer}"}
    shop.declare(STATUSES + f"orders:\n  - {json.dumps(order)}\n" + states("1", LASTING, l1="packed")[8:])
    shop.stock("1", l1="new")
    with served(shop.root / "market.db", token=TOKEN) as url:
        shop.settle_in(url, f"vars: {{buyer: {EMAIL}}}\n", token_env="SHOP_TOKEN", timeout=1)
        if fault != "none":
            shop.strike((UPDATE, 1, fault), ("orders/import", 2, fault))
        ends = [
            shop.run(*words, SHOP_TOKEN=TOKEN)
            for words in (["plan", "-vv"], ["apply", "--auto-approve", "-vv"])
        ]
        ends += [shop.run(*words, SHOP_TOKEN=TOKEN) for words in (["state", "list"], ["runs", "show", "1"])]
        for each in shop.market.orders():
            shop.market.remove(each["external_id"])  # the market itself knows its buyers

    said = "".join(ended.out + ended.err for ended in ends)
    assert "order/9" in said
    assert TOKEN not in said
    assert EMAIL not in said
    kept = b"".join(path.read_bytes() for path in (shop.root / ".reconciler").rglob("*"))
    assert kept
    assert EMAIL.encode() not in kept
    assert TOKEN.encode() not in shop.everything()
    log = repr(shop.market.requests())
    assert "orders/import" in log
    assert EMAIL not in log
