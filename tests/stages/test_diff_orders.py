"""Orders: when one is imported again, what the import says of each line, and what it leaves alone."""

from datetime import timedelta

import pytest

from reconciler.model.change import ABSENT, Create, UpdateLine, UpdateOrder, Why
from reconciler.model.evidence import Evidence
from reconciler.model.plan import Selection
from reconciler.model.rules import Observe
from reconciler.sandbox import Fault
from tests.laws.world import plan_texts
from tests.stages.shops import EMAIL, a_line, an_order, field, shop, status


def full(**changes):
    return an_order("o1", [a_line("l1", None)], **changes)


def paths(step):
    return {change.path: (change.before, change.after) for change in step.fields}


def test_an_order_as_it_is_declared_is_kept():
    with shop() as opened:
        opened.market.put(full())
        opened.want(orders=[full()])
        plan = opened.plan()
        assert (plan.steps, plan.withheld, plan.kept.by_evidence) == ((), (), {Evidence.OBSERVED: 1})


def test_an_order_that_is_not_shown_is_created_with_the_statuses_of_its_lines():
    with shop() as opened:
        opened.want(orders=[an_order("o1", [a_line("l1", "delivered"), a_line("l2", None)])])
        (step,) = opened.plan().steps
        assert isinstance(step, Create)
        assert step.statuses == (("l1", "delivered"),)
        opened.apply()
        assert opened.statuses() == {("o1", "l1"): "delivered", ("o1", "l2"): "new"}
        again = opened.plan()
        assert (again.steps, again.withheld) == ((), ())


def test_an_order_without_an_identity_is_never_created():
    with shop() as opened:
        opened.want(orders=[full(matching=None, email=None)])
        (withheld,) = opened.plan().withheld
        assert "matching identity" in withheld.reason


def test_an_order_stays_at_its_touchpoint_a16():
    with shop() as opened:
        opened.market.put(full())
        opened.want(orders=[full(endpoint="elsewhere", status="paid")])
        plan = opened.plan()
        assert plan.steps == ()
        assert "A16" in plan.withheld[0].reason
        assert {change.path for change in plan.withheld[0].fields} == {"endpoint", "status"}


def test_an_order_stays_with_its_buyer_a16():
    with shop() as opened:
        opened.want(orders=[full()])
        opened.apply()
        opened.want(orders=[full(email="jane@example.com", status="paid")])
        plan = opened.plan()
        assert plan.steps == ()
        assert "matching identity" in plan.withheld[0].reason
        assert "jane@" not in plan_texts(plan)


def test_a_field_or_line_whose_id_holds_a_dot_is_compared_and_remembered_like_any_other():
    with shop() as opened:
        opened.market.put_field(field("gift.wrap"))
        opened.market.put(an_order("o.1", [a_line("l.1", "new", custom_fields={"gift.wrap": False})]))
        wish = an_order(
            "o.1",
            [a_line("l.1", "new", custom_fields={"gift.wrap": True}), a_line("l.2", "delivered")],
            total_price="18",
        )
        opened.want(custom_fields=[field("gift.wrap", external=True)], orders=[wish])
        plan = opened.plan()
        (order,) = [step for step in plan.steps if isinstance(step, UpdateOrder)]
        assert "lines.l%2E1.custom_fields.gift%2Ewrap" in paths(order)
        opened.apply()
        assert set(opened.record().lines["o.1"]) == {"l.1", "l.2"}
        assert opened.plan().steps == ()


# ------------------------------------------------------------------ what an import says of the lines (A15)


def test_an_import_carries_the_line_that_is_wanted_and_that_line_fires_nothing_of_its_own():
    with shop() as opened:
        opened.market.put(full())
        opened.want(orders=[an_order("o1", [a_line("l1", "delivered")], status="paid")])
        plan = opened.plan()
        order, line = plan.steps
        assert isinstance(order, UpdateOrder)
        assert isinstance(line, UpdateLine)
        assert (line.carried, line.triggers, line.needs) == (True, False, (order.address,))
        assert plan.requests.lines == 0
        opened.apply()
        assert opened.statuses()["o1", "l1"] == "delivered"
        assert opened.market.triggers() == []


