"""Shards: several processes share the work and one state, each with a lease of its own."""

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.model.lease import Process
from reconciler.model.shard import Shard, share_of
from reconciler.sandbox import Market
from reconciler.store import Lease, RunFacts, open_record, open_store
from tests.cli.kills import Kill, killing
from tests.cli.shop import STATUSES, Ended, Shop, bare_order, served, states

LASTING = "expires: 2099-01-01"
ACCOUNT = "sandbox:market.db"
ORDERS = [f"{number:02}" for number in range(16)]
ONE = [each for each in ORDERS if share_of(each, 4) == 1]
TWO = [each for each in ORDERS if share_of(each, 4) == 2]


def furnished(shop: Shop, orders: Sequence[str] = ORDERS, status: str = "packed") -> None:
    """Two lines an order: one goes to a status that has to be declared, one to a status that is there."""
    shop.market.put_product("lamp", "Lamp")
    shop.market.put_all([bare_order(each, l1="new", l2="new") for each in orders])
    wanted = "".join(
        states(each, LASTING, l1=status, l2="delivered").removeprefix("orders:\n") for each in orders
    )
    shop.declare(f"{STATUSES}orders:\n{wanted}")


def divided(shop: Shop, url: str, state: str = "") -> None:
    rest = "limits: {max_order_share: 1}\n" + (f'state: "{state}"\n' if state else "")
    shop.settle_in(url, rest, account="acme", concurrency=2)


def ended(process: subprocess.Popen[str]) -> Ended:
    out, err = process.communicate(timeout=120)
    return Ended(process.returncode, out, err)


def fired(market: Market) -> Counter[tuple[str, str]]:
    return Counter((each.order, each.line or "") for each in market.triggers())


ALL_ONCE = Counter({(order, line): 1 for order in ORDERS for line in ("l1", "l2")})


# ------------------------------------------------------------------ plans


