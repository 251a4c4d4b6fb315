"""A long run looks again at what is left: what has moved is not sent, what came true by itself neither."""

from dataclasses import replace
from threading import Event

import pytest

from reconciler.model.address import order_line
from reconciler.model.evidence import Evidence
from reconciler.model.outcome import Done, Moved, Skipped
from reconciler.model.rules import SendDefinitions
from reconciler.ports import Broken, Denied, Refused, left_anywhere
from reconciler.targets.altcraft import Dialect
from tests.stages.doubles import Before, answered
from tests.stages.shops import LAVISH, a_line, an_order, shop, status

ONE = replace(LAVISH, concurrency=1)
SHOWN = {"line_status": "shown"}


def corrections(opened, count, wanted="delivered"):
    opened.market.put_all([an_order(f"o{n}", [a_line("l0")]) for n in range(count)])
    opened.want(orders=[{"external_id": f"o{n}", "line_status": wanted} for n in range(count)])


def after(opened, seconds, order, deed):
    """Let time pass and something happen while the line of an order is being sent."""

    def on_line(sent, line, said):
        if sent == order:
            opened.time.sleep(seconds)
            deed()

    return Before(on_line=on_line)


def sent(through):
    return [order for order, _, _ in through.lines]


def test_what_moved_during_a_long_run_is_not_sent_and_says_from_what_to_what():
    with shop(SHOWN, rules=ONE) as opened:
        corrections(opened, 4)

        def others():
            opened.market.touch("o2", lines={"l0": "delivering"})
            opened.market.touch("o3", lines={"l0": "delivered"})

        through = after(opened, 300, "o0", others)
        ran = opened.apply(through=through)
    assert sent(through) == ["o0", "o1"]
    moved = ran.fate("order_line/o2/l0")
    assert isinstance(moved, Moved)
    assert "update status new → delivered" in moved.reason
    assert "now update status delivering → delivered" in moved.reason
    assert "order_line/o3/l0" not in ran.words()
    assert [each.summary for each in ran.found] == [
        "already so when it was observed again, dropped: 1 (order_line/o3/l0)"
    ]


def test_before_the_time_is_over_nothing_is_looked_at_again():
    with shop(SHOWN, rules=ONE) as opened:
        corrections(opened, 3)
        through = after(opened, 299, "o0", lambda: opened.market.touch("o2", lines={"l0": "delivering"}))
        ran = opened.apply(through=through)
    assert sent(through) == ["o0", "o1", "o2"]
    assert all(isinstance(fate, Done) for fate in ran.outcomes.values())


def test_zero_never_looks_again():
    with shop(SHOWN, rules=replace(ONE, recheck_after=0)) as opened:
        corrections(opened, 3)
        through = after(opened, 10_000, "o0", lambda: opened.market.touch("o2", lines={"l0": "delivering"}))
        opened.apply(through=through)
    assert sent(through) == ["o0", "o1", "o2"]


def test_a_plan_that_was_looked_at_for_long_before_it_was_approved_is_looked_at_again_first():
    with shop(SHOWN, rules=ONE) as opened:
        corrections(opened, 2)
        drawn = opened.draw()
        opened.time.sleep(301)
        opened.market.touch("o0", lines={"l0": "canceled"})
        ran = opened.apply(drawn)
    assert isinstance(ran.fate("order_line/o0/l0"), Moved)
    assert "canceled" in ran.fate("order_line/o0/l0").reason
    assert isinstance(ran.fate("order_line/o1/l0"), Done)


def test_where_statuses_are_hidden_an_order_that_others_touched_has_moved():
    with shop(rules=ONE) as opened:
        corrections(opened, 3, "processing")
        opened.apply()
        corrections_again = [{"external_id": f"o{n}", "line_status": "delivered"} for n in range(3)]
        opened.want(orders=corrections_again)
        opened.time.sleep(3600)

        def others():
            opened.time.sleep(120)
            opened.market.touch("o2")

        through = after(opened, 300, "o0", others)
        ran = opened.apply(through=through)
    assert sent(through) == ["o0", "o1"]
    moved = ran.fate("order_line/o2/l0")
    assert isinstance(moved, Moved)
    assert "stale" in moved.reason


