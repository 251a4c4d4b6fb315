"""The gates before a write: tokens, saved plans, hosts, permanent definitions, transitions, triggers."""

import json

import pytest

from tests.cli.shop import STATUSES, TOKEN, bare_order, served, states

LASTING = "expires: 2099-01-01"
READING = "canary-reading-token-51"


@pytest.fixture
def stocked(shop):
    """Two orders with one line each, to be moved to a custom status."""
    shop.stock("1", l1="new")
    shop.stock("2", l1="new")
    shop.declare(STATUSES + states("1", LASTING, l1="packed"))
    return shop


def whole(order, **lines):
    """Write a full declaration of an order as it is stocked, but for the status of its lines."""
    wanted = bare_order(order, **lines)
    return f"orders:\n  - {json.dumps({**wanted, 'create_time': '2026-01-01T00:00:00Z'})}\n"


# ------------------------------------------------------------------ tokens that only read


def test_a_plan_needs_only_the_token_that_reads_and_an_apply_the_one_that_writes(stocked):
    with served(stocked.root / "market.db", token=READING) as url:
        stocked.settle_in(url, token_env="WRITE", read_token_env="READ")
        assert stocked.plan(READ=READING).code == 0
        assert stocked.plan(READ=READING, WRITE=TOKEN).code == 0
        refused = stocked.apply(READ=READING)
    assert (refused.code, stocked.writes()) == (8, 0)
    assert "WRITE is not set" in refused.err


def test_without_the_token_that_reads_a_plan_takes_the_other(stocked):
    with served(stocked.root / "market.db", token=TOKEN) as url:
        stocked.settle_in(url, token_env="WRITE", read_token_env="READ")
        assert stocked.plan(WRITE=TOKEN).code == 0
        assert stocked.apply(WRITE=TOKEN).code == 0
        stocked.settle_in(url, token_env="WRITE")
        assert stocked.plan(WRITE=TOKEN).code == 0


def test_a_target_that_names_only_a_token_that_reads_can_be_planned_and_not_applied(stocked):
    with served(stocked.root / "market.db", token=READING) as url:
        stocked.settle_in(url, read_token_env="READ")
        assert stocked.plan(READ=READING).code == 0
        missing, refused = stocked.plan(), stocked.apply(READ=READING)
    assert (missing.code, refused.code) == (8, 8)
    assert "READ is not set" in missing.err
    assert "has no token to write with" in refused.err
    assert stocked.writes() == 0


def test_state_adopt_takes_the_token_that_writes(stocked):
    with served(stocked.root / "market.db", token=TOKEN) as url:
        stocked.settle_in(url, token_env="WRITE", read_token_env="READ")
        assert stocked.run("state", "adopt", "order_line/*", READ=READING).code == 8


# ------------------------------------------------------------------ saved plans


def test_a_target_may_ask_for_a_saved_plan(stocked):
    stocked.settle_in(require_plan=True)
    refused = stocked.apply("-o", "json")

    assert (refused.code, refused.json["exit_code"], stocked.writes()) == (5, 5, 0)
    assert "reconciler plan -t shop -o json=plan.json" in refused.err
    path = stocked.root / "plan.json"
    assert stocked.plan("-o", f"json={path}").code == 0
    assert stocked.run("apply", str(path)).code == 0
    assert stocked.updates() == [("1", "l1", "packed")]


# ------------------------------------------------------------------ hosts


@pytest.mark.parametrize("allowed", ["", " ", ","])
def test_a_list_of_hosts_that_names_none_allows_none(stocked, allowed):
    stocked.settle_in("https://market.invalid", token_env="WRITE")
    ended = stocked.plan(RECONCILER_ALLOWED_HOSTS=allowed, WRITE=TOKEN)
    assert ended.code == 8
    assert "is not among the hosts" in ended.err


def test_a_host_is_compared_without_case(stocked):
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url.replace("127.0.0.1", "localhost"))
        assert stocked.plan(RECONCILER_ALLOWED_HOSTS="a.example, LOCALHOST").code == 0


