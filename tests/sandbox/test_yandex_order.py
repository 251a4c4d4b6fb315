"""v2: one order of one store."""

import pytest

from reconciler.sandbox import CANARIES


def test_an_order_is_shown_in_the_shape_of_v2(yandex, sold):
    item = {
        "offerId": "kettle",
        "count": 4,
        "price": 450,
        "itemStatuses": [
            {"status": "DELIVERED_TO_BUYER", "count": 1},
            {"status": "REJECTED", "count": 2},
            {"status": "RETURNED", "count": 1},
        ],
    }
    order = sold(
        7,
        item,
        status="PARTIALLY_RETURNED",
        externalOrderId="shop-7",
        creationDate="2026-02-20T21:30:05Z",
        updateDate="2026-02-28T21:00:00Z",
    )
    answer = yandex(order).one(7)
    assert answer.status_code == 200
    shown = answer.json()["order"]
    assert (shown["id"], shown["externalOrderId"]) == (7, "shop-7")
    assert "orderId" not in shown
    assert (shown["status"], shown["substatus"]) == ("PARTIALLY_RETURNED", "UNKNOWN")
    assert (shown["creationDate"], shown["updatedAt"]) == ("21-02-2026 00:30:05", "01-03-2026 00:00:00")
    assert (shown["currency"], shown["itemsTotal"]) == ("RUR", 1800)
    (line,) = shown["items"]
    assert (line["offerId"], line["count"], line["price"]) == ("kettle", 4, 450)
    assert line["details"] == [
        {"itemCount": 2, "itemStatus": "REJECTED", "updateDate": "01-03-2026"},
        {"itemCount": 1, "itemStatus": "RETURNED", "updateDate": "01-03-2026"},
    ]
    assert "itemStatuses" not in line


def test_units_that_stayed_are_not_counted(yandex, sold):
    item = {"offerId": "kettle", "itemStatuses": [{"status": "DELIVERED_TO_BUYER", "count": 1}]}
    assert "details" not in yandex(sold(1, item)).one(1).json()["order"]["items"][0]


def test_an_old_order_and_a_test_order_are_shown_as_any_other(yandex, sold):
    server = yandex(sold(1, creationDate="2024-01-01T00:00:00Z"), sold(2, fake=True))
    assert [server.one(number).json()["order"]["fake"] for number in (1, 2)] == [False, True]


@pytest.mark.parametrize(
    ("order", "campaign", "status", "text"),
    [
        (2, 4242, 404, "order 2 is not found"),
        (1, 4343, 404, "order 1 is not found"),
        (1, 777, 404, "campaign 777 is not found"),
        ("abc", 4242, 400, "orderId: must be a positive 64-bit number"),
        (0, 4242, 400, "orderId: must be a positive 64-bit number"),
        (1, "abc", 400, "campaignId: must be a positive 64-bit number"),
    ],
)
def test_what_is_not_there_or_no_number_is_refused(yandex, sold, order, campaign, status, text):
    server = yandex(sold(1))
    server.market.yandex.put_store(4343)
    answer = server.one(order, campaign)
    assert answer.status_code == status
    assert answer.json()["status"] == "ERROR"
    assert answer.json()["errors"][0]["message"] == text


def test_the_answers_hold_people_and_each_of_them_is_a_canary(yandex, sold):
    server = yandex(sold(1, status="PICKUP"), sold(2), sold(3))
    one = "".join(server.one(number).text for number in (1, 2, 3))
    listed = server.search({"orderIds": [1, 2, 3]}).text
    assert all(canary in one for canary in CANARIES)
    in_lists = {canary for canary in CANARIES if canary in listed}
    assert in_lists == {"Canarina", "Kanareykina", "+7999000", "Canary Street", "canary bell"}
    order = server.one(1).json()["order"]
    assert order["buyer"]["lastName"] == "Kanareykina"
    assert order["delivery"]["address"]["phone"].startswith("+7999000")
    for place in ("pickup", "courier"):
        shown = [server.seen(number)["delivery"].get(place) for number in (1, 2, 3)]
        assert any(each and each["address"]["street"] == "Canary Street" for each in shown)
