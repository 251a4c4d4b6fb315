"""orders/list: the documented shape, and rows A6 to A10, A29, A42 to A44, A46 to A50."""

import pytest


def ids(answers):
    return [[order["external_id"] for order in answer["result"]] for answer in answers]


@pytest.fixture
def shop(peer, order, line):
    """A function that starts a server with five orders, created a minute apart."""

    def start(**switches):
        server = peer(**switches)
        for number in range(1, 6):
            server.market.put(order(f"o-{number}", create_time=f"2026-01-02T15:0{number}:00Z"))
        return server

    return start


def test_a_listed_order_looks_as_documented(peer, order, line):
    server = peer()
    server.give(
        order(tags=["one", "two"], region="north", custom_fields={}, lines=[line(min_price_per_item="300")])
    )
    (listed,) = server.listed()
    profile = listed.pop("profile")
    assert set(profile) == {"profile_id", "xxh"}
    assert listed == {
        "external_id": "o-1",
        "endpoint": "website",
        "tags": ["one", "two"],
        "status": "new",
        "delivery_cost": "10000",
        "total_price": "100000",
        "currency": "RUB",
        "custom_fields": {},
        "region": "north",
        "lines": [
            {
                "external_id": "l-1",
                "product": "lamp",
                "base_price_per_item": "95000",
                "min_price_per_item": "30000",
                "final_price_per_item": "90000",
                "count": 1,
                "custom_fields": {},
                "currency": "RUB",
            }
        ],
        "create_time": "2026-01-02T15:04:05Z",
        "update_time": "2026-03-01T12:00:00Z",
    }


def test_neither_email_nor_telephone_is_ever_answered_or_stored(peer, order):
    server = peer()
    server.give(order(), order("o-2", matching="phone", phone="+79990000000", email=...))
    seen = f"{server.listed()}{server.market.orders()}{server.market.requests()}"
    assert "johndoe" not in seen
    assert "7999" not in seen


def test_the_same_buyer_has_the_same_profile_under_every_mode_of_matching(peer, order):
    server = peer()
    server.give(order(), order("o-2", matching="email_sub"), order("o-3", email="other@example.com"))
    first, second, third = (listed["profile"] for listed in server.listed())
    assert first == second != third


def test_orders_are_listed_by_creation_and_by_touchpoint(shop, order):
    server = shop()
    server.market.put(order("o-0", endpoint="app"))
    assert ids([server.call("orders/list")]) == [["o-1", "o-2", "o-3", "o-4", "o-5", "o-0"]]
    assert ids([server.call("orders/list", endpoint="app")]) == [["o-0"]]


@pytest.mark.parametrize(
    ("value", "pages", "last_cursor"),
    [
        ("empty_page", [["o-1", "o-2"], ["o-3", "o-4"], ["o-5"], []], ""),
        ("no_cursor_on_last", [["o-1", "o-2"], ["o-3", "o-4"], ["o-5"]], None),
        ("empty_cursor", [["o-1", "o-2"], ["o-3", "o-4"], ["o-5"]], ""),
    ],
)
def test_a6_the_list_ends_as_switched(shop, value, pages, last_cursor):
    answers = shop(A6=value).walk()
    assert ids(answers) == pages
    assert answers[-1].get("next_from_id") == last_cursor


def test_a6_the_cursor_may_be_kept_forever(shop):
    answers = shop(A6="same_cursor_forever").walk(pages=5)
    assert ids(answers) == [["o-1", "o-2"], ["o-3", "o-4"], ["o-5"], []]
    assert answers[-1]["next_from_id"] == answers[-2]["next_from_id"]
    answers = shop(A6="last_page_forever").walk(pages=5)
    assert ids(answers) == [["o-1", "o-2"], ["o-3", "o-4"], ["o-5"], ["o-4", "o-5"], ["o-4", "o-5"]]
    assert answers[-1]["next_from_id"] == answers[-2]["next_from_id"]


@pytest.mark.parametrize("cursor", ["x", "b3JkZXJzOng", "cHJvZHVjdDox", "b3JkZXJzOi0x"])
def test_a_cursor_that_no_page_gave_is_refused(shop, cursor):
    answer = shop().call("orders/list", from_id=cursor)
    assert (answer["error"], answer["error_text"]) == (400, "from_id: is not a cursor of this list")


