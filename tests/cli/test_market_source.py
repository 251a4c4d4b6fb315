"""Order states that follow Yandex Market, as a user has them: the program, both servers, accidents."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.sandbox import Market
from reconciler.sandbox.yandex.people import CANARIES
from tests.cli.shop import Shop, bare_order, served, states

KEY = "ACMA:canary-key-5d41402a"
NUMBER = 900_001_001
LIMITS = "limits: {max_order_share: null}\n"


def source(url: str = "sandbox:market.db", **keys: object) -> str:
    """Write a manifest with one source."""
    usual = {"name": "market", "type": "yandex_market", "url": url, "business_id": 777, "endpoint": "yandex"}
    asks = {} if {"orders", "updated_within"} & set(keys) else {"orders": "declared"}
    return json.dumps({"order_sources": [{**usual, **asks, **keys}]})


def stock(market: Market, number: int = NUMBER, *, theirs: str = "DELIVERY", **lines: str) -> None:
    """Put an order into both markets; `lines` are their statuses in ours."""
    market.put({**bare_order(str(number), **lines), "endpoint": "yandex"})
    items = [{"offerId": line, "count": 1} for line in lines]
    market.yandex.put({"orderId": number, "status": theirs, "items": items})


@pytest.fixture
def followed(shop: Shop) -> Shop:
    stock(shop.market, sku1="processing", sku2="processing")
    shop.settle_in(rest=LIMITS)
    shop.declare(source())
    return shop


@pytest.fixture
def remote(followed: Shop) -> Iterator[Shop]:
    """The Market is asked over a socket, with its own token."""
    with served(followed.root / "market.db", api_key=KEY) as url:
        followed.declare(source(url, token_env="MARKET_KEY"))
        yield followed


def changes(shop: Shop, *arguments: str, **environment: str) -> dict[str, dict[str, object]]:
    document = shop.plan("-o", "json", *arguments, **environment).json
    return {each["address"]: each for each in document["changes"]}


def test_a_plan_shows_what_the_market_said_and_what_follows_from_it(followed: Shop):
    text = followed.plan("-v")
    assert text.code == 0, text.err
    assert "DELIVERY / DELIVERY_SERVICE_RECEIVED, updated 20" in text.out
    assert "Z → delivering; its present status cannot be read" in text.out
    assert "Source market (yandex_market): 1 orders, 2 line states; 1 requests, just now" in text.out
    assert "9,999 left until" in text.out
    found = changes(followed)[f"order_line/{NUMBER}/sku1"]
    assert found["origin"] == {"file": "source:market", "line": 0, "column": 0}
    assert found["source"] == "market"
    assert str(found["said"]).startswith("DELIVERY / DELIVERY_SERVICE_RECEIVED, updated ")
    (heard,) = followed.plan("-o", "json").json["sources"]
    assert heard["name"] == "market"
    assert (heard["orders"], heard["lines"], heard["requests"], heard["cached"]) == (1, 2, 1, False)


def test_a_follower_says_each_thing_once_and_is_silent_without_news(followed: Shop):
    assert followed.apply().code == 0
    assert followed.apply().code == 0
    assert sorted(followed.updates()) == [(str(NUMBER), line, "delivering") for line in ("sku1", "sku2")]
    assert followed.plan("--detailed-exitcode").code == 0
    followed.market.yandex.progress(NUMBER, "DELIVERED")
    assert followed.apply().code == 0
    assert len(followed.updates()) == 4
    assert followed.apply().code == 0
    assert len(followed.updates()) == 4


def test_a_saved_plan_is_refused_when_the_market_has_moved_on(followed: Shop):
    followed.plan("-o", "json=plan.json")
    followed.market.yandex.progress(NUMBER, "DELIVERED")
    ended = followed.run("apply", str(Path.cwd() / "plan.json"))
    Path("plan.json").unlink()
    assert ended.code == 6
    assert f"order_line/{NUMBER}/sku1" in ended.err
    assert followed.updates() == []


def test_an_entry_wins_over_the_market_and_a_table_that_differs_is_withheld(followed: Shop):
    followed.declare(states(str(NUMBER), sku1="canceled"), "entry.yaml")
    found = changes(followed)
    assert found[f"order_line/{NUMBER}/sku1"]["fields"] == [{"path": "status", "after": "canceled"}]
    (followed.root / "table.csv").write_text(f"order,line,status\n{NUMBER},sku2,refunded\n")
    columns = {"order": "order", "line": "line", "status": "status"}
    table = {"name": "table", "type": "table", "path": "../table.csv", "hold": "once", "columns": columns}
    followed.declare(json.dumps({"order_sources": [table]}), "table.yaml")
    withheld = changes(followed)[f"order_line/{NUMBER}/sku2"]
    assert (withheld["action"], withheld["why"]) == ("withhold", "conflicting")
    assert "table.csv:2" in str(withheld["reason"])
    assert "source:market" in str(withheld["reason"])
    followed.declare(json.dumps({"order_sources": [{**table, "priority": 1}]}), "table.yaml")
    assert changes(followed)[f"order_line/{NUMBER}/sku2"]["action"] == "update"


def test_orders_that_the_target_does_not_show_are_a_counted_note(followed: Shop):
    items = [{"offerId": "sku1"}]
    today = datetime.now(UTC).isoformat()
    followed.market.yandex.put({"orderId": 5, "status": "DELIVERED", "items": items, "updateDate": today})
    followed.declare(source(updated_within="14d"))
    ended = followed.apply()
    assert ended.code == 0
    assert "left alone, of orders that the target does not show: 1 lines of source:market" in ended.out
    followed.declare(source(updated_within="14d", missing="withhold"))
    assert changes(followed)["order_line/5/sku1"]["why"] == "not found"


def test_an_endpoint_without_orders_is_named_with_those_that_there_are(followed: Shop):
    followed.declare(source(endpoint="yandx"))
    ended = followed.plan()
    assert ended.code == 0
    assert "source:market was not asked: the target shows no order at endpoint yandx" in ended.out
    assert "of 1 orders all are elsewhere; check `endpoint`" in ended.out


def test_a_source_whose_time_is_over_is_not_asked_and_a_note_says_so(followed: Shop):
    followed.declare(source(expires="2020-01-31"))
    ended = followed.plan()
    assert "source:market expired on 2020-01-31 and was not asked" in ended.out
    assert followed.market.yandex.requests() == []
    assert "expired on" not in followed.plan("--exclude-origin", "source:market").out


def test_the_cache_is_for_plans_and_says_its_age(followed: Shop):
    folder = str(followed.root / "answers")
    assert followed.plan("--source-cache", folder).code == 0
    followed.market.yandex.progress(NUMBER, "DELIVERED")
    kept = followed.plan("--source-cache", folder)
    assert "a kept answer, never applied, just now" in kept.out
    assert "→ delivering" in kept.out
    assert "→ delivered" in followed.plan().out
    assert followed.run("apply", "--auto-approve", "--source-cache", folder).code == 64
    assert followed.apply(RECONCILER_SOURCE_CACHE=folder).code == 0
    assert {status for _, _, status in followed.updates()} == {"delivered"}


def test_without_its_token_nothing_is_asked_and_with_a_wrong_one_the_market_says_no(remote: Shop):
    ended = remote.plan()
    assert ended.code == 8
    assert "export MARKET_KEY with a token of http://127.0.0.1" in ended.err
    assert remote.market.yandex.requests() == []
    ended = remote.plan(MARKET_KEY="ACMA:another")
    assert ended.code == 8
    assert "source:market" in ended.err
    assert remote.plan(MARKET_KEY=KEY).code == 0


def test_a_host_that_is_not_allowed_gets_no_token(remote: Shop):
    ended = remote.plan(MARKET_KEY=KEY, RECONCILER_ALLOWED_HOSTS="market.example.com")
    assert ended.code == 8
    assert "127.0.0.1 is not among the hosts that RECONCILER_ALLOWED_HOSTS allows" in ended.err
    assert "the url of source:market" in ended.err
    assert remote.market.yandex.requests() == []


def test_a_market_that_cannot_be_reached_stops_the_plan_and_says_the_way_round(followed: Shop):
    followed.declare(source("http://127.0.0.1:9", token_env="MARKET_KEY"))
    ended = followed.plan(MARKET_KEY=KEY)
    assert ended.code == 1
    assert "source:market could not be read" in ended.err
    assert "the target" not in ended.err
    assert "--exclude-origin source:market leaves it out" in ended.err
    assert followed.plan("--exclude-origin", "source:market", MARKET_KEY=KEY).code == 0


def test_doctor_looks_at_the_token_and_the_ids(remote: Shop):
    def check(**environment: str) -> tuple[int, str, str]:
        ended = remote.run("doctor", "-o", "json", **environment)
        (found,) = [each for each in ended.json["checks"] if each["name"] == "source:market"]
        return ended.code, found["verdict"], f"{found['summary']} ({found.get('advice')})"

    assert check(MARKET_KEY=KEY)[:2] == (0, "ok")
    code, verdict, said = check()
    assert (code, verdict, "export MARKET_KEY" in said) == (8, "failed", True)
    code, verdict, said = check(MARKET_KEY="ACMA:another")
    assert (code, verdict) == (8, "failed")
    url = json.loads((remote.root / "manifests" / "shop.yaml").read_text())["order_sources"][0]["url"]
    remote.declare(source(url, token_env="MARKET_KEY", business_id=4242, campaign_ids=[777]))
    code, verdict, said = check(MARKET_KEY=KEY)
    assert (code, verdict) == (8, "failed")
    assert "that is the id of a store: it belongs into campaign_ids" in said
    assert "that is the id of a cabinet: it belongs into business_id" in said


def test_the_old_api_warns_that_it_ends(followed: Shop):
    followed.declare(source(api="v2", campaign_ids=[4242]))
    ended = followed.plan()
    assert ended.code == 0
    assert "2027-04-12" in ended.out
    assert "write api: v1" in ended.out
    assert {each["action"] for each in changes(followed).values()} == {"update"}


@pytest.mark.parametrize("keys", [{}, {"api": "v2", "campaign_ids": [4242]}], ids=["v1", "v2"])
def test_buyers_and_tokens_are_nowhere(remote: Shop, keys: dict[str, object]):
    url = json.loads((remote.root / "manifests" / "shop.yaml").read_text())["order_sources"][0]["url"]
    remote.declare(source(url, token_env="MARKET_KEY", **keys))
    written = [remote.root / "plan.json", remote.root / "plan.html"]
    files = [f"json={written[0]}", "-o", f"html={written[1]}"]
    said = [
        remote.plan("-vv", "-o", *files, "-o", "markdown", MARKET_KEY=KEY),
        remote.plan("-vv", "--source-cache", str(remote.root / "answers"), MARKET_KEY=KEY),
        remote.run("doctor", "-vv", MARKET_KEY=KEY),
        remote.apply("-vv", "--events", str(remote.root / "events.jsonl"), MARKET_KEY=KEY),
        remote.run("runs", "show", "1", "-vv"),
    ]
    everything = "".join(each.out + each.err for each in said)
    everything += "".join(path.read_text() for path in written)
    everything += b"".join(
        path.read_bytes()
        for path in remote.root.rglob("*")
        if path.is_file() and not path.name.startswith("market.db")
    ).decode(errors="replace")
    assert "delivering" in everything
    assert [each for each in (*CANARIES, KEY) if each in everything] == []


@pytest.mark.parametrize(
    "fault",
    [
        "http_420_quota",
        "http_420_parallel",
        "http_503",
        "http_500_after",
        "http_502_html_before",
        "reset_after",
    ],
)
def test_what_passes_is_waited_for(remote: Shop, fault: str):
    remote.strike(("yandex/orders", 1, fault))
    assert remote.plan(MARKET_KEY=KEY).code == 0
    assert len(remote.market.yandex.requests()) == 2
