"""state: what is remembered, vouched for and forgotten, as a user types it."""

import json

import pytest

from tests.cli.shop import STATUSES, TOKEN, bare_order, listed, served, states
from tests.cli.test_market_source import NUMBER, source, stock

DEFINITIONS = (
    "custom_fields:\n"
    "  - {external_id: slot, name: Slot, entity_type: order, value_type: int, default_value: 1}\n" + STATUSES
)


@pytest.fixture
def lost(shop):
    """A line whose answer was lost, and one that was confirmed."""
    shop.stock("1", l1="new", l2="new")
    shop.declare(STATUSES + states("1", l1="packed", l2="delivered"))
    shop.strike(("orders/update_order_line_status", 1, "reset_after"))
    assert shop.apply().code == 9
    return shop


# ------------------------------------------------------------------ list and show


def test_an_empty_record_says_so_and_makes_no_file(shop):
    ended = shop.run("state", "list")

    assert (ended.code, ended.err) == (0, "")
    assert "Nothing is remembered." in ended.out
    assert ended.last.startswith("Remembered: 0 (0 recorded, 0 declared, 0 observed)")
    assert not (shop.root / ".reconciler").exists()


def test_what_is_unsettled_stands_first_with_its_run_and_reason(lost):
    text = lost.run("state", "list").out

    assert text.index("Unsettled") < text.index("Line statuses") < text.index("Order lines")
    assert "order_line/1/l1  packed\n" in text
    assert "sent in run 1 on " in text
    assert "the connection was cut" in text
    assert (
        "Remembered: 2 (2 recorded, 0 declared, 0 observed), of which 0 released. 1 done once, 1 unsettled."
        in text
    )


def test_the_list_as_json_tells_how_each_item_is_known(lost):
    first, *rest = lost.run("state", "list", "-o", "json").json["items"]

    assert first["address"] == "order_line/1/l1"
    assert (first["unsettled"]["run"], first["unsettled"]["wanted"], first["how"]) == (1, "packed", None)
    assert [(each["address"], each["how"], each["run"], each["done_once"]) for each in rest] == [
        ("line_status/packed", "recorded", 1, None),
        ("order_line/1/l2", "recorded", 1, "delivered"),
    ]


def test_a_released_definition_is_marked(shop):
    shop.declare(DEFINITIONS)
    shop.apply()
    shop.declare(STATUSES)
    shop.apply()

    assert "[released]" in shop.run("state", "list", "custom_field/*").out
    assert "of which 1 released" in shop.run("state", "list").last


def test_globs_choose_what_is_listed(lost):
    chosen = lost.run("state", "list", "line_status/*", "*/l2", "-o", "json").json

    assert listed(chosen["items"]) == ["line_status/packed", "order_line/1/l2"]
    assert "Nothing like that is remembered." in lost.run("state", "list", "nothing/*").out


def test_one_item_is_shown_whole_with_its_writes(lost):
    text = lost.run("state", "show", "order_line/1/l2").out
    document = lost.run("state", "show", "order_line/1/l1", "-o", "json").json

    assert "said      delivered" in text
    assert "recorded in run 1 on " in text
    assert "update  " in text.split("Writes")[1]
    assert document["item"]["unsettled"]["run"] == 1
    assert document["baseline"]["seen"] is not None
    assert [(each["outcome"], each["after"]) for each in document["writes"]] == [("lost", "packed")]


def test_an_unknown_item_gets_the_nearest_and_a_wrong_address_the_form(lost):
    unknown = lost.run("state", "show", "order_line/1/l3")
    wrong = lost.run("state", "show", "order_lines/1/l1", "-o", "json")

    assert unknown.code == 1
    assert 'did you mean "order_line/1/l' in unknown.err
    assert (wrong.code, wrong.json["item"]) == (64, None)
    assert "start with one of custom_field" in wrong.err


# ------------------------------------------------------------------ adopt