@pytest.mark.parametrize("limit", [0, -1, "2", 1.5, True])
def test_a_limit_must_be_a_positive_whole_number(shop, limit):
    answer = shop().call("orders/list", limit=limit)
    assert answer["error"] == 400
    assert answer["error_text"].startswith("limit:")


def test_a7_a_page_holds_100_orders_by_default_and_1000_at_most(peer, order):
    server = peer()
    server.market.put_all(order(f"o-{number}") for number in range(1001))
    assert len(server.listed()) == 100
    assert len(server.listed(limit=5000)) == 1000
    server.market.set_switches({"limit_over_maximum": "reject"})
    assert server.call("orders/list", limit=1001)["error"] == 400


def test_a7_pages_may_be_shorter_than_asked(shop):
    assert ids(shop(short_pages="yes").walk(limit=4)) == [["o-1", "o-2"], ["o-3", "o-4"], ["o-5"], []]


def test_a8_rows_may_be_repeated_on_the_next_page(shop):
    server = shop(A8="duplicates")
    assert ids(server.walk(limit=3)) == [["o-1", "o-2", "o-3"], ["o-3", "o-4", "o-5"], []]
    assert ids(server.walk(limit=1)) == [["o-1"], ["o-2"], ["o-3"], ["o-4"], ["o-5"], []]


def test_a8_an_order_written_during_the_walk_may_move_to_its_end(shop):
    server = shop(A8="moving")
    first = server.call("orders/list", limit=3)
    server.say("o-1", "l-1", "delivered")
    second = server.call("orders/list", limit=3, from_id=first["next_from_id"])
    assert ids([first, second]) == [["o-1", "o-2", "o-3"], ["o-4", "o-5", "o-1"]]


def test_a8_rows_may_shift_under_the_walk(shop, order):
    server = shop(A8="shifting")
    first = server.call("orders/list", limit=2)
    server.market.put(order("o-6"))
    second = server.call("orders/list", limit=2, from_id=first["next_from_id"])
    assert ids([first, second]) == [["o-5", "o-4"], ["o-4", "o-3"]]
    server.market.remove("o-6")
    server.market.remove("o-5")
    third = server.call("orders/list", limit=2, from_id=first["next_from_id"])
    assert ids([third]) == [["o-2", "o-1"]]


def test_a9_a_listed_line_has_no_status_unless_switched(peer, order, line):
    server = peer()
    server.market.put(order(lines=[line(status="delivering")]))
    assert "status" not in server.listed()[0]["lines"][0]
    server.market.set_switches({"A9": "shown"})
    assert server.listed()[0]["lines"][0]["status"] == "delivering"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("scaled", ["90050", "10000"]),
        ("unscaled", ["900.50", "100"]),
        ("decimals", ["900.50", "100.00"]),
        ("numbers", [90050, 10000]),
    ],
)
def test_a10_amounts_are_written_as_switched(peer, order, value, shown):
    server = peer(A10=value)
    server.market.put(order(total_price="900.5"))
    (listed,) = server.listed()
    assert [listed["total_price"], listed["delivery_cost"]] == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("typed", {"slot": 2, "fragile": True, "note": "x"}),
        ("strings", {"slot": "2", "fragile": "true", "note": "x"}),
        ("enum_names", {"slot": "evening", "fragile": True, "note": "x"}),
    ],
)
def test_a29_values_of_fields_are_written_as_switched(peer, order, field, value, shown):
    server = peer(A29=value)
    fields = [
        field(),
        field(external_id="fragile", value_type="bool", default_value=False),
        field(external_id="note", value_type="unicode", default_value=""),
    ]
    server.give(order(custom_fields={"slot": "evening", "fragile": True, "note": "x"}), custom_fields=fields)
    assert server.listed()[0]["custom_fields"] == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("rfc3339", "2026-01-02T15:04:05Z"),
        ("milliseconds", "2026-01-02T15:04:05.000Z"),
        ("space", "2026-01-02 15:04:05"),
        ("offset", "2026-01-02T18:04:05+03:00"),
        ("date_only", "2026-01-02"),
    ],
)
def test_a42_times_are_written_as_switched(peer, order, value, shown):
    server = peer(time_format=value)
    server.market.put(order())
    assert server.listed()[0]["create_time"] == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("absent", {"custom_fields": {}, "delivery_cost": "0"}),
        ("empty", {"tags": [], "region": "", "custom_fields": {}, "delivery_cost": "0"}),
        ("null", {"tags": None, "region": None, "custom_fields": None, "delivery_cost": None}),
    ],
)
def test_a43_what_is_unset_is_written_as_switched(peer, order, value, shown):
    server = peer(A43=value)
    server.market.put(order(delivery_cost=...))
    (listed,) = server.listed()
    keys = ("tags", "region", "custom_fields", "delivery_cost")
    assert {key: listed[key] for key in keys if key in listed} == shown


