"""What no longer counts outvotes nothing, and what sources dispute is said by no import either."""

import json
from typing import Any

import pytest

from tests.cli.shop import STATUSES, Ended, Shop, bare_order, states
from tests.cli.test_market_source import LIMITS, NUMBER, changes, source, stock

LINE = f"order_line/{NUMBER}/sku1"
TABLE = {
    "name": "table",
    "type": "table",
    "path": "../table.csv",
    "hold": "once",
    "columns": {"order": "order", "line": "line", "status": "status"},
}


@pytest.fixture
def followed(shop: Shop) -> Shop:
    stock(shop.market, sku1="processing", sku2="processing")
    shop.settle_in(rest=LIMITS)
    shop.declare(source())
    return shop


def table(shop: Shop, *rows: str, **keys: object) -> None:
    (shop.root / "table.csv").write_text("\n".join(["order,line,status", *rows]) + "\n")
    shop.declare(json.dumps({"order_sources": [{**TABLE, **keys}]}), "table.yaml")


def full(order: int, endpoint: str = "yandex") -> str:
    lines = [
        {
            "external_id": line,
            "product": line,
            "count": 1,
            "base_price_per_item": "10",
            "min_price_per_item": "10",
            "final_price_per_item": "10",
        }
        for line in ("sku1", "sku2")
    ]
    words = {
        "external_id": str(order),
        "matching": "email",
        "email": "john.canary@example.com",
        "endpoint": endpoint,
        "status": "paid",
        "total_price": "20",
        "currency": "RUB",
        "lines": lines,
    }
    return json.dumps({"orders": [words]})


def after(shop: Shop, where: str = LINE, *arguments: str) -> object:
    change: dict[str, Any] = changes(shop, *arguments)[where]
    return change["fields"][0]["after"]


def test_an_entry_that_is_over_outvotes_no_source(followed: Shop):
    followed.declare(states(str(NUMBER), "expires: 2020-01-01", sku1="canceled"), "entry.yaml")
    assert after(followed) == "delivering"
    assert "manifest entries win" not in followed.plan().out
    assert "expired and ignored" not in followed.plan().err


def test_a_table_that_was_not_asked_for_outvotes_no_source(followed: Shop):
    table(followed, f"{NUMBER},sku1,canceled")
    assert changes(followed)[LINE]["action"] == "withhold"
    assert after(followed, LINE, "--exclude-origin", "source:table") == "delivering"
    assert after(followed, LINE, "--exclude-origin", "manifests/table.yaml") == "delivering"
    assert "matches no file" not in followed.plan("--exclude-origin", "manifests/table.yaml").out
    assert after(followed, LINE, "--origin", "manifests/table.yaml") == "canceled"


def test_a_wish_that_is_done_still_outvotes_what_it_outvoted(followed: Shop):
    followed.declare("custom_fields: []\n")
    table(followed, f"{NUMBER},sku1,refunded")
    followed.declare(states(str(NUMBER), "hold: once", sku1="delivered"), "entry.yaml")
    for _ in range(3):
        assert followed.apply().code == 0
    assert followed.updates() == [(str(NUMBER), "sku1", "delivered")]


def test_what_a_live_source_said_once_is_not_said_again_after_it_was_silent(followed: Shop):
    followed.declare(source(hold="once"))
    assert followed.apply().code == 0
    sent = len(followed.updates())
    followed.market.yandex.progress(NUMBER, "DRONE")
    assert followed.apply().code == 0
    assert followed.apply().code == 0
    followed.market.yandex.progress(NUMBER, "DELIVERY")
    assert followed.apply().code == 0
    assert len(followed.updates()) == sent


def test_a_report_without_a_time_does_not_make_an_older_one_new(followed: Shop):
    followed.market.yandex.progress(NUMBER, "DELIVERED")
    assert followed.apply().code == 0
    followed.market.set_switches({"yandex_update_date": "absent"})
    assert followed.apply().code == 0
    followed.market.yandex.progress(NUMBER, "DELIVERY")
    assert changes(followed) == {}


