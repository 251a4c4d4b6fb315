"""What is sent is what was planned, once; and what was not planned stays as it was."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.change import Create, Ensure, UpdateDefinition, UpdateLine, UpdateOrder
from reconciler.model.outcome import Done
from reconciler.model.plan import Plan
from reconciler.sandbox import Fault
from tests.laws.world import Ran, Shop
from tests.laws.worlds import ACCEPTING, FIELDS, REFUSING, Scene, choice, opened, scenes

LOSING = (
    "reset_before",
    "reset_after",
    "http_500_after",
    "http_502_html_after",
    "empty_after",
    "truncated_after",
)
FAULTS = st.lists(
    st.builds(
        Fault,
        st.sampled_from(
            ["orders/import", "orders/update_order_line_status", "orders/update_order_line_status"]
        ),
        st.integers(1, 6),
        st.sampled_from([*LOSING, "http_429", "http_503_retry", "http_503", "error_400", "error_404"]),
    ),
    max_size=4,
)


@settings(max_examples=60)
@given(scenes(choice(ACCEPTING | REFUSING), faulty=True), FAULTS)
def test_nothing_is_sent_that_is_no_step_of_the_plan_and_no_line_is_said_twice(
    scene: Scene, faults: list[Fault]
) -> None:
    with opened(scene) as shop:
        ran = shop.apply(faults=faults)
        _check_requests(shop, ran.plan)


@settings(max_examples=40)
@given(scenes(), FAULTS)
def test_a_trigger_fires_at_most_once_over_two_applies_whatever_is_lost(
    scene: Scene, faults: list[Fault]
) -> None:
    with opened(scene) as shop:
        shop.apply(faults=faults)
        shop.plan()
        shop.apply()
        fired = Counter(
            (each.order, each.line, each.status)
            for each in shop.market.triggers()
            if each.line and each.status != "quiet"  # of which the user says that it may be said again
        )
        assert max(fired.values(), default=0) <= 1


def _check_requests(shop: Shop, plan: Plan) -> None:
    definitions = {str(step.address) for step in plan.steps if isinstance(step, Ensure | UpdateDefinition)}
    orders = {step.wanted.order for step in plan.steps if isinstance(step, Create | UpdateOrder)}
    lines = {
        (step.wanted.order, step.wanted.line): (step.wanted.status, step.triggers)
        for step in plan.steps
        if isinstance(step, UpdateLine) and not step.carried
    }
    said: Counter[tuple[str, ...]] = Counter()
    for request in shop.writes():
        if request.method == "orders/import":
            assert set(request.ids) <= orders
            assert set(request.definitions) <= definitions
        elif request.processed:
            status, triggers = lines[request.ids]
            assert request.status == status
            said[request.ids] += triggers
    assert max(said.values(), default=0) <= 1


# ------------------------------------------------------------------ what an import leaves alone


@settings(max_examples=60)
@given(scenes())
def test_an_import_changes_nothing_but_what_is_declared(scene: Scene) -> None:
    with opened(scene) as shop:
        before = shop.truth()
        ran = shop.apply()
        after = shop.truth()
        touched = {
            step.wanted.order
            for step in ran.plan.steps
            if isinstance(step, Create | UpdateOrder | UpdateLine)
        }
        for order in before.keys() - touched:
            assert after[order] == before[order]
        for step in ran.plan.steps:
            if isinstance(step, UpdateOrder) and isinstance(ran.outcomes[step.address], Done):
                _check_order(step, before, after, shop)
        _check_lines(ran, before, after, shop)


def _check_order(step: UpdateOrder, before: Any, after: Any, shop: Shop) -> None:
    """Compare every key that the manifest does not manage."""
    was, is_ = before[step.wanted.order], after[step.wanted.order]
    for key in {*was, *is_} - {*step.wanted.fields, "custom_fields", "lines", "profile"}:
        if key == "status" or (key == "tags" and shop.market.switches().get("reimport_tags")):
            continue
        assert _set(is_.get(key)) == _set(was.get(key)), key
    _check_values(step.wanted.fields, was, is_)
    lines = {line["external_id"]: line for line in was["lines"]}
    for line in is_["lines"]:
        declared = step.wanted.fields["lines"].get(line["external_id"])
        if declared is None:
            assert line == lines[line["external_id"]]
        elif line["external_id"] in lines:
            _check_values(declared, lines[line["external_id"]], line)


def _set(value: Any) -> Any:
    return sorted(set(value)) if isinstance(value, list) else value or None


def _check_values(declared: Any, was: Any, is_: Any) -> None:
    """Values that nobody declares stay; what the server fills in by itself is a default (A28)."""
    values = was.get("custom_fields", {})
    for field_id, value in is_.get("custom_fields", {}).items():
        if field_id not in declared.get("custom_fields", {}):
            assert value == values.get(field_id, FIELDS[field_id]["default_value"]), field_id
    for field_id in values:
        assert field_id in is_.get("custom_fields", {}), field_id


def _check_lines(ran: Ran, before: Any, after: Any, shop: Shop) -> None:
    """Line statuses are as they were but for planned ones, and for those said from a record."""
    planned = {
        (step.wanted.order, step.wanted.line): step.wanted.status
        for step in ran.plan.steps
        if isinstance(step, UpdateLine)
    }
    for order, was in before.items():
        statuses = {line["external_id"]: line["status"] for line in was["lines"]}
        for line in after[order]["lines"]:
            where = (order, line["external_id"])
            if line["external_id"] in statuses:
                assert line["status"] == planned.get(where, statuses[line["external_id"]]), where
