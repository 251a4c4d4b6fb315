"""approve: nothing is kept that was not approved as it is now, and nothing that was is forgotten."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address, line_status, order, order_line
from reconciler.model.approval import Approval, approval_of, from_json, to_json
from reconciler.model.change import (
    ABSENT,
    UNKNOWN,
    Ensure,
    FieldChange,
    Secret,
    UpdateLine,
    UpdateOrder,
    Why,
    Withhold,
)
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import DefinitionManifest, LineManifest, OrderManifest
from reconciler.model.plan import Plan, TargetName
from reconciler.model.steps import Steps
from reconciler.stages.approve import approve

HERE = Origin("m.yaml", 1, 1)
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
SHOP = TargetName("shop", "https://shop.example", "acme")
VALUES: list[Any] = [
    UNKNOWN,
    ABSENT,
    "new",
    "delivered",
    0,
    1,
    1.0,
    True,
    False,
    "1",
    "",
    [],
    ["a"],
    {"a": 1},
    Secret("d1", "j…"),
    Secret("d2", "j…"),
]


def everything(_):
    """Take every address for one that is wanted and was looked at."""
    return True


def moving(
    order: str = "1", before: Any = "new", after: Any = "delivered", *, triggers: bool = True
) -> UpdateLine:
    return UpdateLine(
        address=order_line(order, "l"),
        evidence=Evidence.OBSERVED,
        reason="differs",
        origin=None,
        fields=(FieldChange("status", before, after),),
        wanted=LineManifest(order=order, line="l", status="delivered", origin=HERE),
        triggers=triggers,
    )


def withheld(order: str = "1") -> Withhold:
    return Withhold(
        address=order_line(order, "l"),
        evidence=Evidence.OBSERVED,
        reason="moved on",
        origin=None,
        why=Why.MOVED_ON,
    )


def plan(*changes: Any) -> Plan:
    steps = tuple(each for each in changes if not isinstance(each, Withhold))
    return Plan(
        target=SHOP,
        created_at=AT,
        steps=steps,
        withheld=tuple(each for each in changes if isinstance(each, Withhold)),
    )


def approval(drawn: Plan) -> Approval:
    return Approval(
        digest="d",
        created_at=AT,
        target=SHOP,
        selection=drawn.selection,
        inputs="",
        changes=approval_of(drawn.steps),
        withheld=frozenset(each.address for each in drawn.withheld),
    )


changes = st.builds(
    moving,
    st.sampled_from("123456"),
    st.sampled_from(VALUES),
    st.sampled_from(VALUES),
    triggers=st.booleans(),
)
plans = st.lists(
    st.one_of(changes, st.builds(withheld, st.sampled_from("123456"))), unique_by=lambda each: each.address
).map(lambda found: plan(*found))


@given(plans)
def test_a_plan_approved_by_itself_loses_nothing(drawn):
    for approved in (approval(drawn), from_json(to_json(approval(drawn)))):
        narrowed = approve(drawn, approved, everything)
        assert narrowed.steps == sorted(drawn.steps, key=lambda step: step.address.rank)
        assert (narrowed.moved, narrowed.converged, narrowed.unapproved) == ((), (), ())


@given(plans, plans)
def test_each_approved_change_is_kept_moved_or_dropped_and_nothing_else_is_kept(now, then):
    narrowed = approve(now, approval(then), everything)
    kept = {step.address for step in narrowed.steps}
    moved = {each.address for each in narrowed.moved}
    assert sorted([*kept, *moved, *narrowed.converged]) == sorted(step.address for step in then.steps)
    assert all(
        approval_of([step])[step.address] == approval_of(then.steps)[step.address] for step in narrowed.steps
    )
    left = {change.address for change in narrowed.unapproved}
    assert not left & {change.address for change in then.changes}
    assert left <= {change.address for change in now.changes}
    assert kept | moved | left | {each.address for each in then.withheld} >= {
        step.address for step in now.steps
    }


@given(st.sampled_from(VALUES), st.sampled_from(VALUES))
def test_a_change_of_before_or_after_is_a_move(one, other):
    for then, now in [(moving(before=one), moving(before=other)), (moving(after=one), moving(after=other))]:
        same = repr(one) == repr(other)
        narrowed = approve(plan(now), approval(plan(then)), everything)
        assert bool(narrowed.moved) is not same
        assert bool(narrowed.steps) is same


@pytest.mark.parametrize(
    ("then", "now", "reason"),
    [
        (moving(triggers=False), moving(), "may fire triggers now"),
        (moving(), moving(triggers=False), "fires no triggers any more"),
        (moving(), withheld(), "withheld now: moved on"),
        (moving(before="new"), moving(before="paid"), "status differ from what was approved"),
    ],
)
def test_what_moved_is_told_with_its_reason(then, now, reason):
    (move,) = approve(plan(now), approval(plan(then)), everything).moved
    assert move.reason == reason
    assert (move.now is None) is isinstance(now, Withhold)


def test_what_becomes_permanent_has_moved():
    inferred = Ensure(
        address=line_status("packed"),
        evidence=Evidence.INFERRED,
        reason="said",
        origin=None,
        wanted=DefinitionManifest(address=line_status("packed"), fields={}, origin=HERE),
        permanent=False,
    )
    (move,) = approve(plan(replace(inferred, permanent=True)), approval(plan(inferred)), everything).moved
    assert move.reason == "is permanent now"


def test_what_was_withheld_and_could_be_done_now_is_not_approved():
    narrowed = approve(plan(moving()), approval(plan(withheld())), everything)
    assert narrowed.steps == ()


def test_what_is_no_longer_pending_is_dropped():
    narrowed = approve(plan(), approval(plan(moving())), everything)
    assert narrowed.converged == (order_line("1", "l"),)


def test_an_import_falls_with_a_line_that_it_would_speak_for_and_takes_the_others_along():
    carried = [replace(moving("1"), address=order_line("1", each), carried=True) for each in ("a", "b")]
    carried = [replace(each, needs=(order("1"),)) for each in carried]
    update = UpdateOrder(
        address=order("1"),
        evidence=Evidence.OBSERVED,
        reason="differs",
        origin=HERE,
        fields=(FieldChange("status", "new", "paid"),),
        wanted=OrderManifest(order="1", fields={}, identity={}, origin=HERE),
        statuses=(("a", "delivered"), ("b", "delivered")),
    )
    drawn = Plan(target=SHOP, created_at=AT, steps=(update, *carried))
    moved = replace(carried[0], fields=(FieldChange("status", "delivering", "delivered"),))
    now = replace(drawn, steps=(update, moved, carried[1]))
    narrowed = approve(now, approval(drawn), everything)
    assert narrowed.steps == ()
    assert {str(each.address) for each in narrowed.moved} == {"order/1", "order_line/1/a", "order_line/1/b"}


def test_what_is_held_to_an_approval_does_not_become_an_object_for_each_update():
    """A run of hours looks again at what is left every few minutes: that must not take what columns save."""
    gone, seen = moving("gone"), []
    each = (moving(f"{number:04}") for number in range(500))
    steps = Steps(replace(step, origin=HERE, fields=gone.fields) for step in each)
    drawn = replace(plan(), steps=steps)
    approved = replace(approval(drawn), changes=approval_of([*steps, gone]))
    before = living()

    def kept(_: Address) -> bool:
        seen.append(living() - before)
        return True

    narrowed = approve(drawn, approved, kept)
    assert narrowed.converged == (gone.address,)
    seen.append(living() - before)
    assert narrowed.steps == steps
    assert max(seen) < len(steps) // 10


def living() -> int:
    gc.collect()
    return sum(isinstance(each, UpdateLine) for each in gc.get_objects())
