"""apply PLAN: an upper bound, for one target, for a while, once; what moved is told from what to what."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reconciler.model.fingerprint import digest_of
from reconciler.stages.recall import BODY
from tests.cli.shop import EMAIL, STATUSES, TOKEN, Shop, bare_order, listed, states

LASTING = "expires: 2099-01-01"
UPDATE = "orders/update_order_line_status"


def corrections(count: int, wanted: str = "delivered") -> str:
    entries = [
        states(str(each), LASTING, l1=wanted).removeprefix("orders:\n") for each in range(1, count + 1)
    ]
    return "orders:\n" + "".join(entries)


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """Three orders whose lines are shown with their status, each to be delivered."""
    shop.market.set_switches({"A9": "shown"})
    for order in "123":
        shop.stock(order, l1="new")
    shop.declare(corrections(3))
    shop.settle_in(concurrency=1)
    return shop


def planned(shop: Shop, *arguments: str) -> Path:
    path = shop.root / "plan.json"
    ended = shop.plan("-o", f"json={path}", *arguments)
    assert ended.code == 0, ended.err
    return path


def rewritten(path: Path, **changes: object) -> Path:
    """Change a plan as somebody would who knows about digests."""
    document = {**json.loads(path.read_text()), **changes}
    document["digest"] = digest_of({key: document[key] for key in BODY})
    path.write_text(json.dumps(document))
    return path


def apply(shop: Shop, path: Path, *arguments: str, **environment: str):
    return shop.run("apply", str(path), *arguments, **environment)


def refused(shop: Shop, path: Path, *arguments: str) -> str:
    """Apply a plan that must not be applied; gives what was said."""
    before = shop.writes()
    ended = apply(shop, path, *arguments, "-o", "json")
    assert (ended.code, ended.json["exit_code"], shop.writes()) == (6, 6, before), ended.err
    return str(ended.err)


def test_a_saved_plan_is_carried_out_without_a_prompt_and_its_report_names_it_all(stocked):
    ended = apply(stocked, planned(stocked), "-o", "json")
    assert ended.code == 0, ended.err
    assert listed(ended.json["outcomes"]) == [f"order_line/{order}/l1" for order in "123"]
    assert stocked.updates() == [(order, "l1", "delivered") for order in "123"]


# ------------------------------------------------------------------ not to be applied: exit 6


def test_a_plan_is_used_once(stocked):
    path = planned(stocked)
    assert apply(stocked, path).code == 0
    said = refused(stocked, path)
    assert "the plan was used in run 1" in said
    assert "reconciler resume" in said


def test_a_plan_of_the_same_world_drawn_anew_is_another_plan(stocked):
    path = planned(stocked)
    first = path.read_bytes()
    assert apply(stocked, path).code == 0
    for order in "123":
        stocked.market.touch(order, lines={"l1": "new"})
    stocked.run("state", "forget", "order_line/*")
    while (again := json.loads(planned(stocked).read_text()))["created_at"] == json.loads(first)[
        "created_at"
    ]:
        pass
    assert again["digest"] == json.loads(first)["digest"]
    assert apply(stocked, path).code == 0
    assert len(stocked.updates()) == 6


def test_a_plan_that_sent_nothing_is_not_used_yet(stocked):
    path = planned(stocked)
    stocked.market.touch("1", lines={"l1": "in_delivery"})
    refused(stocked, path)
    stocked.market.touch("1", lines={"l1": "new"})
    assert apply(stocked, path).code == 0


@pytest.mark.parametrize(
    "settings", [{"url": "sandbox:other.db"}, {"account": "other"}, {"url": "sandbox:market.db?x"}]
)
def test_a_plan_is_for_one_target_and_account(stocked, settings):
    path = planned(stocked)
    stocked.settle_in(**settings)
    said = refused(stocked, path)
    assert "the plan is for target shop (sandbox:market.db), account sandbox:market.db; this is shop" in said


def test_a_plan_is_for_one_target_name(stocked):
    path = planned(stocked)
    text = (stocked.root / "reconciler.yaml").read_text()
    (stocked.root / "reconciler.yaml").write_text(
        text + '  store: {url: "sandbox:market.db", concurrency: 1}\n'
    )
    assert "the plan is for target shop" in refused(stocked, path, "-t", "store")
    assert apply(stocked, path, "-t", "shop").code == 0


@pytest.mark.parametrize(("age", "code"), [("24h", 6), ("30d", 6), ("100000d", 0)])
def test_a_plan_is_good_for_a_while(stocked, age, code):
    path = rewritten(planned(stocked), created_at="2026-01-01T00:00:00Z")
    ended = apply(stocked, path, "--max-age", age)
    assert ended.code == code
    assert ("the plan is of 2026-01-01 00:00Z, older than --max-age" in ended.err) is (code == 6)


def test_a_plan_from_the_future_is_no_plan_that_never_ages(stocked):
    assert "still to come" in refused(stocked, rewritten(planned(stocked), created_at="2199-01-01T00:00:00Z"))


def test_changed_manifests_and_settings_are_told_but_not_moved_comments(stocked):
    path = planned(stocked)
    stocked.declare("# why\n\n" + corrections(3))
    stocked.settle_in(concurrency=2)
    stocked.declare(corrections(3).replace("delivered", "canceled", 1))
    assert "manifests or settings have changed" in refused(stocked, path)
    stocked.declare(corrections(3))
    stocked.settle_in(rest="limits: {max_line_changes: 7}\n")
    assert "manifests or settings have changed" in refused(stocked, path)
    stocked.settle_in(concurrency=2)
    stocked.declare("# why\n\n" + corrections(3))
    assert apply(stocked, path).code == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"delivered"', '"canceled"'),
        ('"triggers": true', '"triggers": false'),
        ("order_line/1", "order_line/9"),
    ],
)
def test_a_plan_that_was_changed_is_refused_by_its_digest(stocked, old, new):
    path = planned(stocked)
    path.write_text(path.read_text().replace(old, new, 1))
    assert "its digest does not match" in refused(stocked, path)


@pytest.mark.parametrize("text", ["", "{}", "[1]", "\x00", '{"command": "plan"}', "[" * 100_000])
def test_what_is_no_plan_is_refused(stocked, text):
    path = stocked.root / "plan.json"
    path.write_text(text)
    assert "is not to be applied" in refused(stocked, path)


def test_a_plan_that_shows_drift_alone_approves_nothing(stocked):
    path = planned(stocked, "--refresh-only")
    assert json.loads(path.read_text())["refresh_only"] is True
    said = refused(stocked, path)
    assert "is not to be applied: it shows drift alone (--refresh-only) and approves no change" in said
    assert "help: plan without it" in said


# ------------------------------------------------------------------ what moved


def test_what_moved_is_listed_from_what_to_what_and_nothing_is_sent(stocked):
    path = planned(stocked)
    stocked.market.touch("1", lines={"l1": "in_delivery"})
    stocked.market.touch("2", lines={"l1": "canceled"})
    said = refused(stocked, path)
    assert "moved: order_line/1/l1: approved update status new → delivered" in said
    assert "now update status in_delivery → delivered" in said
    assert "moved: order_line/2/l1: approved update status new → delivered" in said
    assert "; withheld now: the line is canceled" in said
    assert "2 approved changes are no longer the same; nothing was sent" in said


def test_an_order_that_is_gone_has_moved(stocked):
    path = planned(stocked)
    stocked.market.remove("2")
    assert "moved: order_line/2/l1" in refused(stocked, path)


@pytest.mark.parametrize("by", ["plan", "apply"])
def test_what_moved_may_be_left_out_and_the_rest_goes_on(stocked, by):
    skip = ("--on-moved", "skip")
    path = planned(stocked, *(skip if by == "plan" else ()))
    stocked.market.touch("2", lines={"l1": "in_delivery"})
    ended = apply(stocked, path, "-o", "json", *(skip if by == "apply" else ()))
    assert ended.code == 3
    assert {each["address"]: each["outcome"] for each in ended.json["outcomes"]} == {
        "order_line/1/l1": "done",
        "order_line/2/l1": "moved",
        "order_line/3/l1": "done",
    }
    assert ended.json["summary"]["moved"] == 1
    assert [each[0] for each in stocked.updates()] == ["1", "3"]


def test_what_has_converged_is_dropped_and_what_is_new_is_left(stocked):
    stocked.stock("4", l1="delivered")
    stocked.declare(corrections(4))
    path = planned(stocked)
    stocked.market.touch("1", lines={"l1": "delivered"})
    stocked.market.touch("4", lines={"l1": "in_delivery"})
    ended = apply(stocked, path)
    assert ended.code == 0
    assert "approved and already so, dropped: 1 (order_line/1/l1)" in ended.out
    assert "not in the approved plan, left for the next one: 1 (order_line/4/l1)" in ended.out
    assert [each[0] for each in stocked.updates()] == ["2", "3"]
    assert listed(stocked.plan("-o", "json").json["changes"]) == ["order_line/4/l1"]


def test_a_read_that_broke_off_is_not_taken_for_a_move(stocked):
    path = planned(stocked)
    stocked.settle_in(concurrency=1, page_size=1)
    path = planned(stocked)
    stocked.strike(*[("orders/list", number, "error_404") for number in range(2, 9)])
    ended = apply(stocked, path)
    assert (ended.code, stocked.writes()) == (1, 0)
    assert "moved" not in ended.err


# ------------------------------------------------------------------ in part


def test_the_first_changes_are_sent_and_resume_sends_the_rest(stocked):
    path = planned(stocked)
    ended = apply(stocked, path, "--first", "2")
    assert ended.code == 0
    assert [each[0] for each in stocked.updates()] == ["1", "2"]
    assert ended.err.splitlines()[-1] == "Next: reconciler resume -t shop"
    assert refused(stocked, path)
    assert stocked.run("resume", "--auto-approve").code == 0
    assert [each[0] for each in stocked.updates()] == ["1", "2", "3"]


def test_the_selection_and_the_options_of_a_plan_are_used(stocked):
    path = planned(stocked, "--only", "order_line/2/*", "--max-line-changes", "1")
    for given in (("--only", "*"), ("--exclude", "*"), ("--max-line-changes", "9"), ("--allow-reopen",)):
        assert apply(stocked, path, *given).code == 64
    assert apply(stocked, path).code == 0
    assert stocked.updates() == [("2", "l1", "delivered")]


def test_reopening_is_approved_with_the_plan(stocked):
    stocked.market.touch("1", lines={"l1": "canceled"})
    path = planned(stocked, "--allow-reopen")
    assert apply(stocked, path).code == 0
    assert len(stocked.updates()) == 3


# ------------------------------------------------------------------ what it holds, what comes first


def test_a_plan_holds_no_payload_no_address_and_no_token(shop):
    shop.environment["CANARY"] = TOKEN
    shop.market.put_product("lamp", "Lamp")
    shop.market.put(bare_order("1", l1="new"))
    wanted = [{**bare_order(order, l1="new"), "region": "west"} for order in "12"]
    for order in wanted:
        order["email"] = f"other.{EMAIL}"
    entries = "".join(f"  - {json.dumps(order)}\n" for order in wanted)
    shop.declare(STATUSES + "orders:\n" + entries)
    shop.settle_in(token_env="CANARY")
    text = planned(shop).read_text()
    assert "order/2" in text
    for canary in (EMAIL, EMAIL.split("@", maxsplit=1)[0], TOKEN):
        assert canary not in text
    assert '"digest"' in text


@pytest.fixture
def importing(shop):
    """A plan of an import that carries along a region, tags and a field that nobody declares."""
    shop.market.set_switches({"A9": "shown"})
    shop.market.put_product("lamp", "Lamp")
    rest = {"region": "east", "tags": ["b", "a"], "email": EMAIL}
    shop.market.put({**bare_order("1", l1="new"), **rest})
    shop.declare("orders:\n  - " + json.dumps({**bare_order("1", l1="new"), "status": "paid"}) + "\n")
    shop.settle_in()
    return shop


def test_what_an_import_carries_along_is_approved_with_it(importing):
    path = planned(importing)
    (change,) = json.loads(path.read_text())["changes"]
    assert re.fullmatch("[0-9a-f]{16}", change["body"])
    assert [each["path"] for each in change["fields"]] == ["status"]
    importing.market.touch("1", region="west")
    said = refused(importing, path)
    assert "moved: order/1: approved update status new → paid" in said
    assert "its import would carry along other values of keys that are not declared" in said
    importing.market.touch("1", region="east", tags=["a", "b"])
    assert apply(importing, path).code == 0
    assert importing.market.order("1")["region"] == "east"


def test_a_plan_of_an_older_program_says_nothing_of_what_is_carried_along(importing):
    path = planned(importing)
    document = json.loads(path.read_text())
    for change in document["changes"]:
        del change["body"]
    document["digest"] = digest_of({key: document[key] for key in BODY})
    path.write_text(json.dumps(document))
    importing.market.touch("1", region="west")
    assert apply(importing, path).code == 0
    assert importing.market.order("1")["region"] == "west"


def test_of_several_reasons_not_to_begin_the_first_of_the_contract_wins(stocked):
    path = planned(stocked)
    path.write_text("{}")
    stocked.strike(("orders/list", 0, "error_403"))
    stocked.declare("custom_fields: 7\n", "bad.yaml")
    assert apply(stocked, path, "--only", "*").code == 64
    assert apply(stocked, stocked.root / "absent.json").code == 64
    assert apply(stocked, path, "-t", "nowhere").code == 64
    assert apply(stocked, path).code == 4
    (stocked.root / "manifests/bad.yaml").unlink()
    assert apply(stocked, path).code == 8
    stocked.strike()
    assert apply(stocked, path, CI="1").code == 6


def test_a_move_goes_before_a_limit(stocked):
    stocked.settle_in(rest="limits: {max_line_changes: 2}\n")
    path = stocked.root / "plan.json"
    assert stocked.plan("-o", f"json={path}").code == 5
    assert apply(stocked, path).code == 5
    stocked.market.touch("2", lines={"l1": "in_delivery"})
    assert apply(stocked, path).code == 6
    assert stocked.writes() == 0
