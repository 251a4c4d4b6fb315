"""A plan says the same of orders and lines whichever touchpoints are listed side by side."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.address import ORDER, ORDER_LINE
from reconciler.model.plan import Plan
from reconciler.model.rules import Observe
from reconciler.reports.json import plan_document
from reconciler.targets.altcraft import Dialect
from tests.laws.worlds import Scene, a_line, an_order, choice, opened, scenes

LISTS = {
    "end_of_list": ["no_cursor_on_last", "empty_cursor", "same_cursor_forever", "last_page_forever"],
    "list_consistency": ["duplicates", "moving", "shifting"],
    "short_pages": ["yes"],
    "line_status": ["shown"],
}
NAMED = [("site",), ("app", "site"), ("nowhere", "app"), ("a", "b", "c", "site", "app")]


def said(plan: Plan) -> list[object]:
    """All that a plan says of orders and lines."""
    document = plan_document(plan, exit_code=0, tool_version="any")
    kinds = (f"{ORDER}/", f"{ORDER_LINE}/")
    return [change for change in document["changes"] if change["address"].startswith(kinds)]


def planned(scene: Scene, touchpoints: tuple[str, ...], width: int = 8) -> tuple[Plan, int]:
    dialect = Dialect(page_size=scene.page_size, touchpoints=touchpoints, side_by_side=width)
    with opened(replace(scene, how=Observe.LIST), dialect=dialect) as shop:
        return shop.draw().plan, len(shop.market.requests())


@settings(max_examples=40)
@given(scenes(choice(LISTS)), st.sampled_from(NAMED), st.sampled_from([1, 2, 8]))
def test_touchpoints_change_nothing_of_what_is_said_of_orders(
    scene: Scene, touchpoints: tuple[str, ...], width: int
) -> None:
    assert said(planned(scene, touchpoints, width)[0]) == said(planned(scene, ())[0])


@pytest.mark.parametrize(("width", "requests"), [(1, 8), (2, 8), (3, 6)])
def test_what_is_wanted_and_found_takes_the_same_requests_each_time(width: int, requests: int) -> None:
    live = tuple(
        an_order(f"o-{place}-{number}", [a_line("l-1")], endpoint=place)
        for place in ("app", "site", "shop")
        for number in range(4)
    )
    entries = [
        {"external_id": each["external_id"], "hold": "once", "line_status": "delivered"} for each in live
    ]
    scene = Scene(live, (), {"orders": entries}, page_size=2)
    sent = {planned(scene, ("app", "site", "shop"), width)[1] for _ in range(3)}
    assert sent == {requests}  # fewer than all at a time: the ends of the first lists are read too
