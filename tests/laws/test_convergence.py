"""After an apply nothing is pending but what failed, and what is lost waits for a person."""

from collections.abc import Mapping

from hypothesis import given, settings

from reconciler.model.address import Address
from reconciler.model.change import Why
from reconciler.model.outcome import Done, Failed, Lost, Moved, Outcome
from tests.laws.world import Shop
from tests.laws.worlds import REFUSING, Scene, choice, opened, scenes


@settings(max_examples=80)
@given(scenes())
def test_after_an_apply_that_is_accepted_nothing_is_pending(scene: Scene) -> None:
    with opened(scene) as shop:
        ran = shop.apply()
        assert [
            f"{where}: {fate.reason}" for where, fate in ran.outcomes.items() if not _is(fate, Done)
        ] == []
        assert len(ran.outcomes) == len(ran.plan.steps)
        again = shop.plan()
        assert [(str(step.address), step.reason, step.fields) for step in again.steps] == []
        assert {each.address for each in again.withheld} <= {each.address for each in ran.plan.withheld}


@settings(max_examples=80)
@given(scenes(choice(REFUSING), faulty=True))
def test_after_an_apply_that_is_refused_in_part_only_what_failed_is_pending(scene: Scene) -> None:
    with opened(scene) as shop:
        ran = shop.apply()
        assert {step.address for step in ran.plan.steps} == set(ran.outcomes)
        _check_pending(shop, ran.outcomes)


def _check_pending(shop: Shop, outcomes: Mapping[Address, Outcome]) -> None:
    again = shop.plan()
    pending = {step.address for step in again.steps}
    unsettled = {each.address for each in again.withheld if each.why is Why.UNSETTLED}
    lost = {where for where, fate in outcomes.items() if _is(fate, Lost)}
    done = {where for where, fate in outcomes.items() if _is(fate, Done)}
    assert pending & done == set()
    assert pending & lost == set()
    assert unsettled >= {where for where in lost if where.kind != "order_line"}
    assert not any(_is(fate, Moved) for fate in outcomes.values())
    for where, fate in outcomes.items():
        if _is(fate, Failed) and where.kind in {"line_status", "custom_field"}:
            assert where in pending | unsettled | {each.address for each in again.withheld}


def _is(fate: Outcome, kind: type) -> bool:
    return isinstance(fate, kind)
