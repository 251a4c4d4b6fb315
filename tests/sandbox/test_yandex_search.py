"""v1: the orders of a cabinet, by ids, filters and pages."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.conftest import YandexPeer, sold_order


def refusal(response):
    (error,) = response.json()["errors"]
    assert response.json()["status"] == "ERROR"
    return response.status_code, error["code"], error["message"]


def test_an_order_is_shown_in_the_documented_shape(yandex, sold):
    item = {
        "id": 5,
        "offerId": "kettle",
        "offerName": "A kettle",
        "count": 3,
        "price": 450,
        "itemStatuses": [{"status": "SHIPPED", "count": 2}, {"status": "LOST", "count": 1}],
    }
    order = sold(
        7,
        item,
        externalOrderId="shop-7",
        status="DELIVERY",
        creationDate="2026-02-20T21:30:00Z",
        updateDate="2026-02-28T10:00:00Z",
        cancelRequested=True,
    )
    shown = yandex(order).seen(7)
    assert shown["orderId"] == 7
    assert "id" not in shown
    assert shown["externalOrderId"] == "shop-7"
    assert (shown["status"], shown["substatus"]) == ("DELIVERY", "DELIVERY_SERVICE_RECEIVED")
    assert shown["creationDate"] == "2026-02-21T00:30:00+03:00"
    assert shown["updateDate"] == "2026-02-28T13:00:00+03:00"
    assert (shown["campaignId"], shown["programType"], shown["fake"]) == (4242, "FBS", False)
    assert shown["cancelRequested"] is True
    (line,) = shown["items"]
    assert (line["id"], line["offerId"], line["count"]) == (5, "kettle", 3)
    assert line["prices"]["payment"] == {"value": 1350, "currencyId": "RUR"}
    assert line["itemStatuses"] == item["itemStatuses"]
    assert "details" not in line


def test_what_nobody_knows_of_units_is_left_out(yandex, sold):
    shown = yandex(sold()).seen()
    assert "itemStatuses" not in shown["items"][0]
    assert "externalOrderId" not in shown


def test_an_answer_is_neither_wrapped_nor_has_a_status(yandex, sold):
    assert yandex(sold()).search().json().keys() == {"orders", "paging"}


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ({"orderIds": [3, 1, 99]}, [1, 3]),
        ({"externalOrderIds": ["b", "zzz"]}, [2]),
        ({"orderIds": [1, 2], "externalOrderIds": ["b"]}, [2]),
        ({"campaignIds": [4343]}, [3]),
        ({"programTypes": ["DBS"]}, [2]),
        ({"statuses": ["PICKUP", "UNKNOWN"]}, [2]),
        ({"substatuses": ["STARTED"]}, [1]),
        ({"sourcePlatforms": ["OZON"]}, []),
        ({"sourcePlatforms": ["MARKET", "OZON"]}, [1, 2, 3]),
        ({"waitingForCancellationApprove": True}, [2]),
        ({"waitingForCancellationApprove": False}, [1, 2, 3]),
        ({"fake": False}, [1, 2, 3]),
        ({"fake": True}, [4]),
        ({"orderIds": None, "dates": None, "fake": None, "somethingElse": 1}, [1, 2, 3]),
        ({"dates": {"updateDateFrom": "2026-02-21T12:00:00+03:00"}}, [3]),
        ({"dates": {"updateDateTo": "2026-02-21T12:00:00+03:00"}}, [1, 2]),
        ({"dates": {"creationDateFrom": "2026-02-19", "creationDateTo": "2026-02-20"}}, [2]),
        ({"dates": {"shipmentDateFrom": "2026-02-20", "shipmentDateTo": "2026-02-21"}}, [2]),
    ],
)
def test_a_filter_shows_what_meets_it(yandex, sold, body, numbers):
    server = yandex()
    server.market.yandex.put_store(4242)
    server.market.yandex.put_store(4343)
    days = ("18", "19", "20")
    more: tuple[dict[str, Any], ...] = (
        {"externalOrderId": "a"},
        {"externalOrderId": "b", "programType": "DBS", "cancelRequested": True, "status": "PICKUP"},
        {"campaignId": 4343, "status": "CANCELLED"},
    )
    for number, (day, words) in enumerate(zip(days, more, strict=True), start=1):
        created, updated = f"2026-02-{day}T12:00:00Z", f"2026-02-{int(day) + 1}T09:00:00Z"
        server.market.yandex.put(sold(number, creationDate=created, updateDate=updated, **words))
    server.market.yandex.put(sold(4, creationDate="2026-02-20T12:00:00Z", fake=True))
    assert server.found(body) == numbers


def test_days_are_moscows_and_the_last_one_does_not_count(yandex, sold):
    server = yandex(
        sold(1, creationDate="2026-02-18T20:59:59Z"),
        sold(2, creationDate="2026-02-18T21:00:00Z"),
        sold(3, creationDate="2026-02-19T20:59:59Z"),
        sold(4, creationDate="2026-02-19T21:00:00Z"),
    )
    dates = {"creationDateFrom": "2026-02-19", "creationDateTo": "2026-02-20"}
    assert server.found({"dates": dates}) == [2, 3]


def test_another_cabinets_orders_are_not_shown(yandex, sold):
    server = yandex(sold(1))
    server.market.yandex.put_store(5, 778)
    server.market.yandex.put(sold(2, campaignId=5))
    assert server.found({"orderIds": [1, 2]}) == [1]
    assert server.found({"orderIds": [1, 2]}, business=778) == [2]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"orderIds": []}, "orderIds: must not be empty"),
        ({"orderIds": list(range(1, 52))}, "orderIds: must not hold more than 50 values"),
        ({"orderIds": [1, 1]}, "orderIds: holds a value twice"),
        ({"orderIds": ["1"]}, "orderIds[0]: must be a whole number"),
        ({"orderIds": [0]}, "orderIds[0]: must be a positive 64-bit number"),
        ({"orderIds": [2**63]}, "orderIds[0]: must be a positive 64-bit number"),
        ({"orderIds": 5}, "orderIds: must be an array"),
        ({"externalOrderIds": [""]}, "externalOrderIds[0]: must not be empty"),
        ({"externalOrderIds": [str(n) for n in range(51)]}, "externalOrderIds: must not hold more than 50"),
        ({"statuses": ["LOST"]}, "statuses[0]: must be one of PLACING"),
        ({"substatuses": ["started"]}, "substatuses[0]: is no substatus"),
        ({"programTypes": ["FBX"]}, "programTypes[0]: must be one of FBY"),
        ({"fake": "yes"}, "fake: must be true or false"),
        ({"dates": []}, "dates: must be an object"),
        ({"dates": {"creationDateFrom": "19-02-2026"}}, "dates.creationDateFrom: must be a date"),
        ({"dates": {"creationDateFrom": "20260219"}}, "dates.creationDateFrom: must be a date"),
        ({"dates": {"creationDateFrom": "0001-01-01"}}, "dates.creationDateFrom: must be a date"),
        ({"dates": {"updateDateFrom": "yesterday"}}, "dates.updateDateFrom: must be a time"),
        ({"dates": {"updateDateTo": "0001-01-01T00:00:00+03:00"}}, "dates.updateDateTo: must be a time"),
        ({"dates": {"updateDateFrom": "2026-02-19"}}, "dates.updateDateFrom: must be a time"),
        ({"dates": {"updateDateFrom": "2026-02-19T10:00:00"}}, "dates.updateDateFrom: must be a time"),
        (
            {"dates": {"creationDateFrom": "2026-02-20", "creationDateTo": "2026-02-19"}},
            "dates.creationDateFrom: must not be after dates.creationDateTo",
        ),
        (
            {"dates": {"creationDateFrom": "2026-01-01", "creationDateTo": "2026-02-01"}},
            "dates.creationDateFrom: the window must not be longer than 30 days",
        ),
        ({"dates": {"creationDateFrom": "2026-01-01"}}, "the window must not be longer than 30 days"),
        (
            {"dates": {"updateDateFrom": "2026-01-01T00:00:00Z", "updateDateTo": "2026-02-01T00:00:00Z"}},
            "dates.updateDateFrom: the window must not be longer than 30 days",
        ),
    ],
)
def test_a_wrong_filter_is_refused_with_its_name(yandex, sold, body, text):
    status, code, message = refusal(yandex(sold()).search(body))
    assert (status, code) == (400, "BAD_REQUEST")
    assert text in message


@pytest.mark.parametrize(
    ("request_", "status", "text"),
    [
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400, "the body is not JSON"),
        ({"content": b"\xff", "headers": {"content-type": "application/json"}}, 400, "the body is not JSON"),
        ({"json": []}, 400, "the body must be an object"),
        (
            {"content": b'{"externalOrderIds":["\\ud800"]}', "headers": {"content-type": "application/json"}},
            400,
            "the body is not JSON in UTF-8",
        ),
        ({"content": b"{}"}, 415, "Content-Type: must be application/json"),
        ({"json": {"x": "y" * 600_000}}, 400, "must not be larger than 512 KB"),
        ({"json": {}, "params": {"limit": "0"}}, 400, "limit: must be a positive number"),
        ({"json": {}, "params": {"limit": "x"}}, 400, "limit: must be a positive number"),
        ({"json": {}, "params": {"pageToken": "x"}}, 400, "pageToken: is none that was handed out"),
    ],
)
def test_a_wrong_request_is_refused(yandex, request_, status, text):
    answered = yandex().send("POST", "/v1/businesses/777/orders", **request_)
    assert refusal(answered)[0] == status
    assert text in refusal(answered)[2]


@pytest.mark.parametrize("business", ["abc", "0", "-1", str(2**63), "1" * 30, "%C2%B2"])
def test_a_malformed_business_is_refused(yandex, business):
    assert refusal(yandex().search(business=business))[:2] == (400, "BAD_REQUEST")


def test_a_large_limit_is_taken_as_fifty_without_a_word(yandex, sold):
    server = yandex(*(sold(number) for number in range(1, 61)), Y14="today_included")
    assert [len(page) for page in server.pages(limit=1000)] == [50, 10]
    assert [len(page) for page in server.pages(limit=50)] == [50, 10]


def test_a_page_token_is_opaque_and_belongs_to_its_search(yandex, sold):
    server = yandex(*(sold(number) for number in range(1, 6)), Y14="today_included")
    token = server.search({"statuses": ["PROCESSING"]}, limit=2).json()["paging"]["nextPageToken"]
    again = server.search({"statuses": ["PROCESSING"]}, limit=2, page_token=token)
    assert [order["orderId"] for order in again.json()["orders"]] == [3, 4]
    for body, limit in (({"statuses": ["DELIVERY"]}, 2), ({"statuses": ["PROCESSING"]}, 3), ({}, 2)):
        status, _, message = refusal(server.search(body, limit=limit, pageToken=token))
        assert (status, "belongs to another search" in message) == (400, True)


def test_a_walk_meets_orders_that_come_meanwhile(yandex, sold):
    server = yandex(*(sold(number) for number in (1, 2, 3)), Y14="today_included")
    token = server.search(limit=2).json()["paging"]["nextPageToken"]
    server.market.yandex.put(sold(9))
    assert server.found(limit=2, pageToken=token) == [3, 9]


@given(st.sets(st.integers(1, 200), max_size=25), st.integers(1, 60))
def test_a_walk_shows_each_order_once(numbers, limit):
    server = YandexPeer(":memory:", {"Y14": "today_included"})
    server.market.yandex.put_all(sold_order(number) for number in numbers)
    pages = server.pages(limit=limit, most=30)
    assert [number for page in pages for number in page] == sorted(numbers)
    assert all(len(page) <= min(limit, 50) for page in pages)


WORDS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates().map(str)
VALUES = WORDS | st.lists(WORDS, max_size=3) | st.dictionaries(st.text(max_size=3), WORDS, max_size=2)
DATES = ("creationDate", "shipmentDate", "updateDate")
FILTERS = ("orderIds", "externalOrderIds", "campaignIds", "statuses", "substatuses", "programTypes", "fake")
BODIES = st.dictionaries(st.sampled_from(FILTERS), VALUES, max_size=4)
WINDOWS = st.dictionaries(st.sampled_from([f"{day}{end}" for day in DATES for end in ("From", "To")]), WORDS)


@given(BODIES, WINDOWS | VALUES, st.text(max_size=8), st.text(max_size=8))
def test_whatever_is_asked_is_answered_or_refused(body, dates, limit, token):
    server = YandexPeer(":memory:", {})
    server.market.yandex.put(sold_order())
    content = json.dumps({**body, "dates": dates}).encode()
    answered = server.send(
        "POST",
        "/v1/businesses/777/orders",
        content=content,
        headers={"content-type": "application/json"},
        params={"limit": limit.encode(errors="replace"), "pageToken": token.encode(errors="replace")},
    )
    assert answered.status_code in (200, 400, 403)
    assert ("orders" in answered.json()) is (answered.status_code == 200)


def test_every_answer_is_json_in_utf_8(yandex, sold):
    answered = yandex(sold(1, {"offerId": "чайник"})).search({"orderIds": [1]})
    assert answered.headers["content-type"] == "application/json"
    assert "чайник" in answered.content.decode()
    assert json.loads(answered.content)
