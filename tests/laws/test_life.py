"""Over a longer life, of manifests that change and orders that others move, every apply still converges."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.evidence import Evidence, Present
from reconciler.model.manifest import Mode
from reconciler.model.outcome import Done
from reconciler.shelves import KINDS
from tests.laws.worlds import ACCEPTING, BUILT_IN, Scene, choice, opened, scenes

PRESENTING = {
    name: ACCEPTING[name]
    for name in (
        "end_of_list", "short_pages", "list_consistency", "amounts", "field_values", "empty_keys", "tags",
        "min_price_zero", "sku_lines", "extra_keys", "line_status", "error_codes", "time_format",
    )
}  # fmt: skip
"""Switches that only change how a server shows what it has."""


@st.composite
def changed(draw: st.DrawFn, wanted: dict[str, Any]) -> dict[str, Any]:
    """The same manifests a while later: entries gone, statuses and fields changed, definitions renamed."""
    later = copy.deepcopy(wanted)
    later["orders"] = [entry for entry in later["orders"] if draw(st.integers(0, 3))] or later["orders"][:1]
    declared = [each["external_id"] for each in later["custom_line_statuses"]]
    statuses = st.sampled_from([*BUILT_IN, *declared])
    for entry in later["orders"]:
        if "line_status" in entry:
            entry["line_status"] = draw(st.sampled_from([entry["line_status"], draw(statuses)]))
        elif "total_price" in entry:
            entry["status"] = draw(st.sampled_from([entry["status"], "paid", "new"]))
            entry["region"] = draw(st.sampled_from(["north", "south"]))
        for line in entry.get("lines", ()):
            if "status" in line and draw(st.booleans()):
                line["status"] = draw(statuses)
    for definition in (*later["custom_fields"], *later["custom_line_statuses"]):
        if not draw(st.integers(0, 3)):
            definition["name"] = "Renamed"
    return later


@st.composite
def lives(draw: st.DrawFn) -> tuple[Scene, list[tuple[dict[str, Any], list[tuple[int, str]]]]]:
    scene = draw(scenes())
    wanted, chapters = scene.wanted, []
    touch = st.tuples(st.integers(0, 4), st.sampled_from(["none", "region", "lines", "status", "quietly"]))
    for _ in range(draw(st.integers(1, 3))):
        wanted = draw(changed(wanted))
        chapters.append((wanted, draw(st.lists(touch, max_size=3))))
    return scene, chapters


@settings(max_examples=30)
@given(lives())
def test_every_apply_converges_whatever_happened_in_between(
    life: tuple[Scene, list[tuple[dict[str, Any], list[tuple[int, str]]]]],
) -> None:
    scene, chapters = life
    with opened(scene) as shop:
        shop.apply()
        for wanted, touches in chapters:
            shop.time.sleep(3600)
            for index, what in touches:
                _touch(shop.market, index, what)
            shop.want(**wanted)
            ran = shop.apply()
            assert all(isinstance(fate, Done) for fate in ran.outcomes.values()), ran.words()
            again = shop.plan()
            assert [(str(step.address), step.reason) for step in again.steps] == []
            assert {each.address for each in again.withheld} <= {each.address for each in ran.plan.withheld}
            assert shop.apply().words() == {}


def _touch(market: Any, index: int, what: str) -> None:
    orders = market.orders()
    if not orders:
        return
    order = orders[index % len(orders)]
    first = order["lines"][0]["external_id"]
    match what:
        case "region":
            market.touch(order["external_id"], region="west")
        case "lines":
            market.touch(order["external_id"], lines={first: "delivering"})
        case "status":
            market.touch(order["external_id"], status="part_refunded")
        case "quietly":
            lines = [{**order["lines"][0], "status": "processing"}, *order["lines"][1:]]
            market.put({**order, "lines": lines})
        case _:
            pass


@settings(max_examples=60)
@given(scenes(choice(PRESENTING)))
def test_what_was_encoded_and_stored_reads_back_as_the_wish(scene: Scene) -> None:
    with opened(scene) as shop:
        manifests = shop.declared().manifests
        for order in manifests.orders:
            if order in {each["external_id"] for each in scene.live}:
                shop.market.remove(order)
        identified = {name: each for name, each in manifests.orders.items() if each.identity}
        with shop.target() as target:
            kinds = KINDS.definitions
            sent = {
                section: [
                    kinds[each.address.kind].encode(each)
                    for each in manifests.definitions.values()
                    if kinds[each.address.kind].section == section and each.mode is not Mode.EXTERNAL
                ]
                for section in ("custom_fields", "custom_line_statuses")
            }
            encoded = [KINDS.order.encode(each, {}, manifests.catalogue) for each in identified.values()]
            if not encoded:
                return
            target.import_orders(sent, encoded)
            world = shop.draw().world
        for name, manifest in identified.items():
            observed = world.of(name)
            if isinstance(observed, Present):
                wanted, seen = KINDS.order.align(manifest, observed.state, manifests.catalogue, shop.terms)
                assert wanted == seen


@settings(max_examples=40)
@given(scenes(choice(PRESENTING)))
def test_an_order_compared_with_itself_is_kept(scene: Scene) -> None:
    with opened(scene) as shop:
        if not scene.live:
            return
        shop.want(
            custom_fields=[
                {"external_id": "slot", "entity_type": "order", "external": True},
                {"external_id": "door", "entity_type": "order", "external": True},
                {"external_id": "gift.wrap", "entity_type": "line_order", "external": True},
                {"external_id": "weight", "entity_type": "line_order", "external": True},
            ],
            custom_line_statuses=[
                {"external_id": each, "external": True} for each in ("packed", "quiet", "sent_back")
            ],
            orders=[
                {
                    **order,
                    "check_total": False,
                    "lines": [{k: v for k, v in line.items() if k != "status"} for line in order["lines"]],
                }
                for order in scene.live
            ],
        )
        if scene.switches.get("field_values") == "enum_names":
            return  # without members nobody can tell the name of one from its number
        plan = shop.plan()
        assert [(str(step.address), step.fields) for step in plan.changes] == []
        assert plan.kept.by_evidence[Evidence.OBSERVED] == len(scene.live)
