"""What a plan lists: everything by address, and no update of it an object before its turn comes."""

import gc
from datetime import UTC, datetime

from reconciler.model.address import order_line
from reconciler.model.change import UpdateLine, Why, Withhold
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import LineManifest
from reconciler.model.plan import Plan, TargetName
from reconciler.model.steps import Steps

HERE = Origin("m.yaml", 1)
MANY = 500


def update(order: str) -> UpdateLine:
    wanted = LineManifest(order=order, line="l", status="delivered", origin=HERE)
    return UpdateLine(
        address=wanted.address, evidence=Evidence.OBSERVED, reason="", origin=HERE, wanted=wanted
    )


def withheld(order: str) -> Withhold:
    where = order_line(order, "l")
    return Withhold(address=where, evidence=Evidence.OBSERVED, reason="", origin=None, why=Why.IMPOSSIBLE)


def drawn(*refused: str) -> Plan:
    return Plan(
        target=TargetName("shop", "http://h", "acme"),
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        steps=Steps(update(f"{number:04}") for number in range(MANY)),
        withheld=tuple(map(withheld, refused)),
    )


def living() -> int:
    gc.collect()
    return sum(isinstance(each, UpdateLine) for each in gc.get_objects())


def test_what_is_withheld_stands_between_the_steps_by_its_address():
    changes = drawn("9999", "0003-").changes
    found = [change.address.parts[0] for change in changes]
    assert found == sorted([*(f"{number:04}" for number in range(MANY)), "0003-", "9999"])
    assert len(changes) == len(found)
    assert [change for change in changes if isinstance(change, Withhold)] == [
        withheld("0003-"),
        withheld("9999"),
    ]
    assert withheld("9999") in changes
    assert withheld("9998") not in changes


def test_one_that_is_withheld_does_not_make_an_object_of_each_update():
    plan = drawn("0003-")
    before = living()
    changes = plan.changes
    assert len(changes) == MANY + 1
    assert living() - before < MANY // 10
