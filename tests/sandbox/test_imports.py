"""orders/import: what is required, and rows A11 to A21, A30 to A32, A45, A51, A52."""

import pytest


def errors(answer):
    return [item["error"] for item in answer["result"]]


def test_an_import_stores_the_order_and_names_it(peer, order):
    server = peer()
    assert server.give(order()) == {
        "error": 0,
        "error_text": "",
        "result": [{"error": 0, "external_id": "o-1"}],
    }
    stored = server.market.order("o-1")
    assert (stored["total_price"], stored["create_time"]) == ("1000", "2026-01-02T15:04:05Z")
    assert stored["lines"][0]["status"] == "new"


def test_one_bad_order_fails_alone(peer, order):
    server = peer()
    answer = server.give(order(), order("o-2", lines=[]), order("o-3"))
    assert answer["error"] == 0
    assert answer["result"][1] == {
        "error": 400,
        "error_text": "lines: must hold at least one line",
        "external_id": "o-2",
    }
    assert [stored["external_id"] for stored in server.market.orders()] == ["o-1", "o-3"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"external_id": ...}, "external_id: is required"),
        ({"external_id": 7}, "external_id: must be a string"),
        ({"external_id": ""}, "external_id: must not be empty"),
        ({"external_id": "a\u200b"}, "external_id: must hold printable"),
        ({"endpoint": ...}, "endpoint: is required"),
        ({"endpoint": None}, "endpoint: is required"),
        ({"status": ...}, "status: is required"),
        ({"status": "lost"}, "status: no such status: 'lost'"),
        ({"total_price": ...}, "total_price: is required"),
        ({"total_price": 1000}, "total_price: must be a string"),
        ({"total_price": "1,5"}, "total_price: must be a non-negative decimal"),
        ({"total_price": "-1"}, "total_price: must be a non-negative decimal"),
        ({"delivery_cost": 5}, "delivery_cost: must be a string"),
        ({"currency": ...}, "currency: is required"),
        ({"currency": "GBP"}, "currency: 'GBP' is not configured"),
        ({"create_time": "yesterday"}, "create_time: must be an RFC 3339 time"),
        ({"create_time": 5}, "create_time: must be a string"),
        ({"update_time": "soon"}, "update_time: must be an RFC 3339 time"),
        ({"tags": "one"}, "tags: must be an array"),
        ({"tags": [1]}, "tags: must be a string"),
        ({"region": 5}, "region: must be a string"),
        ({"custom_fields": []}, "custom_fields: must be an object"),
        ({"custom_fields": {"ghost": 1}}, "custom_fields.ghost: no such custom field"),
        ({"lines": ...}, "lines: is required"),
        ({"lines": {}}, "lines: must be an array"),
        ({"matching": "stars"}, "matching: must be one of email"),
        ({"email": ...}, "matching: the key that it asks for is required"),
        ({"email": 5}, "email: must be a string"),
        ({"email": " "}, "email: must not be empty"),
        ({"matching": "phone"}, "matching: the key that it asks for is required"),
        ({"matching": "custom", "field_name": "card"}, "matching: the key that it asks for is required"),
    ],
)
def test_a_malformed_order_is_refused_with_the_key(peer, order, changes, text):
    server = peer()
    (item,) = server.give(order(**changes))["result"]
    assert item["error"] == 400
    assert item["error_text"].startswith(text)
    assert server.market.orders() == []


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"external_id": ...}, "lines[0].external_id: is required"),
        ({"status": "lost"}, "lines[0].status: no such status: 'lost'"),
        ({"product": ...}, "lines[0].product: is required, or sku instead"),
        ({"count": 0}, "lines[0].count: must be a positive whole number"),
        ({"count": "1"}, "lines[0].count: must be a whole number"),
        ({"count": 1.5}, "lines[0].count: must be a whole number"),
        ({"final_price_per_item": 900}, "lines[0].final_price_per_item: must be a string"),
        ({"final_price_per_item": "0.001"}, "lines[0].final_price_per_item: must not have more than two"),
        ({"custom_fields": {"ghost": 1}}, "lines[0].custom_fields.ghost: no such custom field"),
    ],
)
def test_a_malformed_line_is_refused_with_the_key(peer, order, line, changes, text):
    (item,) = peer().give(order(lines=[line(**changes)]))["result"]
    assert (item["error"], item["error_text"].startswith(text)) == (400, True)


