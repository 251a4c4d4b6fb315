"""update_order_line_status and get_status; rows A35 to A39, and when update_time moves."""

from itertools import pairwise

import pytest


@pytest.fixture
def shop(peer, order, line):
    """A function that starts a server with one order of two lines."""

    def start(**switches):
        server = peer(**switches)
        server.market.put(order(lines=[line(), line("l-2")]))
        return server

    return start


def statuses(server):
    order = server.market.order("o-1")
    return order["status"], [line["status"] for line in order["lines"]]


def test_an_update_moves_one_line_echoes_and_fires_a_trigger(shop):
    server = shop()
    assert server.say("o-1", "l-2", "delivering") == {
        "data": {
            "order_external_id": "o-1",
            "order_line_external_id": "l-2",
            "status_external_id": "delivering",
        },
        "error": 0,
        "error_text": "Successful operation",
    }
    assert statuses(server) == ("new", ["new", "delivering"])
    (fired,) = server.market.triggers()
    assert (fired.order, fired.line, fired.status, fired.cause) == ("o-1", "l-2", "delivering", "update")


def test_a_custom_status_can_be_said_once_it_exists(shop, status):
    server = shop()
    assert server.say("o-1", "l-1", "packed")["error"] == 400
    server.give(custom_line_statuses=[status()])
    assert server.say("o-1", "l-1", "packed")["error"] == 0
    assert statuses(server)[1] == ["packed", "new"]


@pytest.mark.parametrize("missing", ["order_external_id", "order_line_external_id", "status_external_id"])
def test_all_three_ids_are_required(shop, missing):
    ids = {"order_external_id": "o-1", "order_line_external_id": "l-1", "status_external_id": "delivered"}
    server = shop()
    answer = server.call("orders/update_order_line_status", **{**ids, missing: None})
    assert answer == {"error": 400, "error_text": f"{missing}: is required"}
    answer = server.call("orders/update_order_line_status", **{**ids, missing: 5})
    assert answer == {"error": 400, "error_text": f"{missing}: must be a string"}
    assert server.market.triggers() == []


def test_a31_an_unknown_status_said_of_a_line(shop):
    assert shop().say("o-1", "l-1", "lost")["error"] == 400
    server = shop(unknown_status="fallback_new")
    assert server.say("o-1", "l-1", "lost")["error"] == 0
    assert statuses(server)[1][0] == "new"


def test_a35_the_orders_status_may_follow_its_lines(shop, order, line):
    server = shop()
    for line_id in ("l-1", "l-2"):
        server.say("o-1", line_id, "delivered")
    assert statuses(server)[0] == "new"
    server = shop(A35="recomputed")
    seen = []
    for line_id, status in (
        ("l-1", "delivered"),
        ("l-2", "delivered"),
        ("l-2", "refunded"),
        ("l-1", "canceled"),
    ):
        server.say("o-1", line_id, status)
        seen.append(statuses(server)[0])
    assert seen == ["new", "delivered", "part_refunded", "part_refunded"]
    server.give(order(lines=[line(status="canceled")]))
    assert statuses(server) == ("canceled", ["canceled"])


def test_a36_final_statuses_may_be_locked(shop, order, line):
    server = shop()
    assert [server.say("o-1", "l-1", status)["error"] for status in ("canceled", "new")] == [0, 0]
    server = shop(A36="terminal_locked")
    assert [server.say("o-1", "l-1", status)["error"] for status in ("canceled", "canceled", "new")] == [
        0,
        0,
        400,
    ]
    (item,) = server.give(order(lines=[line(status="new"), line("l-2")]))["result"]
    assert item == {"error": 400, "error_text": "lines[0].status: 'canceled' is final", "external_id": "o-1"}


def test_a37_an_update_to_the_same_status(shop):
    server = shop()
    assert server.say("o-1", "l-1", "new")["error"] == 0
    assert len(server.market.triggers()) == 1
    server = shop(A37="error")
    assert server.say("o-1", "l-1", "new")["error"] == 400
    assert server.market.triggers() == []


@pytest.mark.parametrize(("value", "moved"), [("yes", True), ("no", False)])
def test_a37_update_time_after_a_write_that_changes_nothing(peer, order, value, moved):
    server = peer(touch_on_same=value)
    server.give(order())
    times = [server.market.order("o-1")["update_time"]]
    for write in (lambda: server.say("o-1", "l-1", "new"), lambda: server.give(order())):
        server.clock.forward(60)
        write()
        times.append(server.market.order("o-1")["update_time"])
    assert (len(set(times)) == 3) is moved


@pytest.mark.parametrize(("value", "error"), [("404", 404), ("400", 400), ("echo", 0)])
def test_a38_an_update_of_what_does_not_exist(shop, value, error):
    server = shop(A38=value)
    assert server.say("o-1", "l-9", "delivered")["error"] == error
    assert server.say("o-9", "l-1", "delivered")["error"] == error
    assert server.market.triggers() == []


def test_get_status_finds_an_order_by_either_id(shop):
    server = shop()
    found = {"error": 0, "error_text": "", "result": {"endpoint": "website", "status": "new"}}
    assert server.call("orders/get_status", external_id="o-1") == found
    assert server.call("orders/get_status", id=1) == found
    assert server.call("orders/get_status", id=2**80)["error"] == 404
    assert server.call("orders/get_status")["error_text"] == "external_id: is required, or id instead"
    assert server.call("orders/get_status", external_id=5)["error"] == 400


def test_a39_the_result_of_get_status_may_be_an_array(shop):
    answer = shop(get_status_result="array").call("orders/get_status", external_id="o-1")
    assert answer["result"] == [{"endpoint": "website", "status": "new"}]


def test_a39_an_unknown_order_asked_for_its_status(shop):
    assert shop().call("orders/get_status", external_id="o-9")["error"] == 404
    assert shop(get_status_unknown="400").call("orders/get_status", external_id="o-9")["error"] == 400
    answer = shop(get_status_unknown="empty_array").call("orders/get_status", external_id="o-9")
    assert answer == {"error": 0, "error_text": "", "result": []}


def test_update_time_moves_to_now_or_at_least_by_a_second(peer, order):
    server = peer()
    server.give(order())
    times = []
    for status in ("processing", "delivering"):
        server.say("o-1", "l-1", status)
        times.append(server.market.order("o-1")["update_time"])
    server.clock.forward(60.9)
    server.say("o-1", "l-1", "delivered")
    times.append(server.market.order("o-1")["update_time"])
    assert times == ["2026-03-01T12:00:01Z", "2026-03-01T12:00:02Z", "2026-03-01T12:01:00Z"]


@pytest.mark.parametrize(
    ("value", "moved"),
    [("lines_too", [True, True]), ("imports_only", [False, True]), ("never", [False, False])],
)
def test_update_time_moves_at_the_writes_that_are_switched(shop, order, line, value, moved):
    server = shop(update_time_moves=value)
    times = [server.market.order("o-1")["update_time"]]
    server.say("o-1", "l-1", "delivered")
    times.append(server.market.order("o-1")["update_time"])
    server.give(order(status="paid"))
    times.append(server.market.order("o-1")["update_time"])
    assert [after > before for before, after in pairwise(times)] == moved