def test_no_import_says_what_sources_dispute(followed: Shop):
    table(followed, f"{NUMBER + 1},sku1,canceled")
    followed.market.yandex.put(
        {"orderId": NUMBER + 1, "status": "DELIVERED", "items": [{"offerId": "sku1"}, {"offerId": "sku2"}]}
    )
    followed.declare(source(updated_within="366d"))
    followed.declare(full(NUMBER + 1), "full.yaml")
    found = changes(followed)[f"order/{NUMBER + 1}"]
    assert (found["action"], found["why"]) == ("withhold", "conflicting")
    assert "sources disagree" in str(found["reason"])
    (followed.root / "manifests" / "table.yaml").unlink()
    assert changes(followed)[f"order/{NUMBER + 1}"]["action"] == "create"


def test_an_order_that_is_made_at_another_endpoint_follows_no_source_of_this_one(followed: Shop):
    followed.market.yandex.put(
        {"orderId": NUMBER + 1, "status": "DELIVERED", "items": [{"offerId": "sku1"}, {"offerId": "sku2"}]}
    )
    followed.declare(source(updated_within="366d"))
    followed.declare(full(NUMBER + 1, "website"), "full.yaml")
    found = changes(followed)[f"order/{NUMBER + 1}"]
    assert found["action"] == "create"
    assert found["says"] == {}


def whole(shop: Shop, *rows: str, name: str = "whole") -> None:
    (shop.root / f"{name}.csv").write_text("\n".join(["order,status", *rows]) + "\n")
    words = {
        **TABLE,
        "name": name,
        "path": f"../{name}.csv",
        "columns": {"order": "order", "status": "status"},
    }
    shop.declare(json.dumps({"order_sources": [words]}), f"{name}.yaml")


def test_a_table_of_whole_orders_disputes_the_lines_that_others_speak_of(followed: Shop):
    whole(followed, f"{NUMBER},canceled")
    found = changes(followed)
    assert {each["why"] for each in found.values()} == {"conflicting"}
    assert "canceled" in str(found[LINE]["reason"])
    whole(followed, f"{NUMBER},delivering")
    assert {each["action"] for each in changes(followed).values()} == {"update"}


def test_two_tables_clash_where_one_speaks_of_the_whole_order(followed: Shop):
    followed.declare("custom_fields: []\n")
    whole(followed, f"{NUMBER},canceled")
    table(followed, f"{NUMBER},sku1,delivered")
    ended = followed.plan()
    assert ended.code == 4
    assert "table.csv:2" in ended.err
    assert "whole.csv:2" in ended.err


def test_of_an_order_in_a_state_that_is_skipped_nothing_is_wanted_whatever_its_units_are(followed: Shop):
    followed.market.yandex.progress(NUMBER, "PARTIALLY_RETURNED", units="DELIVERED_TO_BUYER")
    followed.declare(source(statuses={"PARTIALLY_RETURNED": "skip"}))
    assert changes(followed) == {}


def elsewhere(shop: Shop, priority: int = 0) -> None:
    """Let a source follow an endpoint at which this order is not."""
    shop.declare(source(updated_within="366d", endpoint="site", priority=priority))


def test_a_source_of_another_endpoint_disputes_nothing(followed: Shop):
    table(followed, f"{NUMBER},sku1,delivered")
    elsewhere(followed)
    assert after(followed) == "delivered"
    assert "of orders at another endpoint: 1 lines of source:market" in followed.plan().out


def test_a_source_of_another_endpoint_outvotes_no_lower_one(followed: Shop):
    table(followed, f"{NUMBER},sku1,delivered")
    elsewhere(followed, priority=10)
    ended = followed.plan()
    assert after(followed) == "delivered"
    assert "sources of higher priority win" not in ended.out


def test_of_an_order_that_is_made_elsewhere_the_lower_source_speaks(followed: Shop):
    followed.market.yandex.put(
        {"orderId": NUMBER + 1, "status": "DELIVERED", "items": [{"offerId": "sku1"}, {"offerId": "sku2"}]}
    )
    table(followed, f"{NUMBER + 1},sku1,processing", priority=-1)
    followed.declare(source(updated_within="366d"))
    followed.declare(full(NUMBER + 1, "website"), "full.yaml")
    assert changes(followed)[f"order/{NUMBER + 1}"]["says"] == {"sku1": "processing"}


