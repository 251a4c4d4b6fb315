"""Every switch about Yandex Market does what its row says."""

from datetime import timedelta

import pytest

TODAY, YESTERDAY, LONG_AGO = "2026-03-01T08:00:00Z", "2026-02-28T08:00:00Z", "2026-01-01T08:00:00Z"
UNITS = [{"status": "DELIVERED_TO_BUYER", "count": 2}, {"status": "RETURNED", "count": 1}]
ARRAYS = ("instances", "requiredInstanceTypes", "tags")


@pytest.fixture
def item():
    return {"offerId": "kettle", "count": 3, "itemStatuses": UNITS}


def units(order):
    return {unit["status"]: unit["count"] for unit in order["items"][0]["itemStatuses"]}


def test_y1_a_list_may_be_wrapped_and_one_order_is_not(yandex, sold):
    server = yandex(sold(), Y1="result")
    answer = server.search({"orderIds": [1]}).json()
    assert answer.keys() == {"status", "result"}
    assert [order["orderId"] for order in answer["result"]["orders"]] == [1]
    assert server.one(1).json().keys() == {"order"}


def test_y2_a_refusal_may_come_with_200(yandex):
    server = yandex(Y2="always_200")
    for answer in (server.search({"fake": 1}), server.one(1), server.one("x")):
        assert (answer.status_code, answer.json()["status"]) == (200, "ERROR")


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("offset", "2026-02-28T11:00:00+03:00"),
        ("zulu", "2026-02-28T08:00:00Z"),
        ("fractions", "2026-02-28T11:00:00.123+03:00"),
        ("nanoseconds", "2026-02-28T08:00:00.123456789Z"),
    ],
)
def test_y3_moments_come_in_many_forms(yandex, sold, form, shown):
    server = yandex(sold(1, creationDate=YESTERDAY), Y3=form)
    assert (server.seen()["updateDate"], server.seen()["creationDate"]) == (shown, shown)
    assert server.one(1).json()["order"]["updatedAt"] == "28-02-2026 11:00:00"


def test_y4_the_time_of_the_last_change_may_be_missing(yandex, sold):
    absent, null = yandex(sold(), Y4="absent"), yandex(sold(), Y4="null")
    assert "updateDate" not in absent.seen()
    assert "updatedAt" not in absent.one(1).json()["order"]
    assert null.seen()["updateDate"] is null.one(1).json()["order"]["updatedAt"] is None


@pytest.mark.parametrize(("manner", "value"), [("null", None), ("empty", [])])
def test_y5_what_holds_nothing_may_be_null_or_empty(yandex, sold, manner, value):
    server = yandex(sold(), Y5=manner)
    first, second = server.seen()["items"][0], server.one(1).json()["order"]["items"][0]
    assert [first[key] for key in (*ARRAYS, "itemStatuses")] == [value] * 4
    assert [second[key] for key in (*ARRAYS, "promos", "subsidies", "details")] == [value] * 6


def test_y5_what_holds_nothing_is_absent_or_filled(yandex, sold):
    absent, filled = yandex(sold()).seen()["items"][0], yandex(sold(), Y5="filled").seen()["items"][0]
    assert not absent.keys() & {*ARRAYS, "itemStatuses"}
    assert all(filled[key] for key in ARRAYS)
    assert "itemStatuses" not in filled


def test_y5_units_that_are_known_are_shown_all_the_same(yandex, sold, item):
    for manner in ("absent", "null", "empty", "filled"):
        server = yandex(sold(1, item), Y5=manner)
        assert server.seen()["items"][0]["itemStatuses"] == UNITS
        assert server.one(1).json()["order"]["items"][0]["details"][0]["itemStatus"] == "RETURNED"


