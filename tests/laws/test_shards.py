"""Shards divide the work: together they are the whole plan, and no two of them share anything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.plan import Plan, Selection
from reconciler.model.rules import Limits, SendDefinitions
from reconciler.model.shard import Shard
from reconciler.pipeline import Drawn
from tests.laws.world import Shop
from tests.laws.worlds import ACCEPTING, REFUSING, Scene, choice, opened, scenes

COUNTS = st.integers(1, 4)
MOVED = "processing"


def shards(count: int) -> list[Shard]:
    return [Shard(number, count) for number in range(1, count + 1)]


def drawn_by(shop: Shop, shard: Shard | None) -> Drawn:
    shop.selection = replace(shop.selection, shard=shard)
    return shop.draw()


def settled_in(shop: Shop) -> None:
    """Read a list that lags until it shows what is so."""
    for _ in range(3):
        shop.plan()


def moved_outside(shop: Shop) -> None:
    """Somebody else moves every line, so that there is drift and something to say again."""
    for order in shop.market.orders():
        shop.market.touch(order["external_id"], lines={line["external_id"]: MOVED for line in order["lines"]})


def multiset(parts: Sequence[Plan], name: str) -> Counter[str]:
    return Counter(repr(each) for plan in parts for each in getattr(plan, name))


@settings(max_examples=30)
@given(scenes(choice(ACCEPTING | REFUSING), faulty=True), COUNTS, st.booleans(), st.booleans())
def test_the_plans_of_all_shards_are_the_whole_plan_and_no_two_share_anything(
    scene: Scene, count: int, after_an_apply: bool, moved: bool
) -> None:
    with opened(scene) as shop:
        if after_an_apply:
            shop.apply()
        if moved:
            moved_outside(shop)
        settled_in(shop)
        whole = drawn_by(shop, None)
        parts = [drawn_by(shop, shard) for shard in shards(count)]
        plans = [part.plan for part in parts]
        for name in ("steps", "withheld", "drift", "taken"):
            assert multiset(plans, name) == multiset([whole.plan], name), name
        kept: Counter[str] = Counter()
        for plan in plans:
            kept.update({str(each): number for each, number in plan.kept.by_evidence.items()})
        assert kept == Counter({str(each): n for each, n in whole.plan.kept.by_evidence.items()})
        assert dict(whole.plan.baselines) == {
            order: each for plan in plans for order, each in plan.baselines.items()
        }
        for shard, plan in zip(shards(count), plans, strict=True):
            assert all(shard.owns(change.address) for change in plan.changes)
            assert all(shard.owns_order(order) for order in plan.baselines)


@settings(max_examples=25)
@given(scenes(), COUNTS, st.integers(0, 6), st.integers(0, 2))
def test_a_limit_that_the_whole_plan_exceeds_refuses_every_shard_and_no_other_limit_does(
    scene: Scene, count: int, lines: int, permanent: int
) -> None:
    with opened(scene) as shop:
        shop.rules = replace(shop.rules, limits=Limits(permanent, lines, 0.5))
        settled_in(shop)
        whole = drawn_by(shop, None)
        for shard in shards(count):
            part = drawn_by(shop, shard)
            told = [each.summary for each in part.breaches if "with_orders" not in each.summary]
            assert told == [
                f"{each.summary} (all {count} shards counted together)" for each in whole.breaches
            ]


@settings(max_examples=25)
@given(scenes(), st.data())
def test_all_shards_one_after_another_do_what_one_run_does(scene: Scene, data: st.DataObject) -> None:
    count = data.draw(COUNTS)
    others = data.draw(st.permutations(shards(count)[1:]))
    scene = replace(scene, rules=replace(scene.rules, definitions=SendDefinitions.STANDALONE))
    with opened(scene) as shop:
        alone = shop.apply()
        wanted = shop.statuses()
        fates = alone.words()
        fired = sorted((each.order, each.line or "") for each in shop.market.triggers())
    with opened(scene) as shop:
        found: dict[str, str] = {}
        for shard in (Shard(1, count), *others):
            shop.selection = Selection(shard=shard)
            ran = shop.apply()
            assert not found.keys() & ran.words().keys()
            found.update(ran.words())
        assert found == fates
        assert shop.statuses() == wanted
        assert sorted((each.order, each.line or "") for each in shop.market.triggers()) == fired
