"""The direct door to the orders of Yandex Market."""

import re
import sqlite3
from datetime import UTC, datetime

import pytest

from reconciler.sandbox import Market
from tests.sandbox.conftest import YandexPeer

NOW = datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.fixture
def market():
    return Market(":memory:", now=lambda: NOW)


def test_what_is_left_out_of_an_order_is_made_up(market):
    market.yandex.put({"orderId": 5, "items": [{"offerId": "kettle"}, {"offerId": "lamp", "count": 2}]})
    assert market.yandex.order(5) == {
        "orderId": 5,
        "campaignId": 4242,
        "programType": "FBS",
        "status": "PROCESSING",
        "substatus": "STARTED",
        "creationDate": "2026-03-01T12:00:00Z",
        "updateDate": "2026-03-01T12:00:00Z",
        "fake": False,
        "cancelRequested": False,
        "items": [
            {"id": 1, "offerId": "kettle", "offerName": "Goods kettle", "count": 1, "price": 1000},
            {"id": 2, "offerId": "lamp", "offerName": "Goods lamp", "count": 2, "price": 1000},
        ],
    }


def test_an_order_is_put_in_as_it_was_handed_out(market, sold):
    units = [{"status": "REJECTED", "count": 1}]
    market.yandex.put(
        sold(1, {"offerId": "a", "itemStatuses": units}, externalOrderId="x", status="NEW_WORD")
    )
    order = market.yandex.order(1)
    assert (order["status"], order["substatus"]) == ("NEW_WORD", "UNKNOWN")
    market.yandex.put(order)
    assert market.yandex.orders() == [order]


