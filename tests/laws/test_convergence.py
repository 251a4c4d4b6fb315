"""After an apply nothing is pending but what failed, and what is lost waits for a person."""

from hypothesis import given, settings

from reconciler.model.change import Why
from reconciler.model.outcome import Done, Failed, Lost, Skipped
from tests.laws.worlds import ACCEPTING, REFUSING, Scene, choice, opened, scenes


@settings(max_examples=150)
@given(scenes())
def test_after_an_apply_that_is_accepted_nothing_is_pending(scene: Scene) -> None:
    with opened(scene) as shop:
        ran = shop.apply()
        unhappy = {where: fate for where, fate in ran.words().items() if fate != "done"}
        assert not unhappy, (unhappy, [f.reason for f in ran.outcomes.values()])
        again = shop.plan()
        assert [(str(step.address), step.fields) for step in again.steps] == []
        assert {each.address for each in again.withheld} <= {each.address for each in ran.plan.withheld}
