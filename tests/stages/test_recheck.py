"""A long run looks again at what is left: what has moved is not sent, what came true by itself neither."""

from dataclasses import replace

from reconciler.model.outcome import Done, Moved, Skipped
from reconciler.ports import Broken, Denied
from tests.stages.doubles import Before
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
    assert moved.reason == "status was new when it was approved, is delivering now"
    converged = ran.fate("order_line/o3/l0")
    assert isinstance(converged, Done)
    assert "nothing was sent" in converged.reason


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
        def walk(self, detailed):
            if self.lines:
                raise Broken("the server is gone")
            return super().walk(detailed)

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
        def walk(self, detailed):
            if self.lines:
                raise Denied("the token was revoked", exit_code=8)
            return super().walk(detailed)

    with shop(SHOWN, rules=ONE) as opened:
        corrections(opened, 3)
        through = Revoked(on_line=lambda *_: opened.time.sleep(300))
        ran = opened.apply(through=through)
    assert sent(through) == ["o0"]
    assert ran.ledger.denied is not None
    assert isinstance(ran.fate("order_line/o1/l0"), Skipped)
