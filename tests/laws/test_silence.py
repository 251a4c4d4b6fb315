"""With --skip-triggers no customer hears of an apply, and what it leaves out is withheld with the reason."""

from dataclasses import replace

from hypothesis import given, settings

from reconciler.model.change import UpdateLine, Withhold
from tests.laws.worlds import Scene, opened, scenes


@settings(max_examples=60)
@given(scenes())
def test_nothing_fires_but_statuses_on_which_nothing_hangs(scene: Scene) -> None:
    silent = replace(scene, rules=replace(scene.rules, silent=True, skip_triggers=True))
    with opened(silent) as shop:
        ran = shop.apply()
        assert ran.plan.summary().triggers == 0
        heard = {trigger.status for trigger in shop.market.triggers()}
        if scene.switches.get("skip_triggers") != "ignored":
            assert heard <= {"quiet"}


@settings(max_examples=60)
@given(scenes())
def test_a_line_that_would_change_is_never_left_out_in_silence(scene: Scene) -> None:
    loud = replace(scene, rules=replace(scene.rules, silent=False))
    silent = replace(scene, rules=replace(scene.rules, silent=True))
    with opened(loud) as shop:
        changing = {step.address for step in shop.plan().steps if isinstance(step, UpdateLine)}
    with opened(silent) as shop:
        plan = shop.plan()
    listed = {each.address for each in plan.changes if isinstance(each, UpdateLine | Withhold)}
    assert changing <= listed
