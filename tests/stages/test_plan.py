"""Plans: their order, the requests they announce, and what is worth saying beside them."""

from dataclasses import replace

from reconciler.model.diagnostic import Severity
from reconciler.model.rules import Acknowledged, SendDefinitions
from reconciler.ports import Terms
from reconciler.sandbox import Fault
from tests.laws.world import ACCOUNT, START, plan_texts
from tests.stages.shops import LAVISH, a_line, an_order, field, shop, status


def test_a_plan_lists_definitions_then_orders_then_lines_each_by_id():
    with shop() as opened:
        opened.market.put(an_order("there", [a_line("l2"), a_line("l1")]))
        opened.want(
            custom_line_statuses=[status("packed")],
            custom_fields=[field("weight"), field("slot")],
            orders=[
                {"external_id": "there", "line_status": "packed"},
                an_order("o2", [a_line("l1")]),
                an_order("o1", [a_line("l1")]),
            ],
        )
        assert [str(step.address) for step in opened.plan().steps] == [
            "custom_field/line_order/weight",
            "custom_field/order/slot",
            "line_status/packed",
            "order/o1",
            "order/o2",
            "order_line/there/l1",
            "order_line/there/l2",
        ]


def test_a_plan_announces_every_request_that_its_apply_sends():
    for there, wanted in ((0, 3), (3, 3), (2, 5)):
        with shop(rules=replace(LAVISH, batch_size=2)) as opened:
            made = [an_order(f"o{n}", [a_line("l1")]) for n in range(wanted)]
            opened.market.put_all(made[:there])
            corrections = [{"external_id": f"o{n}", "line_status": "delivered"} for n in range(min(there, 2))]
            opened.want(
                custom_line_statuses=[status("packed")], orders=[*corrections, *made[len(corrections) :]]
            )
            drawn = opened.draw()
            before = len(opened.market.requests())
            ran = opened.apply(drawn)
            assert set(ran.words().values()) == {"done"}
            announced = drawn.plan.requests
            assert len(opened.writes()) == announced.total - announced.verifying
            assert 0 < len(opened.market.requests()) - before - len(opened.writes()) <= announced.verifying


def test_a_plan_that_sends_nothing_announces_no_request():
    with shop() as opened:
        opened.market.put(an_order("o1", [a_line("l1")]))
        opened.want(orders=[an_order("o1", [a_line("l1", None)])])
        assert opened.plan().requests.total == 0


def test_a_release_is_no_request():
    with shop() as opened:
        opened.want(custom_line_statuses=[status("packed")])
        opened.apply()
        opened.want(orders=[an_order("o1", [a_line("l1")])])
        opened.apply()
        assert opened.record().definitions != {}
        opened.want(custom_line_statuses=[status("quiet")], orders=[an_order("o1", [a_line("l1")])])
        opened.apply()
        opened.want(orders=[an_order("o1", [a_line("l1")])])
        plan = opened.plan()
        assert plan.summary().release == 1
        assert plan.requests.total == 0
        writes = len(opened.writes())
        opened.apply()
        assert len(opened.writes()) == writes
        assert opened.plan().steps == ()


def test_an_order_that_differs_by_a_power_of_ten_points_at_the_scale_a10():
    with shop(terms=Terms(amount_scale=1, salt=ACCOUNT)) as opened:
        opened.market.put(an_order("o1", [a_line("l1")]))
        opened.want(orders=[an_order("o1", [a_line("l1", "new")])])
        assert any("same power of ten" in each.summary for each in opened.plan().diagnostics)
    with shop({"line_status": "shown"}) as opened:
        opened.market.put(an_order("o1", [a_line("l1", count=10)], total_price="9"))
        opened.want(orders=[an_order("o1", [a_line("l1", None, count=1)])])
        plan = opened.plan()
        assert len(plan.steps) == 1
        assert not any("power of ten" in each.summary for each in plan.diagnostics)


def test_a_walk_that_broke_off_makes_the_plan_incomplete_and_says_so():
    with shop() as opened:
        opened.dialect = type(opened.dialect)(page_size=1)
        opened.market.put_all([an_order(f"o{n}", [a_line("l1")]) for n in range(3)])
        opened.want(orders=[{"external_id": "o2", "line_status": "delivered"}])
        plan = opened.plan(faults=[Fault("orders/list", n, "http_502_html_before") for n in range(2, 40)])
        assert not plan.complete
        assert any(each.severity is Severity.ERROR for each in plan.diagnostics)
        assert plan.steps == ()


def test_what_is_stranded_without_a_ride_can_be_acknowledged_too():
    known = Acknowledged("line_status/*", "later", START.date())
    rules = replace(LAVISH, definitions=SendDefinitions.WITH_ORDERS, acknowledged=(known,))
    with shop(rules=rules) as opened:
        opened.want(custom_line_statuses=[status("packed")])
        plan = opened.plan()
        assert [each.acknowledged for each in plan.withheld] == [True]
        assert plan.unacknowledged == ()


def test_what_leaves_the_record_and_what_is_done_is_said_in_one_note_each():
    with shop() as opened:
        opened.market.put(an_order("o1", [a_line("l1")]))
        opened.want(orders=[{"external_id": "o1", "hold": "once", "line_status": "delivered"}])
        opened.apply()
        said = plan_texts(opened.plan())
        assert "done and left alone (`hold: once`): 1" in said
        opened.want(custom_line_statuses=[status("packed")])
        assert "1 orders and lines leave the record" in plan_texts(opened.plan())