def test_an_import_that_moved_is_not_sent_and_takes_its_carried_lines_along():
    with shop(SHOWN, rules=replace(ONE, batch_size=1)) as opened:
        opened.market.put_status(status("packed"))
        opened.market.put_all([an_order(f"o{n}", [a_line("l1")]) for n in range(2)])
        wanted = [an_order(f"o{n}", [a_line("l1", "packed")], status="paid") for n in range(2)]
        opened.want(custom_line_statuses=[status("packed", adopt=True)], orders=wanted)

        def on_import(_sections, orders):
            if [each["external_id"] for each in orders] == ["o0"]:
                opened.time.sleep(300)
                opened.market.touch("o1", lines={"l1": "delivering"})

        ran = opened.apply(through=Before(on_import=on_import))
    assert isinstance(ran.fate("order/o0"), Done)
    assert isinstance(ran.fate("order_line/o0/l1"), Done)
    assert isinstance(ran.fate("order/o1"), Moved)
    assert isinstance(ran.fate("order_line/o1/l1"), Moved)


def test_the_clock_starts_anew_after_each_look():
    with shop(SHOWN, rules=ONE) as opened:
        corrections(opened, 6)

        def on_line(_order, _line, _said):
            opened.time.sleep(150)

        through = Before(on_line=on_line)
        opened.apply(through=through)
    assert len(through.lines) == 6
    looked_again_and_verified = 2 + 1
    assert through.walks == looked_again_and_verified


def test_what_cannot_be_observed_again_stops_the_run_and_nothing_more_is_sent():
    class Blind(Before):
        def walk(self, detailed, onward=left_anywhere):
            if self.lines:
                raise Broken("the server is gone")
            return super().walk(detailed, onward)

    with shop(SHOWN, rules=ONE) as opened:
        corrections(opened, 3)
        through = Blind(on_line=lambda *_: opened.time.sleep(300))
        ran = opened.apply(through=through)
    assert sent(through) == ["o0"]
    skipped = ran.fate("order_line/o2/l0")
    assert isinstance(skipped, Skipped)
    assert "could not be observed again: the server is gone" in skipped.reason


def test_a_target_that_denies_us_in_the_middle_stops_the_run_as_denied():
    class Revoked(Before):
        def walk(self, detailed, onward=left_anywhere):
            if self.lines:
                raise Denied("the token was revoked", exit_code=8)
            return super().walk(detailed, onward)

    with shop(SHOWN, rules=ONE) as opened:
        corrections(opened, 3)
        through = Revoked(on_line=lambda *_: opened.time.sleep(300))
        ran = opened.apply(through=through)
    assert sent(through) == ["o0"]
    assert ran.ledger.denied is not None
    assert isinstance(ran.fate("order_line/o1/l0"), Skipped)


def test_a_target_that_shows_a_part_of_the_list_only_stops_the_run_too():
    class Halfway(Before):
        def walk(self, detailed, onward=left_anywhere):
            for number, page in enumerate(super().walk(detailed, onward)):
                if self.lines and number == 2:
                    raise Broken("the list broke off")
                yield page

    with shop(SHOWN, rules=ONE, dialect=Dialect(page_size=1)) as opened:
        corrections(opened, 5)
        ran = opened.apply(through=Halfway(on_line=lambda *_: opened.time.sleep(300)))
    assert list(ran.words().values()) == ["done", *["skipped"] * 4]


# ------------------------------------------------------------------ our own writes


