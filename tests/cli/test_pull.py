"""`pull`: what the target has in use, as manifests of which a plan has nothing to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from reconciler.project.landing import Text, write
from reconciler.project.stop import Stop
from reconciler.sandbox import Market
from reconciler.stages.rewrite import Merged
from tests.cli.shop import EMAIL, STATUSES, TOKEN, Shop, bare_order, served, states

PULLED = re.compile(r"Pulled: \d+ custom fields, \d+ line statuses, \d+ orders\. \d+ reads, 0 writes\.")
ONE_PER_ORDER = "limits: {max_order_share: null}\n"


def field(
    external_id: str, value_type: str, default: Any, entity: str = "order", **more: Any
) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "name": external_id,
        "entity_type": entity,
        "value_type": value_type,
        "default_value": default,
        "required": False,
        **more,
    }


FIELDS = [
    field("slot", "enum", 1, enum_values={"morning": 1, "evening": 2}),
    field("note", "unicode", "-"),
    field("day", "date", "2026-01-01"),
    field("weight", "float", 0.5, "line_order"),
    field("gift", "bool", False, "line_order"),
]
PACKED = {"external_id": "packed", "name": "Packed", "type": "in_process"}


def stocked(shop: Shop, order: str, values: dict[str, Any], of_line: dict[str, Any], **changes: Any) -> None:
    """Put an order with field values into the market, which knows all the fields."""
    whole = {**bare_order(order, l1="packed"), "custom_fields": values, **changes}
    whole["lines"][0]["custom_fields"] = of_line
    shop.market.put_all([whole], fields=FIELDS, statuses=[PACKED])


@pytest.fixture
def used(shop: Shop) -> Shop:
    """A market that shows statuses and has two orders with values; nothing is declared."""
    shop.market.set_switches({"line_status": "shown", "field_defaults": "absent"})
    stocked(shop, "1", {"slot": 2, "note": "by the door", "day": "2026-02-03"}, {"weight": 1.5, "gift": True})
    stocked(shop, "2", {"note": "12"}, {"weight": 2})
    shop.settle_in(rest=ONE_PER_ORDER)
    return shop


def pulled_text(shop: Shop, name: str = "pulled.yaml") -> str:
    return (shop.root / "manifests" / name).read_text()


def nothing_to_do(shop: Shop, *arguments: str) -> None:
    plan = shop.plan("--detailed-exitcode", *arguments)
    assert plan.code == 0, plan.out + plan.err
    assert "0 to create, 0 to update, 0 to ensure (0 permanent), 0 to release, 0 withheld." in plan.last
    assert " 0 requests" in plan.last
    assert shop.writes() == 0


# ------------------------------------------------------------------ what is in use


def test_what_is_in_use_becomes_external_entries_with_types_inferred_from_all_values(used: Shop):
    ended = used.run("pull")
    assert ended.code == 0, ended.err
    assert ended.last == "Pulled: 5 custom fields, 1 line statuses, 0 orders. 2 reads, 0 writes."
    assert pulled_text(used).partition("custom_fields:\n")[2] == (
        '  - external_id: "gift"\n'
        "    entity_type: line_order\n"
        "    value_type: bool  # inferred from 1 order\n"
        "    external: true\n"
        "    # name, default, required and members cannot be read: Market > Settings, custom fields\n"
        '  - external_id: "weight"\n'
        "    entity_type: line_order\n"
        "    value_type: float  # inferred from 2 orders\n"
        "    external: true\n"
        "    # name, default, required and members cannot be read: Market > Settings, custom fields\n"
        '  - external_id: "day"\n'
        "    entity_type: order\n"
        "    value_type: date  # inferred from 1 order\n"
        "    external: true\n"
        "    # name, default, required and members cannot be read: Market > Settings, custom fields\n"
        '  - external_id: "note"\n'
        "    entity_type: order\n"
        "    value_type: unicode  # inferred from 2 orders\n"
        "    external: true\n"
        "    # name, default, required and members cannot be read: Market > Settings, custom fields\n"
        '  - external_id: "slot"\n'
        "    entity_type: order\n"
        "    value_type: int  # inferred from 1 order; the members of a list (enum) look the same\n"
        "    external: true\n"
        "    # name, default, required and members cannot be read: Market > Settings, custom fields\n"
        "\n"
        "custom_line_statuses:\n"
        '  - external_id: "packed"  # seen on lines of 2 orders\n'
        "    external: true\n"
        "    # name and type cannot be read: Market > Settings, statuses of order items\n"
    )
    nothing_to_do(used)
    assert used.run("fmt", "--check").code == 0
    assert used.run("validate").last == "Valid: yes. 0 errors, 0 warnings."


def test_a_second_pull_changes_nothing_and_a_new_field_is_put_behind_the_others(used: Shop):
    used.run("pull")
    mine = pulled_text(used).replace('"gift"', "'gift'   # mine").replace("# What", "#  What")
    used.declare(mine, "pulled.yaml")
    again = used.run("pull")
    assert again.last == "Pulled: 0 custom fields, 0 line statuses, 0 orders. 2 reads, 0 writes."
    assert "Nothing that is in use is missing" in again.out
    assert pulled_text(used) == mine
    used.market.put_all(
        [{**bare_order("3", l1="new"), "custom_fields": {"late": "x"}}],
        fields=[field("late", "unicode", "-")],
    )
    assert used.run("pull").code == 0
    added = (
        '  - external_id: "late"\n    entity_type: order\n    value_type: unicode  # inferred from 1 order\n'
        "    external: true\n"
        "    # name, default, required and members cannot be read: Market > Settings, custom fields\n"
    )
    assert pulled_text(used) == mine.replace("\n\ncustom_line", f"\n{added}\ncustom_line")
    nothing_to_do(used)


def test_what_is_declared_anywhere_is_not_written_again(used: Shop):
    used.declare("custom_fields:\n  - {external_id: slot, entity_type: order, external: true}\n")
    used.declare("custom_line_statuses:\n  - {external_id: packed, external: true}\n", "more.yaml")
    assert used.run("pull").last.startswith("Pulled: 4 custom fields, 0 line statuses, 0 orders.")
    assert '"slot"' not in pulled_text(used)
    nothing_to_do(used)


def test_where_statuses_are_hidden_it_is_said_and_none_is_made_up(used: Shop):
    used.market.set_switches({"line_status": "hidden", "field_defaults": "absent"})
    ended = used.run("pull")
    assert "note: the target shows no status of a line" in ended.err
    assert "# The target shows no status of a line, so line statuses in use cannot be seen:" in pulled_text(
        used
    )
    assert "custom_line_statuses" not in pulled_text(used)
    nothing_to_do(used)


def test_a_type_that_the_values_do_not_tell_is_a_comment_that_says_where_to_look(shop: Shop):
    shop.market.set_switches({"field_values": "strings", "field_defaults": "absent"})
    stocked(shop, "1", {"slot": 2, "day": "2026-02-03"}, {"weight": 1.5, "gift": True})
    assert shop.run("pull").code == 0
    text = pulled_text(shop)
    assert "value_type: int" not in text
    assert "value_type: date  # inferred from 1 order" in text
    told = "# value_type: text in 1 order, all of it could be something else as well\n"
    assert text.count(told) == 3
    nothing_to_do(shop)


def test_one_id_of_unlike_types_is_told_and_no_type_is_said(shop: Shop):
    shop.market.set_switches({"field_defaults": "absent"})
    whole = {**bare_order("1", l1="new"), "custom_fields": {"size": 4}}
    whole["lines"][0]["custom_fields"] = {"size": "tall"}
    shop.market.put_all(
        [whole], fields=[field("size", "int", 1), field("size", "unicode", "-", "line_order")]
    )
    shop.run("pull")
    text = pulled_text(shop)
    assert not re.search(r"^ +value_type", text, re.MULTILINE)
    assert (
        "# value_type: unicode in 1 order here, int as a field of order: one id, so look which it is" in text
    )
    assert "# value_type: int in 1 order here, unicode as a field of line_order: one id" in text
    assert shop.run("validate").last == "Valid: yes. 0 errors, 0 warnings."
    nothing_to_do(shop)


def test_an_inferred_type_that_later_values_contradict_is_said_anew_and_a_persons_is_named(used: Shop):
    used.run("pull")
    before = pulled_text(used)
    assert "value_type: unicode  # inferred from 2 orders" in before
    mine = before.replace("date  # inferred from 1 order", "int  # I know")
    was = "float  # inferred from 2 orders; the members"
    mine = mine.replace("unicode  # inferred from 2 orders", was)
    used.declare(mine, "pulled.yaml")
    ended = used.run("pull")
    assert ended.code == 0
    assert "~ custom_field/order/note  value_type" in ended.out
    assert "pulled.yaml:" in ended.err
    assert "custom_field/order/day is declared as int, and its values are text in 1 order" in ended.err
    assert pulled_text(used) == mine.replace(was, "unicode  # inferred from 2 orders")


# ------------------------------------------------------------------ showing, and stopping


def test_check_and_diff_write_nothing(used: Shop):
    shown = used.run("pull", "--diff")
    assert shown.code == 0
    assert "+++ manifests/pulled.yaml pulled" in shown.out
    assert '+  - external_id: "slot"' in shown.out
    assert PULLED.fullmatch(shown.last)
    assert used.run("pull", "--check").code == 1
    assert not (used.root / "manifests").exists()
    used.run("pull")
    assert used.run("pull", "--check", "--diff").code == 0


def test_json_has_one_shape_however_it_ends(used: Shop):
    document = used.run("pull", "-o", "json").json
    assert document["summary"] == {
        "custom_fields": 5, "line_statuses": 1, "orders": 0, "orders_seen": 2, "reads": 2, "writes": 0,
    }  # fmt: skip
    assert document["files"] == ["manifests/pulled.yaml"]
    assert document["entries"][0] == {
        "address": "custom_field/line_order/gift", "file": "manifests/pulled.yaml", "new": True,
        "external": True, "value_type": "bool", "orders": 1, "edited": [],
    }  # fmt: skip
    assert document["written"] is document["complete"] is True
    stopped = used.run("pull", "-o", "json", "--into", "elsewhere.yaml")
    assert stopped.code == 64
    assert stopped.json.keys() == document.keys()
    assert stopped.json["complete"] is False


def test_a_walk_that_breaks_off_writes_nothing(used: Shop):
    used.settle_in(page_size=1, rest=ONE_PER_ORDER)
    used.strike(("orders/list", 2, "error_404"))
    ended = used.run("pull", "-o", "json")
    assert ended.code == 1
    assert "the target could not be read to its end" in ended.err
    assert "nothing was written" in ended.err
    assert (ended.json["complete"], ended.json["entries"]) == (False, [])
    assert not (used.root / "manifests").exists()


@pytest.mark.parametrize("text", ["custom_fields: [\n", "custom_fields: [{external_id: slot, typ: x}]\n"])
def test_manifests_that_are_not_sound_are_left_alone(used: Shop, text: str):
    used.declare(text)
    used.declare("custom_fields: []\n", "pulled.yaml")
    ended = used.run("pull")
    assert ended.code == 4
    assert "manifests/shop.yaml:" in ended.err
    assert pulled_text(used, "shop.yaml") == text
    assert pulled_text(used) == "custom_fields: []\n"


def test_a_file_that_was_changed_meanwhile_or_has_appeared_is_left_alone(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_text("mine: 1\n")
    merged = {"a.yaml": Merged("new: 1\n", changed=True)}
    for before in (b"old: 1\n", None):
        with pytest.raises(Stop, match="changed while the target was read"):
            write([Text("a.yaml", path, before)], merged)
    assert path.read_text() == "mine: 1\n"
    assert [each.name for each in tmp_path.iterdir()] == ["a.yaml"]


# ------------------------------------------------------------------ where it goes


def test_into_names_another_file_that_a_plan_reads(used: Shop):
    assert used.run("pull", "--into", "manifests/deep/fields.yaml").code == 0
    assert '"slot"' in pulled_text(used, "deep/fields.yaml")
    nothing_to_do(used)


@pytest.mark.parametrize(
    "into", ["elsewhere.yaml", "manifests/fields.json", "manifests/.hidden/a.yaml", "../a.yaml"]
)
def test_a_file_that_no_plan_would_read_is_wrong_usage(used: Shop, into: str):
    ended = used.run("pull", "--into", into)
    assert ended.code == 64
    assert f"--into {into}" in ended.err
    assert not (used.root / "manifests").exists()


@pytest.mark.parametrize(
    ("manifests", "file"),
    [
        ("[conf]", "conf/pulled.yaml"),
        ("['conf/*/*.yaml', 'more/**/*.yml', 'extra']", "extra/pulled.yaml"),
        ("['conf/*.yaml']", "conf/pulled.yaml"),
        ("[all.yaml]", "all.yaml"),
    ],
)
def test_new_entries_go_where_the_settings_look(used: Shop, manifests: str, file: str):
    used.settle_in(rest=f"{ONE_PER_ORDER}manifests: {manifests}\n")
    ended = used.run("pull")
    assert ended.code == 0, ended.err
    assert '"slot"' in (used.root / file).read_text()


def test_a_place_that_cannot_be_written_is_named(used: Shop):
    used.declare("custom_fields: []\n", "a.yaml")
    ended = used.run("pull", "--into", "manifests/a.yaml/b.yaml")
    assert ended.code == 1
    assert "manifests/a.yaml/b.yaml: error: cannot be written" in ended.err


def test_with_several_targets_the_entries_are_for_the_one_that_was_read(used: Shop):
    other = Market(used.root / "other.db")
    other.put_all(
        [{**bare_order("1", l1="new"), "custom_fields": {"late": "x"}}],
        fields=[field("late", "unicode", "-")],
    )
    other.close()
    (used.root / "reconciler.yaml").write_text(
        "version: 1\ntargets:\n  shop: {url: 'sandbox:market.db'}\n  other: {url: 'sandbox:other.db'}\n"
    )
    assert used.run("pull", "-t", "shop").code == 0
    assert "\ntargets: [shop]\ncustom_fields:\n" in pulled_text(used)
    nothing_to_do(used, "-t", "shop")
    assert used.run("pull", "-t", "other").code == 0
    assert '\n---\ntargets: [other]\ncustom_fields:\n  - external_id: "late"\n' in pulled_text(used)
    nothing_to_do(used, "-t", "shop")
    nothing_to_do(used, "-t", "other")


def test_the_token_that_only_reads_is_enough(used: Shop):
    with served(used.root / "market.db", token=TOKEN) as url:
        used.settle_in(url, read_token_env="READ", token_env="WRITE", rest=ONE_PER_ORDER)
        assert used.run("pull", READ=TOKEN).code == 0
        assert used.run("pull", READ="wrong").code == 8
        assert used.run("pull").code == 8


# ------------------------------------------------------------------ orders


def test_orders_are_declared_as_they_are_shown_and_nothing_personal(used: Shop):
    ended = used.run("pull", "--orders", "1", "--orders", "order/9*")
    assert ended.last == "Pulled: 5 custom fields, 1 line statuses, 1 orders. 2 reads, 0 writes."
    assert "--orders 'order/9*' means no order that the target shows" in ended.err
    assert "an order lives on" in ended.err
    assert pulled_text(used).partition("\norders:\n")[2] == (
        '  - external_id: "1"\n'
        "    endpoint: site\n"
        "    status: new\n"
        '    total_price: "900"\n'
        '    delivery_cost: "0"\n'
        "    currency: RUB\n"
        "    create_time: 2026-01-01T00:00:00Z\n"
        '    custom_fields: {slot: 2, note: "by the door", day: 2026-02-03}\n'
        "    lines:\n"
        '      - external_id: "l1"\n'
        "        status: packed\n"
        "        product: lamp\n"
        '        base_price_per_item: "900"\n'
        '        min_price_per_item: "0"\n'
        '        final_price_per_item: "900"\n'
        "        count: 1\n"
        "        custom_fields: {weight: 1.5, gift: true}\n"
    )
    nothing_to_do(used)
    assert EMAIL not in pulled_text(used)
    assert "profile" not in pulled_text(used)


def test_who_somebody_is_goes_into_git_only_when_asked_for(used: Shop):
    stocked(used, "3", {"note": f"write to {EMAIL}"}, {}, tags=["+7 916 123-45-67"])
    used.run("pull", "--orders", "3")
    text = pulled_text(used)
    assert EMAIL not in text
    assert "916" not in text
    assert "# custom_fields: note is left out: it looks like an e-mail or a telephone number" in text
    assert "# tags: left out, one looks like" in text
    nothing_to_do(used)
    (used.root / "manifests" / "pulled.yaml").unlink()
    assert used.run("pull", "--orders", "3", RECONCILER_PERSONAL="1").code == 0
    assert EMAIL not in pulled_text(used)
    (used.root / "manifests" / "pulled.yaml").unlink()
    used.run("pull", "--orders", "3", "--personal")
    assert "matching: profile_id\n" in pulled_text(used)
    assert f'note: "write to {EMAIL}"' in pulled_text(used)
    nothing_to_do(used)


def test_the_value_of_a_field_that_is_declared_sensitive_is_left_out(used: Shop):
    used.declare(
        "custom_fields:\n  - {external_id: note, entity_type: order, external: true, sensitive: true}\n"
    )
    used.run("pull", "--orders", "*")
    assert "by the door" not in pulled_text(used)
    assert "# custom_fields: note is left out: it is declared sensitive" in pulled_text(used)
    nothing_to_do(used)


def test_an_order_that_cannot_be_declared_is_named_with_the_reason(used: Shop):
    used.market.touch("1", status="confirmed")
    ended = used.run("pull", "--orders", "*")
    assert ended.code == 0
    assert "order/1 was not pulled: its status confirmed is none of" in ended.err
    assert "Pulled: 5 custom fields, 1 line statuses, 1 orders." in ended.last
    nothing_to_do(used)


def test_signs_that_mean_something_in_manifests_come_back_as_they_were(used: Shop):
    odd = "${x} $${y} 'q' \"r\" # z: [a]"
    stocked(used, "o/3% ${x}", {"note": odd}, {}, tags=["no", "1e3", "${t}", "Ж\u200b"])
    assert used.run("pull", "--orders", "*").code == 0
    nothing_to_do(used)
    assert used.run("pull", "--orders", "*", "--check").code == 0


FULL = """\
orders:   # all of them
  - external_id: '1'
    endpoint: site
    status: 'new'   # at first
    total_price: 900
    currency: RUB
    tags:
      - kept   # mine
    lines:
      # the lamp
      - {external_id: l1, status: packed, product: lamp, base_price_per_item: "900", min_price_per_item: 0,
         final_price_per_item: "900.00", count: 1}
    expires: 2099-12-31