def test_y6_words_may_be_unknown(yandex, sold, item):
    status, substatus = (yandex(sold(1, item), Y6=f"unknown_{word}") for word in ("status", "substatus"))
    unit = yandex(sold(1, item, {"offerId": "lamp"}), Y6="unknown_unit")
    assert (status.seen()["status"], status.seen()["substatus"]) == ("TELEPORTED", "STARTED")
    assert (substatus.seen()["status"], substatus.seen()["substatus"]) == ("PROCESSING", "ON_THE_MOON")
    assert units(unit.seen()) == {"EVAPORATED": 2, "RETURNED": 1}
    assert unit.seen()["items"][1]["itemStatuses"] == [{"status": "EVAPORATED", "count": 1}]
    details = unit.one(1).json()["order"]["items"][0]["details"]
    assert [detail["itemStatus"] for detail in details] == ["EVAPORATED", "RETURNED"]
    assert status.one(1).json()["order"]["status"] == "TELEPORTED"


def test_y7_items_may_be_odd(yandex, sold, item):
    zero, twice, absent = (
        yandex(sold(1, item, {"offerId": "lamp"}), Y7=manner)
        for manner in ("count_zero", "same_offer", "absent")
    )
    assert [(each["offerId"], each["count"]) for each in zero.seen()["items"]] == [("kettle", 0), ("lamp", 1)]
    assert "itemStatuses" not in zero.seen()["items"][0]
    assert [each["offerId"] for each in twice.seen()["items"]] == ["kettle", "kettle", "lamp"]
    assert len({each["id"] for each in twice.one(1).json()["order"]["items"]}) == 3
    assert "items" not in absent.seen()
    assert "items" not in absent.one(1).json()["order"]


def test_y7_an_order_without_items_has_none_to_bend(yandex, sold):
    server = yandex(Y7="same_offer")
    server.market.yandex.put({"orderId": 1, "items": []})
    assert server.seen()["items"] == []


def test_y8_a_list_that_found_nothing_may_be_null_or_absent(yandex, sold):
    assert yandex().search().json() == {"orders": [], "paging": {}}
    assert yandex(Y8="null").search().json() == {"orders": None, "paging": {}}
    assert yandex(Y8="absent").search().json() == {"paging": {}}
    assert yandex(Y8="absent", Y1="result").search().json() == {"status": "OK", "result": {"paging": {}}}
    assert yandex(sold(), Y8="absent").found({"orderIds": [1]}) == [1]


def test_y9_answers_may_hold_more_than_is_documented(yandex, sold):
    server = yandex(sold(), Y9="yes")
    answer = server.search({"orderIds": [1]}).json()
    order = answer["orders"][0]
    shown = [answer, order, order["items"][0], server.one(1).json(), server.one(1).json()["order"]]
    shown += [server.send("GET", "/v2/campaigns").json(), server.send("POST", "/v2/auth/token").json()]
    assert all("somethingNew" in words for words in shown)


def test_y10_units_may_never_be_told(yandex, sold, item):
    absent, null = yandex(sold(1, item), Y10="absent"), yandex(sold(1, item), Y10="null")
    assert "itemStatuses" not in absent.seen()["items"][0]
    assert "details" not in absent.one(1).json()["order"]["items"][0]
    assert null.seen()["items"][0]["itemStatuses"] is None
    assert null.one(1).json()["order"]["items"][0]["details"] is None


@pytest.mark.parametrize(
    ("manner", "counts"),
    [
        ("as_stored", {"DELIVERED_TO_BUYER": 2, "RETURNED": 1}),
        ("short", {"DELIVERED_TO_BUYER": 2}),
        ("over", {"DELIVERED_TO_BUYER": 3, "RETURNED": 1}),
    ],
)
def test_y11_units_need_not_add_up(yandex, sold, item, manner, counts):
    server = yandex(sold(1, item), Y11=manner)
    assert (units(server.seen()), server.seen()["items"][0]["count"]) == (counts, 3)


@pytest.mark.parametrize(("manner", "moves"), [("always", True), ("not_for_units", False)])
def test_y12_a_return_may_leave_the_time_of_the_last_change(yandex, sold, item, manner, moves):
    server = yandex(sold(1, item, creationDate=YESTERDAY), Y12=manner)
    server.market.yandex.progress(1, units="RETURNED")
    assert units(server.seen()) == {"RETURNED": 3}
    assert (server.seen()["updateDate"] != "2026-02-28T11:00:00+03:00") is moves
    server.market.yandex.progress(1, "RETURNED")
    assert server.seen()["updateDate"] > "2026-02-28T11:00:00+03:00"


