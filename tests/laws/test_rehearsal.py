"""What is rehearsed is what an apply does, and accidents are settled or named, whatever the world."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.outcome import Done, Lost
from reconciler.model.rehearsal import Rehearsal
from reconciler.pipeline import Drawn
from reconciler.project.rehearsing import Staged, rehearse
from reconciler.project.rehearsing.staging import Original, staged
from reconciler.project.watch import Watch
from reconciler.settings import Chosen, choose
from reconciler.settings.shape import SettingsShape
from reconciler.stages.replicate import replicate
from reconciler.store import open_record
from tests.laws.world import ACCOUNT, Shop
from tests.laws.worlds import ACCEPTING, Scene, choice, opened, scenes

TRUE_TO_THE_COPY = {name: ACCEPTING[name] for name in ACCEPTING if name not in {"line_status", "read_lag"}}


def chosen(shop: Shop) -> Chosen:
    """The settings that a shop's dialect comes from."""
    target = {
        "url": "sandbox:test",
        "account": ACCOUNT,
        "page_size": shop.dialect.page_size,
        "skip_triggers": shop.rules.skip_triggers,
    }
    shape = SettingsShape.model_validate({"version": 1, "targets": {"sandbox": target}})
    return choose(shape, shop.folder, None, {})


def rehearsed(
    shop: Shop, drawn: Drawn, switches: Mapping[str, str] | None = None, seed: int | None = None
) -> Rehearsal:
    replica = replicate(drawn.plan, drawn.manifests, drawn.world, drawn.record, shop.terms)
    archive = open_record(shop.url, ACCOUNT).archive()
    words = dict(switches or {})
    original = Original(chosen(shop), shop.question(), drawn, archive)
    setting = staged(original, replica, switches=words, seed=seed)
    with setting as stage:
        withheld = frozenset(each.address for each in drawn.plan.withheld)
        plan = Staged(stage, drawn, replica, words, withheld, 0)
        return rehearse(plan, Watch(), seed=seed)


def left(found: Rehearsal) -> list[tuple[str, str]]:
    return [(str(each.address), each.reason) for each in found.left]


@settings(max_examples=40)
@given(scenes(choice(ACCEPTING)))
def test_whatever_the_target_shows_the_copy_takes_the_plan_and_then_holds_all_of_it(scene: Scene) -> None:
    with opened(scene) as shop:
        before = shop.truth(), len(shop.writes())
        drawn = shop.draw()
        found = rehearsed(shop, drawn)
        assert [each for each in found.legs[0].outcomes if not isinstance(each, Done)] == []
        assert len(found.legs[0].outcomes) == len(drawn.plan.steps)
        assert (left(found), found.twice, found.converges) == ([], (), True)
        assert (shop.truth(), len(shop.writes())) == before


@settings(max_examples=25)
@given(scenes(choice(TRUE_TO_THE_COPY)))
def test_an_apply_sends_what_was_rehearsed(scene: Scene) -> None:
    with opened(scene) as shop:
        drawn = shop.draw()
        found = rehearsed(shop, drawn, scene.switches)
        ran = shop.apply(drawn)
        assert {
            str(each.address): type(each).__name__.lower() for each in found.legs[0].outcomes
        } == ran.words()
        sent = sum(
            count for name, count in found.requests.items() if name.endswith(("import", "line_status"))
        )
        assert sent == len(shop.writes())


@settings(max_examples=40)
@given(scenes(choice(ACCEPTING)), st.integers(0, 1000))
def test_after_accidents_nothing_comes_twice_and_what_is_left_is_a_question(scene: Scene, seed: int) -> None:
    with opened(scene) as shop:
        found = rehearsed(shop, shop.draw(), seed=seed)
        assert (left(found), found.twice) == ([], ())
        lost = {each.address for each in found.legs[0].outcomes if isinstance(each, Lost)}
        assert {each.address for each in found.open} <= lost
