"""replicate: what is known is copied, what is hidden is recalled, all else is made up and helps no wish."""

from typing import Any

from reconciler.model import address
from reconciler.model.change import Create, UpdateLine, Why, Withhold
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence, Present
from reconciler.model.manifest import (
    Catalogue,
    DefinitionManifest,
    FieldFacts,
    LineManifest,
    Manifests,
    Mode,
    OrderManifest,
)
from reconciler.model.observation import LiveOrder, World
from reconciler.model.plan import Plan, TargetName
from reconciler.model.record import Memory, Record
from reconciler.ports import Terms
from reconciler.stages.replicate import Replica, replicate
from tests.stages.sides import HERE, NOW, remembered, wish


def update(line: str = "l1", order: str = "o1", status: str = "delivered") -> UpdateLine:
    wanted = wish(status, line, order)
    return UpdateLine(
        address=wanted.address, evidence=Evidence.UNKNOWN, reason="", origin=HERE, wanted=wanted
    )


def copied(
    *steps: UpdateLine | Create,
    live: LiveOrder | None = None,
    record: Record | None = None,
    withheld: tuple[Withhold, ...] = (),
    terms: Terms | None = None,
    **wanted: Any,
) -> Replica:
    plan = Plan(target=TargetName("t", "u", "a"), created_at=NOW, steps=steps, withheld=withheld)
    lines: dict[str, dict[str, LineManifest]] = {}
    for step in steps:
        if isinstance(step, UpdateLine):
            lines.setdefault(step.wanted.order, {})[step.wanted.line] = step.wanted
    manifests = Manifests(**{"lines": lines, **wanted})
    orders = {live.external_id: Present(live)} if live is not None else {}
    return replicate(plan, manifests, World(orders, whole=True), record or Record(), terms or Terms())


def statuses(replica: Replica) -> dict[str, str]:
    (order,) = replica.orders
    return {line["external_id"]: line["status"] for line in order["lines"]}


def test_a_shown_status_is_copied_a_hidden_one_recalled_or_made_up_otherwise_than_wanted():
    record = Record(lines={"o1": {"l2": remembered("packed")}})
    live = LiveOrder("o1", "site", "paid", NOW, {"l1": "processing", "l2": None, "l3": None, "l4": None})
    found = copied(update("l1"), update("l2"), update("l3", status="new"), live=live, record=record)
    assert statuses(found) == {"l1": "processing", "l2": "packed", "l3": "processing", "l4": "new"}
    assert (found.copied.orders, found.copied.outlined) == (1, 1)
    assert (found.copied.recalled, found.copied.made_up) == (1, 2)
    assert found.shows == {"line_status": "shown"}
    (order,) = found.orders
    assert (order["endpoint"], order["status"], order["update_time"]) == (
        "site",
        "paid",
        "2026-11-20T08:00:00Z",
    )


def test_where_lines_were_not_read_those_that_are_wanted_or_remembered_stand_in():
    record = Record(lines={"o1": {"l2": remembered("packed")}})
    found = copied(update("l1"), live=LiveOrder("o1", "site", "new"), record=record)
    assert statuses(found) == {"l1": "new", "l2": "packed"}
    assert found.shows == {}


def test_only_what_the_plan_is_about_is_copied_and_what_is_to_be_made_is_only_named():
    manifest = OrderManifest(order="o9", fields={}, identity={}, origin=HERE)
    make = Create(
        address=manifest.address, evidence=Evidence.OBSERVED, reason="", origin=HERE, wanted=manifest
    )
    live = LiveOrder("o1", "site", "new", None, {"l1": None})
    found = copied(make, live=live, orders={"o9": manifest})
    assert found.orders == ()
    assert found.about == {"o9"}
    gone = Withhold(
        address=address.order_line("o1", "l7"),
        evidence=Evidence.OBSERVED,
        reason="",
        origin=HERE,
        why=Why.NOT_FOUND,
    )
    assert copied(make, live=live, withheld=(gone,), orders={"o9": manifest}).about == {"o1", "o9"}