@pytest.mark.parametrize(
    ("window", "ids", "updates", "neither"),
    [
        ("others_only", [1, 2], [1, 2], [2]),
        ("updates_too", [1, 2], [2], [2]),
        ("always", [2], [2], [2]),
    ],
)
def test_y13_thirty_days_hide_older_orders_from_some_searches(yandex, sold, window, ids, updates, neither):
    old = sold(1, externalOrderId="a", creationDate=LONG_AGO, updateDate=YESTERDAY)
    server = yandex(old, sold(2, externalOrderId="b", creationDate=YESTERDAY), Y13=window)
    since = {"dates": {"updateDateFrom": "2026-02-20T00:00:00Z"}}
    shipped = {"dates": {"shipmentDateFrom": "2026-01-02", "shipmentDateTo": "2026-01-03"}}
    assert server.found({"orderIds": [1, 2]}) == ids
    assert server.found({"externalOrderIds": ["a", "b"]}) == ids
    assert server.found(since) == updates
    assert server.found(shipped) == ([1] if window == "others_only" else [])
    assert server.found() == neither
    asked = {"creationDateFrom": "2026-01-01", "creationDateTo": "2026-01-31"}
    assert server.found({"orderIds": [1, 2], "dates": asked}) == [1]


@pytest.mark.parametrize(("manner", "numbers"), [("today_excluded", [1]), ("today_included", [1, 2])])
def test_y14_today_may_not_count(yandex, sold, manner, numbers):
    orders = (sold(1, creationDate=YESTERDAY), sold(2, creationDate=TODAY))
    assert yandex(*orders, Y14=manner).found() == numbers
    assert yandex(*orders, Y14=manner).found({"dates": {"creationDateTo": "2026-03-02"}}) == [1, 2]


def test_y15_an_unknown_id_may_fail_the_whole_look_up(yandex, sold):
    order = sold(1, externalOrderId="a")
    for body in ({"orderIds": [1, 99]}, {"externalOrderIds": ["a", "zzz"]}):
        assert yandex(order).found(body) == [1]
        assert yandex(order, Y15="404").search(body).status_code == 404
    assert yandex(order, Y15="404").found({"orderIds": [1]}) == [1]


@pytest.mark.parametrize(("manner", "status"), [("silent", 200), ("403", 403), ("404", 404)])
def test_y16_another_cabinets_order_may_fail_the_whole_look_up(yandex, sold, manner, status):
    server = yandex(sold(1), Y16=manner)
    server.market.yandex.put_store(5, 778)
    server.market.yandex.put(sold(2, campaignId=5, externalOrderId="b"))
    assert server.search({"orderIds": [1, 2]}).status_code == status
    assert server.search({"externalOrderIds": ["b"]}).status_code == status
    assert server.found({"orderIds": [1]}) == [1]


@pytest.mark.parametrize(
    ("manner", "without", "false", "true"),
    [
        ("separate", [1], [1], [2]),
        ("both_unless_said", [1, 2], [1], [2]),
        ("true_adds", [1], [1], [1, 2]),
    ],
)
def test_y17_test_orders_are_asked_for_in_three_ways(yandex, sold, manner, without, false, true):
    server = yandex(sold(1), sold(2, fake=True), Y17=manner)
    ids = {"orderIds": [1, 2]}
    found = [server.found({**ids, **said}) for said in ({}, {"fake": False}, {"fake": True})]
    assert found == [without, false, true]


def five(sold):
    return (
        sold(number, updateDate=f"2026-02-2{number}T08:00:00Z", creationDate=YESTERDAY)
        for number in range(1, 6)
    )


def test_y18_pages_may_repeat_an_order(yandex, sold):
    assert yandex(*five(sold), Y18="stable").pages() == [[1, 2], [3, 4], [5]]
    assert yandex(*five(sold), Y18="repeats").pages() == [[1, 2], [2, 3], [3, 4], [4, 5]]
    assert yandex(*five(sold), Y18="repeats").pages(limit=1) == [[1], [2], [3], [4], [5]]