def test_definitions_are_adopted_without_a_request_and_are_kept_by_the_next_plan(shop):
    shop.declare(DEFINITIONS)

    ended = shop.run("state", "adopt", "*")

    assert ended.code == 0
    assert ended.last == "Adopted: 2 adopted, 0 known already, 0 left out, 0 refused. Nothing was sent."
    assert shop.market.requests() == []
    plan = shop.plan()
    assert "No changes known. 2 of 2 cannot be read: declared." in plan.out or "recorded" in plan.out
    assert "2 unchanged (0 observed, 0 recorded, 2 declared)" in plan.last
    again = shop.run("state", "adopt", "custom_field/*", "line_status/packed")
    assert (again.code, again.last[:42]) == (0, "Adopted: 0 adopted, 2 known already, 0 lef")


def test_the_first_run_on_a_server_that_hides_line_statuses_adopts_them_at_the_users_word(shop):
    shop.stock("1", l1="packed", l2="delivered")
    shop.declare(STATUSES + states("1", "expires: 2099-01-01", l1="packed", l2="delivered"))

    assert shop.run("state", "adopt", "*").code == 0

    assert shop.writes() == 0
    assert "0 to update" in shop.plan().last
    assert "3 declared" in shop.plan().last


def test_a_later_touch_of_an_adopted_line_shows_as_stale(shop):
    shop.stock("1", l1="packed")
    shop.declare(STATUSES + states("1", "expires: 2099-01-01", l1="packed"))
    shop.run("state", "adopt", "*")

    assert "stale" not in shop.plan().last
    shop.market.touch("1", region="north")
    assert "1 stale" in shop.plan().last


def test_what_the_target_contradicts_is_refused_by_name_and_the_rest_is_adopted(shop):
    shop.market.set_switches({"A9": "shown"})
    shop.stock("1", l1="packed", l2="new")
    shop.declare(STATUSES + states("1", l1="packed", l2="packed", l3="packed"))
    shop.declare(states("2", l1="packed"), "other.yaml")

    document = shop.run("state", "adopt", "order_line/*", "-o", "json").json

    assert (document["exit_code"], listed(document["adopted"])) == (3, ["order_line/1/l1"])
    assert {each["address"]: each["reason"].split(";")[0].split(" (")[0] for each in document["refused"]} == {
        "order_line/1/l2": "the target shows new, and the manifest says packed",
        "order_line/1/l3": "the order has no such line",
        "order_line/2/l1": "the target does not show this order",
    }


def test_nothing_to_adopt_is_an_error_with_a_hint(shop):
    shop.declare(STATUSES)

    nothing = shop.run("state", "adopt", "line_status/pakced")
    order = shop.run("state", "adopt", "order/1")

    assert (nothing.code, order.code) == (1, 1)
    assert "line_status/pakced: nothing of that address is declared and in force" in nothing.out
    assert "an order can be read, so there is nothing to vouch for" in order.out


def test_an_entry_for_every_line_is_expanded_from_what_was_read(shop):
    shop.stock("1", l1="packed", l2="packed")
    shop.declare(STATUSES + 'orders:\n  - {external_id: "1", line_status: packed, hold: once}\n')

    one = shop.run("state", "adopt", "order_line/1/l2", "-o", "json").json
    both = shop.run("state", "adopt", "order_line/1/*", "-o", "json").json

    assert listed(one["adopted"]) == ["order_line/1/l2"]
    assert listed(both["adopted"]) == ["order_line/1/l1"]


def test_adopting_what_is_unsettled_settles_it_as_done(lost):
    ended = lost.run("state", "adopt", "order_line/1/l1")

    assert "(it was unsettled, and counts as done)" in ended.out
    assert "0 unsettled" in lost.run("state", "list").last
    story = lost.run("runs", "show", "1", "-o", "json").json["writes"]
    assert [(each["outcome"], each["settled_by"]) for each in story if each["address"].endswith("l1")] == [
        ("done", "adopt")
    ]
    assert lost.apply().code == 0
    assert [line for _, line, _ in lost.updates()] == ["l1", "l2"]


