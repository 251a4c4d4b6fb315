"""The world of both markets, and seed files that hold both sides."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from reconciler.sandbox import WORLDS, Market, seed_file, seed_world

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def market():
    market = Market(":memory:", now=lambda: NOW)
    assert seed_world(market, "market") == 22
    return market


def test_a_world_depends_on_its_moment_alone():
    assert WORLDS["market"](NOW) == WORLDS["market"](NOW)
    assert WORLDS["market"](NOW) != WORLDS["market"](NOW + timedelta(days=1))


def test_the_orders_add_up_and_would_be_accepted(peer):
    orders = WORLDS["market"](NOW)["data"]
    for order in orders:
        total = sum(Decimal(line["final_price_per_item"]) * line["count"] for line in order["lines"])
        assert Decimal(order["total_price"]) == total
    assert {item["error"] for item in peer().give(*orders)["result"]} == {0}


def test_every_state_is_there_and_each_side_knows_what_the_other_does_not(market):
    ours = {order["external_id"]: order for order in market.orders()}
    theirs = {str(order["orderId"]): order for order in market.yandex.orders()}
    touchpoints = Counter(order["endpoint"] for order in ours.values())
    assert touchpoints == {"yandex": 19, "website": 2, "app": 1}
    followed = {order_id for order_id, order in ours.items() if order["endpoint"] == "yandex"}
    assert len(followed - theirs.keys()) == len(theirs.keys() - ours.keys()) == 1
    states = {order["status"] for order in theirs.values()}
    known = {"PROCESSING", "DELIVERY", "PICKUP", "DELIVERED", "PARTIALLY_RETURNED", "RETURNED", "CANCELLED"}
    assert states - known == {"AWAITING_DRONE"}
    assert known <= states
    assert sum(order["fake"] for order in theirs.values()) == 1
    assert sum(order["cancelRequested"] for order in theirs.values()) == 1
    twice = [
        order
        for order in theirs.values()
        if len({i["offerId"] for i in order["items"]}) < len(order["items"])
    ]
    assert len(twice) == 1
    for order_id in followed & theirs.keys():
        lines = {line["external_id"]: line["count"] for line in ours[order_id]["lines"]}
        assert lines == {item["offerId"]: item["count"] for item in theirs[order_id]["items"]}


def test_all_changed_within_two_weeks_and_one_order_is_older_than_a_month(market):
    orders = market.yandex.orders()
    changed = [datetime.fromisoformat(order["updateDate"]) for order in orders]
    made = [datetime.fromisoformat(order["creationDate"]) for order in orders]
    assert NOW - timedelta(days=14) < min(changed) <= max(changed) < NOW
    assert [moment < NOW - timedelta(days=30) for moment in made].count(True) == 1
    assert all(first < last for first, last in zip(made, changed, strict=True))


def test_units_that_are_known_add_up(market):
    for order in market.yandex.orders():
        for item in order["items"]:
            units = item.get("itemStatuses")
            assert units is None or sum(unit["count"] for unit in units) == item["count"]


def test_a_world_is_a_seed_file(tmp_path, market):
    path = tmp_path / "sandbox.json"
    path.write_text(json.dumps(WORLDS["market"](NOW)))
    other = Market(":memory:", now=lambda: NOW)
    assert seed_file(other, path) == 22
    assert (other.orders(), other.yandex.orders()) == (market.orders(), market.yandex.orders())


def test_a_seed_file_may_hold_the_other_side_alone(tmp_path, sold):
    path = tmp_path / "sandbox.json"
    stores = [{"id": 5, "business": 778}]
    path.write_text(json.dumps({"yandex_market": {"stores": stores, "orders": [sold(1, campaignId=5)]}}))
    market = Market(":memory:")
    assert seed_file(market, path) == 0
    assert [order["orderId"] for order in market.yandex.orders()] == [1]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ([], "sandbox.json: yandex_market must be an object with stores and orders"),
        ({"orders": {}}, "sandbox.json: orders must be an array"),
        ({"orders": [5]}, "sandbox.json: yandex_market.orders[0]: must be an object"),
        ({"order": []}, "sandbox.json: yandex_market has no key 'order'"),
        ({"orders": [{"items": []}]}, "sandbox.json: order None of Yandex Market: orderId: is required"),
        ({"stores": [{}]}, "sandbox.json: store None of Yandex Market: id: must be a whole number"),
    ],
)
def test_a_wrong_part_is_refused_and_nothing_is_stored(tmp_path, order, part, said):
    path = tmp_path / "sandbox.json"
    path.write_text(json.dumps({"data": [order()], "yandex_market": part}))
    market = Market(":memory:")
    with pytest.raises(ValueError, match=re.escape(said)):
        seed_file(market, path)
    assert (market.orders(), market.yandex.orders()) == ([], [])


def test_there_is_no_world_by_another_name():
    with pytest.raises(KeyError):
        seed_world(Market(":memory:"), "mars")
