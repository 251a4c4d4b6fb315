"""The verifying read: what it settles, how long it waits, and the update_time that it takes for our own."""

from datetime import timedelta

import pytest

from reconciler.model.evidence import Evidence
from reconciler.model.record import OURS_WITHIN
from reconciler.ports import Broken, Denied, Unanswered
from reconciler.sandbox import Fault
from tests.laws.world import START
from tests.stages.doubles import Before, answered
from tests.stages.shops import a_line, an_order, shop

CUT = Unanswered("the connection was cut")
SILENT = Before(on_import=lambda _, sent: answered(CUT, sent))


def silent(deed=lambda sent: None):
    """Answer nothing to an import, after doing something with what was sent."""

    def on_import(_sections, sent):
        deed(sent)
        return answered(CUT, sent)

    return Before(on_import=on_import)


def wanting(opened, *, there=True, **changes):
    if there:
        opened.market.put(an_order("o1", [a_line("l1")]))
    opened.want(orders=[an_order("o1", [a_line("l1")], **changes)])


# ------------------------------------------------------------------ lost imports


def test_a_lost_order_that_a_read_shows_as_wanted_is_done():
    with shop() as opened:
        wanting(opened, there=False)
        ran = opened.apply(through=silent(lambda sent: opened.market.put(sent[0])))
        assert ran.words() == {"order/o1": "done"}
        assert opened.record().lines["o1"]["l1"].spec == "new"
        assert opened.record().unsettled == {}


def test_a_lost_order_fails_once_a_whole_walk_did_not_show_it_for_ten_seconds():
    with shop() as opened:
        wanting(opened, there=False)
        before = silent()
        ran = opened.apply(through=before)
        assert ran.words() == {"order/o1": "failed"}
        assert timedelta(seconds=10) <= opened.time.moment - START <= timedelta(seconds=20)
        assert before.walks > 2
        assert [str(step.address) for step in opened.plan().steps] == ["order/o1"]


def test_one_long_walk_is_not_a_walk_that_was_repeated():
    with shop() as opened:
        wanting(opened, there=False)
        before = silent()
        walk = before.walk

        def slow(detailed, onward):
            opened.time.sleep(12)
            if before.walks == 1:
                opened.market.put(an_order("o1", [a_line("l1")]))
            return walk(detailed, onward)

        before.walk = slow
        assert opened.apply(through=before).words() == {"order/o1": "done"}


def test_a_lost_order_stays_lost_where_the_walk_broke_off():
    with shop() as opened:
        opened.dialect = type(opened.dialect)(page_size=1)
        wanting(opened, there=False)
        opened.market.put_all([an_order(f"x{n}", [a_line("l1")]) for n in range(3)])
        drawn = opened.draw()
        cut = [Fault("orders/list", nth, "http_502_html_before") for nth in range(2, 60)]
        ran = opened.apply(drawn, through=silent(), faults=cut)
        assert ran.words() == {"order/o1": "lost"}
        plan = opened.plan()
        assert plan.steps == ()
        assert "run 1" in plan.withheld[0].reason


def test_a_lost_update_is_done_when_all_is_as_wanted():
    with shop({"line_status": "shown"}) as opened:
        wanting(opened, status="paid")
        ran = opened.apply(through=silent(lambda _: opened.market.touch("o1", status="paid")))
        assert ran.words() == {"order/o1": "done"}


def test_a_lost_update_failed_when_all_is_as_before_after_ten_seconds():
    with shop({"line_status": "shown"}) as opened:
        wanting(opened, status="paid")
        ran = opened.apply(through=silent())
        assert ran.words() == {"order/o1": "failed"}
        assert opened.time.moment - START >= timedelta(seconds=10)


def test_a_lost_update_stays_lost_when_it_is_neither_as_wanted_nor_as_before():
    with shop({"line_status": "shown"}) as opened:
        wanting(opened, status="paid")
        ran = opened.apply(through=silent(lambda _: opened.market.touch("o1", status="delivered")))
        assert ran.words() == {"order/o1": "lost"}


def test_a_lost_update_is_not_done_while_a_line_that_it_carried_is_shown_otherwise():
    with shop({"line_status": "shown"}) as opened:
        opened.market.put(an_order("o1", [a_line("l1")]))
        opened.want(orders=[an_order("o1", [a_line("l1", "delivered")], status="paid")])
        ran = opened.apply(through=silent(lambda _: opened.market.touch("o1", status="paid")))
        assert ran.words() == {"order/o1": "lost", "order_line/o1/l1": "lost"}


def test_the_lines_that_a_lost_import_carried_share_its_fate():
    for deed, word in ((lambda o: o.market.touch("o1", status="paid"), "done"), (lambda o: None, "failed")):
        with shop() as opened:
            opened.market.put(an_order("o1", [a_line("l1")]))
            opened.want(orders=[an_order("o1", [a_line("l1", "delivered")], status="paid")])
            ran = opened.apply(through=silent(lambda _, deed=deed, o=opened: deed(o)))
            assert ran.words() == {"order/o1": word, "order_line/o1/l1": word}


# ------------------------------------------------------------------ a list that lags: A50