@pytest.mark.parametrize("late", [False, True])
def test_an_entry_in_between_and_a_new_name_do_not_make_an_older_report_new(followed: Shop, *, late: bool):
    followed.market.yandex.progress(NUMBER, "DELIVERED")
    assert followed.apply().code == 0
    followed.declare(states(str(NUMBER), "hold: always", sku1="refunded", sku2="refunded"), "entry.yaml")
    assert followed.apply("--allow-reopen").code == 0
    (followed.root / "manifests" / "entry.yaml").unlink()
    followed.declare(source(name="bazaar"))
    at = "2026-01-02T00:00:00Z" if late else "2025-12-31T00:00:00Z"
    items = [{"offerId": "sku1"}, {"offerId": "sku2"}]
    followed.market.yandex.put({"orderId": NUMBER, "status": "CANCELLED", "items": items, "updateDate": at})
    assert bool(changes(followed, "--allow-reopen")) is late


def test_two_tables_that_want_one_line_from_unlike_statuses_are_an_error_naming_both_rows(followed: Shop):
    followed.declare("custom_fields: []\n")
    for name, allowed in (("one", "processing"), ("two", "delivering|processing"), ("three", "")):
        (followed.root / f"{name}.csv").write_text(
            f"order,line,status,from\n{NUMBER},sku1,delivered,{allowed}\n"
        )

    def declared(*names: str, priority: int = 0) -> Ended:
        columns = {"order": "order", "line": "line", "status": "status", "from": "from"}
        same: dict[str, object] = {**TABLE, "columns": columns}
        tables = [{**same, "name": each, "path": f"../{each}.csv"} for each in names]
        tables[0]["priority"] = priority
        followed.declare(json.dumps({"order_sources": tables}), "tables.yaml")
        return followed.plan()

    ended = declared("one", "two")
    assert ended.code == 4
    assert "delivered from delivering or processing" in ended.err
    assert "delivered from processing in one.csv:2" in ended.err
    assert "two.csv:2" in ended.err
    assert declared("three", "two").code == 4
    assert declared("one", "two", priority=1).code == 0


def test_a_live_source_that_agrees_with_a_row_wants_the_line_from_anywhere(followed: Shop):
    (followed.root / "rows.csv").write_text(f"order,line,status,from\n{NUMBER},sku1,delivering,canceled\n")
    columns = {"order": "order", "line": "line", "status": "status", "from": "from"}
    for hold in ("once", "always"):
        rows = {**TABLE, "path": "../rows.csv", "columns": columns, "hold": hold}
        followed.declare(json.dumps({"order_sources": [rows]}), "table.yaml")
        assert changes(followed)[LINE]["action"] == "update"


@pytest.mark.parametrize("shown", ["hidden", "shown"])
@pytest.mark.parametrize("hold", ["once", "always"])
@pytest.mark.parametrize("whole_order", [False, True])
def test_a_live_source_is_heard_again_after_a_correction_is_done_once_it_has_news(
    followed: Shop, hold: str, shown: str, *, whole_order: bool
):
    followed.market.set_switches({"line_status": shown})
    followed.declare(source(hold=hold, statuses={"PICKUP": "packed"}))
    followed.declare(STATUSES, "statuses.yaml")
    entry = states(str(NUMBER), "hold: once", sku1="processing", sku2="new")
    if whole_order:
        entry = f'orders:\n  - {{external_id: "{NUMBER}", hold: once, line_status: processing}}\n'
    followed.declare(entry, "entry.yaml")
    table(followed, f"{NUMBER},sku1,refunded", priority=-1)

    def said() -> list[str]:
        return [status for _, line, status in followed.updates() if line == "sku1"]

    def settle() -> list[str]:
        for _ in range(3):
            assert followed.apply("--allow-permanent", "9").code == 0
        return said()

    before = settle()
    assert before in ([], ["processing"])
    assert "manifest entries win over source:market for 2 lines" in followed.plan().out
    followed.market.yandex.progress(NUMBER, "PICKUP")
    assert "win over source:market" not in followed.plan().out
    assert settle() == [*before, "packed"]
    followed.market.yandex.progress(NUMBER, "DELIVERED")
    assert settle() == [*before, "packed", "delivered"]


def test_after_a_correction_is_done_a_source_that_says_things_once_does_not_pull_back(followed: Shop):
    followed.market.set_switches({"line_status": "shown"})
    followed.declare(source(hold="once"))
    followed.declare(states(str(NUMBER), "hold: once", sku1="new"), "entry.yaml")
    assert followed.apply().code == 0
    followed.market.yandex.progress(NUMBER, "PICKUP")
    assert followed.apply().code == 0
    sent = followed.updates()
    followed.market.put({**bare_order(str(NUMBER), sku1="new", sku2="new"), "endpoint": "yandex"})
    assert followed.apply().code == 0
    assert followed.updates() == sent
