"""How orders are read one by one, for as long as the Market still allows it."""

from datetime import UTC, datetime

import pytest

from reconciler.model.diagnostic import Severity
from reconciler.ports import Broken, Denied
from tests.sources.yandex_market.market import NOW, Market, Said, ask, failing, said, wanted

V2 = {"api": "v2", "orders_": None}


def v2_order(number=1, status="DELIVERED", items=None, **keys):
    """An order as v2 shows it."""
    return {
        "order": {
            "id": number,
            "status": status,
            "substatus": "DELIVERY_SERVICE_DELIVERED",
            "creationDate": "01-11-2026 10:00:00",
            "updatedAt": "19-11-2026 13:00:00",
            "fake": False,
            "items": [{"id": 1, "offerId": "sku_1", "count": 2}] if items is None else items,
            "buyer": {"firstName": "Canary"},
            **keys,
        }
    }


def store(*orders):
    """A store that shows these orders."""
    by_id = {str(each["order"]["id"]): each for each in orders}

    def answer(asked):
        found = by_id.get(asked.path.rpartition("/")[2])
        return Said(body=found) if found else failing(404, "no such order")

    return answer


def ask_v2(market, orders=("1",), **keys):
    """Ask a market in the old way."""
    return ask(
        market,
        orders=orders,
        api="v2",
        campaign_ids=keys.pop("campaign_ids", [4242]),
        updated_within=None,
        **keys,
    )


def test_one_order_a_call_in_moscow_time():
    market = Market(store(v2_order()))
    report = ask_v2(market)
    (asked,) = market.asked
    assert (asked.method, asked.path, asked.body) == ("GET", "/v2/campaigns/4242/orders/1", None)
    wish = report.wishes["1"]["sku_1"]
    assert (wish.status, wish.said) == (
        "delivered",
        "DELIVERED / DELIVERY_SERVICE_DELIVERED, updated 2026-11-19T10:00:00Z",
    )


def test_an_order_that_is_not_there_is_not_found_and_never_canceled():
    report = ask_v2(Market(store(v2_order())), ["1", "2", "web-3"])
    assert set(wanted(report)) == {"1"}
    assert "does not show 2 orders that it was asked for, such as 2" in said(report)


def test_every_store_is_asked_until_the_order_is_found():
    def answer(asked):
        return store(v2_order())(asked) if "/campaigns/7/" in asked.path else failing(404)

    market = Market(answer)
    assert ask_v2(market, campaign_ids=[4242, 7, 8]).orders == 1
    assert [asked.path.split("/")[3] for asked in market.asked] == ["4242", "7"]


def test_a_store_that_is_named_twice_is_asked_once():
    market = Market(store())
    ask_v2(market, campaign_ids=[4242, 7, 4242])
    assert [asked.path.split("/")[3] for asked in market.asked] == ["4242", "7"]


def test_a_test_order_that_was_asked_for_is_left_out_and_not_missed_as_well():
    report = ask_v2(Market(store(v2_order(fake=True))))
    assert "1 test orders are left out" in said(report)
    assert "that it was asked for" not in said(report)


def test_a_gateways_404_is_no_word_about_an_order():
    with pytest.raises(Broken, match="404"):
        ask_v2(Market(lambda _: Said(404, b"<html>no such page</html>")))


@pytest.mark.parametrize(
    ("status", "details", "wished"),
    [
        ("DELIVERED", None, "delivered"),
        ("DELIVERED", [{"itemStatus": "REJECTED", "itemCount": 2, "updateDate": "19-11-2026"}], "canceled"),
        ("DELIVERED", [{"itemStatus": "REJECTED", "itemCount": 1}], "delivered"),
        ("RETURNED", [{"itemStatus": "RETURNED", "itemCount": 2}], "refunded"),
        ("RETURNED", [{"itemStatus": "RETURNED", "itemCount": 1}], "refunded"),
        ("RETURNED", [{"itemStatus": "REJECTED", "itemCount": 2}], "canceled"),
        ("PARTIALLY_RETURNED", [{"itemStatus": "RETURNED", "itemCount": 1}], "delivered"),
        ("PARTIALLY_RETURNED", [{"itemStatus": "RETURNED", "itemCount": 2}], "refunded"),
        ("PICKUP", [{"itemStatus": "REJECTED", "itemCount": 1}], "delivering"),
        ("DELIVERED", [{"itemStatus": "MELTED", "itemCount": 1}], None),
        ("CANCELLED", [{"itemStatus": "REJECTED", "itemCount": 2}], "canceled"),
    ],
)
def test_details_count_units_and_the_rest_follows_the_order(status, details, wished):
    items = [{"id": 1, "offerId": "sku_1", "count": 2, "details": details}]
    report = ask_v2(Market(store(v2_order(status=status, items=items))))
    assert wanted(report) == ({"1": {"sku_1": wished}} if wished else {})


def test_details_of_one_item_tell_that_the_others_stayed():
    items = [
        {"id": 1, "offerId": "a", "count": 1, "details": [{"itemStatus": "RETURNED", "itemCount": 1}]},
        {"id": 2, "offerId": "b", "count": 1},
    ]
    report = ask_v2(Market(store(v2_order(status="PARTIALLY_RETURNED", items=items))))
    assert wanted(report) == {"1": {"a": "refunded", "b": "delivered"}}
    assert "do not tell what was returned" not in said(report)


def test_more_units_than_the_item_has_are_a_contradiction():
    items = [{"id": 1, "offerId": "a", "count": 1, "details": [{"itemStatus": "RETURNED", "itemCount": 3}]}]
    report = ask_v2(Market(store(v2_order(status="RETURNED", items=items))))
    assert "do not add up" in said(report)


def test_a_right_that_is_missing_stops_the_run_at_once():
    with pytest.raises(Denied) as caught:
        ask_v2(Market(lambda _: failing(403, "Access denied")), [str(number) for number in range(1, 300)])
    assert caught.value.exit_code == 8


def test_every_order_is_read_by_a_few_threads():
    market = Market(store(*(v2_order(number) for number in range(1, 41))))
    report = ask_v2(market, [str(number) for number in range(1, 41)])
    assert report.orders == report.requests == 40


@pytest.mark.parametrize(
    ("now", "strict", "severity", "words"),
    [
        (NOW, False, Severity.WARNING, "degrades from 2027-01-18 and ends on 2027-04-12"),
        (NOW, True, Severity.WARNING, "degrades from"),
        (datetime(2027, 2, 1, tzinfo=UTC), True, Severity.WARNING, "has degraded since 2027-01-18"),
        (datetime(2027, 4, 12, tzinfo=UTC), False, Severity.WARNING, "ended on 2027-04-12"),
        (datetime(2027, 4, 12, tzinfo=UTC), True, Severity.ERROR, "ended on 2027-04-12"),
    ],
)
def test_that_v2_ends_is_said_each_time_and_in_the_end_strictly(now, strict, severity, words):
    report = ask_v2(Market(store(v2_order())), now=now, strict=strict)
    diagnostic = report.diagnostics[0]
    assert diagnostic.severity is severity
    assert words in diagnostic.summary
    assert "api: v1" in diagnostic.advice