def test_a_line_may_not_occur_twice(peer, order, line):
    (item,) = peer().give(order(lines=[line(), line()]))["result"]
    assert item["error_text"] == "lines[1].external_id: 'l-1' occurs twice"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "data: is required"),
        ({"data": {}}, "data: must be an array"),
        ({"data": [], "skip_triggers": 0}, "skip_triggers: must be true or false"),
        ({"data": [], "custom_fields": {}}, "custom_fields: must be an array"),
        ({"data": [], "custom_line_statuses": ""}, "custom_line_statuses: must be an array"),
    ],
)
def test_a_malformed_request_is_refused_as_a_whole(peer, body, text):
    answer = peer().call("orders/import", **body)
    assert answer == {"error": 400, "error_text": text}


def test_what_is_no_order_at_all_fails_without_an_id(peer, order):
    answer = peer().call("orders/import", data=[5, order()])
    assert answer["result"] == [
        {"error": 400, "error_text": "order: must be an object"},
        {"error": 0, "external_id": "o-1"},
    ]


@pytest.mark.parametrize("sent", ["2026-01-02", "2026-01-02 00:00:00", "2026-01-02T03:00:00.999+03:00"])
def test_every_documented_form_of_a_time_is_understood(peer, order, sent):
    server = peer()
    server.give(order(create_time=sent))
    assert server.market.order("o-1")["create_time"] == "2026-01-02T00:00:00Z"


def test_a_missing_create_time_becomes_the_servers_time_and_stays(peer, order):
    server = peer()
    server.give(order(create_time=...))
    server.clock.forward(60)
    server.give(order(create_time=...))
    assert server.market.order("o-1")["create_time"] == "2026-03-01T12:00:00Z"


def test_prices_count_and_status_of_a_line_may_be_left_out(peer, order):
    server = peer()
    server.give(order(lines=[{"external_id": "l-1", "product": "lamp"}]))
    assert server.market.order("o-1")["lines"] == [
        {"external_id": "l-1", "status": "new", "product": "lamp", "count": 1}
    ]
    assert server.listed()[0]["lines"][0]["final_price_per_item"] == "0"


@pytest.mark.parametrize(("value", "stored"), [("reject", None), ("round", "10.13"), ("truncate", "10.12")])
def test_a11_more_than_two_decimals(peer, order, value, stored):
    server = peer(A11=value)
    assert errors(server.give(order(total_price="10.125"))) == [0 if stored else 400]
    assert [kept["total_price"] for kept in server.market.orders()] == ([stored] if stored else [])


@pytest.mark.parametrize(
    ("value", "error", "status"), [("upsert", 0, "paid"), ("reject", 400, "new"), ("ignore", 0, "new")]
)
def test_a12_an_order_that_exists(peer, order, value, error, status):
    server = peer(A12=value)
    server.give(order())
    assert errors(server.give(order(status="paid"))) == [error]
    assert server.market.order("o-1")["status"] == status


def test_a13_an_id_may_be_unique_in_its_touchpoint_only(peer, order):
    server = peer()
    server.give(order())
    assert errors(server.give(order(endpoint="app"))) == [400]
    server = peer(A13="touchpoint")
    server.give(order(), order(endpoint="app"))
    server.give(order(endpoint="app", status="paid"))
    assert [(kept["endpoint"], kept["status"]) for kept in server.market.orders()] == [
        ("website", "new"),
        ("app", "paid"),
    ]


def test_a14_what_is_not_sent_again_vanishes_or_stays(peer, order, line, field):
    def written(**switches):
        server = peer(**switches)
        fields = [field(external_id=key, value_type="unicode", default_value="") for key in "ab"]
        first = order(tags=["a"], custom_fields={"a": "1"}, lines=[line(), line("l-2")])
        server.give(first, custom_fields=fields)
        server.give(order(tags=["b"], custom_fields={"b": "2"}, lines=[line("l-2")]))
        kept = server.market.order("o-1")
        return kept["tags"], kept["custom_fields"], [kept_line["external_id"] for kept_line in kept["lines"]]

    assert written(field_defaults="absent") == (["b"], {"b": "2"}, ["l-2"])
    merging = {"reimport_lines": "merge", "reimport_tags": "merge", "reimport_fields": "merge"}
    assert written(field_defaults="absent", **merging) == (["a", "b"], {"a": "1", "b": "2"}, ["l-1", "l-2"])


def test_a14_keys_that_are_left_out_are_emptied_or_kept(peer, order):
    def written(**switches):
        server = peer(**switches)
        server.give(order(tags=["a"], region="north"))
        server.give(order(delivery_cost=...))
        kept = server.market.order("o-1")
        return kept.get("tags"), kept.get("region"), kept["delivery_cost"]

    assert written() == (None, None, "0")
    assert written(reimport_absent_keys="kept") == (["a"], "north", "100")


