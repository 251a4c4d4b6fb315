"""`drift`: what was changed outside, from the record alone, and never a word about what cannot be known."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from reconciler.store import Lease, RunFacts, open_store
from tests.cli.shop import STATUSES, TOKEN, Shop, bare_order, served, states

FULL = """orders:
  - external_id: "9"
    matching: email
    email: john.canary@example.com
    endpoint: website
    status: new
    total_price: "20"
    currency: RUB
    create_time: 2026-01-02T15:04:05Z
    tags: [one, two]
    lines:
      - {external_id: l1, status: new, product: kettle, base_price_per_item: "20", min_price_per_item: "20",
         final_price_per_item: "20", count: 1}
"""


@pytest.fixture
def held(shop: Shop) -> Shop:
    shop.market.set_switches({"line_status": "shown"})
    shop.stock("1", l1="new", l2="new")
    shop.stock("2", l1="new")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(states("1", "hold: always", l1="delivered", l2="delivered"))
    shop.declare(states("2", "hold: once", l1="delivered"), "once.yaml")
    shop.declare(FULL, "full.yaml")
    assert shop.apply().code == 0
    assert shop.apply().code == 0
    return shop


def found(shop: Shop, *arguments: str) -> dict[str, tuple[str, Any, Any]]:
    document = shop.run("drift", "-o", "json", *arguments).json
    return {
        each["address"]: (each["verdict"], each["recorded"], each["observed"]) for each in document["drift"]
    }


def test_after_an_apply_nothing_has_drifted_and_no_manifest_is_needed(held: Shop):
    shutil.rmtree(held.root / "manifests")
    ended = held.run("drift", "--detailed-exitcode")
    assert ended.code == 0, ended.err
    assert ended.last == "Drift: 0 changed, 0 gone, 0 cannot be told. 4 as recorded."


def test_what_was_changed_and_what_is_gone_is_told_and_nothing_is_sent(held: Shop):
    writes = held.writes()
    held.market.touch("1", lines={"l1": "canceled"})
    held.market.touch("9", total_price="30", tags=["one"])
    held.market.touch("2", lines={"l1": "refunded"})  # done once and for all: it may go on living
    assert found(held) == {
        "order/9": (
            "changed",
            {"tags": ["one", "two"], "total_price": "20"},
            {"tags": ["one"], "total_price": "30"},
        ),
        "order_line/1/l1": ("changed", "delivered", "canceled"),
    }
    held.market.remove("1")
    assert found(held)["order_line/1/l2"] == ("gone", "delivered", None)
    ended = held.run("drift", "--detailed-exitcode")
    assert ended.code == 2
    assert ended.last == "Drift: 1 changed, 2 gone, 0 cannot be told. 1 as recorded."
    assert held.run("drift").code == 0
    assert held.writes() == writes


def test_what_is_hidden_cannot_be_told_and_is_never_exit_2(shop: Shop):
    shop.stock("1", l1="new")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(states("1", "hold: always", l1="delivered"))
    shop.apply()
    assert found(shop) == {"order_line/1/l1": ("cannot be told", "delivered", None)}
    shop.market.touch("1", lines={"l1": "canceled"})
    ended = shop.run("drift", "--detailed-exitcode")
    assert ended.code == 0
    assert "the target hides the status of this line, and the order changed since it was said" in ended.out


def test_a_read_that_broke_off_finds_nothing_gone(held: Shop):
    held.market.remove("1")
    held.settle_in(rest="limits: {max_order_share: null}\n", page_size=1)
    held.strike(*[("orders/list", nth, "error_500_http") for nth in range(2, 40)])
    ended = held.run("drift", "--detailed-exitcode", "-o", "json")
    assert ended.code == 1
    assert ended.json["complete"] is False
    assert ended.json["summary"]["gone"] == 0


def test_what_is_accepted_is_the_new_record(held: Shop):
    held.market.touch("1", lines={"l1": "canceled"})
    held.market.touch("9", total_price="30")
    held.market.remove("2")
    ended = held.run("drift", "--accept", "order_line/1/*", "--accept", "order/9", "--accept", "nothing/*")
    assert ended.code == 0
    assert "--accept 'nothing/*' matches nothing that has drifted" in ended.err
    assert found(held) == {}
    plan = held.plan("-o", "json").json
    assert [each["address"] for each in plan["drift"]] == []
    assert [each["action"] for each in plan["changes"] if each["address"] == "order_line/1/l1"] == [
        "withhold"
    ]
    assert "drift" in held.run("runs", "list").out


def test_an_untold_one_cannot_be_accepted(shop: Shop):
    shop.stock("1", l1="new")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(states("1", "hold: always", l1="delivered"))
    shop.apply()
    ended = shop.run("drift", "--accept", "*")
    assert "cannot be told, such as order_line/1/l1; their record stays as it is" in ended.err
    assert found(shop)["order_line/1/l1"][0] == "cannot be told"


def test_a_part_is_looked_at_alone(held: Shop):
    held.market.touch("1", lines={"l1": "canceled", "l2": "canceled"})
    assert set(found(held, "--only", "*/l1")) == {"order_line/1/l1"}
    assert set(found(held, "--exclude", "*/l1")) == {"order_line/1/l2"}


def test_it_reads_with_the_token_that_only_reads(held: Shop):
    with served(held.root / "market.db", token=TOKEN) as url:
        held.settle_in(url, account="sandbox:market.db", token_env="WRITE", read_token_env="READ")
        assert held.run("drift", READ=TOKEN).code == 0
        ended = held.run("drift", "-o", "json")
        assert ended.code == 8
        assert ended.json["complete"] is False


@pytest.mark.parametrize("shown", ["shown", "hidden"])
def test_a_line_that_is_to_stay_from_now_on_is_held_again(shop: Shop, shown: str):
    shop.market.set_switches({"line_status": shown})
    shop.stock("1", l1="new")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(states("1", "hold: once", l1="delivered"))
    assert shop.apply().code == 0
    assert found(shop) == {}
    shop.declare(states("1", "hold: always", l1="delivered"))
    assert shop.apply().code == 0
    assert len(shop.updates()) == 1
    shop.market.touch("1", lines={"l1": "canceled"})
    verdict, recorded, _ = found(shop)["order_line/1/l1"]
    assert (verdict, recorded) == ("changed" if shown == "shown" else "cannot be told", "delivered")


def test_a_line_whose_done_wish_had_left_the_record_is_held_once_it_is_said_again(shop: Shop):
    shop.stock("1", l1="new")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(states("1", "hold: once", l1="delivered"))
    assert shop.apply().code == 0
    assert shop.apply().code == 0
    shop.declare(states("1", "hold: always", l1="delivered"))
    assert shop.apply().code == 0
    assert set(found(shop)) == {"order_line/1/l1"}


def test_of_a_definition_it_is_said_whether_it_was_seen_in_use(shop: Shop):
    shop.market.set_switches({"line_status": "shown"})
    shop.stock("1", l1="new")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(STATUSES + "  - {external_id: idle, name: Idle, type: in_process}\n", "statuses.yaml")
    shop.declare(states("1", "hold: always", l1="packed"))
    assert shop.apply("--allow-permanent", "2").code == 0
    ended = shop.run("drift", "-o", "json")
    told = {
        each["address"]: (each["verdict"], each["evidence"], each["reason"]) for each in ended.json["drift"]
    }
    verdict, evidence, reason = told["line_status/packed"]
    assert (verdict, evidence) == ("cannot be told", "inferred")
    assert reason.startswith("seen in use on an order, so it is there")
    assert told["line_status/idle"][1] == "recorded"
    assert "can never be read" in told["line_status/idle"][2]
    assert "1 seen in use on an order" in shop.run("drift").out


def test_personal_values_are_not_shown(held: Shop):
    held.market.put({**bare_order("9", l1="new"), "email": "another@example.com"})
    text = held.run("drift", "-v").out
    assert "@example.com" not in text


def test_accepting_holds_the_account_before_anything_is_read(held: Shop):
    held.market.touch("1", lines={"l1": "canceled"})
    before = len(held.market.requests())
    with open_store(f"sqlite:///{held.root}/.reconciler/state.db", "sandbox:market.db") as store:
        assert isinstance(store.take("apply", RunFacts(host="h")), Lease)
        ended = held.run("drift", "--accept", "*", "-o", "json")
        assert (ended.code, ended.json["complete"]) == (7, False)
        assert len(held.market.requests()) == before
        assert held.run("drift").code == 0
    assert found(held)["order_line/1/l1"] == ("changed", "delivered", "canceled")


def test_reports_for_people_are_written_as_those_of_a_plan(held: Shop):
    held.market.touch("1", lines={"l1": "canceled"})
    with TemporaryDirectory() as folder:
        page, note = Path(folder) / "drift.html", Path(folder) / "drift.md"
        ended = held.run("drift", "-o", f"markdown={note}", "-o", f"html={page}")
        assert ended.code == 0, ended.err
        assert ended.last.startswith("Drift: 1 changed")
        assert note.read_text().startswith("Drift: 1 changed, 0 gone, 0 cannot be told. 3 as recorded.\n")
        assert "order_line/1/l1" in page.read_text()
        assert "default-src 'none'" in page.read_text()
    short = held.run("drift", "-o", "markdown", "--markdown-limit", "8000")
    assert short.code == 0
    assert 0 < len(short.out.encode()) <= 8000
    held.settle_in("http://127.0.0.1:9", account="sandbox:market.db", token_env="WRITE")
    for form, said in (("markdown", "No drift: stopped with exit code 1."), ("html", "<title>No drift")):
        stopped = held.run("drift", "-o", form, WRITE=TOKEN)
        assert stopped.code == 1
        assert said in stopped.out
