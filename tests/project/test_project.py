"""A program plans, applies, gives up and goes on, against the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import Options, Patience, Project, Stop, Watch
from reconciler.model.outcome import Outcome
from reconciler.sandbox import Market
from tests.cli.shop import LONG_AGO, STATUSES, Shop, listed, states


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    market = Market(tmp_path / "market.db", now=lambda: LONG_AGO)
    opened = Shop(tmp_path, market)
    opened.settle_in()
    yield opened
    market.close()


def project(shop: Shop) -> Project:
    return Project(shop.root, environment=shop.environment)


def code_of(stop: pytest.ExceptionInfo[Stop]) -> int:
    return stop.value.exit_code


def test_a_plan_is_given_saved_applied_and_then_nothing_is_left(shop: Shop) -> None:
    shop.stock("1", l1="new", l2="new")
    shop.declare(STATUSES + states("1", l1="packed", l2="packed"))

    async def release() -> tuple[str, str]:
        planned = await project(shop).plan()
        planned.save(shop.root / "plan.json")
        ran = await project(shop).apply(shop.root / "plan.json")
        assert (ran.exit_code, len(ran.outcomes), ran.run) == (0, 3, 1)
        return planned.line, ran.line

    planned, ran = asyncio.run(release())
    assert planned.startswith("Plan: 0 to create, 2 to update, 1 to ensure (1 permanent)")
    assert ran == "Applied: 3 done, 0 failed, 0 lost, 0 skipped, 0 moved, 0 withheld."
    assert len(shop.updates()) == 2
    assert asyncio.run(project(shop).plan()).plan.empty


def test_it_plans_what_the_command_plans(shop: Shop) -> None:
    shop.stock("1", l1="new")
    shop.declare(STATUSES + states("1", l1="packed"))
    mine = asyncio.run(project(shop).plan(only=["line_status/*"])).document()
    theirs = shop.plan("--only", "line_status/*", "-o", "json").json
    assert listed(mine["changes"]) == listed(theirs["changes"]) == ["line_status/packed"]
    assert (mine["digest"], mine["summary"]) == (theirs["digest"], theirs["summary"])


def test_a_plan_that_exceeds_a_limit_is_given_and_refused(shop: Shop) -> None:
    shop.stock("1", l1="new")
    shop.declare(STATUSES + states("1", l1="packed"))
    planned = asyncio.run(project(shop).plan(options=Options(max_line_changes=0)))
    assert (planned.exit_code(), len(planned.breaches)) == (5, 1)
    with pytest.raises(Stop) as stop:
        asyncio.run(project(shop).apply(planned))
    assert (code_of(stop), shop.writes()) == (5, 0)


def test_what_moved_since_the_plan_is_refused_and_nothing_is_sent(shop: Shop) -> None:
    shop.stock("1", l1="new")
    shop.declare(STATUSES)
    planned = asyncio.run(project(shop).plan())
    shop.declare(STATUSES + states("1", l1="packed"))
    with pytest.raises(Stop, match="have changed") as stop:
        asyncio.run(project(shop).apply(planned))
    assert (code_of(stop), shop.writes()) == (6, 0)


def test_wrong_settings_manifests_and_targets_stop_with_the_codes_of_the_command(shop: Shop) -> None:
    shop.declare("custom_fields: 3\n")
    with pytest.raises(Stop) as stop:
        asyncio.run(project(shop).plan())
    assert code_of(stop) == 4
    assert asyncio.run(project(shop).validate())[0].origin is not None
    with pytest.raises(Stop) as stop:
        Project(shop.root, "nowhere")
    assert code_of(stop) == 64
    (shop.root / "reconciler.yaml").write_text("version: 2\n")
    with pytest.raises(Stop) as stop:
        project(shop)
    assert code_of(stop) == 4


def test_an_account_that_is_held_is_not_written(shop: Shop) -> None:
    shop.declare(STATUSES)

    class Second(Watch):
        code = 0

        def started(self, run: int, plan: object) -> None:
            with pytest.raises(Stop) as stop:
                asyncio.run(project(shop).apply(planned, patience=Patience("fail")))
            self.code = code_of(stop)

    planned = asyncio.run(project(shop).plan())
    second = Second()
    assert asyncio.run(project(shop).apply(planned, watch=second)).exit_code == 0
    assert second.code == 7


def test_who_gives_up_leaves_nothing_in_doubt_and_resume_goes_on(shop: Shop) -> None:
    for order in map(str, range(40)):
        shop.stock(order, l1="new")
    entries = "".join(states(str(order), l1="packed").removeprefix("orders:\n") for order in range(40))
    shop.declare(f"{STATUSES}orders:\n{entries}")
    shop.settle_in(rest="limits: {max_order_share: 1}\n", concurrency=2)

    class GivesUp(Watch):
        def __init__(self, give_up: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
            super().__init__()
            self._give_up = give_up
            self._loop = loop
            self.told: list[Outcome] = []

        def ended(self, outcome: Outcome) -> None:
            self.told.append(outcome)
            if len(self.told) == 5:
                self._loop.call_soon_threadsafe(self._give_up.set)
                self.stop.wait(10)

    async def release() -> None:
        planned = await project(shop).plan()
        enough = asyncio.Event()
        watch = GivesUp(enough, asyncio.get_running_loop())
        going = asyncio.create_task(project(shop).apply(planned, watch=watch))
        await asyncio.wait({going, asyncio.create_task(enough.wait())}, return_when=asyncio.FIRST_COMPLETED)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        sent = len(shop.updates())
        assert 0 < sent < 40
        ran = await project(shop).resume()
        assert ran is not None
        assert (ran.exit_code, ran.summary["done"]) == (0, 40 - sent)

    asyncio.run(release())
    assert sorted(shop.updates()) == sorted((str(order), "l1", "packed") for order in range(40))
    assert asyncio.run(project(shop).resume()) is None


def test_a_program_does_one_share_of_the_work(shop: Shop) -> None:
    for order in "123456":
        shop.stock(order, l1="new")
    wanted = "".join(states(order, l1="delivered").removeprefix("orders:\n") for order in "123456")
    shop.declare(f"orders:\n{wanted}")

    async def release() -> list[int]:
        planned = await project(shop).plan()
        shares = [Project(shop.root, environment=shop.environment, shard=f"{each}/2") for each in (1, 2)]
        return [len((await each.apply(planned)).outcomes) for each in shares]

    first, second = asyncio.run(release())
    assert first + second == 6
    assert first
    assert second
    assert sorted(order for order, *_ in shop.updates()) == list("123456")
    with pytest.raises(Stop) as stop:
        Project(shop.root, environment=shop.environment, shard="3/2")
    assert code_of(stop) == 64


def test_one_glob_is_one_glob_and_not_its_letters(shop: Shop) -> None:
    shop.stock("1", l1="new")
    shop.declare(STATUSES + states("1", l1="packed"))
    planned = asyncio.run(project(shop).plan(only="line_status/*"))
    assert [str(step.address) for step in planned.steps] == ["line_status/packed"]


def test_who_waits_for_the_account_may_give_up_and_the_same_watch_serves_again(shop: Shop) -> None:
    shop.declare(STATUSES)
    watch = Watch()

    class Holds(Watch):
        def started(self, run: int, plan: object) -> None:
            asyncio.run(gives_up())

    async def gives_up() -> None:
        waiting = asyncio.create_task(project(shop).apply(planned, patience=Patience("wait"), watch=watch))
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert watch.stop.is_set()

    planned = asyncio.run(project(shop).plan())
    assert asyncio.run(project(shop).apply(planned, watch=Holds())).exit_code == 0
    assert asyncio.run(project(shop).plan(watch=watch)).plan.empty


@pytest.mark.parametrize("first", [0, -1])
def test_what_cannot_be_meant_is_refused(shop: Shop, first: int) -> None:
    shop.declare(STATUSES)
    planned = asyncio.run(project(shop).plan())
    with pytest.raises(ValueError, match="at least"):
        asyncio.run(project(shop).apply(planned, first=first))
    with pytest.raises(ValueError, match="wiat"):
        Patience("wiat")  # type: ignore[arg-type]  # as a program without types would
    assert shop.writes() == 0
