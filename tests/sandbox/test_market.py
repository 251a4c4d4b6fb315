import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.sandbox import Market


def test_reading_makes_no_file_and_finds_an_empty_market(peer, tmp_path):
    path = tmp_path / "deep" / "market.db"
    server = peer(path)
    assert server.call("orders/list") == {"error": 0, "error_text": "", "next_from_id": "", "result": []}
    assert server.call("orders/get_status", external_id="o-1")["error"] == 404
    market = server.market
    assert (market.orders(), market.fields(), market.statuses(), market.requests(), market.triggers()) == (
        [],
    ) * 5
    market.reset()
    assert not path.parent.exists()


def test_the_first_write_makes_the_file_and_its_folder(peer, order, tmp_path):
    path = tmp_path / "deep" / "market.db"
    peer(path).give(order())
    assert [stored["external_id"] for stored in Market(path).orders()] == ["o-1"]


def test_a_market_outlives_its_server(peer, order, line, tmp_path):
    path = tmp_path / "market.db"
    first = peer(path)
    first.give(order())
    first.say("o-1", "l-1", "delivering")
    first.market.close()
    second = peer(path)
    assert second.market.order("o-1")["lines"][0]["status"] == "delivering"
    assert [logged.method for logged in second.market.requests()] == [
        "orders/import",
        "orders/update_order_line_status",
    ]
    assert len(second.market.triggers()) == 2


def test_a_file_that_was_deleted_meanwhile_is_begun_anew(peer, order, tmp_path):
    path = tmp_path / "market.db"
    server = peer(path)
    server.give(order())
    path.unlink()
    assert server.market.orders() == []
    server.give(order("o-2"))
    assert [stored["external_id"] for stored in server.market.orders()] == ["o-2"]


def test_a_file_that_is_no_market_is_left_alone(tmp_path):
    text, database = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("these are notes, and not few of them: " * 100)
    with pytest.raises(ValueError, match=r"notes\.txt cannot be used as a sandbox file"):
        Market(text).orders()
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(ValueError, match="is a database, but not a sandbox's"):
        Market(database).orders()


