"""How much may be asked: quotas, requests at a time, and what a 420 looks like."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

from reconciler.sandbox import Fault
from tests.sandbox.conftest import YandexPeer, sold_order

LIMIT, LEFT, UNTIL = (f"x-ratelimit-resource-{word}" for word in ("limit", "remaining", "until"))
SEARCH, ONE = "yandex/orders", "yandex/order"
ONE_O_CLOCK = datetime(2026, 3, 1, 13, tzinfo=UTC)


def said(answer):
    return answer.json()["errors"][0].get("message")


def test_every_answer_tells_what_is_left(yandex, sold):
    server = yandex(sold())
    first, second = server.search(), server.search({"fake": 1})
    assert (first.headers[LIMIT], first.headers[LEFT]) == ("10000", "9999")
    assert (second.status_code, second.headers[LEFT]) == (400, "9998")
    assert first.headers[UNTIL] == "Sun, 01 Mar 2026 13:00:00 GMT"
    assert first.headers["date"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_each_method_and_each_cabinet_has_a_quota_of_its_own(yandex, sold):
    server = yandex(sold())
    server.search()
    assert server.search(business=778).headers[LEFT] == "9999"
    assert server.one(1).headers[LEFT] == "9999"
    assert server.send("GET", "/v2/campaigns").headers[LIMIT] == "1000"
    assert server.send("POST", "/v2/auth/token").headers[LIMIT] == "100"


def test_a_quota_that_is_used_up_is_filled_at_the_full_hour(yandex, sold):
    server = yandex(sold(), Y22="3")
    assert [server.search().headers[LEFT] for _ in range(3)] == ["2", "1", "0"]
    refused = server.search()
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (420, "LIMIT_EXCEEDED")
    assert said(refused) == "Hit rate limit of 3 requests per 1 hour for resource businessId 777"
    assert (refused.headers[LEFT], parsedate_to_datetime(refused.headers[UNTIL])) == ("0", ONE_O_CLOCK)
    server.clock.forward(3600)
    assert server.search().headers[LEFT] == "2"


def test_a_quota_may_be_without_bounds(yandex):
    assert yandex(Y22="unlimited").search().headers[LIMIT] == "1000000000"


@pytest.mark.parametrize(
    ("kind", "word"), [("http_420_parallel", "parallel"), ("http_420_quota", "per 1 hour")]
)
def test_both_kinds_of_420_can_be_had_on_demand(yandex, sold, kind, word):
    server = yandex(sold(), faults=[Fault(SEARCH, 1, kind)])
    refused = server.search()
    assert refused.status_code == 420
    assert said(refused).startswith("Hit rate limit of ")
    assert word in said(refused)
    assert server.search().status_code == 200


def test_a_quota_on_demand_is_filled_a_second_later(yandex):
    server = yandex(faults=[Fault(SEARCH, 1, "http_420_quota")])
    refused = server.search()
    assert refused.headers[UNTIL] == "Sun, 01 Mar 2026 12:00:01 GMT"
    assert refused.headers[LEFT] == "0"


@pytest.mark.parametrize(
    ("value", "until"),
    [
        ("missing", None),
        ("past", "Sun, 01 Mar 2026 11:00:00 GMT"),
        ("garbage", "when the quota is filled up"),
    ],
)
def test_the_date_may_be_missing_past_or_garbage(yandex, value, until):
    server = yandex(Y22="3", Y23=value)
    answers = [server.search() for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 420]
    assert {answer.headers.get(UNTIL) for answer in answers} == {until}
    assert all(answer.headers[LIMIT] == "3" for answer in answers)


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [("other_code", "TOO_MANY", "Hit rate limit of 4 parallel"), ("no_message", "LIMIT_EXCEEDED", None)],
)
def test_a_420_may_say_less(yandex, value, code, message):
    server = yandex(Y24=value, faults=[Fault(SEARCH, 1, "http_420_parallel")])
    refused = server.search()
    assert refused.json()["errors"][0]["code"] == code
    assert (said(refused) or "").startswith(message or "")
    assert (said(refused) is None) is (message is None)


def test_a_420_may_be_a_gateways_page(yandex):
    refused = yandex(Y24="html", faults=[Fault(SEARCH, 1, "http_420_quota")]).search()
    assert (refused.status_code, refused.headers["content-type"]) == (420, "text/html; charset=utf-8")
    assert refused.headers[LEFT] == "0"


@pytest.mark.parametrize(("value", "shown"), [("yes", True), ("no", False)])
def test_a_420_about_parallel_requests_may_be_without_headers(yandex, value, shown):
    refused = yandex(Y25=value, faults=[Fault(SEARCH, 1, "http_420_parallel")]).search()
    assert (LIMIT in refused.headers) is shown


@pytest.mark.parametrize(("value", "left"), [("no", "9999"), ("yes", "9998")])
def test_a_failure_may_use_up_quota(yandex, value, left):
    server = yandex(Y26=value, faults=[Fault(SEARCH, 1, "error_500_http")])
    assert server.search().status_code == 500
    assert server.search().headers[LEFT] == left


def at_once(server, number):
    """Send so many requests side by side, each of which takes a moment; give their answers."""

    async def exchange():
        transport = httpx.ASGITransport(server.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            asked = (client.post("/v1/businesses/777/orders", json={}) for _ in range(number))
            return await asyncio.gather(*asked)

    return asyncio.run(exchange())


@pytest.mark.parametrize(("value", "most"), [("4", 4), ("6", 6), ("1", 1), ("unlimited", 9)])
def test_more_than_so_many_at_a_time_are_refused(value, most):
    server = YandexPeer(":memory:", {"Y32": value}, faults=[Fault(SEARCH, 0, "slow_after:0.02")])
    server.market.yandex.put(sold_order())
    answers = at_once(server, 9)
    refused = [answer for answer in answers if answer.status_code == 420]
    assert len(answers) - len(refused) == most
    assert all(said(answer).startswith(f"Hit rate limit of {value} parallel") for answer in refused)
    assert server.search().status_code == 200


def test_one_after_another_is_never_too_many(yandex):
    server = yandex(Y32="1")
    assert {server.search().status_code for _ in range(5)} == {200}


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("error_423_http", 423, '"code":"LOCKED"'),
        ("error_499_http", 499, '"code":"ERROR_499"'),
        ("error_500_http", 500, '"code":"INTERNAL_SERVER_ERROR"'),
        ("error_503_http", 503, '"code":"SERVICE_UNAVAILABLE"'),
        ("error_500", 200, '"status":"ERROR"'),
        ("http_502_html_before", 502, "<!DOCTYPE html>"),
        ("http_502_html_after", 502, "<!DOCTYPE html>"),
        ("http_500_after", 500, '"status":"ERROR"'),
        ("http_503", 503, "Service Unavailable"),
        ("http_429", 429, "Too Many Requests"),
        ("empty_after", 200, ""),
        ("truncated_after", 200, '{"orders":['),
        ("slow_after:0.001", 200, '{"orders":['),
    ],
)
def test_an_accident_does_what_its_kind_says(yandex, sold, kind, status, text):
    server = yandex(sold(), faults=[Fault(SEARCH, 1, kind)])
    answer = server.search({"orderIds": [1]})
    assert answer.status_code == status
    assert text in answer.text
    assert server.search({"orderIds": [1]}).json()["orders"]
    struck, whole = server.market.yandex.requests()
    assert (struck.fault, struck.status, whole.fault) == (kind, status, None)
    assert struck.shown == ((1,) if "_after" in kind else ())


def test_a_connection_may_be_cut(yandex):
    with pytest.raises(ConnectionResetError):
        yandex(faults=[Fault(ONE, 1, "reset_before")]).one(1)


def test_an_accident_is_counted_for_its_method_in_the_file_too(yandex, sold, tmp_path):
    server = yandex(sold(), path=tmp_path / "market.db")
    server.market.set_faults([Fault(ONE, 2, "error_500_http")])
    statuses = []
    for _ in range(3):
        server.search()
        statuses.append(server.one(1).status_code)
    assert statuses == [200, 500, 200]


def test_a_420_on_demand_strikes_the_other_side_in_plain_text(peer):
    answer = peer(faults=[Fault("*", 1, "http_420_quota")]).post("orders/list", {})
    assert (answer.status_code, answer.text) == (420, "Limit Exceeded\n")