def test_a14_null_empties_or_counts_as_left_out(peer, order):
    def written(**switches):
        server = peer(reimport_absent_keys="kept", **switches)
        server.give(order(tags=["a"], region="north"))
        server.give(order(tags=None, region=None))
        kept = server.market.order("o-1")
        return kept.get("tags"), kept.get("region")

    assert written() == (None, None)
    assert written(null_values="ignore") == (["a"], "north")


@pytest.mark.parametrize(("value", "status"), [("kept", "delivering"), ("reset", "new")])
def test_a15_a_line_sent_again_without_a_status(peer, order, line, value, status):
    server = peer(A15=value)
    server.give(order(lines=[line(status="delivering")]))
    server.give(order(lines=[line(status=...)]))
    assert server.market.order("o-1")["lines"][0]["status"] == status


def test_a16_an_order_is_moved_only_where_the_server_moves_orders(peer, order):
    server = peer()
    server.give(order())
    assert errors(server.give(order(endpoint="app"), order(email="other@example.com"))) == [400, 400]
    server = peer(move_order="move")
    server.give(order())
    before = server.market.order("o-1")["profile"]
    assert errors(server.give(order(endpoint="app", email="other@example.com"))) == [0]
    assert server.market.order("o-1")["endpoint"] == "app"
    assert server.market.order("o-1")["profile"] != before


def test_a16_an_existing_order_may_be_sent_without_its_buyer(peer, order):
    server = peer()
    server.give(order())
    before = server.market.order("o-1")["profile"]
    assert errors(server.give(order(email=..., status="paid"))) == [0]
    assert server.market.order("o-1")["profile"] == before
    server.market.set_switches({"identity_omitted": "item_error"})
    assert errors(server.give(order(email=...))) == [400]


def test_a17_a_buyer_without_a_profile(peer, order):
    server = peer(A17="without_profile")
    server.market.put(order("o-0"))
    server.give(order(), order("o-2", email="stranger@example.com"))
    assert ["profile" in listed for listed in server.listed()] == [True, True, False]
    server.market.set_switches({})
    server = peer(A17="reject")
    server.market.put(order("o-0"))
    assert errors(server.give(order(), order("o-2", email="stranger@example.com"))) == [0, 404]


@pytest.mark.parametrize(
    ("value", "error", "named"),
    [
        ("all", 0, [("o-1", 0), ("o-2", 400), ("o-3", 0)]),
        ("only_ok", 0, [("o-1", 0), ("o-3", 0)]),
        ("shuffled", 0, [("o-3", 0), ("o-2", 400), ("o-1", 0)]),
        ("none", 0, None),
        ("top_error_partial", 400, [("o-1", 0), ("o-2", 400), ("o-3", 0)]),
    ],
)
def test_a18_the_result_of_an_import(peer, order, value, error, named):
    server = peer(import_result=value)
    answer = server.give(order(), order("o-2", lines=[]), order("o-3"))
    items = answer.get("result")
    assert answer["error"] == error
    assert (items and [(item["external_id"], item["error"]) for item in items]) == named
    assert len(server.market.orders()) == 2


def test_a18_an_item_may_fail_without_a_text(peer, order):
    (item,) = peer(item_error_text="no").give(order(lines=[]))["result"]
    assert item == {"error": 400, "external_id": "o-1"}


def test_a18_a_malformed_order_may_fail_the_whole_request(peer, order):
    server = peer(malformed_order="request_error")
    answer = server.give(order(), order("o-2", total_price=5))
    assert answer == {"error": 400, "error_text": "data[1].total_price: must be a string"}
    assert server.market.orders() == []


def test_a19_one_bad_order_may_undo_the_whole_import(peer, order, status):
    server = peer(A19="all_or_nothing")
    answer = server.give(order(), order("o-2", lines=[]), custom_line_statuses=[status()])
    assert answer == {"error": 400, "error_text": "data[1].lines: must hold at least one line"}
    assert (server.market.orders(), server.market.statuses(), server.market.triggers()) == ([], [], [])
    assert not server.market.requests()[0].processed


@pytest.mark.parametrize(
    ("value", "error", "stored"), [("accepted", 0, 1), ("rejected", 400, 0), ("ignored", 0, 0)]
)
def test_a21_an_import_of_definitions_only(peer, field, value, error, stored):
    server = peer(A21=value)
    assert server.give(custom_fields=[field()])["error"] == error
    assert len(server.market.fields()) == stored


def test_a30_a_value_for_an_unknown_field(peer, order):
    bad = order("o-2", custom_fields={"ghost": 1})
    assert errors(peer().give(order(), bad)) == [0, 400]
    server = peer(A30="ignored")
    assert errors(server.give(order(), bad)) == [0, 0]
    assert "custom_fields" not in server.market.order("o-2")
    server = peer(A30="request_error")
    assert server.give(order(), bad)["error"] == 400
    assert server.market.orders() == []