def test_units_and_moments_may_be_python_values(market, sold):
    units = {"SHIPPED": 1, "LOST": 1}
    market.yandex.put(sold(1, {"offerId": "a", "count": 2, "itemStatuses": units}, updateDate=NOW))
    order = market.yandex.order(1)
    assert order["items"][0]["itemStatuses"] == [
        {"status": "SHIPPED", "count": 1},
        {"status": "LOST", "count": 1},
    ]
    assert order["updateDate"] == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"items": []}, "order None of Yandex Market: orderId: is required"),
        ({"orderId": 1}, "order 1 of Yandex Market: items: is required"),
        ({"orderId": "1", "items": []}, "order '1' of Yandex Market: orderId: must be a whole number"),
        ({"orderId": 0, "items": []}, "orderId: must be a positive 64-bit number"),
        ({"orderId": 1, "items": [{}]}, "offerId: is required"),
        ({"orderId": 1, "items": [{"offerId": "a", "count": -1}]}, "count: must not be negative"),
        ({"orderId": 1, "items": [{"offerId": "a", "sku": 1}]}, "there is no key 'sku'"),
        ({"orderId": 1, "items": [{"offerId": "a", "id": 1}] * 2}, "items: two of them have the same id"),
        ({"orderId": 1, "items": [], "updatedAt": 1}, "there is no key 'updatedAt'"),
        ({"orderId": 1, "items": [], "updateDate": "yesterday"}, "updateDate: must be an RFC 3339 time"),
        ({"orderId": 1, "items": [], "programType": "FBX"}, "programType: must be one of FBY, FBS"),
        ({"orderId": 1, "items": [], "campaignId": 9}, "order 1 of Yandex Market: there is no store 9"),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_nothing_is_stored(market, sold, order, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        market.yandex.put_all([sold(2), order])
    assert market.yandex.orders() == []


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ({"id": "x"}, "store 'x' of Yandex Market: id: must be a whole number"),
        ({"id": 5, "business": 0}, "business: must be a positive 64-bit number"),
        ({"id": 5, "apiAvailability": "CLOSED"}, "apiAvailability: must be one of AVAILABLE"),
    ],
)
def test_a_store_that_cannot_be_is_refused(market, store, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        market.yandex.put_all((), stores=[store])


def test_there_is_one_store_until_others_are_put_in(market, sold):
    first = {"id": 4242, "business": 777, "name": "Sandbox store", "apiAvailability": "AVAILABLE"}
    assert market.yandex.stores() == [first]
    market.yandex.put(sold(1))
    market.yandex.put_store(5, 778, name="Other")
    assert [store["id"] for store in market.yandex.stores()] == [5, 4242]


def test_an_order_moves_on_and_its_time_with_it(market, sold):
    market.yandex.put(sold(1, {"offerId": "a", "count": 2}, {"offerId": "b"}))
    door = market.yandex
    door.progress(1, "DELIVERY", units="SHIPPED")
    order = door.order(1)
    assert (order["status"], order["substatus"]) == ("DELIVERY", "DELIVERY_SERVICE_RECEIVED")
    assert [item["itemStatuses"] for item in order["items"]] == [
        [{"status": "SHIPPED", "count": 2}],
        [{"status": "SHIPPED", "count": 1}],
    ]
    assert order["updateDate"] == "2026-03-01T12:00:01Z"
    door.progress(1, substatus="USER_RECEIVED", cancel_requested=True)
    order = door.order(1)
    assert (order["status"], order["substatus"], order["cancelRequested"]) == (
        "DELIVERY",
        "USER_RECEIVED",
        True,
    )
    door.progress(1, "DELIVERY")
    assert door.order(1)["substatus"] == "USER_RECEIVED"
    door.progress(1, "DELIVERED", units={"a": {"DELIVERED_TO_BUYER": 1, "REJECTED": 1}, "b": "LOST"})
    units = [item["itemStatuses"] for item in door.order(1)["items"]]
    assert units[0] == [{"status": "DELIVERED_TO_BUYER", "count": 1}, {"status": "REJECTED", "count": 1}]
    assert units[1] == [{"status": "LOST", "count": 1}]


def test_units_are_taken_out_and_the_time_may_be_given(market, sold):
    market.yandex.put(sold(1, {"offerId": "a", "count": 2}))
    market.yandex.progress(1, counts={"a": 0}, at=datetime(2026, 2, 1, tzinfo=UTC))
    order = market.yandex.order(1)
    assert (order["items"][0]["count"], order["updateDate"]) == (0, "2026-02-01T00:00:00Z")


def test_what_is_not_there_cannot_move(market, sold):
    market.yandex.put(sold(1))
    with pytest.raises(KeyError):
        market.yandex.progress(2, "DELIVERY")
    with pytest.raises(KeyError, match="lamp"):
        market.yandex.progress(1, units={"lamp": "LOST"})
    with pytest.raises(KeyError, match="lamp"):
        market.yandex.progress(1, counts={"lamp": 1})
    with pytest.raises(ValueError, match="count: must not be negative"):
        market.yandex.progress(1, counts={"kettle": -1})
    with pytest.raises(KeyError):
        market.yandex.order(2)
    with pytest.raises(KeyError):
        market.yandex.remove(2)
    market.yandex.remove(1)
    assert market.yandex.orders() == []


def test_the_log_tells_what_was_asked_and_shown(yandex, sold):
    server = yandex(sold(1))
    server.search({"orderIds": [1, 2]})
    server.one(3)
    server.send("GET", "/v2/campaigns")
    server.send("POST", "/v1/businesses/777/orders", content=b"{")
    asked = [
        (each.method, each.entity, each.asked, each.shown, each.status)
        for each in server.market.yandex.requests()
    ]
    assert asked == [
        ("yandex/orders", "businessId 777", {"orderIds": [1, 2]}, (1,), 200),
        ("yandex/order", "campaignId 4242", "3", (), 404),
        ("yandex/campaigns", "token", None, (), 200),
        ("yandex/orders", "businessId 777", None, (), 415),
    ]
    assert server.market.requests() == []


def test_asking_makes_no_file(tmp_path):
    server = YandexPeer(tmp_path / "market.db", {})
    assert (server.found(), server.one(1).status_code) == ([], 404)
    assert (server.market.yandex.orders(), server.market.yandex.requests()) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_reset_empties_this_side_too(market, sold, order):
    market.put(order())
    market.yandex.put(sold(1))
    market.yandex.put_store(5)
    market.reset()
    assert (market.orders(), market.yandex.orders()) == ([], [])
    assert [store["id"] for store in market.yandex.stores()] == [4242]


def test_both_sides_are_stored_or_none(market, sold, order):
    with pytest.raises(ValueError, match="there is no store 9"):
        market.put_all([order()], yandex={"orders": [sold(1, campaignId=9)]})
    assert market.orders() == []


def test_a_file_of_an_earlier_version_is_taken_on(tmp_path, order, sold):
    path = tmp_path / "market.db"
    market = Market(path)
    market.put(order())
    market.close()
    with sqlite3.connect(path) as connection:
        for table in ("stores", "orders", "quotas", "requests"):
            connection.execute(f"DROP TABLE yandex_{table}")
    connection.close()
    market = Market(path)
    assert market.yandex.orders() == []
    market.yandex.put(sold(1))
    assert (len(market.orders()), len(market.yandex.orders())) == (1, 1)