def test_an_import_is_withheld_when_a_line_status_is_neither_known_nor_wanted_a15():
    with shop() as opened:
        opened.market.put(full())
        opened.want(orders=[full(status="paid")])
        plan = opened.plan()
        assert plan.steps == ()
        assert "l1 is not known" in plan.withheld[0].reason
        assert plan.withheld[0].why is Why.IMPOSSIBLE


def test_an_import_says_the_observed_status_of_a_line_that_nobody_declares():
    with shop({"line_status": "shown", "line_status_omitted": "reset"}) as opened:
        opened.market.put(an_order("o1", [a_line("l1", "processing")]))
        opened.want(orders=[full(status="paid")])
        assert opened.apply().words() == {"order/o1": "done"}
        assert opened.statuses()["o1", "l1"] == "processing"


def test_an_import_says_the_recorded_status_and_names_the_lines_of_which_the_record_is_stale():
    with shop() as opened:
        opened.want(orders=[an_order("o1", [a_line("l1", "delivering")])])
        opened.apply()
        wish = an_order("o1", [a_line("l1", "delivering")], status="paid")
        opened.want(orders=[wish])
        (step,) = opened.plan().steps
        assert "stale" not in step.reason
        opened.time.sleep(3600)
        opened.market.touch("o1", region="north")
        (step,) = opened.plan().steps
        assert isinstance(step, UpdateOrder)
        assert step.reason.endswith("says delivering for l1 from a stale record")
        assert step.statuses == (("l1", "delivering"),)


def test_the_record_of_a_line_stays_while_its_order_is_fully_declared():
    with shop() as opened:
        opened.want(orders=[an_order("o1", [a_line("l1", "delivering")])])
        opened.apply()
        opened.want(orders=[full()])
        opened.apply()
        opened.want(orders=[full(status="paid")])
        assert opened.apply().words() == {"order/o1": "done"}
        assert opened.statuses()["o1", "l1"] == "delivering"


def test_an_import_is_withheld_while_a_line_of_its_order_is_not_settled():
    with shop() as opened:
        opened.market.put(full())
        opened.want(orders=[an_order("o1", [a_line("l1", "delivered")])])
        opened.apply(faults=[Fault("orders/update_order_line_status", 1, "reset_after")])
        opened.want(orders=[an_order("o1", [a_line("l1", "delivered")], status="paid")])
        plan = opened.plan()
        assert plan.steps == ()
        assert {str(each.address): each.why for each in plan.withheld} == {
            "order/o1": Why.IMPOSSIBLE,
            "order_line/o1/l1": Why.UNSETTLED,
        }


# ------------------------------------------------------------------ what an import leaves alone (A14)

RICH = {
    "tags": ["a", "b"],
    "region": "north",
    "delivery_cost": "2.50",
    "create_time": "2026-01-02T15:04:05Z",
    "total_price": "11.50",
}


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"amounts": "numbers"},
        {"field_values": "strings"},
        {"field_values": "enum_names", "time_format": "offset"},
        {"empty_keys": "null"},
        {"reimport_absent_keys": "kept"},
    ],
)
def test_an_import_changes_only_what_is_declared_a14(switches):
    with shop({"line_status": "shown", **switches}) as opened:
        opened.market.put_field(field("slot"))
        opened.market.put_field(field("gift.wrap"))
        opened.market.put_field(field("weight"))
        opened.market.put(
            an_order(
                "o1",
                [a_line("l1", "processing", custom_fields={"gift.wrap": True, "weight": 3})],
                custom_fields={"slot": 2},
                **RICH,
            )
        )
        before = opened.truth()["o1"]
        wish = an_order("o1", [a_line("l1", None, count=1)], status="paid", total_price="11.50")
        opened.want(orders=[{**wish, "check_total": False}])
        assert opened.apply().words() == {"order/o1": "done"}
        assert opened.truth()["o1"] == {**before, "status": "paid"}


def test_a_time_of_which_only_the_day_is_shown_is_not_sent_back_as_midnight():
    with shop({"line_status": "shown", "time_format": "date_only"}) as opened:
        opened.market.put(full(create_time="2026-01-02T15:04:05Z"))
        opened.want(orders=[full(status="paid")])
        opened.apply()
        assert opened.truth()["o1"]["create_time"] == "2026-01-02T15:04:05Z"


