"""A plan from a saved observation says what the one said for which it was saved, or that it does not know."""

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings

from reconciler.model.change import Create, UpdateOrder, Why, Withhold
from reconciler.model.plan import Plan
from reconciler.model.rules import Observe, SendDefinitions
from reconciler.pipeline import draw
from reconciler.ports import Broken
from reconciler.project.observing import from_saved
from reconciler.reports.json import plan_document, written
from reconciler.sandbox import Fault
from reconciler.shelves import KINDS
from reconciler.targets.saved import Subject, open_saved, saving
from tests.laws.world import ACCOUNT, TOKEN, Shop
from tests.laws.worlds import (
    ACCEPTING,
    EMAIL,
    REFUSING,
    SENSITIVE,
    Scene,
    a_line,
    an_order,
    choice,
    opened,
    scenes,
)


def subject_of(shop: Shop) -> Subject:
    manifests = shop.declared().manifests
    target = shop.question().target
    return Subject(target, manifests.orders, manifests.catalogue, shop.terms, KINDS.order)


def saved_plan(shop: Shop, path: Path, faults: list[Fault] | None = None) -> Plan:
    """Plan, and save what is seen, as `plan --observation` does when the file does not exist."""
    with (
        shop.target(faults or []) as target,
        saving(path, target, subject_of(shop), shop.time.now()) as source,
    ):
        plan = draw(shop.declared(), shop.question(), source, shop.record()).plan
        source.finish(lambda _: None)
    return plan


def plan_from(shop: Shop, path: Path) -> Plan:
    with open_saved(path, subject_of(shop)) as source:
        drawn = draw(shop.declared(), shop.question(), source, shop.record()).plan
        return from_saved(drawn, source.saved_at)


def said(plan: Plan) -> str:
    """All that a plan's file says, but for when it was drawn, from what, and what nobody may approve then."""
    document = plan_document(plan, exit_code=0, tool_version="any")
    for change in document["changes"]:
        change["body"] = ""
    for key in ("created_at", "observation", "digest"):
        del document[key]
    return written(document)


@settings(max_examples=40)
@given(scenes(choice(ACCEPTING | REFUSING)))
def test_a_plan_from_a_saved_observation_is_the_plan_for_which_it_was_saved(scene: Scene) -> None:
    """What is saved is the whole list, so the pages of touchpoints are not known from it."""
    scene = replace(scene, touchpoints=())
    with opened(replace(scene, how=Observe.LIST)) as shop:
        shop.apply()
        for order in shop.market.orders():
            shop.market.touch(order["external_id"], region="east")
        for _ in range(3 if "read_lag" in scene.switches else 0):  # until the list has caught up
            shop.plan()
        plain, path = shop.plan(), shop.folder / "seen.jsonl"
        fresh = saved_plan(shop, path)
        assert said(fresh) == said(plain)
        reads = len(shop.market.requests())
        again = plan_from(shop, path)
        assert len(shop.market.requests()) == reads
        assert said(again) == said(fresh)
        kept = path.read_text(encoding="utf-8")
        for secret in (TOKEN, EMAIL, SENSITIVE, json.dumps(SENSITIVE)):
            assert secret not in kept


@settings(max_examples=40)
@given(scenes(), scenes())
def test_what_was_not_looked_for_is_never_taken_for_absent(first: Scene, second: Scene) -> None:
    """Other manifests ask other things of the same file: it answers as the target would, or does not know."""
    rules = replace(first.rules, definitions=SendDefinitions.AUTO)  # else one order decides about all of them
    with opened(replace(first, how=Observe.LIST, rules=rules)) as shop:
        path = shop.folder / "seen.jsonl"
        saved_plan(shop, path)
        shop.want(**second.wanted)
        truth, found = shop.plan(), plan_from(shop, path)
        assert not [each for each in made(found) if each not in made(truth)]
        unsure = {
            each.address.parts[0]
            for each in found.withheld
            if each.why is Why.IMPOSSIBLE and "saved" in each.reason
        }
        assert _without(found, unsure) == _without(truth, unsure)


def updated(plan: Plan) -> list[str]:
    return [str(step.address) for step in plan.steps if isinstance(step, UpdateOrder)]


def made(plan: Plan) -> list[str]:
    return [step.wanted.order for step in plan.steps if isinstance(step, Create)]


def _without(plan: Plan, orders: set[str]) -> list[tuple[str, str, str]]:
    """Each change but those of some orders."""
    return [
        (str(each.address), type(each).__name__, "" if isinstance(each, Withhold) else each.reason)
        for each in plan.changes
        if each.address.parts[0] not in orders
    ]


@settings(max_examples=30)
@given(scenes(faulty=True))
def test_a_reading_that_broke_off_is_not_saved(scene: Scene) -> None:
    broken = [Fault("orders/list", nth, "http_502_html_before") for nth in range(2, 32)]
    with opened(replace(scene, how=Observe.LIST)) as shop:
        path = shop.folder / "seen.jsonl"
        before = len(shop.market.requests())
        try:
            saved_plan(shop, path, broken)
        except Broken:
            assert not path.exists()
            return
        assert path.exists() == (len(shop.market.requests()) - before == 1)
        assert [each.name for each in shop.folder.iterdir() if each.suffix == ".tmp"] == []


def test_a_sensitive_value_that_differs_is_told_as_it_was(tmp_path: Path) -> None:
    door = {
        "external_id": "door", "name": "Door code", "entity_type": "order", "value_type": "unicode",
        "default_value": "-", "required": False, "sensitive": True,
    }  # fmt: skip
    wanted = an_order("o-1", [a_line("l-1")], custom_fields={"door": "A7"})
    there = an_order("o-1", [a_line("l-1")], custom_fields={"door": SENSITIVE})
    scene = Scene((there,), ("fields/door",), {"custom_fields": [door], "orders": [wanted]})
    with opened(scene) as shop:
        path = tmp_path / "seen.jsonl"
        fresh = saved_plan(shop, path)
        assert updated(fresh) == ["order/o-1"]
        assert said(plan_from(shop, path)) == said(fresh)
        assert SENSITIVE not in path.read_text()
        shop.want(custom_fields=[door], orders=[{**wanted, "custom_fields": {"door": SENSITIVE}}])
        assert updated(plan_from(shop, path)) == []
    assert ACCOUNT in path.read_text()