def test_a31_an_unknown_status(peer, order, line):
    bad = [order("o-2", status="lost"), order("o-3", lines=[line(status="lost")])]
    assert errors(peer().give(order(), *bad)) == [0, 400, 400]
    server = peer(unknown_status="fallback_new")
    assert errors(server.give(order(), *bad)) == [0, 0, 0]
    assert server.market.order("o-2")["status"] == "new"
    assert server.market.order("o-3")["lines"][0]["status"] == "new"
    server = peer(unknown_status="top_error")
    assert server.give(order(), *bad)["error"] == 400
    assert server.market.orders() == []


def test_a31_newer_servers_know_an_order_that_is_confirmed(peer, order):
    assert errors(peer().give(order(status="confirmed"))) == [400]
    assert errors(peer(order_statuses="with_confirmed").give(order(status="confirmed"))) == [0]


def test_a32_an_unknown_product_region_or_touchpoint(peer, order, line):
    def sent(value):
        server = peer(unknown_reference=value)
        server.market.put_product("lamp", "Lamp", {"lamp-red": "Red lamp"})
        server.market.put(order("o-0", region="north"))
        red, ghost = line(product=..., sku="lamp-red"), line(product="ghost")
        bad = [order("o-3", lines=[ghost]), order("o-4", region="south"), order("o-5", endpoint="kiosk")]
        return server, server.give(order(), order("o-2", region="north", lines=[red]), *bad)

    assert errors(sent("accepted")[1]) == [0, 0, 0, 0, 0]
    assert errors(sent("item_error")[1]) == [0, 0, 404, 404, 404]
    assert sent("request_error")[1]["error"] == 404
    server, answer = sent("placeholder")
    assert errors(answer) == [0, 0, 0, 0, 0]
    assert [good["external_id"] for good in server.call("products/list")["result"]] == ["lamp", "ghost"]


def test_a32_an_unknown_currency_may_fail_the_whole_request(peer, order):
    server = peer(unknown_currency="request_error")
    assert server.give(order(), order("o-2", currency="GBP"))["error"] == 400
    assert server.market.orders() == []


@pytest.mark.parametrize(
    ("value", "stored"), [("stored", "2026-01-02T15:04:05Z"), ("server_time", "2026-03-01T12:00:00Z")]
)
def test_a42_the_servers_time_may_replace_a_create_time(peer, order, value, stored):
    server = peer(create_time_sent=value)
    server.give(order())
    assert server.market.order("o-1")["create_time"] == stored


@pytest.mark.parametrize(
    ("value", "error", "stored"), [("stored", 0, "7"), ("rejected", 400, None), ("recomputed", 0, "1000")]
)
def test_a45_a_total_that_does_not_add_up(peer, order, value, error, stored):
    server = peer(A45=value)
    assert errors(server.give(order(total_price="7"))) == [error]
    assert [kept["total_price"] for kept in server.market.orders()] == ([stored] if stored else [])


def test_a51_an_import_fires_one_trigger_an_order_unless_told_not_to(peer, order):
    server = peer()
    server.give(order(), order("o-2"), skip_triggers=True)
    assert server.market.triggers() == []
    server.give(order("o-3", status="paid"), order("o-4", lines=[]))
    assert [(fired.order, fired.line, fired.status, fired.cause) for fired in server.market.triggers()] == [
        ("o-3", None, "paid", "import")
    ]
    server = peer(A51="ignored")
    server.give(order(), skip_triggers=True)
    assert len(server.market.triggers()) == 1


@pytest.mark.parametrize(("value", "longest"), [("255", 255), ("64", 64)])
def test_a52_an_id_may_be_so_long(peer, order, line, value, longest):
    server = peer(id_length=value)
    good, bad = "x" * longest, "x" * (longest + 1)
    assert errors(server.give(order(good), order(bad), order(lines=[line(bad)]))) == [0, 400, 400]
    assert errors(peer(id_length="none").give(order("x" * 999))) == [0]


def test_a52_an_order_may_have_so_many_lines(peer, order, line):
    lines = [line(f"l-{number}") for number in range(3)]
    assert errors(peer().give(order(lines=lines))) == [0]
    assert errors(peer(lines_limit="2").give(order(lines=lines))) == [400]
    hundred = [line(f"l-{number}") for number in range(100)]
    assert errors(
        peer(lines_limit="100").give(order(lines=hundred), order("o-2", lines=[*hundred, line()]))
    ) == [0, 400]