def test_a_plan_of_a_shard_says_what_all_shards_do_and_what_it_waits_for(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    first, second = (shop.plan("--shard", f"{each}/4", "-o", "json") for each in (1, 2))
    assert first.code == second.code == 0, second
    assert first.json["selection"]["shard"] == "1/4"
    assert first.json["summary"]["ensure"] == 1
    assert second.json["summary"]["ensure"] == 0
    assert {each["address"].split("/")[1] for each in second.json["changes"]} == set(TWO)
    notes = [each["summary"] for each in second.json["diagnostics"]]
    assert f"shard 2/4: {2 * len(TWO)} of 33 changes; limits count all of them" in notes
    assert "what needs line_status/packed waits until shard 1/4 has written it" in notes
    assert "shard 2/4" in shop.plan("--shard", "2/4").out
    assert "shard" not in shop.plan("-o", "json").json["selection"]


def test_the_environment_narrows_a_plan_to_a_shard(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    assert shop.plan("-o", "json", RECONCILER_SHARD="2/4").json["selection"]["shard"] == "2/4"


@pytest.mark.parametrize("text", ["0/4", "5/4", "2", "2/0", "x"])
def test_what_is_no_shard_is_a_wrong_usage(shop: Shop, text: str):
    refused = shop.plan("--shard", text)
    assert refused.code == 64
    assert "write K/N" in refused.err


def test_limits_count_what_all_shards_are_about_to_do(shop: Shop):
    furnished(shop)
    shop.settle_in(rest="limits: {max_order_share: 1, max_line_changes: 20}\n")
    refused = shop.plan("--shard", "2/4")
    assert refused.code == 5
    assert "32 line changes, and max_line_changes is 20 (all 4 shards counted together)" in refused.err
    assert shop.apply("--shard", "2/4").code == 5
    shop.plan("--shard", "2/4", "-o", f"json={shop.root}/plan.json")
    assert shop.run("apply", f"{shop.root}/plan.json").code == 5
    assert shop.writes() == 0


def test_definitions_that_only_travel_with_orders_need_one_in_the_first_shard(shop: Shop):
    shop.market.put_product("lamp", "Lamp")
    made = json.dumps({**bare_order(TWO[0], l1="new"), "email": "a@example.com"})
    shop.declare(f"{STATUSES}orders:\n  - {made}\n")
    shop.settle_in(definitions="with_orders")
    for shard in ("1/4", "2/4"):
        refused = shop.plan("--shard", shard)
        assert refused.code == 5
        assert "shard 1/4 has none" in refused.err
    assert shop.plan().code == 0


# ------------------------------------------------------------------ four processes


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
def test_four_processes_at_once_send_each_line_exactly_once(
    shop: Shop, database: str, request: pytest.FixtureRequest, tmp_path: Path
):
    furnished(shop)
    state = request.getfixturevalue("postgres") if database == "postgresql" else f"sqlite:///{tmp_path}/s.db"
    with served(shop.root / "market.db") as url:
        divided(shop, url, state)
        processes = [
            shop.process("apply", "--auto-approve", "--shard", f"{each}/4", "-o", "json")
            for each in (4, 3, 2, 1)
        ]
        reports = [ended(each) for each in processes]
        left = shop.plan("--detailed-exitcode")
    assert [each.code for each in reports] == [0, 0, 0, 0], reports
    assert left.code == 0, left
    assert fired(shop.market) == ALL_ONCE
    assert Counter(shop.updates()) == Counter(dict.fromkeys(shop.updates(), 1))
    assert [each["external_id"] for each in shop.market.statuses()] == ["packed"]
    assert sum(each.method == "orders/import" for each in shop.market.requests()) == 1
    assert sum(each.json["summary"]["done"] for each in reports) == 33


def test_a_plan_of_everything_is_reviewed_once_and_applied_by_four_processes(shop: Shop, postgres: str):
    furnished(shop)
    plan = f"{shop.root}/plan.json"
    with served(shop.root / "market.db") as url:
        divided(shop, url, postgres)
        assert shop.plan("-o", f"json={plan}").code == 0
        processes = [shop.process("apply", plan, RECONCILER_SHARD=f"{each}/4") for each in (1, 2, 3, 4)]
        reports = [ended(each) for each in processes]
        assert [each.code for each in reports] == [0, 0, 0, 0], reports
        again = shop.run("apply", plan, "--shard", "2/4")
        assert again.code == 6
        assert "the plan was used in run" in again.err
        assert shop.run("apply", plan).code == 6
    assert fired(shop.market) == ALL_ONCE


def test_one_of_four_processes_is_killed_and_resumed_while_other_shards_go_on(shop: Shop, postgres: str):
    furnished(shop)

    def of_second(body: bytes) -> bool:
        return any(f'"{each}"'.encode() in body for each in TWO) and b"custom" not in body

    with killing(shop.root / "market.db", Kill(4, "carried out"), of_second) as (url, killer):
        divided(shop, url, postgres)
        killer.victim = shop.process("apply", "--auto-approve", "--shard", "2/4")
        killer.ready.set()
        others = [shop.process("apply", "--auto-approve", "--shard", f"{each}/4") for each in (1, 3, 4)]
        assert ended(killer.victim).code == -signal.SIGKILL
        assert [ended(each).code for each in others] == [0, 0, 0]
        with third_held(postgres):
            assert shop.run("resume", "--auto-approve").code == 7
            first = shop.run("resume", "--shard", "2/4", "--auto-approve", "-o", "json")
            lost = [each["address"] for each in first.json["outcomes"] if each["outcome"] == "lost"]
            assert first.code == (9 if lost else 0), first
            assert lost
            assert {each.split("/")[1] for each in lost} <= set(TWO)
            known = {f"order_line/{each.order}/{each.line}" for each in shop.market.triggers()}
            words = [("--assume", "done" if each in known else "not-done", each) for each in lost]
            said = [word for each in words for word in each]
            again = shop.run("resume", "--shard", "2/4", *said, "--auto-approve")
            assert again.code == 0, again
        left = shop.plan("--detailed-exitcode")
    assert left.code == 0, left
    assert fired(shop.market) == ALL_ONCE


@contextmanager
def third_held(state: str) -> Iterator[None]:
    """Another process is in the middle of shard 3/4."""
    with open_store(state, "acme", shard=Shard(3, 4)) as store:
        lease = store.take("apply", RunFacts(actor="ann", pid=os.getpid()))
        assert isinstance(lease, Lease)
        try:
            yield
        finally:
            lease.release()


# ------------------------------------------------------------------ leases


def test_shards_and_unsharded_runs_exclude_each_other_naming_the_holder(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    state = f"sqlite:///{shop.root}/.reconciler/state.db"
    with third_held(state):
        for arguments in ((), ("--shard", "3/4"), ("--shard", "2/3")):
            refused = shop.apply(*arguments)
            assert refused.code == 7
            assert "acme is held by ann on an unknown host" in refused.err
            assert "apply of shard 3/4" in refused.err
        assert shop.apply("--shard", "1/4").code == 0
        assert "apply of shard 3/4" in shop.run("doctor").out
        assert shop.apply("--if-locked", "skip").code == 0
    assert shop.apply("--shard", "2/3").code == 0


def test_one_of_several_shards_is_unlocked_by_its_name(shop: Shop):
    furnished(shop, ORDERS[:2])
    divided(shop, "sandbox:market.db")
    state = f"sqlite:///{shop.root}/.reconciler/state.db"
    for number in (2, 3):
        with open_store(state, "acme", shard=Shard(number, 4)) as store:
            claimed = store.take("apply", RunFacts(actor="ann"), Process(7, "elsewhere", "pid:[1]", "1"))
            assert isinstance(claimed, Lease)
    unnamed = shop.run("state", "unlock", "--auto-approve")
    assert unnamed.code == 64
    assert "several shards are held: 2/4, 3/4" in unnamed.err
    ended = shop.run("state", "unlock", "--auto-approve", "--shard", "3/4", "-o", "json")
    assert ended.code == 0
    assert ended.json["holder"]["shard"] == "3/4"
    held = open_record(state, "acme").holders()
    assert [str(each.claim.shard) for each in held] == ["2/4"]
    assert "shard       2/4" in shop.run("state", "unlock", "--auto-approve").err


# ------------------------------------------------------------------ saved plans


def test_a_plan_of_a_shard_is_applied_as_that_shard_and_as_no_other(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    plan = f"{shop.root}/plan.json"
    assert shop.plan("--shard", "1/4", "-o", f"json={plan}").code == 0
    other = shop.run("apply", plan, "--shard", "2/4")
    assert other.code == 64
    assert "the plan is of shard 1/4, and --shard (or RECONCILER_SHARD) says 2/4" in other.err
    assert shop.run("apply", plan, RECONCILER_SHARD="1/4").code == 0
    assert {each[0] for each in shop.updates()} == set(ONE)
    assert shop.run("runs", "list", "-o", "json").json["runs"][0]["shard"] == "1/4"
    assert "apply 1/4" in shop.run("runs", "list").out


def test_what_a_shard_left_is_kept_for_it_while_others_are_applied(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    for each in (1, 2):
        assert shop.apply("--shard", f"{each}/4", "--first", "2").code == 0
    assert shop.run("resume", "--shard", "3/4", "--auto-approve").out.startswith("nothing is unsettled")
    assert shop.run("resume", "--shard", "2/4", "--auto-approve").code == 0
    assert {each[0] for each in shop.updates()} >= set(TWO)
    assert not {each[0] for each in shop.updates()} >= set(ONE)
    assert shop.run("resume", "--auto-approve").code == 0
    assert {each[0] for each in shop.updates()} == {*ONE, *TWO}
    assert "nothing is unsettled" in shop.run("resume", "--auto-approve").out


def test_resume_of_everything_takes_one_shard_after_another_and_says_when_more_is_left(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    for each in (2, 1):
        assert shop.apply("--shard", f"{each}/4", "--first", "2", "--shard-timeout", "0").code in {0, 3}
    first = shop.run("resume", "--auto-approve", "-o", "json")
    assert first.json["next"] == ["reconciler resume -t shop"]
    assert {each["address"].split("/")[1] for each in first.json["outcomes"]} == set(ONE)
    second = shop.run("resume", "--auto-approve", "-o", "json")
    assert {each["address"].split("/")[1] for each in second.json["outcomes"]} == set(TWO)


def test_what_a_shard_left_is_given_up_while_another_one_is_held(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    assert shop.apply("--shard", "1/4", "--first", "2").code == 0
    with third_held(f"sqlite:///{shop.root}/.reconciler/state.db"):
        assert shop.run("runs", "close", "1", "--reason", "enough").code == 0
    assert "nothing is unsettled" in shop.run("resume", "--auto-approve").out


def test_a_plan_of_a_shard_is_not_rehearsed_alone(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    plan = f"{shop.root}/plan.json"
    assert shop.plan("--shard", "2/4", "-o", f"json={plan}").code == 0
    refused = shop.run("rehearse", plan)
    assert refused.code == 64
    assert "the plan is of shard 2/4, and a rehearsal is of everything" in refused.err


# ------------------------------------------------------------------ waiting for the first shard


def test_what_needs_a_definition_that_the_first_shard_never_writes_is_skipped_and_the_rest_sent(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    ended = shop.apply("--shard", "2/4", "--shard-timeout", "1", "-o", "json")
    assert ended.code == 3
    fates = {each["address"]: (each["outcome"], each["reason"]) for each in ended.json["outcomes"]}
    reason = "its need was not written in time by shard 1/4: line_status/packed"
    for each in TWO:
        assert fates[f"order_line/{each}/l1"] == ("skipped", reason)
        assert fates[f"order_line/{each}/l2"][0] == "done"
    assert "waiting for shard 1/4 to write line_status/packed" in ended.err
    assert shop.market.statuses() == []
    assert shop.apply("--shard", "1/4").code == 0
    assert shop.run("resume", "--shard", "2/4", "--auto-approve").code == 0
    assert {each[0] for each in shop.updates()} == {*ONE, *TWO}


# ------------------------------------------------------------------ one report


def test_one_report_tells_of_all_shards_and_names_one_that_is_missing(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    for each in (1, 2, 3, 4):
        assert shop.apply("--shard", f"{each}/4").code == 0
    whole = shop.run("runs", "report", "1", "2", "3", "4")
    assert whole.code == 0
    assert whole.last == "Applied: 33 done, 0 failed, 0 lost, 0 skipped, 0 moved, 0 withheld."
    document = shop.run("runs", "report", "4", "2", "3", "1", "1", "-o", "json").json
    assert document["runs"] == [1, 2, 3, 4]
    assert document["run"] is None
    assert len(document["outcomes"]) == 33
    assert document["summary"]["done"] == 33
    part = shop.run("runs", "report", "1", "2", "4", "-o", "json", "-o", f"markdown={shop.root}/report.md")
    assert part.code == part.json["exit_code"] == 3
    assert "none of these runs is of shard 3/4" in part.err
    assert part.json["diagnostics"][0]["summary"] == "none of these runs is of shard 3/4"
    assert (shop.root / "report.md").read_text().startswith("Applied: ")


def test_a_lost_state_is_rebuilt_from_the_reports_of_shards_and_not_from_the_merged_one(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    reports = [f"{shop.root}/{each}.json" for each in (1, 2)]
    for each, path in enumerate(reports, 1):
        assert shop.apply("--shard", f"{each}/2", "-o", f"json={path}").code == 0
    merged = f"{shop.root}/merged.json"
    assert shop.run("runs", "report", "1", "2", "-o", f"json={merged}").code == 0
    (shop.root / ".reconciler/state.db").unlink()
    refused = shop.run("state", "import", "--from-report", merged)
    assert refused.code == 1
    assert shop.run("state", "import", "--from-report", *reports).code == 0
    assert shop.plan("--detailed-exitcode").code == 0


def test_the_report_of_a_shard_that_was_resumed_ends_as_the_resumption_did(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    for each in (1, 3, 4):
        assert shop.apply("--shard", f"{each}/4").code == 0
    shop.strike(("orders/update_order_line_status", 2, "reset_before"))
    assert shop.apply("--shard", "2/4").code == 9
    assert shop.run("runs", "report", "1", "2", "3", "4").code == 9
    resumed = shop.run("resume", "--shard", "2/4", "--assume", "not-done", "*", "--auto-approve")
    assert resumed.code == 0, resumed
    assert shop.run("runs", "report", "1", "2", "3", "4", "5").code == 0
    assert fired(shop.market) == ALL_ONCE


def test_what_one_shard_withheld_is_counted_after_everything_was_resumed(shop: Shop):
    furnished(shop)
    divided(shop, "sandbox:market.db")
    missing = next(f"x{each}" for each in range(99) if share_of(f"x{each}", 2) == 1)
    shop.declare(states(missing, LASTING, l1="delivered"), "missing.yaml")
    assert shop.apply("--shard", "2/2", "--shard-timeout", "0").code == 3
    assert shop.apply("--shard", "1/2").code == 3
    assert shop.run("resume", "--auto-approve").code == 0
    whole = shop.run("runs", "report", "1", "2", "3")
    assert whole.last == "Applied: 33 done, 0 failed, 0 lost, 0 skipped, 0 moved, 1 withheld."
    assert whole.code == 3


@pytest.mark.parametrize(
    ("runs", "code", "said"),
    [((), 64, "RUN"), (("9",), 1, "there is no run 9"), (("1", "2"), 64, "different divisions")],
)
def test_what_cannot_be_merged_is_refused(shop: Shop, runs: tuple[str, ...], code: int, said: str):
    furnished(shop, ORDERS[:4])
    divided(shop, "sandbox:market.db")
    for shard in ("1/2", "1/3"):
        assert shop.apply("--shard", shard).code == 0
    refused = shop.run("runs", "report", *runs, "-o", "json")
    assert refused.code == code
    assert said in refused.err


def test_a_run_that_goes_on_has_no_report_yet(shop: Shop):
    furnished(shop, ORDERS[:2])
    divided(shop, "sandbox:market.db")
    state = f"sqlite:///{shop.root}/.reconciler/state.db"
    with open_store(state, "acme", shard=Shard(1, 4)) as store:
        assert isinstance(store.take("apply", RunFacts()), Lease)
        run = store.begin(target="shop", command="apply", facts=RunFacts()).run
        refused = shop.run("runs", "report", str(run))
        assert refused.code == 1
        assert f"run {run} goes on" in refused.err