def test_an_adoption_is_a_run_of_its_own(shop):
    shop.declare(STATUSES)
    shop.run("state", "adopt", "*")

    (only,) = shop.run("runs", "list", "-o", "json").json["runs"]
    assert (only["command"], only["exit_code"], only["summary"]) == (
        "state adopt",
        0,
        {"adopted": 1, "refused": 0},
    )


def test_a_definition_recorded_with_another_type_cannot_be_adopted(shop):
    shop.declare(STATUSES)
    shop.apply()
    shop.declare(STATUSES.replace("in_process", "delivered"))

    ended = shop.run("state", "adopt", "line_status/packed")

    assert ended.code == 1
    assert "type was said otherwise in run 1 and no import changes it" in ended.out


def test_adopting_one_line_hides_no_touch_from_the_others(shop):
    shop.stock("1", l1="new", l2="new")
    shop.declare(STATUSES + states("1", "expires: 2099-01-01", l1="packed"))
    shop.apply()
    shop.market.touch("1", region="north")
    shop.declare(STATUSES + states("1", "expires: 2099-01-01", l1="packed", l2="delivered"))

    ended = shop.run("state", "adopt", "order_line/1/l2")

    assert "was touched since its last write; its lines stay stale" in ended.err
    assert "2 stale" in shop.plan().last


# ------------------------------------------------------------------ forget


def test_what_is_forgotten_is_said_again_and_the_unsettled_is_left_alone(lost):
    ended = lost.run("state", "forget", "order_line/*")

    assert ended.code == 3
    assert ended.last == "Forgotten: 1 forgotten, 1 left alone. Nothing was sent."
    assert "state forget --unsettled" in ended.err
    assert "order_line/1/l2  status: ? → delivered" in lost.plan().out


def test_forgetting_what_is_unsettled_touches_nothing_else_and_says_that_it_will_be_said_again(lost):
    ended = lost.run("state", "forget", "--unsettled", "*", "-o", "json")

    assert (ended.code, ended.json["forgotten"]) == (0, ["order_line/1/l1"])
    assert "the next plan says them again" in ended.err
    assert "1 to update" in lost.plan().last
    assert lost.apply().code == 0
    assert [line for _, line, _ in lost.updates()] == ["l1", "l2", "l1"]


def test_a_pattern_that_means_nothing_is_named_beside_those_that_do(shop):
    shop.declare(STATUSES)
    shop.apply()

    ended = shop.run("state", "forget", "line_status/*", "line_statuses/*", "-o", "json")

    assert (ended.code, ended.json["forgotten"]) == (3, ["line_status/packed"])
    assert ended.json["diagnostics"][0]["summary"] == "nothing is remembered like line_statuses/*"
    assert "nothing is remembered like line_statuses/*" in ended.err


def test_adopting_needs_no_token_that_writes(shop):
    shop.stock("1", l1="new")
    shop.declare(states("1", l1="delivered"))
    with served(shop.root / "market.db", token=TOKEN) as url:
        shop.settle_in(url, read_token_env="READ")
        assert shop.run("state", "adopt", "order_line/*", READ=TOKEN).code == 0
        assert shop.writes() == 0


def test_forgetting_nothing_is_an_error(shop):
    shop.declare(STATUSES)
    shop.apply()

    assert shop.run("state", "forget", "order_line/*").code == 1
    assert shop.run("state", "forget", "--unsettled", "*").code == 1
    assert "Remembered: 1 " in shop.run("state", "list").last


def test_a_lost_import_of_an_order_is_read_again_once_it_is_forgotten(shop):
    shop.declare("orders:\n" + _full_order())
    shop.settle_in(skip_triggers=False)
    shop.strike(("orders/import", 1, "reset_after"), ("orders/list", 2, "error_403"))
    ended = shop.apply()
    assert ended.code == 9
    assert "reconciler resume" in ended.err

    assert shop.run("state", "adopt", "order/9").code == 1
    assert shop.run("state", "forget", "--unsettled", "order/9").code == 0
    assert shop.apply().code == 0
    assert len(shop.market.orders()) == 1


