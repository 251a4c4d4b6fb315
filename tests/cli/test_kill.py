"""An apply that is killed: no line is triggered twice, and what nobody can know is called lost.

More kills: `python -m bench kill --times 200`.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.sandbox import Market
from tests.cli.kills import Kill, Told, boundaries, in_between, later, survive
from tests.cli.shop import Shop, listed, states


def check(told: Told) -> None:
    assert told.wrong == []
    assert told.killed
    assert all(times == 1 for times in told.fired.values())


@pytest.mark.parametrize("kill", boundaries(12), ids=str)
def test_a_kill_at_the_boundary_of_a_request_does_nothing_twice_and_forgets_nothing(kill: Kill):
    check(survive(kill))


@pytest.mark.parametrize("kill", in_between(6), ids=str)
def test_a_kill_at_any_moment_does_nothing_twice_and_forgets_nothing(kill: Kill):
    check(survive(kill))


def test_a_journal_that_was_cut_after_any_record_calls_nothing_done_that_was_not(shop: Shop, tmp_path: Path):
    for order in "12345":
        shop.stock(order, l1="new")
    entries = "".join(
        states(order, "expires: 2099-01-01", l1="delivered").removeprefix("orders:\n") for order in "12345"
    )
    shop.declare(f"orders:\n{entries}")
    shop.settle_in(concurrency=1)
    assert shop.apply().code == 0
    state, whole = shop.root / ".reconciler/state.db", tmp_path / "whole.db"
    shutil.copy(state, whole)
    goods = (tmp_path / "goods.db", shop.root / "market.db")
    shop.market.close()
    shutil.copy(goods[1], goods[0])

    for intents in range(6):
        for outcomes in range(max(0, intents - 1), intents + 1):
            shop.market.close()
            shutil.copy(whole, state)
            shutil.copy(*goods)
            cut(state, intents, outcomes)
            take_back(shop.market, sent=intents)
            later(shop)

            ended = shop.run("resume", "--auto-approve", "-o", "json")

            lost = [each["address"] for each in ended.json["outcomes"] if each["outcome"] == "lost"]
            assert len(lost) <= intents - outcomes
            assert ended.code == (9 if lost else 0), ended.err
            if lost:
                assert shop.run("resume", "--auto-approve", "--assume", "likely", "*").code == 0
            assert sorted(each.order for each in shop.market.triggers()) == list("12345")
            assert listed(shop.plan("-o", "json").json["changes"]) == []


def cut(state: Path, intents: int, outcomes: int) -> None:
    """Take back all that was put on record after so many intents and outcomes."""
    with closing(sqlite3.connect(state)) as database, database:
        database.execute("DELETE FROM writes WHERE number > ?", (intents,))
        database.execute("UPDATE writes SET outcome = NULL, outcome_at = NULL WHERE number > ?", (outcomes,))
        database.execute("DELETE FROM memories WHERE order_id > ?", (str(outcomes),))
        database.execute("DELETE FROM baselines WHERE order_id > ?", (str(outcomes),))
        database.execute("UPDATE baselines SET seen = NULL")
        database.execute("UPDATE runs SET ended_at = NULL, exit_code = NULL, summary = NULL")
        database.execute("UPDATE approvals SET closed = NULL")


def take_back(market: Market, sent: int) -> None:
    """Let the market have seen only so many updates."""
    for order in market.orders():
        if int(order["external_id"]) > sent:
            lines = [{**line, "status": "new"} for line in order["lines"]]
            market.put({**order, "lines": lines, "update_time": "2026-01-01T00:00:00Z"})
    with market.shelf() as shelf:
        shelf.connection.execute("DELETE FROM triggers WHERE CAST(order_id AS INTEGER) > ?", (sent,))