def test_an_identity_that_is_not_declared_is_not_sent():
    with shop({"line_status": "shown", "identity_omitted": "item_error"}) as opened:
        opened.market.put(full())
        opened.want(orders=[full(status="paid", email=None, matching=None)])
        ran = opened.apply()
        assert ran.words() == {"order/o1": "failed"}
        assert EMAIL not in ran.texts()


# ------------------------------------------------------------------ lines that nobody declares (A14)


@pytest.mark.parametrize("lines", ["replace", "merge"])
def test_lines_that_are_not_declared_stand_in_the_plan_as_going(lines):
    with shop({"line_status": "shown", "reimport_lines": lines}) as opened:
        opened.market.put(an_order("o1", [a_line("l1"), a_line("l2", "processing")]))
        opened.want(orders=[full(total_price="18", check_total=False)])
        (step,) = opened.plan().steps
        before, after = paths(step)["lines.l2"]
        assert before == {"product": "lamp", "count": 1, "final_price_per_item": "9"}
        assert after is ABSENT


def test_lines_that_are_not_declared_vanish_where_an_import_replaces():
    with shop({"line_status": "shown"}) as opened:
        opened.market.put(an_order("o1", [a_line("l1"), a_line("l2")]))
        opened.want(orders=[full(total_price="18", check_total=False)])
        assert opened.apply().words() == {"order/o1": "done"}
        assert list(opened.statuses()) == [("o1", "l1")]
        assert opened.plan().steps == ()


def test_lines_that_stay_after_an_import_are_reported_once_as_drift_and_not_said_again():
    with shop({"line_status": "shown", "reimport_lines": "merge"}) as opened:
        opened.market.put(an_order("o1", [a_line("l1"), a_line("l2")]))
        opened.want(orders=[full(total_price="18", check_total=False)])
        ran = opened.apply()
        assert ran.words() == {"order/o1": "done"}
        assert any("lines.l2" in each.summary for each in ran.found)
        for _ in range(2):
            plan = opened.plan()
            assert plan.steps == ()
            (drift,) = plan.drift
            assert "an import does not change it" in drift.reason
            assert opened.apply().words() == {}
        opened.want(orders=[full(total_price="18", status="paid", check_total=False)])
        assert [str(step.address) for step in opened.plan().steps] == ["order/o1"]


def test_an_order_status_that_follows_its_lines_is_drift_and_not_fought_a35():
    with shop({"order_status": "recomputed"}) as opened:
        opened.market.put(full())
        opened.want(orders=[an_order("o1", [a_line("l1", "delivered")])])
        assert opened.apply().words() == {"order_line/o1/l1": "done"}
        assert opened.truth()["o1"]["status"] == "delivered"
        plan = opened.plan()
        assert plan.steps == ()
        assert [each.recorded for each in plan.drift] == [{"status": "new"}]


def test_a_key_that_is_no_longer_managed_is_no_drift():
    with shop() as opened:
        opened.want(orders=[full(region="north")])
        opened.apply()
        opened.want(orders=[full()])
        opened.market.touch("o1", region="south")
        plan = opened.plan()
        assert (plan.steps, plan.drift) == ((), ())


# ------------------------------------------------------------------ what is read: A8, A9, A13, A28


def test_of_two_sights_of_an_order_the_later_counts_a8():
    with shop({"list_consistency": "duplicates"}) as opened:
        opened.dialect = type(opened.dialect)(page_size=2)
        opened.market.put_all([an_order(f"o{n}", [a_line("l1")]) for n in range(1, 5)])
        opened.want(orders=[an_order(f"o{n}", [a_line("l1", None)]) for n in range(1, 5)])
        plan = opened.plan()
        assert plan.steps == ()
        assert plan.kept.by_evidence == {Evidence.OBSERVED: 4}