def _full_order():
    order = bare_order("9", l1="new")
    return f"  - {json.dumps(order)}\n"


# ------------------------------------------------------------------ all of them


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["list"], 0),
        (["show", "order_line/1/l1"], 0),
        (["show", "order_line/1/none"], 1),
        (["adopt", "order/1"], 1),
        (["adopt", "*"], 0),
        (["forget", "none"], 1),
        (["forget", "*"], 3),
        (["forget"], 64),
        (["list", "-t", "nowhere"], 64),
        (["show", "--frob", "x"], 64),
    ],
)
def test_stdout_is_one_document_of_the_same_keys_whatever_happens(lost, words, code):
    ended = lost.run("state", *words, "-o", "json", "--color", "always", "-v")

    assert ended.code == code
    assert ended.json["exit_code"] == code
    assert ended.json["command"] == f"state {words[0]}"
    keys = {"list": "items", "show": "item", "adopt": "adopted", "forget": "forgotten"}
    assert keys[words[0]] in ended.json


# ------------------------------------------------------------------ live sources


@pytest.fixture
def followed(shop):
    stock(shop.market, sku1="delivering", sku2="processing")
    stock(shop.market, NUMBER + 1, theirs="DELIVERED", sku1="new")
    shop.market.put({**bare_order(str(NUMBER + 1), sku1="new"), "endpoint": "site"})
    shop.declare(source(updated_within="366d", missing="note"))
    return shop


def test_what_only_a_live_source_wants_is_adopted_with_the_time_of_its_report(followed):
    ended = followed.run("state", "adopt", f"order_line/{NUMBER}/sku1")
    assert ended.code == 0, ended.err
    assert "1 adopted" in ended.out
    assert followed.writes() == 0
    followed.market.yandex.put(
        {
            "orderId": NUMBER,
            "status": "PROCESSING",
            "items": [{"offerId": "sku1"}],
            "updateDate": "2025-12-31",
        }
    )
    assert "reported earlier than what was applied last: 1 lines" in followed.plan().out


def test_what_a_live_source_says_of_orders_elsewhere_or_unknown_is_not_adopted(followed):
    followed.market.yandex.put({"orderId": 5, "status": "DELIVERED", "items": [{"offerId": "sku1"}]})
    ended = followed.run("state", "adopt", "order_line/*")
    assert ended.code == 0, ended.err
    assert "of orders at another endpoint" in ended.out + ended.err
    assert "as their source expects of some" in ended.out + ended.err
    named = followed.run("state", "adopt", f"order_line/{NUMBER + 1}/sku1")
    assert named.code == 1
    assert "of orders at another endpoint" in named.out


def test_a_dispute_is_not_adopted(followed):
    (followed.root / "rows.csv").write_text(f"order,line,status\n{NUMBER},sku1,refunded\n")
    columns = {"order": "order", "line": "line", "status": "status"}
    rows = {"name": "rows", "type": "table", "path": "../rows.csv", "hold": "once", "columns": columns}
    followed.declare(json.dumps({"order_sources": [rows]}), "rows.yaml")
    ended = followed.run("state", "adopt", f"order_line/{NUMBER}/sku1")
    assert ended.code == 1
    assert "sources disagree" in ended.out


def test_a_source_that_cannot_be_asked_stops_an_adoption_of_lines_alone(followed):
    followed.declare(source("http://127.0.0.1:9", token_env="MARKET_KEY"))
    followed.declare(STATUSES + states(str(NUMBER), sku1="delivering"), "more.yaml")
    key = {"MARKET_KEY": "k"}
    assert followed.run("state", "adopt", "line_status/*", **key).code == 0
    ended = followed.run("state", "adopt", "order_line/*", **key)
    assert ended.code == 1
    assert "source:market could not be read" in ended.err
    without = ("--exclude-origin", "source:market")
    assert followed.run("state", "adopt", "order_line/*", *without, **key).code == 0
