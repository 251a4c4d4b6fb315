"""--skip-triggers: lines change without a customer hearing of it, or not at all."""

from dataclasses import replace

import pytest

from reconciler.model.change import UpdateLine, UpdateOrder, Why
from reconciler.model.evidence import Evidence
from reconciler.model.plan import Selection
from reconciler.model.rules import Observe
from reconciler.ports import Unanswered
from tests.stages.doubles import Before, answered
from tests.stages.shops import LAVISH, a_line, an_order, shop, status

SILENT = replace(LAVISH, silent=True)
QUIET = status("quiet", triggers=False, adopt=True)
CUT = Unanswered("the connection was cut")


def declared(wanted="delivered", order="o1", **changes):
    return an_order(order, [a_line("l1", wanted)], **changes)


def stated(order="o1", wanted="delivered"):
    return {"external_id": order, "line_status": wanted}


def stocked(opened, *orders):
    opened.market.put_all([an_order(each, [a_line("l1")]) for each in orders or ("o1",)])


def test_lines_of_a_fully_declared_order_travel_in_an_import_even_where_no_field_differs():
    with shop(rules=SILENT) as opened:
        stocked(opened)
        opened.want(orders=[declared()])
        plan = opened.plan()
        order, line = plan.steps
        assert isinstance(order, UpdateOrder)
        assert isinstance(line, UpdateLine)
        assert (order.fields, order.statuses, order.triggers) == ((), (("l1", "delivered"),), False)
        assert order.reason.startswith("no field differs; imported for its lines")
        assert (line.carried, line.triggers) == (True, False)
        assert plan.kept.by_evidence == {}
        summary = plan.summary()
        assert (summary.update, summary.triggers, summary.keep) == (2, 0, 0)
        assert (plan.requests.imports, plan.requests.lines) == (1, 0)

        opened.apply()
        assert opened.statuses()["o1", "l1"] == "delivered"
        assert opened.market.triggers() == []
        again = opened.plan()
        assert (again.steps, again.withheld, again.kept.total) == ((), (), 2)


def test_lines_of_a_mere_line_state_declaration_are_withheld_with_the_reason():
    with shop(rules=SILENT) as opened:
        stocked(opened)
        opened.want(orders=[stated()])
        plan = opened.plan()
        (withheld,) = plan.withheld
        assert plan.steps == ()
        assert (withheld.why, withheld.fields[0].after) == (Why.FORBIDDEN, "delivered")
        assert withheld.reason.startswith("--skip-triggers: ")
        assert withheld.reason.endswith("only a fully declared order can be imported")
        opened.apply()
        assert opened.writes() == []


def test_a_status_on_which_nothing_hangs_goes_as_it_is():
    with shop(rules=SILENT) as opened:
        stocked(opened, "o1", "o2")
        opened.market.put_status(status("quiet"))
        opened.want(custom_line_statuses=[QUIET], orders=[stated("o1", "quiet"), declared("quiet", "o2")])
        plan = opened.plan()
        assert [str(step.address) for step in plan.steps] == ["order_line/o1/l1", "order_line/o2/l1"]
        assert not any(isinstance(step, UpdateLine) and step.carried for step in plan.steps)
        assert plan.summary().triggers == 0
        assert set(opened.apply().words().values()) == {"done"}


def test_an_import_that_is_needed_anyway_stays_what_it_is():
    with shop(rules=SILENT) as opened:
        stocked(opened)
        opened.want(orders=[declared(status="paid")])
        order, line = opened.plan().steps
        assert [change.path for change in order.fields] == ["status"]
        assert isinstance(line, UpdateLine)
        assert line.carried


def test_lines_whose_import_is_withheld_are_withheld_too():
    with shop(rules=SILENT) as opened:
        stocked(opened)
        opened.want(orders=[declared(endpoint="elsewhere")])
        plan = opened.plan()
        assert plan.steps == ()
        order, line = plan.withheld
        assert "A16" in order.reason
        assert line.reason.endswith("and that import is withheld")


def test_an_order_is_not_imported_for_another_buyer_only_to_be_silent():
    with shop(rules=SILENT) as opened:
        opened.want(orders=[declared("new")])
        opened.apply()
        opened.want(orders=[declared(email="jane@example.com")])
        plan = opened.plan()
        assert plan.steps == ()
        assert "matching identity" in plan.withheld[0].reason


def test_an_import_needs_a_status_for_each_line():
    with shop(rules=SILENT) as opened:
        opened.market.put(an_order("o1", [a_line("l1"), a_line("l2")]))
        opened.want(orders=[an_order("o1", [a_line("l1", "delivered"), a_line("l2", None)])])
        plan = opened.plan()
        assert plan.steps == ()
        assert "that of l2 is not known" in plan.withheld[0].reason
        assert plan.kept.by_evidence == {Evidence.OBSERVED: 1}


def test_a_line_that_was_selected_without_its_order_is_withheld():
    with shop(rules=SILENT, selection=Selection(only=("order_line/*",))) as opened:
        stocked(opened)
        opened.want(orders=[declared()])
        plan = opened.plan()
        assert plan.steps == ()
        assert plan.withheld[0].reason.endswith("order/o1 is not among what was selected")


def test_an_order_of_which_only_the_status_was_read_cannot_be_imported():
    with shop(rules=SILENT, how=Observe.GET_STATUS) as opened:
        stocked(opened)
        opened.want(orders=[declared()])
        plan = opened.plan()
        assert plan.steps == ()
        assert all(each.why in {Why.FORBIDDEN, Why.IMPOSSIBLE} for each in plan.withheld)
        assert {str(each.address) for each in plan.withheld} == {"order/o1", "order_line/o1/l1"}


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_lost_import_that_changed_no_field_is_not_settled_by_a_read_that_hides_the_statuses(carried_out):
    with shop(rules=SILENT) as opened:
        stocked(opened)
        opened.want(orders=[declared()])

        def lose(_sections, sent):
            if carried_out:
                opened.market.put(sent[0])
            return answered(CUT, sent)

        ran = opened.apply(through=Before(on_import=lose))
        assert set(ran.words().values()) == {"lost"}


@pytest.mark.parametrize(("carried_out", "fates"), [(True, {"done"}), (False, {"failed"})])
def test_where_statuses_are_shown_they_settle_it(carried_out, fates):
    with shop({"line_status": "shown"}, rules=SILENT) as opened:
        stocked(opened)
        opened.want(orders=[declared()])

        def lose(_sections, sent):
            if carried_out:
                opened.market.put(sent[0])
            return answered(CUT, sent)

        ran = opened.apply(through=Before(on_import=lose))
        assert set(ran.words().values()) == fates
