"""`why`: one item's story, whole: wanted, recorded, shown, planned, and every write with who sent it."""

import json

import pytest

from tests.cli.shop import Shop, states
from tests.cli.test_market_source import NUMBER, source, stock

LINE = "order_line/1/l1"


@pytest.fixture
def told(shop: Shop) -> Shop:
    shop.stock("1", l1="new")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(states("1", "hold: always", l1="delivered"))
    ran = shop.apply(
        GITHUB_ACTIONS="true",
        GITHUB_ACTOR="ann",
        GITHUB_SHA="abcdef1234567890",
        GITHUB_SERVER_URL="https://github.example",
        GITHUB_REPOSITORY="acme/shop",
        GITHUB_RUN_ID="42",
    )
    assert ran.code == 0
    return shop


def test_it_answers_who_sent_what_and_when(told: Shop):
    ended = told.run("why", LINE)
    assert ended.code == 0, ended.err
    assert "delivered  manifests/shop.yaml:2:" in ended.out
    assert "known     recorded in run 1 on" in ended.out
    assert "the target hides the status of this line; the order has status new at " in ended.out
    assert "nothing would be done" in ended.out
    assert "by ann on" in ended.out
    assert "commit abcdef123456" in ended.out
    assert "https://github.example/acme/shop/actions/runs/42" in ended.out
    assert "done     update   order_line/1/l1  ? → delivered" in ended.out
    assert ended.last == "Sent: 1 times in 1 runs, 1 done, 0 failed, 0 lost."
    document = told.run("why", LINE, "-o", "json").json
    assert document["wanted"]["status"] == "delivered"
    assert document["planned"] == {"action": "keep", "reason": ""}
    assert document["runs"]["1"]["commit"] == "abcdef1234567890"
    assert [each["outcome"] for each in document["writes"]] == ["done"]


def test_it_sends_nothing_and_offline_asks_nothing(told: Shop):
    before = len(told.market.requests())
    ended = told.run("why", LINE, "--offline")
    assert ended.code == 0
    assert "Shown" not in ended.out
    assert len(told.market.requests()) == before
    writes = told.writes()
    told.run("why", LINE)
    assert told.writes() == writes


def test_what_is_no_longer_wanted_still_has_its_story(told: Shop):
    told.declare(states("2", l1="delivered"))
    ended = told.run("why", LINE)
    assert "nothing: no manifest and no source speaks of it now" in ended.out
    assert "the order has status new" in ended.out
    assert ended.last.startswith("Sent: 1 times")


def test_manifests_with_errors_hide_only_what_is_wanted(told: Shop):
    told.declare("custom_fields: 7\n", "broken.yaml")
    ended = told.run("why", LINE)
    assert ended.code == 0
    assert "the manifests have errors, so what is wanted is not known" in ended.out
    assert "the order has status new" in ended.out


def test_a_line_that_an_import_made_is_told_by_the_import(shop: Shop):
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    from tests.cli.test_drift import FULL

    shop.declare(FULL)
    assert shop.apply().code == 0
    ended = shop.run("why", "order_line/9/l1")
    assert "create   order/9" in ended.out
    assert "@example.com" not in ended.out


def test_the_words_of_a_source_are_told_and_offline_it_is_said_that_nobody_asked(shop: Shop):
    stock(shop.market, sku1="processing")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(source())
    where = f"order_line/{NUMBER}/sku1"
    ended = shop.run("why", where)
    assert "delivering  (DELIVERY / DELIVERY_SERVICE_RECEIVED, updated" in ended.out
    assert "update: DELIVERY / DELIVERY_SERVICE_RECEIVED" in ended.out
    shop.apply()
    assert "not known: source:market was not asked (--offline)" in shop.run("why", where, "--offline").out


def test_a_wish_that_rests_is_told_with_the_reason_and_its_order_is_looked_at(shop: Shop):
    shop.stock("1", l1="new")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    columns = {"order": "order", "line": "line", "status": "status"}
    rows = {"name": "rows", "type": "table", "path": "../rows.csv", "hold": "once", "columns": columns}
    shop.declare(json.dumps({"order_sources": [rows]}))
    (shop.root / "rows.csv").write_text("order,line,status\n1,l1,delivered\n")
    assert shop.apply().code == 0
    assert shop.apply().code == 0
    for words in ((), ("--offline",)):
        ended = shop.run("why", LINE, *words)
        assert "delivered  [hold: once]  rows.csv:2" in ended.out
        assert "nothing is done about it now: it is done (`hold: once`)" in ended.out
    shown = shop.run("why", LINE).out
    assert "could not be read" not in shown
    assert "the target hides the status of this line; the order has status new" in shown
    shop.declare(json.dumps({"order_sources": [{**rows, "hold": "always", "expires": "2020-01-31"}]}))
    document = shop.run("why", LINE, "-o", "json").json
    assert document["resting"] == "its time is over since 2020-01-31"
    assert document["wanted"]["status"] == "delivered"
    assert document["shown"]["words"].startswith("the target hides the status of this line")


def test_a_source_that_cannot_be_asked_hides_only_what_it_would_say(shop: Shop):
    stock(shop.market, sku1="processing", sku2="processing")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(source("http://127.0.0.1:9", token_env="MARKET_KEY"))
    shop.declare(states(str(NUMBER), sku1="delivered"), "entry.yaml")
    ended = shop.run("why", f"order_line/{NUMBER}/sku1", MARKET_KEY="k")
    assert ended.code == 0, ended.err
    assert "delivered  [hold: once]  manifests/entry.yaml" in ended.out
    assert "not known: source:market could not be read" in ended.out
    assert "the target hides the status of this line" in ended.out
    assert "warning: source:market could not be read" in ended.err
    only_theirs = shop.run("why", f"order_line/{NUMBER}/sku2", MARKET_KEY="k")
    assert only_theirs.code == 0
    assert "not known: source:market could not be read" in only_theirs.out


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("order_line/1/l2", 1, 'did you mean "order_line/1/l1"?'),
        ("order_lin/1/l1", 64, "order_line"),
        ("order_line/1", 64, "expected the form order_line/ID/ID"),
        ("order_line/[1]/*", 1, "nothing is known"),
    ],
)
def test_an_address_that_means_nothing_is_no_story(told: Shop, address: str, code: int, said: str):
    ended = told.run("why", address)
    assert ended.code == code
    assert said in ended.err
    assert told.run("why", address, "-o", "json").json["writes"] == []