# ------------------------------------------------------------------ permanent definitions


def test_permanent_definitions_over_the_limit_need_a_word_for_this_run(stocked):
    stocked.settle_in(rest="limits: {max_permanent_creates: 0}\n")

    refused = stocked.apply()
    assert (refused.code, stocked.writes()) == (5, 0)
    assert "--allow-permanent" in refused.err
    assert stocked.plan("--allow-permanent", "1").code == 0
    assert stocked.plan(RECONCILER_ALLOW_PERMANENT="1").code == 5
    assert stocked.apply("--allow-permanent", "1").code == 0


def test_the_word_is_kept_in_the_plan_and_not_changed_when_it_is_applied(stocked):
    stocked.settle_in(rest="limits: {max_permanent_creates: 0}\n")
    path = stocked.root / "plan.json"
    assert stocked.plan("--allow-permanent", "1", "-o", f"json={path}").code == 0

    assert json.loads(path.read_text())["options"]["allow_permanent"] == 1
    for changed in (("--allow-permanent", "0"), ("--skip-triggers",)):
        assert stocked.run("apply", str(path), *changed).code == 64
    assert stocked.run("apply", str(path)).code == 0


def test_it_may_also_be_stricter_than_the_settings(stocked):
    assert stocked.plan("--allow-permanent", "0").code == 5


# ------------------------------------------------------------------ transitions


def test_transitions_are_checked_without_a_network_at_their_place(stocked):
    stocked.settle_in("https://market.invalid", rest="line_transitions:\n  new: [pakced]\n")

    ended = stocked.run("validate")
    assert ended.code == 4
    assert 'reconciler.yaml:5:9: error: line_transitions names "pakced"' in ended.out
    assert 'did you mean "packed"?' in ended.out
    assert stocked.plan().code == 4


# ------------------------------------------------------------------ triggers


@pytest.mark.parametrize("skipping", [True, False])
@pytest.mark.parametrize("saved", [True, False])
def test_lines_of_a_whole_order_change_and_no_customer_hears_of_it(shop, saved, skipping):
    shop.stock("1", l1="new")
    shop.stock("2", l1="new")
    shop.declare(whole("1", l1="delivered"), "one.yaml")
    shop.declare(states("2", LASTING, l1="delivered"), "two.yaml")
    shop.settle_in(skip_triggers=skipping)
    path = shop.root / "plan.json"
    planned = shop.plan("--skip-triggers", "-o", f"json={path}", "-o", "text")
    document = json.loads(path.read_text())

    assert planned.last.endswith(" 2 requests, 0 may fire triggers.")
    assert document["options"]["skip_triggers"] is True
    assert document["summary"]["withhold"] == 1
    ended = shop.run("apply", str(path)) if saved else shop.apply("--skip-triggers")
    assert ended.last == "Applied: 2 done, 0 failed, 0 lost, 0 skipped, 0 moved, 1 withheld."
    assert shop.market.triggers() == []
    assert "only a fully declared order can be imported" in planned.out
    shop.settle_in(skip_triggers=skipping)
    assert shop.plan("--skip-triggers", "--only", "order*/1*", "--detailed-exitcode").code == 0


def test_without_the_option_the_market_does_fire(shop):
    shop.stock("1", l1="new")
    shop.declare(whole("1", l1="delivered"))
    assert shop.apply().code == 0
    assert len(shop.market.triggers()) == 1


def test_what_was_approved_in_silence_is_finished_in_silence(shop):
    for order in ("1", "2"):
        shop.stock(order, l1="new")
        shop.declare(whole(order, l1="delivered"), f"{order}.yaml")
    shop.settle_in(skip_triggers=False, batch_size=1)

    assert shop.apply("--skip-triggers", "--first", "1").last.startswith("Applied: 2 done")
    ended = shop.run("resume", "--auto-approve")

    assert ended.last.startswith("Applied: 2 done"), ended.err
    assert {line["status"] for order in shop.market.orders() for line in order["lines"]} == {"delivered"}
    assert shop.market.triggers() == []