def test_an_order_without_lines_is_copied_only_where_it_is_declared_in_full():
    live = LiveOrder("o1", "site", "new", None, {})
    assert copied(update(), live=live).orders == ()
    manifest = OrderManifest(order="o1", fields={"lines": {}}, identity={}, origin=HERE)
    (order,) = copied(update(), live=live, orders={"o1": manifest}).orders
    assert [line["external_id"] for line in order["lines"]] == ["not-shown"]


DETAIL = {
    "external_id": "o1",
    "total_price": "2050",
    "delivery_cost": "-3",
    "currency": "USD",
    "create_time": "2026-01-02",
    "tags": ["a", 7],
    "region": None,
    "custom_fields": {"slot": "evening", "loose": 5, "empty": None, "odd": {"x": 1}},
    "lines": [
        {"external_id": "l1", "sku": "lamp", "count": 0, "final_price_per_item": "12345"},
        {"external_id": "l2", "product": "cup", "count": 2, "custom_fields": {"gift": True}},
        "nonsense",
    ],
}
CATALOGUE = Catalogue(
    fields={address.custom_field("order", "slot"): FieldFacts("enum", {"morning": 1, "evening": 2}, 1)}
)


def test_what_is_shown_in_full_is_written_as_an_import_would_say_it_and_nonsense_is_left_out():
    live = LiveOrder("o1", "site", "new", NOW, {"l1": "new", "l2": "new"}, DETAIL)
    found = copied(update(), live=live, catalogue=CATALOGUE)
    (order,) = found.orders
    assert {key: order[key] for key in order if key != "lines"} == {
        "external_id": "o1",
        "endpoint": "site",
        "status": "new",
        "update_time": "2026-11-20T08:00:00Z",
        "total_price": "20.50",
        "currency": "USD",
        "create_time": "2026-01-02",
        "tags": ["a"],
        "custom_fields": {"slot": 2, "loose": 5},
    }
    assert order["lines"] == [
        {"external_id": "l1", "status": "new", "sku": "lamp", "final_price_per_item": "123.45"},
        {"external_id": "l2", "status": "new", "product": "cup", "count": 2, "custom_fields": {"gift": True}},
    ]
    assert found.copied.outlined == 0
    assert found.shows == {"line_status": "shown", "time_format": "date_only"}
    assert copied(update(), live=live, terms=Terms(amount_scale=1)).orders[0]["total_price"] == "2050"


def test_definitions_that_are_known_to_exist_are_completed_and_no_other_is_there():
    live = LiveOrder("o1", "site", "new", NOW, {"l1": "new", "l2": "new"}, DETAIL)

    def status(name: str, mode: Mode) -> DefinitionManifest:
        return DefinitionManifest(
            address=address.line_status(name), fields={"external_id": name}, origin=Origin("m"), mode=mode
        )

    said = {"external_id": "said", "name": "Said", "type": "refunded"}
    secret = {"name": "Door", "value_type": "unicode", "default_value": {"digest": "abc"}}
    where = address.custom_field("order", "door")
    record = Record(
        definitions={
            address.line_status("said"): Memory(said, Evidence.RECORDED, NOW, 1),
            where: Memory(secret, Evidence.RECORDED, NOW, 1),
        }
    )
    declared = {
        each.address: each
        for each in (
            status("theirs", Mode.EXTERNAL),
            status("ours", Mode.MANAGED),
            status("taken", Mode.ADOPT),
        )
    }
    known = copied(update(), live=live, record=record, definitions=declared, catalogue=CATALOGUE).definitions
    assert [each["external_id"] for each in known.statuses] == ["said", "taken", "theirs"]
    assert known.statuses[0] == said
    assert known.statuses[2] == {"external_id": "theirs", "name": "theirs", "type": "in_process"}
    fields = {each["external_id"]: (each["value_type"], each["default_value"]) for each in known.fields}
    assert fields == {
        "door": ("unicode", ""),
        "gift": ("bool", False),
        "loose": ("int", 0),
        "slot": ("enum", 1),
    }