def test_two_orders_of_one_id_are_told_apart_and_left_alone_a13():
    with shop({"order_id_scope": "touchpoint"}) as opened:
        opened.want(orders=[full()])
        opened.apply()
        opened.want(orders=[full(endpoint="other")])
        with opened.target() as target:
            sent = {**full(endpoint="other")}
            target.import_orders({}, [sent])
        opened.want(orders=[full(), an_order("o2", [a_line("l1")])])
        plan = opened.plan()
        assert any("two orders of this id" in each.reason for each in plan.withheld)


def test_a_server_that_shows_line_statuses_is_believed_at_once_a9():
    with shop() as opened:
        opened.market.put(an_order("o1", [a_line("l1", "processing")]))
        opened.want(orders=[{"external_id": "o1", "line_status": "delivered"}])
        assert opened.plan().steps[0].evidence is Evidence.UNKNOWN
        opened.market.set_switches({"line_status": "shown"})
        assert opened.plan().steps[0].evidence is Evidence.OBSERVED


def test_a_default_that_was_filled_in_is_no_difference_a28():
    with shop() as opened:
        opened.market.put_field(field("slot"))
        opened.want(custom_fields=[field("slot", external=True)], orders=[full(custom_fields={})])
        opened.apply()
        assert opened.truth()["o1"]["custom_fields"] == {"slot": 1}
        assert opened.plan().steps == ()


def test_with_get_status_an_order_can_be_confirmed_and_not_changed():
    with shop(how=Observe.GET_STATUS) as opened:
        opened.want(orders=[full()])
        opened.apply()
        assert opened.plan().kept.by_evidence == {Evidence.RECORDED: 1}
        opened.want(orders=[full(region="north")])
        plan = opened.plan()
        assert plan.steps == ()
        assert "observe: list" in plan.withheld[0].reason


def test_a_new_line_of_an_order_that_is_there_is_made_by_its_import_and_remembered():
    with shop() as opened:
        opened.want(orders=[an_order("o1", [a_line("l1", "new")])])
        opened.apply()
        opened.want(orders=[an_order("o1", [a_line("l1", "new"), a_line("l2", "delivered")])])
        assert opened.apply().words() == {"order/o1": "done"}
        assert opened.statuses() == {("o1", "l1"): "new", ("o1", "l2"): "delivered"}
        assert opened.record().lines["o1"]["l2"].spec == "delivered"
        assert opened.plan().steps == ()


def test_an_order_that_needs_a_withheld_definition_is_withheld():
    with shop() as opened:
        opened.want(custom_line_statuses=[status("packed")])
        opened.apply()
        opened.want(
            custom_line_statuses=[status("packed", type="delivered")],
            orders=[an_order("o1", [a_line("l1", "packed")])],
        )
        plan = opened.plan()
        assert plan.steps == ()
        assert any("needs line_status/packed" in each.reason for each in plan.withheld)


def test_an_order_gone_since_we_made_it_is_made_again_and_says_so():
    with shop() as opened:
        opened.want(orders=[full()])
        opened.apply()
        opened.market.remove("o1")
        (step,) = opened.plan().steps
        assert isinstance(step, Create)
        assert "no longer shows it" in step.reason


def test_time_passing_alone_is_no_difference():
    with shop() as opened:
        opened.want(orders=[an_order("o1", [a_line("l1", "delivered")])])
        opened.apply()
        opened.time.moment += timedelta(days=30)
        plan = opened.plan()
        assert plan.kept.by_evidence == {Evidence.OBSERVED: 1, Evidence.RECORDED: 1}


def test_one_line_asked_for_of_an_order_of_which_every_line_is_meant_stays_in_the_record():
    with shop() as opened:
        opened.market.put(an_order("o1", [a_line("l1"), a_line("l2")]))
        opened.want(orders=[{"external_id": "o1", "line_status": "delivered"}])
        opened.selection = Selection(only=("order_line/o1/l1",))
        assert list(opened.apply().words()) == ["order_line/o1/l1"]
        assert opened.apply().words() == {}
        assert set(opened.record().lines["o1"]) == {"l1"}
        opened.selection = Selection(exclude=("order_line/o1/l1",))
        assert list(opened.apply().words()) == ["order_line/o1/l2"]
        assert set(opened.record().lines["o1"]) == {"l1", "l2"}