def test_a_server_on_a_file_that_is_no_market_is_not_made(peer, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, and not few of them: " * 100)
    with pytest.raises(ValueError, match="cannot be used as a sandbox file"):
        peer(path)


def test_switches_kept_in_the_file_are_obeyed_and_a_servers_own_win(peer, order, tmp_path):
    path = tmp_path / "market.db"
    market = Market(path)
    market.set_switches({"A9": "shown", "A10": "numbers"})
    market.put(order())
    assert market.switches() == {"line_status": "shown", "amounts": "numbers"}
    assert peer(path).listed()[0]["lines"][0]["status"] == "new"
    own = peer(path, A10="decimals")
    assert own.listed()[0]["total_price"] == "1000.00"
    assert own.market.switches() == {"line_status": "shown", "amounts": "decimals"}
    market.set_switches({})
    assert "status" not in peer(path).listed()[0]["lines"][0]


def test_an_unknown_switch_is_refused_when_the_server_is_made(peer):
    with pytest.raises(ValueError, match="did you mean 'amounts'"):
        peer(amount="numbers")


def test_what_a_market_gives_can_be_put_into_another(peer, order, line):
    server = peer()
    sent = order(
        tags=["a"], region="north", lines=[line(status="delivering"), line("l-2", product=..., sku="s")]
    )
    server.give(sent)
    other = Market(":memory:")
    other.put_all(server.market.orders())
    assert other.orders() == server.market.orders()


def test_a_touch_changes_an_order_silently(peer, order, line):
    server = peer()
    server.market.put(order(lines=[line(), line("l-2")], update_time="2026-01-03T00:00:00Z"))
    server.market.touch("o-1", status="paid", lines={"l-2": "canceled"}, total_price="7.5", tags=["vip"])
    stored = server.market.order("o-1")
    assert (stored["status"], stored["total_price"], stored["tags"]) == ("paid", "7.50", ["vip"])
    assert [kept["status"] for kept in stored["lines"]] == ["new", "canceled"]
    assert stored["update_time"] == "2026-03-01T12:00:00Z"
    assert (server.market.requests(), server.market.triggers()) == ([], [])
    server.market.touch("o-1")
    assert server.market.order("o-1")["update_time"] == "2026-03-01T12:00:01Z"


def test_a_wrong_touch_is_refused(order):
    market = Market(":memory:")
    market.put(order())
    with pytest.raises(KeyError):
        market.touch("o-9", status="paid")
    with pytest.raises(KeyError):
        market.touch("o-1", lines={"l-9": "new"})
    with pytest.raises(ValueError, match="an order has no key 'price'"):
        market.touch("o-1", price="5")
    with pytest.raises(ValueError, match="total_price: must be a string"):
        market.touch("o-1", total_price=5)


def test_orders_are_put_all_or_none(order, field, status):
    market = Market(":memory:")
    with pytest.raises(ValueError, match="order 'o-2': lines: is required"):
        market.put_all([order(), order("o-2", lines=...)], fields=[field()], statuses=[status()])
    assert (market.orders(), market.fields(), market.statuses()) == ([], [], [])
    with pytest.raises(ValueError, match="value_type: must be one of"):
        market.put_field(field(value_type="text"))
    with pytest.raises(ValueError, match="type: must be one of"):
        market.put_status(status(type="lost"))


def test_an_order_can_be_removed(order):
    market = Market(":memory:")
    market.put(order())
    market.remove("o-1")
    assert market.orders() == []
    with pytest.raises(KeyError):
        market.remove("o-1")
    with pytest.raises(KeyError):
        market.order("o-1")


def test_a_reset_empties_everything(peer, order, field):
    server = peer()
    server.give(order(), custom_fields=[field()])
    server.market.set_switches({"A9": "shown"})
    server.market.reset()
    market = server.market
    assert (market.orders(), market.fields(), market.requests(), market.triggers()) == ([],) * 4
    assert market.switches() == {}
    server.give(order())
    assert server.market.requests()[0].seq == 1


def test_the_log_says_what_every_request_named(peer, order, field, status):
    server = peer()
    server.give(order(), order("o-2", lines=[]), custom_fields=[field()], custom_line_statuses=[status()])
    server.say("o-1", "l-1", "packed")
    server.say("o-9", "l-1", "packed")
    server.call("orders/get_status", external_id="o-1")
    server.call("orders/list")
    assert [
        (logged.seq, logged.method.removeprefix("orders/"), logged.ids, logged.definitions, logged.status)
        for logged in server.market.requests()
    ] == [
        (1, "import", ("o-1", "o-2"), ("custom_field/order/slot", "line_status/packed"), None),
        (2, "update_order_line_status", ("o-1", "l-1"), (), "packed"),
        (3, "update_order_line_status", ("o-9", "l-1"), (), "packed"),
        (4, "get_status", ("o-1",), (), None),
        (5, "list", (), (), None),
    ]
    assert [(logged.error, logged.processed) for logged in server.market.requests()] == [
        (0, True),
        (0, True),
        (404, False),
        (0, True),
        (0, True),
    ]


def test_products_and_their_skus_are_listed_by_name(peer):
    server = peer()
    server.market.put_product("lamp", "Lamp", {"lamp-red": "Red lamp"})
    server.market.put_product("mat", "Mat")
    answer = server.call("products/list", limit=1)
    assert answer["result"] == [
        {"name": "Lamp", "external_id": "lamp", "sku": [{"name": "Red lamp", "external_id": "lamp-red"}]}
    ]
    following = server.call("products/list", from_id=answer["next_from_id"])
    assert following["result"] == [{"name": "Mat", "external_id": "mat"}]
    assert server.call("products/list", from_id=following["next_from_id"])["result"] == []
    assert server.call("sku/list")["result"] == [{"name": "Red lamp", "external_id": "lamp-red"}]


def test_two_servers_on_one_file_see_each_others_writes(peer, order, tmp_path):
    path = tmp_path / "market.db"
    first, second = peer(path), peer(path)
    first.give(order())
    second.say("o-1", "l-1", "delivered")
    assert first.market.order("o-1")["lines"][0]["status"] == "delivered"
    assert [found.name for found in tmp_path.iterdir()] == ["market.db"]


@pytest.mark.parametrize("name", [":memory:", "market.db"])
def test_requests_from_several_threads_are_carried_out_one_after_another(peer, order, line, tmp_path, name):
    server = peer(name if name == ":memory:" else tmp_path / name)
    lines = [f"l-{number}" for number in range(20)]
    server.market.put(order(lines=[line(line_id) for line_id in lines]))
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda line_id: server.say("o-1", line_id, "delivered"), lines))
    assert {answer["error"] for answer in answers} == {0}
    assert {kept["status"] for kept in server.market.order("o-1")["lines"]} == {"delivered"}
    assert sorted(fired.line or "" for fired in server.market.triggers()) == sorted(lines)
