"""A plan reads and changes nothing, says the same twice, and never takes the unseen for absent."""

from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model import address
from reconciler.model.change import Create, UpdateLine
from reconciler.model.evidence import Evidence
from reconciler.model.plan import Selection
from reconciler.ports import Broken
from reconciler.sandbox import Fault
from tests.laws.world import TOKEN, plan_texts
from tests.laws.worlds import (
    ACCEPTING,
    BUILT_IN,
    EMAIL,
    REFUSING,
    SENSITIVE,
    Scene,
    a_line,
    an_order,
    choice,
    opened,
    scenes,
)

GLOBS = st.lists(
    st.sampled_from(
        ["order/*", "order_line/*/l-1", "*l?2", "order_line/o-1/*", "line_status/*", "*", "*o-2*"]
    ),
    max_size=1,
)


def _bytes(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@settings(max_examples=40)
@given(scenes(choice(ACCEPTING | REFUSING), faulty=True), st.booleans())
def test_a_plan_writes_nothing_and_is_the_same_twice(scene: Scene, after_an_apply: bool) -> None:
    with opened(scene) as shop:
        if after_an_apply:
            shop.apply()
        # A lagging list shows something else at each read, so it is read until it has caught up.
        for _ in range(3):
            shop.plan()
        writes, files = shop.writes(), _bytes(shop.folder)
        first, second = shop.plan(), shop.plan()
        assert plan_texts(first) == plan_texts(second)
        assert shop.writes() == writes
        assert _bytes(shop.folder) == files


@settings(max_examples=40)
@given(scenes(faulty=True), st.integers(1, 4))
def test_a_walk_that_broke_off_makes_nothing_absent(scene: Scene, page: int) -> None:
    broken = [Fault("orders/list", nth, "http_502_html_before") for nth in range(page, page + 30)]
    with opened(scene) as shop:
        try:
            plan = shop.plan(faults=broken)
        except Broken:
            return
        existing = {order["external_id"] for order in scene.live}
        made = {step.wanted.order for step in plan.steps if isinstance(step, Create)}
        assert not made & existing
        if not plan.complete:
            assert not made


@settings(max_examples=40)
@given(scenes(), st.lists(st.sampled_from(BUILT_IN), min_size=9, max_size=9), st.booleans())
def test_a_wrong_record_never_hides_a_status_that_is_listed(
    scene: Scene, statuses: list[str], touched: bool
) -> None:
    with opened(scene) as shop:
        shop.apply()
        new = iter(statuses * 9)
        for order in shop.market.orders():
            moved = {line["external_id"]: next(new) for line in order["lines"]}
            if touched:
                shop.market.touch(order["external_id"], lines=moved)
            else:
                lines = [{**line, "status": moved[line["external_id"]]} for line in order["lines"]]
                shop.market.put({**order, "lines": lines})
        kept = shop.market.switches()
        shop.market._own_switches = {**kept, "line_status": "shown"}  # noqa: SLF001 - the server is upgraded
        drawn = shop.draw()
        truth = shop.statuses()
        said = {each.address for each in (*drawn.plan.steps, *drawn.plan.withheld)}
        for wishes in drawn.manifests.lines.values():
            for wish in wishes.values():
                if truth.get((wish.order, wish.line), wish.status) != wish.status:
                    assert wish.address in said
        assert not drawn.plan.kept.by_evidence.get(Evidence.STALE)


@settings(max_examples=60)
@given(scenes(), GLOBS, GLOBS)
def test_what_was_not_asked_for_is_never_sent_released_or_forgotten(
    scene: Scene, only: list[str], exclude: list[str]
) -> None:
    selection = Selection(only=tuple(only), exclude=tuple(exclude))

    def asked(where: str) -> bool:
        chosen = not only or any(fnmatchcase(where, each) for each in only)
        return chosen and not any(fnmatchcase(where, each) for each in exclude)

    with opened(scene) as shop:
        shop.apply()
        before = shop.record()
        shop.time.sleep(3600)
        shop.want(orders=[an_order("o-9", [a_line("l-1")])])
        shop.selection = selection
        ran = shop.apply()
        for step in ran.plan.steps:
            assert asked(str(step.address)) or (isinstance(step, UpdateLine) and step.carried), step.address
        after = shop.record()
        for definition, memory in before.definitions.items():
            if not asked(str(definition)):
                assert after.definitions[definition] == memory
        for order in before.orders:
            if not asked(str(address.order(order))):
                assert after.orders[order] == before.orders[order]
        for order, lines in before.lines.items():
            for line, memory in lines.items():
                if not asked(str(address.order_line(order, line))):
                    assert after.lines[order][line] == memory


@settings(max_examples=40)
@given(scenes(), GLOBS, GLOBS)
def test_a_part_that_was_asked_for_sends_only_that_part(
    scene: Scene, only: list[str], exclude: list[str]
) -> None:
    with opened(scene, selection=Selection(only=tuple(only), exclude=tuple(exclude))) as shop:
        ran = shop.apply()
        needed = {need for step in ran.plan.steps for need in step.needs}
        for step in ran.plan.steps:
            where = str(step.address)
            chosen = not only or any(fnmatchcase(where, each) for each in only)
            if not chosen or any(fnmatchcase(where, each) for each in exclude):
                carried = isinstance(step, UpdateLine) and step.carried
                assert (
                    carried or step.address in needed or step.address.kind in {"line_status", "custom_field"}
                )


@settings(max_examples=50)
@given(scenes(choice(ACCEPTING | REFUSING), faulty=True), st.integers(0, 5))
def test_no_output_and_no_file_holds_a_secret(scene: Scene, nth: int) -> None:
    faults = [Fault("*", nth, "http_500_after")] if nth else []
    with opened(scene) as shop:
        drawn = shop.draw()
        ran = shop.apply(drawn, faults=faults)
        for order in shop.market.orders():
            shop.market.touch(order["external_id"], region="east")
        said = ran.texts() + plan_texts(shop.plan()) + repr(ran.outcomes)
        kept = b"".join(path.read_bytes() for path in shop.folder.iterdir()).decode("latin-1")
        for secret in (TOKEN, EMAIL, SENSITIVE):
            assert secret not in said
            assert secret not in kept


@settings(max_examples=40)
@given(scenes(), GLOBS, GLOBS)
def test_a_part_that_was_asked_for_forgets_nothing_that_the_whole_would_keep(
    scene: Scene, only: list[str], exclude: list[str]
) -> None:
    with opened(scene) as shop:
        shop.apply()
        whole = {each.address for each in shop.plan().taken if each.memory is None}
        shop.selection = Selection(only=tuple(only), exclude=tuple(exclude))
        part = {each.address for each in shop.plan().taken if each.memory is None}
        assert part <= whole
