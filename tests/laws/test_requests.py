"""The requests that a plan names are those that its apply sends, where all goes well."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.change import Create
from reconciler.model.rules import Observe
from tests.laws.worlds import Scene, a_line, an_order, opened, scenes

HOW = st.sampled_from(list(Observe))
SHOWN = st.sampled_from([{}, {"line_status": "shown"}, {"end_of_list": "no_cursor_on_last"}])


@settings(max_examples=40)
@given(scenes(SHOWN), HOW)
def test_a_plan_counts_the_requests_of_its_apply(scene: Scene, how: Observe) -> None:
    with opened(replace(scene, how=how)) as shop:
        shop.time.sleep(60)  # so that a write moves the time of its order
        drawn = shop.draw()
        before = len(shop.market.requests())
        ran = shop.apply(drawn)
        sent = [each.method for each in shop.market.requests()[before:]]
        made = any(isinstance(step, Create) for step in drawn.plan.steps)
        unlike = made and len(drawn.world.found_by) < 2  # nobody knows how many orders a page can hold
        if set(ran.words().values()) <= {"done"} and not unlike:
            most, atmost = drawn.plan.requests.total, made and drawn.world.in_parts
            assert len(sent) <= most if atmost else len(sent) == most, (drawn.plan.requests, sent)


def test_new_orders_may_add_pages_to_the_lists_of_touchpoints_and_to_the_whole_one() -> None:
    live, *new = (
        an_order(order, [a_line("l-1")], endpoint=place)
        for order, place in (("o-1", "site"), ("o-2", "site"), ("o-3", "app"), ("o-4", "shop"))
    )
    scene = Scene((live,), (), {"orders": new}, page_size=1, how=Observe.LIST, touchpoints=("app", "shop"))
    with opened(scene) as shop:
        drawn = shop.draw()
        before = len(shop.market.requests())
        ran = shop.apply(drawn)
        assert set(ran.words().values()) == {"done"}
        assert len(shop.market.requests()) - before <= drawn.plan.requests.total