def test_y18_an_order_that_changes_meanwhile_may_shift_the_others(yandex, sold):
    server = yandex(*five(sold), Y18="shifting")
    assert server.pages() == [[5, 4], [3, 2], [1]]
    token = server.search(limit=2).json()["paging"]["nextPageToken"]
    server.market.yandex.progress(1, "DELIVERY")
    assert server.found(limit=2, pageToken=token) == [4, 3]


@pytest.mark.parametrize(
    ("manner", "pages"),
    [
        ("no_token", [[1, 2], [3, 4]]),
        ("null_token", [[1, 2], [3, 4]]),
        ("empty_token", [[1, 2], [3, 4]]),
        ("empty_page", [[1, 2], [3, 4], []]),
        ("repeated_token", [[1, 2], [3, 4]]),
    ],
)
def test_y19_a_list_ends_in_many_ways(yandex, sold, manner, pages):
    orders = [sold(number, creationDate=YESTERDAY) for number in range(1, 5)]
    assert yandex(*orders, Y19=manner).pages() == pages


def test_y19_a_token_that_comes_again_leads_to_the_same_page(yandex, sold):
    server = yandex(sold(1, creationDate=YESTERDAY), Y19="repeated_token")
    token = server.search().json()["paging"]["nextPageToken"]
    again = server.search(pageToken=token).json()
    assert ([order["orderId"] for order in again["orders"]], again["paging"]["nextPageToken"]) == ([1], token)


def test_y20_a_token_may_expire(yandex, sold):
    server = yandex(sold(1), sold(2), Y14="today_included", Y20="expired")
    token = server.search(limit=1).json()["paging"]["nextPageToken"]
    refused = server.search(limit=1, pageToken=token)
    assert (refused.status_code, refused.json()["errors"][0]["message"]) == (400, "pageToken: has expired")


@pytest.mark.parametrize(
    ("lag", "seen"),
    [
        ("none", "DDDDD"),
        ("1", "PDDDD"),
        ("3", "PPPDD"),
        ("alternating", "PDPDP"),
    ],
)
def test_y21_an_order_may_be_shown_as_it_was(yandex, sold, lag, seen):
    server = yandex(sold(1), Y21=lag)
    server.market.yandex.progress(1, "DELIVERY")
    assert server.market.yandex.order(1)["status"] == "DELIVERY"
    names = {"PROCESSING": "P", "DELIVERY": "D"}
    assert (
        "".join(names[server.seen()["status"]] for _ in range(4))
        + names[server.one(1).json()["order"]["status"]]
        == seen
    )


def test_y21_an_old_answer_tells_the_old_time(yandex, sold):
    server = yandex(sold(1, creationDate=YESTERDAY), Y21="1")
    server.market.yandex.progress(1, "DELIVERY")
    times = [server.seen()["updateDate"] for _ in range(2)]
    assert times == ["2026-02-28T11:00:00+03:00", "2026-03-01T15:00:00+03:00"]
    server.market.yandex.put(sold(1))
    assert server.seen()["status"] == "PROCESSING"


@pytest.mark.parametrize(
    ("manner", "statuses"),
    [
        ("works", [200] * 6),
        ("degraded", [200, 200, 503, 200, 200, 503]),
        ("404", [404] * 6),
        ("410", [410] * 6),
    ],
)
def test_y29_v2_comes_to_an_end(yandex, sold, manner, statuses):
    server = yandex(sold(1), Y29=manner)
    assert [server.one(1).status_code for _ in range(6)] == statuses
    assert server.search().status_code == 200


def test_switches_kept_in_the_file_hold_for_every_server_on_it(yandex, sold, tmp_path):
    path = tmp_path / "market.db"
    first = yandex(sold(1), path=path)
    first.market.set_switches({"Y1": "result"})
    assert "result" in yandex(path=path).search().json()
    assert "result" not in yandex(path=path, yandex_wrapper="none").search().json()


def test_a_quota_is_kept_over_servers_on_one_file(yandex, sold, tmp_path):
    path = tmp_path / "market.db"
    first, second = (yandex(sold(1), path=path, Y22="3") for _ in range(2))
    statuses = [server.search().status_code for server in (first, second, first, second)]
    assert statuses == [200, 200, 200, 420]
    second.clock.forward(timedelta(hours=1).total_seconds())
    assert second.search().status_code == 200
