"""How the orders of a cabinet are listed, and what is made of all that may come back."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest

from reconciler.model.diagnostic import Severity
from reconciler.ports import Broken, Denied
from tests.sources.yandex_market.market import (
    DATE,
    NOW,
    TOKEN,
    Asked,
    Market,
    Said,
    ask,
    failing,
    first,
    item,
    listing,
    order,
    said,
    units,
    wanted,
)


def test_a_sweep_asks_one_cabinet_for_what_changed_until_tomorrow():
    market = Market(listing(order()))
    ask(market, campaign_ids=[4242, 7])
    (asked,) = market.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/v1/businesses/777/orders", {"limit": "50"})
    assert asked.body == {
        "dates": {"updateDateFrom": "2026-11-06T12:00:00Z", "updateDateTo": "2026-11-21T12:00:00Z"},
        "campaignIds": [7, 4242],
        "fake": False,
    }
    assert asked.headers["api-key"] == TOKEN
    assert "authorization" not in asked.headers


def test_the_report_knows_when_it_was_answered_what_it_cost_and_the_words_that_were_said():
    report = ask(Market(listing(order(5, "PICKUP", "PICKUP_SERVICE_RECEIVED"))))
    wish = report.wishes["5"]["sku_1"]
    assert wish.status == "delivering"
    assert wish.said == "PICKUP / PICKUP_SERVICE_RECEIVED, updated 2026-11-19T10:00:00Z"
    assert wish.reported is not None
    assert wish.reported.isoformat() == "2026-11-19T10:00:00+00:00"
    assert str(wish.origin) == "source:market"
    assert report.read_at is not None
    assert report.read_at.strftime("%a, %d %b %Y %H:%M:%S GMT") == DATE
    assert (report.orders, report.requests, report.cached) == (1, 1, False)
    assert not report.diagnostics


def test_an_order_that_is_declared_is_asked_for_by_its_id_fifty_at_a_time():
    market = Market(listing(*(order(number) for number in range(1, 121))))
    report = ask(market, orders=[str(number) for number in range(1, 124)])
    assert sorted(len(asked.body["orderIds"]) for asked in market.asked) == [23, 50, 50]
    assert report.orders == 120
    assert "the Market does not show 3 orders that it was asked for, such as 121" in said(report)


def test_ids_that_cannot_be_the_markets_are_not_asked_for_and_counted_as_not_found():
    market = Market(listing(order(7)))
    report = ask(market, orders=["7", "web-1", "007", "9" * 25, "-1", "٣"])
    assert [asked.body["orderIds"] for asked in market.asked] == [[7]]
    assert "does not show 5 orders" in said(report)


def test_nothing_is_asked_for_no_orders():
    market = Market(listing())
    report = ask(market, orders=[])
    assert not market.asked
    assert report.orders == report.requests == 0


def test_that_the_market_knows_none_of_our_orders_is_a_warning():
    report = ask(Market(listing()), orders=["1", "2"])
    (diagnostic,) = report.diagnostics
    assert diagnostic.severity is Severity.WARNING
    assert "none of the 2 orders" in diagnostic.summary
    assert not report.wishes


def test_orders_may_be_joined_by_the_sellers_own_id():
    shown = [order(1, externalOrderId="shop-1"), order(2, externalOrderId="shop-2"), order(3)]
    market = Market(listing(*shown))
    assert wanted(ask(market, orders=["shop-1"], order_id="externalOrderId")) == {
        "shop-1": {"sku_1": "delivering"}
    }
    assert market.asked[0].body == {"externalOrderIds": ["shop-1"], "fake": False}
    report = ask(market, order_id="externalOrderId")
    assert set(wanted(report)) == {"shop-1", "shop-2"}
    assert "1 orders have no externalOrderId" in said(report)


def test_two_orders_with_one_id_of_the_seller_are_withheld():
    report = ask(
        Market(listing(order(1, externalOrderId="a"), order(2, "DELIVERED", externalOrderId="a"))),
        order_id="externalOrderId",
    )
    assert "1 and 2" in report.wishes["a"]["sku_1"].dispute
    assert "several orders of the Market" in said(report)


def test_lines_may_be_joined_by_the_items_id():
    report = ask(Market(listing(order(1, items=[item(id=11), item(id=12)]))), line_id="id")
    assert wanted(report) == {"1": {"11": "delivering", "12": "delivering"}}
    assert not report.diagnostics


def test_two_items_with_one_offer_are_ambiguous_withheld_and_named():
    shown = order(1, items=[item(id=11), item(id=12), item("sku_2", id=13)])
    report = ask(Market(listing(shown)))
    assert report.wishes["1"]["sku_1"].dispute == "order 1 holds 2 items with this offerId"
    assert report.wishes["1"]["sku_2"].dispute == ""
    assert "1 lines are ambiguous" in said(report)
    assert "1 / sku_1" in said(report)


@pytest.mark.parametrize("offer", [None, "", "*", "x" * 256, "a\u202eb"])
def test_an_item_without_a_usable_id_is_counted_and_no_line(offer):
    report = ask(Market(listing(order(1, items=[item(offer)]))))
    assert not report.wishes
    assert "1 items have no offerId" in said(report)


def test_a_state_that_no_rule_names_is_one_warning_whatever_its_substatus():
    (found,) = ask(Market(listing(order(1, "DRONE", "PICKUP_SERVICE_RECEIVED")))).diagnostics
    assert "1 orders are in a state that no rule names, DRONE" in found.summary


def test_pages_are_read_to_the_last_with_the_same_body_and_limit():
    market = Market(listing(*(order(number) for number in range(1, 8)), size=3))
    assert ask(market).orders == 7
    assert [asked.query.get("pageToken") for asked in market.asked] == [None, "3", "6"]
    assert len({json.dumps(asked.body) for asked in market.asked}) == 1


def test_a_token_of_a_page_that_comes_again_ends_the_list_and_is_told():
    market = Market(lambda _: Said(body={"orders": [order()], "paging": {"nextPageToken": "a&b=/"}}))
    report = ask(market)
    assert [asked.query.get("pageToken") for asked in market.asked] == [None, "a&b=/"]
    assert "named a page again" in said(report)


def test_windows_are_cut_to_thirty_days_without_a_gap():
    market = Market(listing(order()))
    ask(market, updated_within="70d")
    dates = sorted(
        (asked.body["dates"]["updateDateFrom"], asked.body["dates"]["updateDateTo"]) for asked in market.asked
    )
    assert dates[0][0] == "2026-09-11T12:00:00Z"
    assert dates[-1][1] == "2026-11-21T12:00:00Z"
    assert all(end == start for (_, end), (start, _) in pairwise(dates))
    assert len(dates) == 3


def test_of_an_order_that_came_twice_the_newest_report_counts():
    older = order(1, "PROCESSING", updateDate="2026-11-19T09:00:00Z")
    newer = order(1, "DELIVERY", updateDate="2026-11-19T12:30:00+03:00")
    for shown in ([older, newer], [newer, older]):
        assert wanted(ask(Market(listing(*shown)))) == {"1": {"sku_1": "delivering"}}


def test_test_orders_are_left_out_unless_asked_for():
    shown = [order(1), order(2, fake=True)]
    assert set(wanted(ask(Market(listing(*shown))))) == {"1"}
    assert set(wanted(ask(Market(listing(*shown)), fakes=True))) == {"1", "2"}
    careless = Market(lambda _: Said(body={"orders": shown}))
    report = ask(careless)
    assert set(wanted(report)) == {"1"}
    assert "1 test orders are left out" in said(report)


@pytest.mark.parametrize(
    "body",
    [
        {"orders": [order()]},
        {"status": "OK", "result": {"orders": [order()], "paging": {}}},
        {"orders": [order()], "paging": None, "errors": None},
        {"orders": [None, order()], "surprise": {"new": [1, 2]}},
    ],
)
def test_a_page_is_understood_in_every_form(body):
    assert wanted(ask(Market(lambda _: Said(body=body)))) == {"1": {"sku_1": "delivering"}}


def test_the_second_page_of_a_wrapped_answer_is_found():
    pages = [
        {"status": "OK", "result": {"orders": [order(1)], "paging": {"nextPageToken": "x"}}},
        {"status": "OK", "result": {"orders": [order(2)]}},
    ]
    assert ask(Market(first(*(Said(body=page) for page in pages), then=listing()))).orders == 2


@pytest.mark.parametrize("orders", [[], None])
def test_an_empty_cabinet_is_no_fault(orders):
    report = ask(Market(lambda _: Said(body={"orders": orders})))
    assert not report.wishes
    assert not report.diagnostics


@pytest.mark.parametrize("ledger", [{}, {"itemStatuses": None}, {"itemStatuses": []}])
def test_an_item_without_a_ledger_follows_its_order(ledger):
    report = ask(Market(listing(order(1, "DELIVERED", items=[item(**ledger)]))))
    assert wanted(report) == {"1": {"sku_1": "delivered"}}


@pytest.mark.parametrize("items", [None, [], [None]])
def test_an_order_without_items_wants_nothing_and_a_note_counts_it(items):
    report = ask(Market(listing(order(1), order(2, items=items), order(3, items=items))))
    assert set(wanted(report)) == {"1"}
    (found,) = report.diagnostics
    assert found.severity is Severity.NOTE
    assert "2 orders have no items: nothing is wanted of their lines, such as 2" in found.summary


def test_an_item_without_units_is_canceled_and_not_missing():
    report = ask(Market(listing(order(1, items=[item(count=0), item("sku_2")]))))
    assert wanted(report) == {"1": {"sku_1": "canceled", "sku_2": "delivering"}}
    assert "no unit left" in report.wishes["1"]["sku_1"].said


def test_words_that_no_rule_names_want_nothing_and_are_counted():
    shown = [
        order(1, "TELEPORTED"),
        order(2, "TELEPORTED"),
        order(3, "UNKNOWN"),
        order(4, "DELIVERED", items=[item(itemStatuses=units(EVAPORATED=1))]),
        order(5, "DELIVERY", "CARRIER_PIGEON"),
    ]
    report = ask(Market(listing(*shown)))
    assert wanted(report) == {"5": {"sku_1": "delivering"}}
    assert "2 orders are in a state that no rule names, TELEPORTED" in said(report)
    assert "1 orders are in a state that no rule names, UNKNOWN" in said(report)
    assert "1 items have unit EVAPORATED" in said(report)


def test_a_contradiction_is_told_and_changes_nothing():
    shown = [
        order(1, "RETURNED", items=[item(itemStatuses=units(DELIVERED_TO_BUYER=1))]),
        order(2, "DELIVERED", items=[item(count=3, itemStatuses=units(DELIVERED_TO_BUYER=1))]),
        order(3, "DELIVERED", "USER_NOT_PAID"),
        order(4, "DELIVERED", items=[item(itemStatuses=units(CREATED=1))]),
    ]
    report = ask(Market(listing(*shown)))
    assert wanted(report) == {number: {"sku_1": "delivered"} for number in "1234"}
    for words in (
        "the order is RETURNED and a unit is DELIVERED_TO_BUYER",
        "the units do not add up to the item's count",
        "DELIVERED / USER_NOT_PAID",
        "the order is DELIVERED and a unit is CREATED",
    ):
        assert words in said(report)


def test_a_mixed_line_shows_how_many_units_went_where():
    shown = order(
        1, "PARTIALLY_RETURNED", items=[item(count=3, itemStatuses=units(RETURNED=1, DELIVERED_TO_BUYER=2))]
    )
    report = ask(Market(listing(shown)))
    assert wanted(report) == {"1": {"sku_1": "delivered"}}
    assert "2 DELIVERED_TO_BUYER, 1 RETURNED" in report.wishes["1"]["sku_1"].said
    assert "1 lines are mixed" in said(report)
    assert wanted(ask(Market(listing(shown)), mixed="partly")) == {"1": {"sku_1": "partly"}}
    assert wanted(ask(Market(listing(shown)), mixed="skip")) == {}


def test_an_order_returned_in_part_without_units_is_delivered_and_undecided():
    report = ask(Market(listing(order(1, "PARTIALLY_RETURNED"))))
    assert wanted(report) == {"1": {"sku_1": "delivered"}}
    assert "do not tell what was returned" in said(report)


def test_that_a_buyer_asks_for_cancellation_is_a_note_and_changes_nothing():
    report = ask(Market(listing(order(1, "DELIVERY", cancelRequested=True))))
    assert wanted(report) == {"1": {"sku_1": "delivering"}}
    (diagnostic,) = report.diagnostics
    assert diagnostic.severity is Severity.NOTE
    assert "of 1 orders the buyer asks for cancellation" in diagnostic.summary


def test_an_order_that_does_not_say_when_it_changed_still_counts():
    report = ask(Market(listing(order(1, updateDate=None))))
    assert report.wishes["1"]["sku_1"].reported is None
    assert "do not tell when they changed" in said(report)


# ---------------------------------------------------------------- faults


def test_too_many_at_a_time_is_a_wait_of_a_second():
    market = Market(first(failing(420, "Hit rate limit of 4 parallel requests"), then=listing(order())))
    assert ask(market).orders == 1
    assert market.waits[0] == pytest.approx(1.0, rel=0.11)


@pytest.mark.parametrize(
    ("until", "waited"),
    [
        ("Fri, 20 Nov 2026 12:00:20 GMT", 20.0),
        ("Fri, 20 Nov 2026 15:00:20 +0300", 20.0),
        ("Fri, 20 Nov 2026 18:00:00 GMT", 60.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.25),
        ("Mon, 01 Jan 0001 00:00:00 +1400", 0.25),
        ("tomorrow, perhaps", 0.25),
        ("", 0.25),
    ],
)
def test_a_quota_that_is_used_up_is_waited_for_as_long_as_is_said_and_bearable(until, waited):
    quota = failing(
        420, "Hit rate limit of 10000 requests per 1 hour for resource x", X_RateLimit_Resource_Until=until
    )
    market = Market(first(quota, then=listing(order())))
    assert ask(market).orders == 1
    assert market.waits[0] == pytest.approx(waited, rel=0.11)


def test_a_quota_that_stays_used_up_ends_the_reading_with_the_time_when_it_is_filled():
    quota = failing(420, "quota", X_RateLimit_Resource_Until="Fri, 20 Nov 2026 18:00:00 GMT")
    market = Market(lambda _: quota)
    with pytest.raises(Broken, match=r"used up until 18:00:00 UTC"):
        ask(market)
    assert sum(market.waits) < 700


def test_a_store_that_is_being_moved_is_asked_again_after_a_minute():
    market = Market(first(failing(423), then=listing(order())))
    assert ask(market).orders == 1
    assert market.waits[0] == 60.0


@pytest.mark.parametrize(
    "fault",
    [
        failing(499),
        failing(500, "INTERNAL"),
        Said(502, b"<html>bad gateway</html>"),
        Said(503, b""),
        Said(200, b"<html>captcha</html>"),
        Said(200, b'{"orders": [{"orderId": 1'),
    ],
)
def test_what_passes_is_met_by_asking_again(fault):
    assert ask(Market(first(fault, fault, then=listing(order())))).orders == 1


def test_a_cut_connection_is_met_by_asking_again():
    def answer(asked: Asked) -> Said:
        if len(market.asked) == 1:
            raise ConnectionResetError
        return listing(order())(asked)

    market = Market(answer)
    assert ask(market).orders == 1


@pytest.mark.parametrize(
    ("status", "message", "advice"),
    [
        (401, "API-key must be sent without Bearer", "without the word Bearer"),
        (401, "unknown key", "check token_env or token_file"),
        (403, "Access denied by scope", "inventory-and-order-processing:read-only"),
        (403, "Store is DISABLED_BY_INACTIVITY", "closed to the API"),
    ],
)
def test_a_refused_token_stops_the_run_with_the_servers_words_and_a_way_out(status, message, advice):
    market = Market(lambda _: failing(status, message))
    with pytest.raises(Denied) as caught:
        ask(market)
    assert caught.value.exit_code == 8
    assert str(caught.value) == f"source:market: the Market answered {status}: {message}"
    assert advice in caught.value.advice
    assert len(market.asked) == 1


def test_a_token_that_was_renewed_meanwhile_is_tried():
    tokens = iter(["old", "new"])
    market = Market(
        lambda asked: listing(order())(asked) if asked.headers["api-key"] == "new" else failing(401, "no")
    )
    assert ask(market, token=lambda _: next(tokens)).orders == 1


def test_a_token_that_no_header_can_carry_is_denied_without_quoting_it():
    market = Market(listing())
    with pytest.raises(Denied) as caught:
        ask(market, token=lambda _: "canary\n")
    assert "canary" not in f"{caught.value} {caught.value.advice}"
    assert not market.asked


@pytest.mark.parametrize("status", [400, 404, 405, 415])
def test_a_request_that_is_refused_is_not_sent_again_and_the_words_are_shown(status):
    market = Market(lambda _: failing(status, "dates: the window is too long"))
    with pytest.raises(Broken, match=f"answered {status}: dates: the window is too long"):
        ask(market)
    assert len(market.asked) == 1


def test_an_error_in_an_answer_that_calls_itself_fine_is_an_error():
    with pytest.raises(Broken, match="says that it failed: out of order"):
        ask(Market(lambda _: Said(200, failing(200, "out of order").body)))


@pytest.mark.parametrize("body", [{}, {"result": {}}, [], "x", {"orders": {"no": "list"}}])
def test_an_answer_of_another_shape_is_never_taken_for_an_empty_one(body):
    with pytest.raises(Broken):
        ask(Market(lambda _: Said(body=body)))


def test_a_redirect_is_not_followed():
    market = Market(lambda _: Said(302, b"", {"location": "https://elsewhere.example/"}))
    with pytest.raises(Broken, match="redirect"):
        ask(market)
    assert len(market.asked) == 1


def test_the_token_is_in_no_message():
    market = Market(lambda _: failing(400, f"bad header {TOKEN} here"))
    with pytest.raises(Broken) as caught:
        ask(market)
    assert TOKEN not in str(caught.value)


def test_what_is_left_of_the_quota_is_in_the_report_whatever_the_case_of_the_headers():
    def answer(asked: Asked) -> Said:
        shown = listing(order())(asked)
        return Said(
            200,
            shown.body,
            {
                "x-RATELIMIT-resource-limit": "10000",
                "X-RateLimit-Resource-Remaining": "9600",
                "X-RateLimit-Resource-Until": "Fri, 20 Nov 2026 13:00:00 GMT",
            },
        )

    report = ask(Market(answer))
    assert report.quota == "cabinet 777: 400 of 10,000 requests used, 9,600 left until 13:00 UTC"


def test_nothing_of_a_buyer_is_in_anything_that_is_kept(tmp_path):
    report = ask(Market(listing(order(1), order(2, "WHATEVER"))), kept=tmp_path)
    (file,) = tmp_path.iterdir()
    everything = f"{report!r} {dict(report.wishes['1'])!r} {said(report)} {file.read_text('utf-8')}"
    assert "anary" not in everything
    assert "9990001122" not in everything


def test_a_sweep_cannot_be_asked_of_an_entry_that_waits_for_declared_orders():
    with pytest.raises(Broken, match="declared orders only"):
        ask(Market(listing()), updated_within=None)


def test_what_is_asked_does_not_depend_on_the_order_of_the_ids():
    bodies = []
    for ids in (["3", "20", "1"], ["1", "3", "20"]):
        market = Market(listing())
        ask(market, orders=ids)
        bodies.append([asked.body for asked in market.asked])
    assert bodies[0] == bodies[1]


def test_the_span_reaches_back_from_now():
    market = Market(listing())
    ask(market, now=NOW + timedelta(days=1), updated_within="36h")
    assert market.asked[0].body["dates"]["updateDateFrom"] == "2026-11-20T00:00:00Z"


def test_a_long_reading_tells_how_far_it_is():
    market = Market(listing(*(order(number) for number in range(1, 2101))))
    assert ask(market).orders == 2100
    assert market.heard == ["2,000 orders read from the Market"]


def test_a_token_is_in_no_repr():
    from reconciler.sources.yandex_market.asking import Line
    from reconciler.sources.yandex_market.shapes import BusinessOrders

    market = Market(listing(order()))
    with market.wire() as wire:
        line = Line(wire, lambda: TOKEN, NOW)
        line.ask("cabinet 1", "/v1/businesses/1/orders", BusinessOrders, {})
        assert TOKEN not in repr(line)


def test_an_order_that_was_not_asked_for_is_not_followed():
    market = Market(lambda _: Said(body={"orders": [order(1), order(2)]}))
    assert set(wanted(ask(market, orders=["1"]))) == {"1"}


def test_a_failure_in_one_window_ends_the_reading_of_the_others():
    def answer(asked: Asked) -> Said:
        if asked.body["dates"]["updateDateFrom"] < "2026-10":
            return failing(400, "no such window")
        page = int(asked.query.get("pageToken", "0"))
        return Said(body={"orders": [order(page + 1)], "paging": {"nextPageToken": str(page + 1)}})

    market = Market(answer)
    with pytest.raises(Broken, match="no such window"):
        ask(market, updated_within="70d")
    before = len(market.asked)
    assert before < 1000