def test_a44_tags_may_be_sorted(peer, order):
    server = peer()
    server.market.put(order(tags=["b", "a", "b"]))
    assert server.listed()[0]["tags"] == ["b", "a", "b"]
    server.market.set_switches({"A44": "sorted"})
    assert server.listed()[0]["tags"] == ["a", "b"]


def test_a46_a_minimum_price_of_zero_may_be_left_out(peer, order):
    server = peer()
    server.market.put(order())
    assert server.listed()[0]["lines"][0]["min_price_per_item"] == "0"
    server.market.set_switches({"A46": "absent"})
    assert "min_price_per_item" not in server.listed()[0]["lines"][0]


def test_a47_a_sku_may_come_back_as_a_product(peer, order, line):
    server = peer()
    server.market.put(order(lines=[line(product=..., sku="lamp-red")]))
    assert server.listed()[0]["lines"][0]["sku"] == "lamp-red"
    server.market.set_switches({"A47": "product"})
    assert server.listed()[0]["lines"][0]["product"] == "lamp-red"


def test_a48_answers_may_hold_unknown_keys(peer, order):
    server = peer(A48="yes")
    server.market.put(order())
    answer = server.call("orders/list")
    assert answer["server_version"] == "sandbox"
    assert "loyalty" in answer["result"][0]
    assert "discounts" in answer["result"][0]["lines"][0]


def test_a49_a_touchpoint_may_be_hidden(peer, order):
    server = peer()
    server.market.put_all([order(), order("o-2", endpoint="marketplace")])
    assert len(server.listed()) == 2
    server.market.set_switches({"A49": "hidden"})
    assert [listed["external_id"] for listed in server.listed()] == ["o-1"]
    assert server.call("orders/get_status", external_id="o-2")["error"] == 404
    assert server.say("o-2", "l-1", "delivered")["error"] == 404
    assert server.give(order("o-2", endpoint="marketplace"))["result"][0]["error"] == 400
    server.market.set_switches({"A49": "forbidden"})
    assert [listed["external_id"] for listed in server.listed()] == ["o-1"]
    assert server.call("orders/get_status", external_id="o-2")["error"] == 403
    assert server.say("o-2", "l-1", "delivered")["error"] == 403
    assert server.give(order("o-3", endpoint="marketplace"))["result"][0]["error"] == 403


@pytest.mark.parametrize(("value", "lag"), [("none", 0), ("1", 1), ("3", 3)])
def test_a50_the_list_lags_behind_writes_by_so_many_walks(peer, order, value, lag):
    server = peer(A50=value)
    server.market.put(order())
    server.give(order(status="paid"), order("o-9"))
    walks = [
        [(listed["external_id"], listed["status"]) for listed in server.listed()] for _ in range(lag + 1)
    ]
    assert walks == [[("o-1", "new")]] * lag + [[("o-1", "paid"), ("o-9", "new")]]


def test_a50_the_pages_of_one_walk_count_as_one_read(shop, order):
    server = shop(A50="1")
    server.give(order("o-5", status="paid"))
    stale, fresh = server.walk(), server.walk()
    assert stale[2]["result"][0]["status"] == "new"
    assert fresh[2]["result"][0]["status"] == "paid"


def test_a50_a_touch_is_seen_at_once(shop, order):
    server = shop(A50="3")
    server.give(order("o-1", status="paid"))
    server.market.touch("o-1", status="delivered")
    assert server.listed()[0]["status"] == "delivered"


def test_a50_get_status_lags_too(shop, order):
    server = shop(A50="1")
    server.give(order("o-1", status="paid"), order("o-9"))
    seen = [server.call("orders/get_status", external_id="o-1")["result"]["status"] for _ in range(2)]
    assert seen == ["new", "paid"]
    assert [server.call("orders/get_status", external_id="o-9")["error"] for _ in range(2)] == [404, 0]
