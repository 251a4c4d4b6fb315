"""After an apply nothing has drifted, whatever the server does where the documentation is silent."""

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given, settings

from reconciler.model.address import ORDER_LINE
from reconciler.model.drifting import Drifting, Verdict
from reconciler.model.outcome import Done
from reconciler.model.plan import everything
from reconciler.sandbox import SWITCHES
from reconciler.shelves import KINDS
from reconciler.stages.drift import drift, held
from reconciler.stages.observe import observe
from tests.laws.world import Shop
from tests.laws.worlds import (
    ACCEPTING,
    FIELDS,
    STATUSES,
    Scene,
    a_line,
    an_order,
    choice,
    opened,
    scenes,
)


def drifted(shop: Shop) -> Drifting:
    record = shop.record()
    with shop.target() as target:
        world = observe(
            target, held(record, KINDS, everything), record, shop.how, shop.time.now().astimezone(UTC)
        )
    return drift(record, world, KINDS, shop.terms, everything)


@settings(max_examples=60)
@given(scenes(choice(ACCEPTING)))
def test_after_an_apply_nothing_was_changed_and_nothing_is_gone(scene: Scene) -> None:
    with opened(scene) as shop:
        ran = shop.apply()
        assert all(isinstance(each, Done) for each in ran.outcomes.values())
        found = drifted(shop)
        assert found.complete
        told = [each for each in found.found if each.verdict is not Verdict.UNTOLD]
        assert told == []


SWITCHED = [
    (switch.name, value)
    for switch in SWITCHES
    for value in switch.values
    if value != switch.default
    and not switch.name.startswith("yandex_")
    and (switch.name, value) != ("reimport", "ignore")
]
"""Of the Altcraft server alone, for no other one is asked here.

One that accepts an import and ignores it is left out: apply warns of it, and it shows (see the last test).
"""

TOUCHED_OR_NOT = Scene(
    live=(
        an_order("o-1", [a_line("l-1"), a_line("l.2")], tags=["b", "a"], create_time="2026-01-02T15:04:05Z"),
        an_order("o-2", [a_line("l-1", custom_fields={"weight": 3})], region="north"),
    ),
    kept=("fields/weight", "statuses/packed"),
    wanted={
        "custom_fields": [{"external_id": each, **FIELDS[each]} for each in ("slot", "weight")],
        "custom_line_statuses": [{"external_id": "packed", **STATUSES["packed"]}],
        "orders": [
            {
                "external_id": "o-1",
                "expires": "2099-01-01",
                "lines": [
                    {"external_id": "l-1", "status": "packed"},
                    {"external_id": "l.2", "status": "delivered"},
                ],
            },
            an_order("o-2", [a_line("l-1", "delivering", custom_fields={"weight": 0})], tags=["b", "a"]),
            an_order(
                "o.4",
                [a_line("l-1", "new", count=2)],
                custom_fields={"slot": 2},
                total_price="19.50",
                delivery_cost="1.50",
            ),
        ],
    },
)
"""Line states, an order that is updated and one that is made, with definitions that both need."""


@pytest.mark.parametrize(("switch", "value"), [("line_status", "hidden"), *SWITCHED], ids=lambda each: each)
def test_whatever_became_of_an_apply_it_is_no_drift(switch: str, value: str) -> None:
    scene = replace(TOUCHED_OR_NOT, switches={"line_status": "shown", switch: value})
    with opened(scene) as shop:
        shop.apply()
        found = drifted(shop)
        assert [each for each in found.found if each.verdict is not Verdict.UNTOLD] == []


def test_what_was_accepted_and_never_taken_drifts_as_the_next_plan_says_too() -> None:
    scene = replace(TOUCHED_OR_NOT, switches={"line_status": "shown", "reimport": "ignore"})
    with opened(scene) as shop:
        shop.apply()
        found = [each for each in drifted(shop).found if each.verdict is not Verdict.UNTOLD]
        (line,) = [each for each in shop.plan().drift if each.address.kind == ORDER_LINE]
        assert [(each.address, each.recorded, each.observed) for each in found] == [
            (line.address, line.recorded, line.observed)
        ]