@pytest.mark.parametrize("lag", ["1", "3"])
def test_a_list_that_lags_is_read_again_until_it_has_caught_up_a50(lag):
    with shop({"read_lag": lag}) as opened:
        opened.market.put(an_order("o2", [a_line("l1"), a_line("l2")]))
        opened.want(
            orders=[
                an_order("o1", [a_line("l1", "delivered")]),
                {"external_id": "o2", "line_status": "delivered"},
            ]
        )
        ran = opened.apply()
        assert set(ran.words().values()) == {"done"}
        assert ran.found == ()
        opened.time.sleep(3600)
        plan = opened.plan()
        assert plan.steps == ()
        assert plan.kept.by_evidence == {Evidence.OBSERVED: 1, Evidence.RECORDED: 3}


# ------------------------------------------------------------------ baselines


def evidence(opened):
    return dict(opened.plan().kept.by_evidence)


def corrected(opened):
    opened.market.put(an_order("o1", [a_line("l1")]))
    opened.want(orders=[{"external_id": "o1", "line_status": "delivered"}])
    return opened.apply()


def test_our_own_write_does_not_make_its_order_stale_and_anothers_does():
    with shop() as opened:
        corrected(opened)
        opened.time.sleep(3600)
        assert evidence(opened) == {Evidence.RECORDED: 1}
        opened.market.touch("o1", region="north")
        assert evidence(opened) == {Evidence.STALE: 1}
        assert opened.apply().words() == {}


def test_an_update_time_that_does_not_move_is_waited_for_half_a_minute_and_then_left():
    with shop({"update_time_moves": "never"}) as opened:
        corrected(opened)
        assert timedelta(seconds=30) <= opened.time.moment - START <= timedelta(seconds=40)
        assert evidence(opened) == {Evidence.RECORDED: 1}


def test_the_first_later_value_soon_after_the_write_counts_as_ours():
    with shop({"update_time_moves": "never"}) as opened:
        corrected(opened)
        written = opened.record().baselines["o1"].written
        order = opened.market.order("o1")
        echo = written + OURS_WITHIN
        opened.market.put({**order, "update_time": f"{echo:%Y-%m-%dT%H:%M:%SZ}"})
        assert evidence(opened) == {Evidence.RECORDED: 1}
        opened.apply()
        assert opened.record().baselines["o1"].seen == echo
        later = echo + timedelta(seconds=1)
        opened.market.put({**order, "update_time": f"{later:%Y-%m-%dT%H:%M:%SZ}"})
        assert evidence(opened) == {Evidence.STALE: 1}


def test_a_much_later_value_is_anothers_touch():
    with shop({"update_time_moves": "never"}) as opened:
        corrected(opened)
        order = opened.market.order("o1")
        late = opened.record().baselines["o1"].written + OURS_WITHIN + timedelta(seconds=1)
        opened.market.put({**order, "update_time": f"{late:%Y-%m-%dT%H:%M:%SZ}"})
        assert evidence(opened) == {Evidence.STALE: 1}


def test_a_run_that_died_before_the_read_leaves_it_to_the_next():
    with shop() as opened:
        opened.market.put(an_order("o1", [a_line("l1")]))
        opened.want(orders=[{"external_id": "o1", "line_status": "delivered"}])
        drawn = opened.draw()
        cut = [Fault("orders/list", nth, "http_502_html_before") for nth in range(1, 60)]
        ran = opened.apply(drawn, faults=cut)
        assert "could not be read again" in ran.found[0].summary
        assert opened.record().baselines["o1"].seen is None
        assert evidence(opened) == {Evidence.RECORDED: 1}
        opened.apply()
        assert opened.record().baselines["o1"].seen is not None
        opened.time.sleep(3600)
        opened.market.touch("o1", region="north")
        assert evidence(opened) == {Evidence.STALE: 1}


# ------------------------------------------------------------------ a read that fails


def test_what_an_earlier_read_showed_counts_when_a_later_one_fails():
    with shop({"update_time_moves": "never"}) as opened:
        opened.market.put(an_order("o1", [a_line("l1")]))
        opened.want(orders=[an_order("o1", [a_line("l1", "delivered")], status="paid"),
                            an_order("o2", [a_line("l1")])])  # fmt: skip
        before = silent(lambda sent: opened.market.put(sent[1]))
        walk = before.walk

        def once(detailed, onward):
            if before.walks == 1:
                raise Broken("cut")
            return walk(detailed, onward)

        drawn = opened.draw()
        before.walk = once
        ran = opened.apply(drawn, through=before)
        assert ran.words()["order/o2"] == "done"
        assert "could not be read again" in ran.found[-1].summary


def test_a_denial_while_reading_is_told_like_any_other():
    def deny(*_):
        raise Denied("the server answered 403: no", exit_code=8)

    with shop() as opened:
        opened.market.put(an_order("o1", [a_line("l1")]))
        opened.want(orders=[{"external_id": "o1", "line_status": "delivered"}])
        drawn = opened.draw()
        before = Before()
        before.walk = deny  # type: ignore[method-assign]
        ran = opened.apply(drawn, through=before)
        assert ran.words() == {"order_line/o1/l1": "done"}
        assert ran.ledger.denied is not None


def test_nothing_is_read_when_nothing_was_written():
    with shop() as opened:
        opened.want(custom_line_statuses=[{"external_id": "p", "name": "P", "type": "in_process"}])
        before = Before()
        drawn = opened.draw()
        opened.apply(drawn, through=before)
        assert before.walks == 0
