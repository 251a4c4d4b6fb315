"""`rehearse`: a plan is carried out in a copy, the target is only read, and what it rests on is said."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reconciler.store import RunFacts, open_store
from tests.cli.shop import (
    APPLIED,
    EMAIL,
    STATUSES,
    SUMMARY,
    TOKEN,
    Ended,
    Shop,
    bare_order,
    listed,
    served,
    states,
)
from tests.cli.test_market_source import NUMBER, source
from tests.cli.test_market_source import stock as stock_both
from tests.cli.test_saved_plan import rewritten

NO_SHARE = "limits: {max_order_share: null}\n"
UPDATE = "orders/update_order_line_status"
READS = {"orders/list", "orders/get_status"}
DEFINED = [
    {"external_id": "note", "name": "Note", "entity_type": "order", "value_type": "unicode"},
    {"external_id": "count", "name": "Count", "entity_type": "order", "value_type": "int"},
    {"external_id": "other", "name": "Other", "entity_type": "order", "value_type": "float"},
]
FULL = """custom_fields:
  - {external_id: note, name: Note, entity_type: order, value_type: unicode, default_value: x}
  - {external_id: count, entity_type: order, external: true}
  - external_id: size
    name: Size
    entity_type: line_order
    value_type: enum
    enum_values: {S: 1, M: 2}
    default_value: S
custom_line_statuses:
  - {external_id: packed, name: Packed, type: in_process}
orders:
  - external_id: "9"
    email: john.canary@example.com
    endpoint: site
    status: new
    total_price: "20.50"
    currency: RUB
    create_time: 2026-01-02T15:04:05Z
    tags: [one, two]
    custom_fields: {note: hello, count: 7}
    lines:
      - {external_id: l1, status: packed, product: lamp, base_price_per_item: "20.50",
         min_price_per_item: "0", final_price_per_item: "20.50", count: 1, custom_fields: {size: M}}
  - external_id: "10"
    email: john.canary@example.com
    endpoint: site
    status: new
    total_price: "20"
    currency: RUB
    lines:
      - {external_id: l1, status: new, sku: lamp_red, base_price_per_item: "20", min_price_per_item: "20",
         final_price_per_item: "20", count: 1}
  - {external_id: "1", hold: always, lines: [{external_id: l1, status: delivered}]}
  - {external_id: "404", hold: always, line_status: delivered}
