"""After an apply nothing has drifted, whatever the server does where the documentation is silent."""

from datetime import UTC

from hypothesis import given, settings

from reconciler.model.drifting import Drifting, Verdict
from reconciler.model.outcome import Done
from reconciler.model.plan import everything
from reconciler.shelves import KINDS
from reconciler.stages.drift import drift, held
from reconciler.stages.observe import observe
from tests.laws.world import Shop
from tests.laws.worlds import ACCEPTING, Scene, choice, opened, scenes


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
