"""Pull, then plan: nothing is left to be done, whatever the server does where the documentation is silent."""

import copy
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.draft import Pulled
from reconciler.model.plan import Plan
from reconciler.shelves import KINDS
from reconciler.stages.pull import Pulling, pull
from reconciler.stages.rewrite import format_text, merge
from reconciler.stages.survey import survey
from tests.laws.world import Shop
from tests.laws.worlds import ACCEPTING, Scene, choice, opened, scenes

FILE = "manifests/all.yaml"
LISTING = {**ACCEPTING, "amounts": ["numbers", "unscaled", "decimals"]}
AT_ONCE = {name: values for name, values in LISTING.items() if name != "read_lag"}


def pulled(shop: Shop, *, orders: bool = True) -> Pulled:
    """Pull into the manifests of a shop, which may be none."""
    fresh = shop.wanted == "{}"
    declared = shop.declared()
    with shop.target() as target:
        seen = survey(target, KINDS.order.values_in_use, lambda _: orders)
    found = pull(seen, Pulling(declared.manifests, declared.stated, shop.record(), KINDS, shop.terms))
    merged = merge(None if fresh else shop.wanted.encode(), FILE, found.additions, found.revisions)
    assert merged.diagnostics == ()
    assert merged.left == frozenset()
    if merged.text:
        shop.wanted = merged.text
    return found


def assert_nothing_to_do(plan: Plan) -> None:
    assert [(str(each.address), each.reason, each.fields) for each in plan.steps] == []
    assert [(str(each.address), each.reason, each.fields) for each in plan.withheld] == []
    assert plan.requests.total == 0


def unmanaged(scene: Scene) -> Scene:
    """The same world, of which nothing is wanted yet."""
    return Scene(scene.live, scene.kept, {}, scene.switches, scene.rules, scene.page_size, scene.how)


@settings(max_examples=40)
@given(scenes(choice(LISTING)))
def test_after_a_pull_a_plan_finds_nothing_to_do(scene: Scene) -> None:
    with opened(unmanaged(scene)) as shop:
        found = pulled(shop)
        writes = len(shop.writes())
        assert {str(each.address) for each in found.additions if each.section == "orders"} == {
            f"order/{each['external_id'].replace('%', '%25').replace('/', '%2F')}" for each in scene.live
        }
        assert_nothing_to_do(shop.plan())
        assert len(shop.writes()) == writes == 0
        if shop.wanted != "{}":
            assert not format_text(shop.wanted.encode(), FILE).changed, shop.wanted


@settings(max_examples=20)
@given(scenes(choice(LISTING)))
def test_a_second_pull_of_the_same_changes_no_byte(scene: Scene) -> None:
    with opened(unmanaged(scene)) as shop:
        pulled(shop)
        before = shop.wanted
        again = pulled(shop)
        assert (again.additions, again.revisions, shop.wanted) == ((), (), before)


@settings(max_examples=30)
@given(scenes(choice(AT_ONCE)), st.data())
def test_what_lived_on_is_pulled_into_the_lines_that_say_it(scene: Scene, data: st.DataObject) -> None:
    with opened(unmanaged(scene)) as shop:
        pulled(shop)
        before = shop.wanted
        touched = _live_on(shop, scene.live, data)
        pulled(shop)
        assert_nothing_to_do(shop.plan())
        kept = [line for line in before.splitlines() if line not in shop.wanted.splitlines()]
        assert len(kept) <= touched


def _live_on(shop: Shop, live: Sequence[dict[str, Any]], data: st.DataObject) -> int:
    """Let some orders change; gives how many lines of a manifest may have to be said anew."""
    touched = 0
    for order in live:
        if not data.draw(st.booleans()):
            continue
        changes: dict[str, Any] = {
            "status": data.draw(st.sampled_from(["paid", "delivered"])),
            "total_price": data.draw(st.sampled_from(["1", "18.00", "20.25"])),
        }
        lines = {line["external_id"]: "delivered" for line in copy.deepcopy(order["lines"])}
        shop.market.touch(order["external_id"], lines=lines, **changes)
        touched += 3 + len(lines)
    return touched


@settings(max_examples=30)
@given(scenes(choice(ACCEPTING)))
def test_a_pull_after_an_apply_adds_nothing_to_do(scene: Scene) -> None:
    with opened(scene) as shop:
        shop.apply()
        before = shop.plan()
        pulled(shop, orders=False)
        after = shop.plan()
        assert [each.address for each in after.steps] == [each.address for each in before.steps]
        assert [each.address for each in after.withheld] == [each.address for each in before.withheld]


@settings(max_examples=30)
@given(scenes(choice(ACCEPTING)))
def test_vanished_manifests_are_pulled_from_the_record_and_the_list(scene: Scene) -> None:
    with opened(scene) as shop:
        shop.apply()
        shop.wanted = "{}"
        found = pulled(shop)
        if found.additions:
            named = " ".join(each.summary for each in found.diagnostics)
            plan = shop.plan()
            assert [str(each.address) for each in plan.steps if str(each.address) not in named] == []
            assert [str(each.address) for each in plan.withheld] == []