@pytest.mark.parametrize("switches", [{}, SHOWN, {"read_lag": "3"}, {**SHOWN, "read_lag": "3"}])
def test_our_own_write_of_one_line_does_not_make_the_next_line_of_its_order_look_touched(switches):
    with shop(switches, rules=ONE) as opened:
        opened.market.put(an_order("o0", [a_line("l0"), a_line("l1"), a_line("l2")]))
        opened.want(orders=[{"external_id": "o0", "line_status": "processing"}])
        opened.apply()
        opened.want(orders=[{"external_id": "o0", "line_status": "delivered"}])
        opened.time.sleep(3600)
        through = Before(on_line=lambda *_: opened.time.sleep(200))
        ran = opened.apply(through=through)
    assert [line for _, line, _ in through.lines] == ["l0", "l1", "l2"]
    assert set(ran.words().values()) == {"done"}
    assert through.walks >= 2


def test_lines_of_one_order_are_looked_at_between_them():
    with shop(SHOWN, rules=ONE) as opened:
        opened.market.put(an_order("o0", [a_line("l0"), a_line("l1")]))
        opened.want(orders=[{"external_id": "o0", "line_status": "delivered"}])
        through = after(opened, 300, "o0", lambda: opened.market.touch("o0", lines={"l1": "processing"}))
        ran = opened.apply(through=through)
    assert ran.words() == {"order_line/o0/l0": "done", "order_line/o0/l1": "moved"}


def test_side_by_side_nothing_is_sent_twice_and_nothing_forgotten():
    with shop(SHOWN, rules=replace(LAVISH, concurrency=4, recheck_after=1)) as opened:
        corrections(opened, 40)
        through = Before(on_line=lambda *_: opened.time.sleep(0.3))
        ran = opened.apply(through=through)
    assert sorted(sent(through)) == sorted(f"o{n}" for n in range(40))
    assert set(ran.words().values()) == {"done"}
    assert through.walks > 2


def test_what_a_second_look_shows_goes_into_the_record():
    with shop(SHOWN, rules=ONE) as opened:
        opened.market.put_all([an_order(f"o{n}", [a_line("l0")]) for n in range(3)])
        opened.want(
            orders=[{"external_id": f"o{n}", "line_status": "delivered", "hold": "once"} for n in range(3)]
        )

        def others():
            opened.market.touch("o1", lines={"l0": "delivered"})
            opened.market.touch("o2", lines={"l0": "processing"})

        opened.apply(through=after(opened, 300, "o0", others))
        record = opened.record()
    assert record.finished.keys() == {order_line("o0", "l0"), order_line("o1", "l0")}
    assert record.lines["o1"]["l0"].how is Evidence.OBSERVED
    assert record.lines["o2"]["l0"].spec == "processing"


# ------------------------------------------------------------------ orders and definitions


def test_an_order_that_somebody_made_meanwhile_is_not_made_again():
    with shop(SHOWN, rules=replace(ONE, batch_size=1)) as opened:
        opened.want(orders=[an_order(f"o{n}", [a_line("l1")]) for n in range(3)])

        def on_import(_sections, orders):
            if orders[0]["external_id"] == "o0":
                opened.time.sleep(300)
                opened.market.put(an_order("o1", [a_line("l1")]))
                opened.market.put(an_order("o2", [a_line("l1")], status="paid"))

        through = Before(on_import=on_import)
        ran = opened.apply(through=through)
    assert [orders for _, orders in through.imports] == [["o0"]]
    assert ran.words() == {"order/o0": "done", "order/o2": "moved"}
    assert "approved create" in ran.fate("order/o2").reason
    assert "now update status paid → new" in ran.fate("order/o2").reason


