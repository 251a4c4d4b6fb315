import json
import re
from decimal import Decimal

import pytest

from reconciler.sandbox import Market, generate, load, seed, seed_file

GOOD = json.dumps(next(generate(1)))


def test_made_up_orders_depend_on_the_seed_alone():
    assert list(generate(20)) == list(generate(20))
    assert list(generate(20))[:5] == list(generate(5))
    assert list(generate(20)) != list(generate(20, seed=1))


def test_made_up_orders_look_like_a_shops():
    orders = list(generate(300))
    assert {order["endpoint"] for order in orders} == {"website", "app", "marketplace"}
    assert {order["status"] for order in orders} == {"new", "paid", "delivered", "canceled", "part_refunded"}
    assert {len(order["lines"]) for order in orders} == {1, 2, 3, 4}
    for order in orders:
        total = sum(Decimal(line["final_price_per_item"]) * line["count"] for line in order["lines"])
        assert Decimal(order["total_price"]) == total + Decimal(order["delivery_cost"])


def test_made_up_orders_would_be_accepted_by_the_import(peer):
    server = peer(A45="rejected")
    assert [item["error"] for item in server.give(*generate(100))["result"]] == [0] * 100


def test_a_thousand_orders_are_walked_whole(peer):
    server = peer()
    assert seed(server.market, generate(1000)) == 1000
    walked = [order["external_id"] for page in server.walk(limit=300) for order in page["result"]]
    assert walked == [order["external_id"] for order in generate(1000)]


@pytest.mark.parametrize("form", ["body", "list", "lines", "jsonl", "one"])
def test_orders_are_read_from_every_form_of_file(tmp_path, form):
    orders = list(generate(1 if form == "one" else 3))
    lines = "".join(json.dumps(order) + "\n\n" for order in orders)
    texts = {"body": json.dumps({"data": orders}), "list": json.dumps(orders), "one": json.dumps(orders[0])}
    path = tmp_path / ("orders.jsonl" if form == "jsonl" else "orders.json")
    path.write_text(texts.get(form, lines))
    assert list(load(path)) == orders


def test_a_files_definitions_are_stored_too(tmp_path, field, status):
    path = tmp_path / "import.json"
    body = {"custom_fields": [field()], "custom_line_statuses": [status()], "data": list(generate(2))}
    path.write_text(json.dumps(body))
    market = Market(":memory:")
    assert seed_file(market, path) == 2
    assert (market.fields(), market.statuses(), len(market.orders())) == ([field()], [status()], 2)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", '{"data": [\n{]}', "a.json:2: not JSON"),
        ("a.jsonl", f"{GOOD}\n{{\n", "a.jsonl:2: not JSON"),
        ("a.jsonl", f"{GOOD}\n5\n", "a.jsonl:2: an order must be an object"),
        ("a.json", "[5]", "a.json: data[0]: an order must be an object"),
        ("a.json", '"x"', "a.json: must hold orders"),
        ("a.json", '{"data": {}}', "a.json: data must be an array"),
        ("a.json", '[{"external_id": "o-1"}]', "a.json: order 'o-1': endpoint: is required"),
        ("a.json", '{"custom_fields": 5, "data": []}', "a.json: custom_fields must be an array"),
        ("a.json", "\xff", "a.json: is not UTF-8"),
    ],
)
def test_a_file_that_holds_no_orders_is_refused_with_the_place(tmp_path, name, text, said):
    path = tmp_path / name
    path.write_text(text, encoding="latin-1")
    market = Market(":memory:")
    with pytest.raises(ValueError, match=re.escape(said)):
        seed_file(market, path)
    assert market.orders() == []