"""


def test_an_order_that_is_declared_in_full_is_brought_up_where_it_stands(used: Shop):
    used.market.touch("1", tags=["kept"])
    used.declare("custom_line_statuses: [{external_id: packed, external: true}]\n", "statuses.yaml")
    used.declare(FULL)
    nothing_to_do(used)
    used.market.touch("1", status="paid", total_price="950", tags=["kept", "x y"], lines={"l1": "delivered"})
    ended = used.run("pull", "--orders", "1")
    assert "~ order/1  status, total_price, tags, lines.l1.status, check_total" in ended.out
    assert pulled_text(used, "shop.yaml") == (
        FULL.replace("'new'", "'paid'")
        .replace("total_price: 900", 'total_price: "950"')
        .replace("# mine\n", '# mine\n      - "x y"\n')
        .replace("status: packed", "status: delivered")
        .replace("2099-12-31\n", "2099-12-31\n    check_total: false\n")
    )
    nothing_to_do(used)


def test_a_declared_order_that_was_not_asked_for_stays_a_wish(used: Shop):
    used.declare("custom_line_statuses: [{external_id: packed, external: true}]\n", "statuses.yaml")
    used.declare(FULL.replace("'new'", "paid"))
    before = pulled_text(used, "shop.yaml")
    used.run("pull")
    assert pulled_text(used, "shop.yaml") == before
    assert used.plan("--detailed-exitcode").code == 2


def test_line_states_are_wishes_and_stay(used: Shop):
    used.declare(states("1", l1="delivered"))
    ended = used.run("pull", "--orders", "*")
    assert "order/1 was not pulled: its line states are declared at manifests/shop.yaml:2:" in ended.err
    assert 'external_id: "1"' not in pulled_text(used).replace('"l1"', "")
    assert used.plan("--detailed-exitcode").code == 2


def test_where_a_table_speaks_of_lines_the_order_does_not(used: Shop):
    (used.root / "data.csv").write_text("order,line,status\n1,l1,delivered\n")
    used.declare(
        "order_sources:\n  - {name: c, type: table, path: ../data.csv, hold: once,"
        " columns: {order: order, line: line, status: status}}\n"
    )
    before = used.plan().last
    used.run("pull", "--orders", "1")
    assert "# status: left to the source that speaks of it" in pulled_text(used)
    assert "0 to create, 1 to update" in before
    assert "0 to create, 1 to update" in used.plan().last


# ------------------------------------------------------------------ the record


def test_vanished_manifests_come_back_from_the_record_as_they_were_said(used: Shop):
    used.declare(STATUSES + "custom_fields:\n" + "".join(f"  - {each}\n" for each in map(_flow, FIELDS[:1])))
    assert used.apply().code == 0
    (used.root / "manifests" / "shop.yaml").unlink()
    (used.root / "manifests").rmdir()
    sent = used.writes()
    ended = used.run("pull")
    assert ended.code == 0, ended.err
    assert "as the record has it, in 1 order" in ended.out
    assert "    enum_values: {morning: 1, evening: 2}\n" in pulled_text(used)
    assert re.search(r"# as it was said in run 1 on \d{4}-\d\d-\d\d\n", pulled_text(used))
    assert used.plan("--detailed-exitcode").code == 0
    assert used.writes() == sent


def _flow(entry: dict[str, Any]) -> str:
    words = {True: "true", False: "false"}
    inner = [
        f"{key}: {value if not isinstance(value, bool) else words[value]}" for key, value in entry.items()
    ]
    return "{" + ", ".join(inner).replace("'", "") + "}"


def test_what_another_project_keeps_is_external_and_its_orders_are_left(used: Shop):
    used.declare(STATUSES + states("1", "hold: always", l1="delivered"))
    assert used.apply().code == 0
    sent = used.writes()
    used.settle_in(rest=f"project: another\n{ONE_PER_ORDER}")
    (used.root / "manifests" / "shop.yaml").unlink()
    used.market.touch("1", lines={"l1": "packed"})
    ended = used.run("pull", "--orders", "*")
    assert "order/1 was not pulled: order_line/1/l1 belongs to project default" in ended.err
    assert "# project default keeps it" in pulled_text(used)
    assert used.plan("--detailed-exitcode").code == 0
    assert used.writes() == sent


def test_what_is_not_settled_is_left(used: Shop):
    used.declare(states("1", "hold: always", l1="delivered"))
    used.strike(("orders/update_order_line_status", 1, "reset_after"))
    used.market.set_switches({"line_status": "hidden", "field_defaults": "absent"})
    assert used.apply().code == 9
    (used.root / "manifests" / "shop.yaml").unlink()
    ended = used.run("pull", "--orders", "*")
    assert "order/1 was not pulled: a write of order_line/1/l1 is not settled" in ended.err
    assert used.plan("--detailed-exitcode").code == 0