"""


def furnish(shop: Shop, **settings: Any) -> Shop:
    """Put into the market an order to change, one to leave, fields in use; declare all sorts of things."""
    old = {
        **bare_order("9", l1="new", l2="new"),
        "tags": ["one"],
        "custom_fields": {"note": "old", "other": 5.5},
    }
    fields = [{**each, "required": False, "default_value": _default(each)} for each in DEFINED]
    shop.market.put_all([old, bare_order("1", l1="new", l2="new")], fields=fields)
    shop.settle_in(rest=NO_SHARE, **settings)
    shop.declare(FULL)
    return shop


def _default(field: dict[str, str]) -> object:
    return {"unicode": "x", "int": 3, "float": 0.5}[field["value_type"]]


@pytest.fixture
def full(shop: Shop) -> Shop:
    return furnish(shop)


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """Three orders of two lines, all to be delivered."""
    for order in "123":
        shop.stock(order, l1="new", l2="new")
    shop.settle_in(rest=NO_SHARE)
    shop.declare(
        "orders:\n"
        + "".join(f'  - {{external_id: "{each}", hold: always, line_status: delivered}}\n' for each in "123")
    )
    return shop


def rehearse(shop: Shop, *arguments: str, code: int = 0, **environment: str) -> dict[str, Any]:
    ended = shop.run("rehearse", "-o", "json", *arguments, **environment)
    assert ended.code == code, (ended.out, ended.err)
    assert ended.json["exit_code"] == code
    return ended.json


def methods(shop: Shop) -> Counter[str]:
    return Counter(each.method for each in shop.market.requests())


def fates(document: dict[str, Any], run: int = 0) -> dict[str, str]:
    return {each["address"]: each["outcome"] for each in document["runs"][run]["outcomes"]}


def rules(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {each["name"]: (each["value"], each["basis"]) for each in document["rules"]}


# ------------------------------------------------------------------ the target is only read


def test_the_target_is_only_read_and_nothing_of_it_nor_of_the_state_changes(full: Shop):
    full.apply("--only", "line_status/*")
    before = methods(full)
    orders, state = full.market.orders(), (full.root / ".reconciler/state.db").read_bytes()
    files = set(full.root.rglob("*"))
    for arguments in ([], ["--faults"], ["--switch", "A9=shown"]):
        full.run("rehearse", *arguments)
    asked = methods(full) - before
    assert set(asked) == {"orders/list"}
    assert sum(asked.values()) == 3 * full.run("rehearse", "-o", "json").json["target_requests"]["read"]
    assert full.market.orders() == orders
    assert (full.root / ".reconciler/state.db").read_bytes() == state
    assert set(full.root.rglob("*")) == files


def test_no_state_is_made_and_nothing_is_left_in_the_folder_for_temporary_files(
    stocked: Shop, tmp_path: Path
):
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = stocked.process("rehearse", TMPDIR=str(folder))
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "nothing is sent to the target" in err
    assert out.splitlines()[-1].startswith("Rehearsal: converges.")
    assert list(folder.iterdir()) == []
    assert not (stocked.root / ".reconciler").exists()


def test_it_needs_no_more_than_the_token_that_reads_and_no_lease(stocked: Shop):
    with served(stocked.root / "market.db", token=TOKEN) as url:
        account = "sandbox:market.db"
        stocked.settle_in(url, account=account, token_env="WRITE", read_token_env="READ", rest=NO_SHARE)
        with open_store(f"sqlite:///{stocked.root}/.reconciler/state.db", account) as store:
            store.take("somebody else", RunFacts())
            assert rehearse(stocked, READ=TOKEN)["converges"]
        assert rehearse(stocked, code=8)["converges"] is False
    assert set(methods(stocked)) == {"orders/list"}


# ------------------------------------------------------------------ what is told comes true


def test_an_apply_afterwards_sends_what_was_rehearsed_and_has_the_same_outcomes(full: Shop):
    rehearsed = rehearse(full)
    before = methods(full)
    applied = full.apply("-o", "json").json
    sent = methods(full) - before
    (run,) = rehearsed["runs"]
    assert rehearsed["converges"]
    assert {name: sent[name] for name in run["requests"] if name not in READS} == {
        name: count for name, count in run["requests"].items() if name not in READS
    }
    assert fates(rehearsed) == {each["address"]: each["outcome"] for each in applied["outcomes"]}
    assert set(fates(rehearsed).values()) == {"done"}
    assert [wave["sort"] for wave in run["waves"]] == ["definitions", "orders", "order lines", "reads"]
    assert [wave["items"] for wave in run["waves"]] == [3, 2, 1, 0]
    assert rehearsed["triggers"] == {"may_fire": 1, "fired": 1}
    assert rehearsed["copied"] == {
        "orders": 2,
        "outlined": 1,
        "definitions": 3,
        "statuses_recalled": 0,
        "statuses_made_up": 4,
    }


@pytest.mark.parametrize(
    ("switches", "settings"),
    [
        ({"line_status": "shown"}, {}),
        ({"amounts": "unscaled"}, {"amount_scale": 1}),
        ({"amounts": "numbers"}, {}),
        ({"field_values": "strings"}, {}),
        ({"field_values": "enum_names"}, {}),
        ({"time_format": "date_only"}, {}),
        ({"time_format": "offset"}, {}),
        ({"empty_keys": "null"}, {}),
        ({"sku_lines": "product"}, {}),
        ({"min_price_zero": "absent"}, {}),
        ({}, {"observe": "get_status"}),
        ({}, {"wire_format": "xml"}),
        ({}, {"skip_triggers": False}),
        ({}, {"definitions": "with_orders", "batch_size": 1}),
    ],
)
def test_however_the_target_answers_the_copy_is_true_enough_to_converge(
    shop: Shop, switches: dict[str, str], settings: dict[str, Any]
):
    furnish(shop, **settings)
    shop.market.set_switches(switches)
    first = rehearse(shop)
    assert (first["converges"], set(fates(first).values())) == (True, {"done"})
    assert shop.apply().code == 3  # one is withheld
    shop.market.touch("9", status="paid", total_price="30", lines={"l1": "processing"})
    second = rehearse(shop)
    lines_alone = settings.get("observe") == "get_status"  # it shows no more of an order than its status
    assert second["converges"]
    assert set(fates(second).values()) == (set() if lines_alone else {"done"})
    assert ("order/9" in fates(second)) is not lines_alone


def test_hidden_statuses_come_from_the_record_and_else_differ_from_what_is_wanted(stocked: Shop):
    stocked.declare(states("1", "hold: always", l1="processing", l2="new"))
    stocked.declare("", "gone.yaml")
    assert stocked.apply("--only", "*/l1").code == 0
    stocked.declare(states("1", "hold: always", l1="delivered", l2="new"))
    found = rehearse(stocked)
    assert (found["copied"]["statuses_recalled"], found["copied"]["statuses_made_up"]) == (1, 1)
    assert fates(found) == {"order_line/1/l1": "done", "order_line/1/l2": "done"}
    shown = rehearse(stocked, "--switch", "A9=shown")
    assert rules(shown)["line_status"] == ("shown", "chosen")


def test_what_is_wanted_already_and_what_others_want_stands_in_the_way_of_nothing(full: Shop):
    found = rehearse(full, "--only", "order_line/1/*")
    assert fates(found) == {"order_line/1/l1": "done"}
    assert found["copied"]["orders"] == 1
    full.apply()
    again = rehearse(full)
    assert again["runs"] == [
        {
            "command": "apply",
            "summary": {"done": 0, "failed": 0, "lost": 0, "skipped": 0, "moved": 0},
            "requests": {},
            "waves": [],
            "outcomes": [],
        }
    ]
    assert again["converges"]
    assert "\nNothing would be sent.\n" in full.run("rehearse").out


def test_sources_are_asked_once_and_tables_are_read(shop: Shop):
    stock_both(shop.market, sku1="processing", sku2="processing")
    shop.settle_in(rest=NO_SHARE)
    shop.declare(source())
    found = rehearse(shop)
    assert set(fates(found)) == {f"order_line/{NUMBER}/sku1", f"order_line/{NUMBER}/sku2"}
    assert found["converges"]
    assert len([each for each in shop.market.yandex.requests() if each.method == "yandex/orders"]) == 1


def test_what_an_earlier_run_lost_stays_withheld_and_is_not_settled_here(stocked: Shop):
    stocked.strike((UPDATE, 1, "reset_after"))
    assert stocked.apply().code == 9
    stocked.strike()
    found = rehearse(stocked, "--faults")
    assert found["planned"]["withheld"] == 1
    assert found["converges"]
    assert found["to_settle"] == []


# ------------------------------------------------------------------ when it does not go well


def test_a_server_that_refuses_makes_it_exit_3_and_what_is_left_is_named(full: Shop):
    ended = full.run("rehearse", "--switch", "reimport=reject")
    assert ended.code == 3
    assert "  failed   order/9: the target answered 400: external_id: '9' exists" in ended.out
    assert "   ~ order/9" in ended.out
    assert "       reimport=reject (A12)" in ended.out
    assert ended.last.startswith("Rehearsal: does not converge. 2 left, 0 to settle, 0 carried out twice. ")
    assert listed(rehearse(full, "--switch", "A12=reject", code=3)["left"]) == ["order/9", "order_line/9/l1"]


def test_a_tariff_that_is_used_up_stops_it_as_it_would_stop_an_apply(full: Shop):
    found = rehearse(full, "--switch", "tariff=used_up", code=3)
    assert set(fates(found).values()) == {"failed", "skipped"}
    assert any(each["summary"].startswith("the run would stop: ") for each in found["diagnostics"])


def test_what_a_guard_would_refuse_is_rehearsed_and_exits_5(stocked: Shop):
    stocked.settle_in(rest="limits: {max_line_changes: 2, max_order_share: null}\n")
    ended = stocked.run("rehearse")
    assert ended.code == 5
    assert "Rehearsal: converges. 0 left" in ended.last
    assert "error" in ended.err
    assert rehearse(stocked, "--max-line-changes", "6")["converges"]


def test_a_target_that_cannot_be_read_and_a_plan_that_is_not_whole_are_not_rehearsed(stocked: Shop):
    stocked.settle_in(rest=NO_SHARE, page_size=2)
    stocked.strike(("orders/list", 0, "error_404"))
    assert rehearse(stocked, code=1)["rules"] == []
    stocked.strike(*[("orders/list", nth, "error_404") for nth in range(2, 9)])
    found = rehearse(stocked, code=1)
    assert "the plan is not complete" in found["diagnostics"][-1]["summary"]
    assert found["runs"] == []


# ------------------------------------------------------------------ a saved plan


def saved(shop: Shop) -> str:
    path = shop.root / "plan.json"
    assert shop.plan("-o", f"json={path}").code == 0
    return str(path)


def test_a_saved_plan_is_rehearsed_as_it_was_approved_and_is_not_used_up(stocked: Shop):
    stocked.market.set_switches({"A9": "shown"})
    plan = saved(stocked)
    stocked.stock("4", l1="new")
    stocked.market.touch("3", lines={"l1": "delivered"})
    found = rehearse(stocked, plan)
    assert set(fates(found)) == {f"order_line/{each}" for each in ("1/l1", "1/l2", "2/l1", "2/l2", "3/l2")}
    assert found["converges"]
    assert stocked.run("apply", plan).code == 0
    assert "the plan was used in run 1" in rehearse(stocked, plan, code=6)["diagnostics"][0]["summary"]


def test_a_saved_plan_of_which_a_part_has_moved_is_refused_or_rehearsed_without_it(stocked: Shop):
    stocked.market.set_switches({"A9": "shown"})
    plan = saved(stocked)
    stocked.market.touch("3", lines={"l1": "processing"})
    assert "moved: order_line/3/l1" in rehearse(stocked, plan, code=6)["diagnostics"][0]["summary"]
    found = rehearse(stocked, plan, "--on-moved", "skip")
    assert "order_line/3/l1" not in fates(found)
    assert found["converges"]


def test_a_saved_plan_of_other_manifests_or_too_old_is_refused(stocked: Shop):
    plan = saved(stocked)
    rewritten(stocked.root / "plan.json", created_at="2026-01-01T00:00:00Z")
    assert "older than --max-age" in rehearse(stocked, plan, code=6)["diagnostics"][0]["summary"]
    assert rehearse(stocked, plan, "--max-age", "100000d")["converges"]
    saved(stocked)
    stocked.declare(STATUSES, "more.yaml")
    assert "have changed since" in rehearse(stocked, plan, code=6)["diagnostics"][0]["summary"]
    (stocked.root / "plan.json").write_text("{}")
    assert rehearse(stocked, plan, code=6)["converges"] is False


# ------------------------------------------------------------------ accidents


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_on_the_way_nothing_comes_twice_and_what_is_open_is_named(full: Shop, seed: int):
    found = rehearse(full, "--faults", "--seed", str(seed))
    assert (found["converges"], found["twice"], found["left"]) == (True, [], [])
    assert found["seed"] == seed
    struck = Counter(each["method"] for each in found["accidents"])
    assert struck["orders/import"] >= 1
    assert struck["orders/list"] >= 1
    assert [run["command"] for run in found["runs"]] in (["apply"], ["apply", "resume"])
    lost = {where for where, fate in fates(found).items() if fate == "lost"}
    settled = set(listed(found["to_settle"]))
    assert settled <= lost
    if len(found["runs"]) == 2:
        assert {where for where, fate in fates(found, 1).items() if fate == "lost"} == settled


def test_the_same_seed_gives_the_same_accidents_and_another_one_others(stocked: Shop):
    once, again = (rehearse(stocked, "--faults", "--seed", "7") for _ in range(2))
    assert once == again
    others = [rehearse(stocked, "--faults", "--seed", str(seed))["accidents"] for seed in range(4)]
    assert any(each != once["accidents"] for each in others)
    assert rehearse(stocked, "--faults") == rehearse(stocked, "--faults", "--seed", "0")


def test_a_lost_line_is_a_question_for_a_person_where_lines_are_hidden_and_none_where_they_are_shown(
    stocked: Shop,
):
    hidden = stocked.run("rehearse", "--faults")
    assert hidden.code == 0
    assert "A person would have to settle" in hidden.out
    assert "1 to settle" in hidden.last
    assert "After resume. Applied: " in hidden.out
    stocked.market.set_switches({"A9": "shown"})
    shown = rehearse(stocked, "--faults")
    assert shown["to_settle"] == []
    assert rules(shown)["line_status"] == ("shown", "observed")


# ------------------------------------------------------------------ what it rests on


def test_the_rules_say_what_they_rest_on_and_only_those_that_were_asked_are_named(full: Shop):
    found = rules(rehearse(full))
    assert found["reimport_lines"] == ("replace", "assumed")
    assert found["skip_triggers"] == ("honoured", "documented")
    assert found["line_status"] == ("hidden", "observed")
    assert rules(rehearse(full, "--switch", "reimport_lines=merge"))["reimport_lines"] == ("merge", "chosen")
    lines_alone = rules(rehearse(full, "--only", "order_line/1/*"))
    assert "reimport_lines" not in lines_alone
    assert lines_alone["transitions"] == ("any", "assumed")
    assert not any(name.startswith("yandex") for name in lines_alone)


def test_the_text_tells_all_of_it_and_ends_with_lines_of_fixed_form(full: Shop):
    ended = full.run("rehearse")
    lines = ended.out.splitlines()
    assert lines[0].startswith(
        "Rehearsal for target shop (sandbox:market.db), account sandbox:market.db, state "
    )
    assert SUMMARY.fullmatch(lines[1])
    assert any(APPLIED.fullmatch(line) for line in lines)
    assert "   1. definitions       1 request, 3 definitions" in lines
    assert any(line.startswith("  assumed: ") for line in lines)
    assert lines[-2] == "The target was read with 2 requests; nothing was sent to change it."
    verbose = full.run("rehearse", "-v").out
    assert "reimport_lines=replace (A14): lines that exist and are not sent again: vanish" in verbose
    assert "  done     order/9" in verbose


def test_nothing_personal_and_no_token_is_shown(full: Shop):
    for arguments in (
        [],
        ["-v"],
        ["-o", "json"],
        ["--faults", "-v"],
        ["--switch", "no_profile=reject", "-v"],
    ):
        ended = full.run("rehearse", *arguments)
        assert EMAIL not in ended.out + ended.err.replace("literal", "")
        assert TOKEN not in ended.out + ended.err


# ------------------------------------------------------------------ misuse


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seed", "3"], "--seed goes with --faults"),
        (["--switch", "A9"], "--switch A9 gives no value"),
        (["--switch", "line_statuss=shown"], "did you mean 'line_status'?"),
        (["--switch", "A9=maybe"], "unknown value 'maybe'"),
        (["--switch", "yandex_wrapper=none"], "is about Yandex Market"),
        (["nowhere.json"], "nowhere.json"),
        (["-o", "html"], "-o html: there is no such format here"),
    ],
)
def test_misuse_is_refused_before_anything_is_read(stocked: Shop, arguments: list[str], said: str):
    ended = stocked.run("rehearse", *arguments)
    assert ended.code == 64
    assert said in ended.err
    assert methods(stocked) == Counter()


def test_a_seed_from_the_environment_waits_for_faults(stocked: Shop):
    assert rehearse(stocked, RECONCILER_SEED="7")["seed"] is None
    assert rehearse(stocked, "--faults", RECONCILER_SEED="7")["seed"] == 7


def test_options_that_a_saved_plan_has_settled_are_refused_with_it(stocked: Shop):
    plan = saved(stocked)
    ended = stocked.run("rehearse", plan, "--only", "order_line/1/*")
    assert ended.code == 64
    assert "--only cannot be changed when a saved plan is rehearsed" in ended.err


def test_an_amount_scale_that_the_sandbox_cannot_show_is_refused_only_where_amounts_are_compared(full: Shop):
    full.settle_in(rest=NO_SHARE, amount_scale=1000)
    assert "cannot be rehearsed" in rehearse(full, code=1)["diagnostics"][-1]["summary"]
    assert rehearse(full, "--exclude", "order/*")["converges"]


def test_a_failure_gives_the_same_keys_as_a_success(stocked: Shop):
    whole = rehearse(stocked)
    (stocked.root / "manifests" / "shop.yaml").write_text("orders: 7\n")
    broken = rehearse(stocked, code=4)
    assert set(broken) == set(whole)
    assert json.loads(json.dumps(broken))["runs"] == []


def test_the_usage_is_a_result_too(stocked: Shop):
    ended: Ended = stocked.run("rehearse", "--help")
    assert ended.code == 0
    assert "--faults" in ended.out
