"""Line updates: once each, on record before they leave, one order's after one another."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import count
from threading import Barrier, Event

import pytest

from reconciler.model.outcome import Skipped
from reconciler.ports import UNREACHED, Accepted, Denied, Refused, Unanswered
from reconciler.sandbox import Fault
from reconciler.store import StoreError, open_record
from tests.laws.world import ACCOUNT
from tests.stages.doubles import Before
from tests.stages.shops import LAVISH, a_line, an_order, shop, status

ONE = replace(LAVISH, concurrency=1)


def corrections(opened, orders, lines=1, wanted="delivered", **more):
    ids = [f"l{n}" for n in range(lines)]
    opened.market.put_all([an_order(f"o{n}", [a_line(each) for each in ids]) for n in range(orders)])
    opened.want(orders=[{"external_id": f"o{n}", "line_status": wanted, **more} for n in range(orders)])


def test_the_intent_is_on_disk_before_a_request_leaves_and_the_outcome_before_the_next():
    with shop(rules=ONE) as opened:
        corrections(opened, 3)
        seen = []

        def look(order, line, said):
            (run,) = open_record(opened.url, ACCOUNT).runs(1)
            story = open_record(opened.url, ACCOUNT).run(run.id)
            assert story is not None
            seen.append([(each.address.parts[0], each.wanted, each.outcome) for each in story.writes])

        opened.apply(through=Before(on_line=look))
        assert seen[0] == [("o0", "delivered", None)]
        assert seen[2] == [
            ("o0", "delivered", "done"),
            ("o1", "delivered", "done"),
            ("o2", "delivered", None),
        ]


def test_updates_that_are_intended_together_leave_in_requests_of_their_own():
    together, seen = Barrier(4, timeout=10), list[int]()

    def meet(order, line, said):
        seen.append(len(opened.record().unsettled))
        together.wait()

    with shop(rules=replace(LAVISH, concurrency=4)) as opened:
        corrections(opened, 8)
        opened.apply(through=Before(on_line=meet))
        with closing(sqlite3.connect(opened.url.removeprefix("sqlite:///"))) as state:
            rows = state.execute("SELECT number, request FROM writes").fetchall()
    assert [number for number, _ in rows] == [request for _, request in rows] == list(range(1, 9))
    assert max(seen) <= 4


def test_an_import_is_on_disk_with_all_that_it_speaks_for_before_it_leaves():
    with shop() as opened:
        opened.market.put(an_order("o1", [a_line("l1")]))
        opened.want(
            custom_line_statuses=[status("packed", adopt=True)],
            orders=[an_order("o1", [a_line("l1", "packed")], status="paid"), an_order("o2", [a_line("l1")])],
        )
        opened.market.put_status(status("packed"))
        seen: list[str] = []

        def look(_sections, _orders):
            (run,) = open_record(opened.url, ACCOUNT).runs(1)
            story = open_record(opened.url, ACCOUNT).run(run.id)
            assert story is not None
            seen.extend(str(each.address) for each in story.writes if each.outcome is None)

        opened.apply(through=Before(on_import=look))
        assert seen == ["order/o1", "order/o2", "order_line/o1/l1"]


def test_the_lines_of_one_order_go_one_after_another_and_orders_side_by_side():
    inside: list[str] = []
    together = Event()

    def watch(order, line, said):
        assert order not in inside
        inside.append(order)
        if len(set(inside)) > 1:
            together.set()
        together.wait(5)
        inside.remove(order)

    with shop(rules=replace(LAVISH, concurrency=4)) as opened:
        corrections(opened, 4, lines=3)
        ran = opened.apply(through=Before(on_line=watch))
        assert together.is_set()
        assert len(ran.outcomes) == 12
        assert set(ran.words().values()) == {"done"}


def test_a_line_update_that_may_fire_is_sent_once_and_is_lost_when_no_answer_comes_a20():
    with shop(rules=ONE) as opened:
        corrections(opened, 2)
        ran = opened.apply(faults=[Fault("orders/update_order_line_status", 1, "reset_after")])
        assert ran.words() == {"order_line/o0/l0": "lost", "order_line/o1/l0": "done"}
        assert len(opened.market.triggers()) == 2
        plan = opened.plan()
        assert plan.steps == ()
        assert [str(each.address) for each in plan.withheld] == ["order_line/o0/l0"]
        assert opened.apply().words() == {}
        assert len(opened.market.triggers()) == 2


def test_a_line_update_that_fires_nothing_may_be_sent_again():
    with shop(rules=ONE) as opened:
        opened.market.put_status(status("quiet"))
        corrections(opened, 1, wanted="quiet")
        wanted = {"custom_line_statuses": [status("quiet", adopt=True, triggers=False)]}
        opened.want(**wanted, orders=[{"external_id": "o0", "line_status": "quiet"}])
        ran = opened.apply(faults=[Fault("orders/update_order_line_status", 1, "reset_after")])
        assert ran.words() == {"order_line/o0/l0": "done"}


def test_a_lost_line_is_done_where_the_verifying_read_shows_it():
    with shop({"line_status": "shown"}, rules=ONE) as opened:
        corrections(opened, 1)
        ran = opened.apply(faults=[Fault("orders/update_order_line_status", 1, "reset_after")])
        assert ran.words() == {"order_line/o0/l0": "done"}
        assert "read again" in ran.fate("order_line/o0/l0").reason
        assert opened.record().lines["o0"]["l0"].spec == "delivered"


def test_a_lost_line_that_is_shown_otherwise_stays_lost():
    with shop({"line_status": "shown"}, rules=ONE) as opened:
        corrections(opened, 1)
        ran = opened.apply(faults=[Fault("orders/update_order_line_status", 1, "reset_before")])
        assert ran.words() == {"order_line/o0/l0": "lost"}
        assert opened.plan().steps == ()


@pytest.mark.parametrize("switch", ["404", "400"])
def test_a_line_that_is_gone_by_then_fails_and_the_rest_goes_on_a38(switch):
    with shop({"unknown_order_or_line": switch}, rules=ONE) as opened:
        corrections(opened, 2)
        drawn = opened.draw()
        opened.market.remove("o0")
        ran = opened.apply(drawn)
        assert ran.words() == {"order_line/o0/l0": "failed", "order_line/o1/l0": "done"}
        assert f"answered {switch}" in ran.fate("order_line/o0/l0").reason


def test_an_echo_proves_nothing_and_what_is_shown_otherwise_is_said_a38():
    with shop({"line_status": "shown"}, rules=ONE) as opened:
        corrections(opened, 1)
        ran = opened.apply(through=Before(on_line=lambda *_: Accepted()))
        assert ran.words() == {"order_line/o0/l0": "done"}
        assert any("accepted delivered and shows new" in each.summary for each in ran.found)
        assert [str(step.address) for step in opened.plan().steps] == ["order_line/o0/l0"]


def test_a_move_that_the_server_refuses_fails_line_by_line_a36():
    with shop({"transitions": "terminal_locked"}, rules=replace(ONE, allow_reopen=True)) as opened:
        opened.market.put(an_order("o0", [a_line("l0", "canceled"), a_line("l1", "new")]))
        opened.want(orders=[{"external_id": "o0", "line_status": "delivered"}])
        ran = opened.apply()
        assert ran.words() == {"order_line/o0/l0": "failed", "order_line/o0/l1": "done"}
        assert [str(step.address) for step in opened.plan().steps] == ["order_line/o0/l0"]


def test_a_line_that_is_known_to_be_so_is_never_said_again_a37():
    with shop({"update_to_same": "error"}) as opened:
        corrections(opened, 2)
        assert set(opened.apply().words().values()) == {"done"}
        assert opened.apply().words() == {}


def test_a_line_whose_status_failed_is_skipped_with_the_reason():
    with shop(rules=ONE) as opened:
        opened.market.put(an_order("o0", [a_line("l0")]))
        opened.want(
            custom_line_statuses=[status("packed")],
            orders=[{"external_id": "o0", "line_status": "packed"}],
        )
        ran = opened.apply(faults=[Fault("orders/import", 1, "error_400")])
        assert ran.words() == {"line_status/packed": "failed", "order_line/o0/l0": "skipped"}
        assert "needs line_status/packed" in ran.fate("order_line/o0/l0").reason


# ------------------------------------------------------------------ stops


def test_a_denial_in_the_middle_skips_the_rest():
    def deny(order, line, said):
        if order == "o1":
            raise Denied("the server answered 440: no", exit_code=8, advice="look")

    with shop(rules=ONE) as opened:
        corrections(opened, 4)
        ran = opened.apply(through=Before(on_line=deny))
        assert list(ran.words().values()) == ["done", "failed", "skipped", "skipped"]
        assert "the server answered 440" in ran.fate("order_line/o3/l0").reason


def test_a_stop_finishes_what_is_in_flight_and_sends_nothing_new():
    stop = Event()

    with shop(rules=ONE) as opened:
        corrections(opened, 4)
        ran = opened.apply(through=Before(on_line=lambda *_: stop.set()), stop=stop)
        assert list(ran.words().values()) == ["done", "skipped", "skipped", "skipped"]


def test_a_target_that_is_gone_stops_the_run_after_five_tries():
    gone = Refused(UNREACHED, "no connection to the server")
    with shop(rules=ONE) as opened:
        corrections(opened, 9)
        before = Before(on_line=lambda order, *_: None if order == "o2" else gone)
        ran = opened.apply(through=before)
        assert len(before.lines) == 8  # two, then one that went through, then five in a row
        assert list(ran.words().values()).count("skipped") == 1
        assert ran.ledger.denied is None


def test_a_target_that_turns_everything_away_stops_the_run_as_well():
    away = Refused("429", "slow down", turned_away=True)
    with shop(rules=ONE) as opened:
        corrections(opened, 9)
        before = Before(on_line=lambda *_: away)
        ran = opened.apply(through=before)
        assert len(before.lines) == 5
        assert "5 requests in a row were turned away by the target" in ran.fate("order_line/o8/l0").reason


def answering(answers):
    """Answer each update in turn; None passes it on."""
    turns = iter(answers)
    return Before(on_line=lambda *_: next(turns))


CUT = Unanswered("the connection was cut")


def test_ten_lost_answers_without_one_that_came_stop_the_run():
    with shop(rules=ONE) as opened:
        corrections(opened, 30)
        before = answering([CUT, CUT, None, *[CUT] * 27])
        ran = opened.apply(through=before)
    assert len(before.lines) == 13
    words = list(ran.words().values())
    assert (words.count("lost"), words.count("skipped")) == (12, 17)
    assert {fate.reason for fate in ran.outcomes.values() if isinstance(fate, Skipped)} == {
        "the run was stopped: 10 answers in a row were lost"
    }


def test_lost_answers_between_which_one_comes_back_do_not_stop_it():
    with shop(rules=ONE) as opened:
        corrections(opened, 30)
        before = answering([*[CUT] * 9, None] * 3)
        opened.apply(through=before)
    assert len(before.lines) == 30


def test_refusals_between_lost_answers_confirm_nothing():
    with shop(rules=ONE) as opened:
        corrections(opened, 30)
        before = answering([*[CUT] * 4, Refused("404", "no such line"), *[CUT] * 25])
        opened.apply(through=before)
    assert len(before.lines) == 11


def test_refusals_that_were_heard_out_are_no_reason_to_stop():
    with shop(rules=ONE) as opened:
        corrections(opened, 9)
        before = Before(on_line=lambda *_: Refused("404", "no such line"))
        assert list(opened.apply(through=before).words().values()) == ["failed"] * 9


def test_a_state_that_cannot_be_written_stops_the_run_and_the_error_reaches_the_caller():
    with shop(rules=replace(LAVISH, concurrency=2)) as opened:
        corrections(opened, 40)
        drawn = opened.draw()
        calls, gone = count(1), Event()
        afterwards = []

        def break_it(order, line, status_):
            if gone.is_set():
                afterwards.append(order)
            if next(calls) == 3:
                with open_state(opened) as connection:  # waits its turn while the other worker goes on
                    connection.execute("DROP TABLE writes")
                gone.set()

        with pytest.raises(StoreError):
            opened.apply(drawn, through=Before(on_line=break_it))
        assert len(afterwards) <= 1  # the other worker's, if its intent was on disk; nothing that came later


def open_state(opened):
    return closing(sqlite3.connect(opened.folder / "state.db", isolation_level=None))


def test_no_outcome_is_invented_when_the_answer_is_lost():
    with shop(rules=ONE) as opened:
        corrections(opened, 1)
        ran = opened.apply(through=Before(on_line=lambda *_: Unanswered("the connection was cut")))
        assert ran.fate("order_line/o0/l0").reason == "the connection was cut"
        assert opened.record().lines == {}