def test_an_import_that_would_carry_along_other_values_than_were_approved_has_moved():
    with shop(SHOWN, rules=replace(ONE, batch_size=1)) as opened:
        opened.market.put_all([an_order(f"o{n}", [a_line("l1")], region="east") for n in range(3)])
        opened.want(orders=[an_order(f"o{n}", [a_line("l1")], status="paid") for n in range(3)])
        said = []

        def on_import(_sections, orders):
            said.append((orders[0]["external_id"], orders[0].get("region")))
            opened.time.sleep(300)
            opened.market.touch("o1", region="west")

        ran = opened.apply(through=Before(on_import=on_import))
    assert said == [("o0", "east"), ("o2", "east")]
    assert ran.words()["order/o1"] == "moved"
    assert "carry along other values of keys that are not declared" in ran.fate("order/o1").reason


def test_a_definition_that_somebody_made_while_we_waited_is_not_said():
    with shop(SHOWN, rules=ONE) as opened:
        opened.market.put_all([an_order(f"o{n}", [a_line("l1")]) for n in range(2)])
        opened.want(
            custom_line_statuses=[status("packed")],
            orders=[
                {"external_id": "o0", "line_status": "packed"},
                {"external_id": "o1", "line_status": "delivered"},
            ],
        )
        drawn = opened.draw()
        opened.time.sleep(301)
        opened.market.put_status(status("packed"))
        opened.market.touch("o1", lines={"l1": "packed"})
        through = Before()
        ran = opened.apply(drawn, through=through)
    assert through.imports == []
    assert set(ran.words().values()) == {"moved"}
    assert "is known as inferred now, and was as unknown" in ran.fate("line_status/packed").reason
    assert "needs line_status/packed" in ran.fate("order_line/o0/l1").reason


def test_a_definition_that_travels_with_orders_is_looked_at_too():
    rules = replace(ONE, definitions=SendDefinitions.WITH_ORDERS, batch_size=1)
    with shop(SHOWN, rules=rules) as opened:
        opened.market.put_all([an_order(f"o{n}", [a_line("l1")]) for n in range(2)])
        opened.want(
            custom_line_statuses=[status("packed")],
            orders=[an_order("o0", [a_line("l1")], status="paid"), an_order("o1", [a_line("l1", "packed")])],
        )
        drawn = opened.draw()
        opened.time.sleep(301)
        opened.market.put_status(status("packed"))
        opened.market.touch("o1", lines={"l1": "packed"})
        through = Before()
        ran = opened.apply(drawn, through=through)
    assert through.imports == [([], ["o0"])]
    assert ran.words()["line_status/packed"] == "moved"
    assert ran.words()["order/o0"] == "done"


def test_what_was_refused_among_others_and_is_not_sent_again_leaves_nothing_in_doubt():
    malformed = Refused("400", "something in it is wrong", malformed=True)
    with shop(SHOWN, rules=ONE) as opened:
        opened.want(orders=[an_order(f"o{n}", [a_line("l1")]) for n in range(4)])

        def on_import(_sections, orders):
            if len(orders) == 4:
                opened.time.sleep(300)
                opened.market.put(an_order("o1", [a_line("l1")], status="paid"))
                opened.market.put(an_order("o2", [a_line("l1")]))
                return answered(malformed, orders)
            return None

        ran = opened.apply(through=Before(on_import=on_import))
        assert ran.words() == {
            "order/o0": "done", "order/o1": "moved", "order/o2": "skipped", "order/o3": "done"
        }  # fmt: skip
        assert opened.record().unsettled == {}


def test_a_stop_between_the_halves_of_a_batch_leaves_nothing_in_doubt():
    malformed = Refused("400", "something in it is wrong", malformed=True)
    stop = Event()

    def on_import(_sections, orders):
        if len(orders) == 2:
            return answered(malformed, orders)
        stop.set()
        return None

    with shop(rules=ONE) as opened:
        opened.want(orders=[an_order(f"o{n}", [a_line("l1")]) for n in range(2)])
        ran = opened.apply(through=Before(on_import=on_import), stop=stop)
        assert ran.words() == {"order/o0": "done", "order/o1": "skipped"}
        assert opened.record().unsettled == {}
