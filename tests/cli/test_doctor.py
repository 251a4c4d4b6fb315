"""doctor: everything that a run needs is looked at by itself, and each failure says what to do."""

from datetime import UTC, datetime

import pytest

from reconciler.model.lease import Process
from reconciler.store import Lease, RunFacts, open_store
from tests.cli.shop import TOKEN, Shop, served, states

ONCE = "hold: once"


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("1", l1="new")
    shop.declare(states("1", ONCE, l1="delivered"))
    shop.settle_in()
    return shop


def verdicts(shop: Shop, **environment: str) -> dict[str, str]:
    checks = shop.run("doctor", "-o", "json", **environment).json["checks"]
    return {check["name"]: check["verdict"] for check in checks}


def test_a_sound_repository_is_0_and_nothing_is_written_or_made(stocked: Shop):
    ended = stocked.run("doctor")
    assert ended.code == 0
    assert ended.last == "Checked: target shop. 0 failed, 1 warnings."
    assert "1 orders on its first page, without line statuses" in ended.out
    assert stocked.writes() == 0
    assert not (stocked.root / ".reconciler").exists()
    stocked.apply()
    assert stocked.run("doctor").last == "Checked: target shop. 0 failed, 0 warnings."


def test_each_failure_is_named_and_hides_no_other(stocked: Shop):
    stocked.settle_in("http://127.0.0.1:9", token_env="SHOP_TOKEN", timeout=1)
    stocked.declare("custom_fields: 7\n", "broken.yaml")
    assert verdicts(stocked) == {
        "settings": "ok",
        "manifests": "failed",
        "target": "failed",
        "state": "warning",
        "lease": "ok",
    }
    ended = stocked.run("doctor")
    assert ended.code == 4
    assert "export SHOP_TOKEN" in ended.out
    assert "`reconciler validate` lists them all" in ended.out


def test_a_dead_server_is_1_and_a_refused_token_8(stocked: Shop):
    stocked.settle_in("http://127.0.0.1:9", token_env="SHOP_TOKEN", timeout=1)
    assert stocked.run("doctor", SHOP_TOKEN=TOKEN).code == 1
    with served(stocked.root / "market.db", token="another") as url:
        stocked.settle_in(url, token_env="SHOP_TOKEN")
        ended = stocked.run("doctor", "-vv", SHOP_TOKEN=TOKEN)
    assert ended.code == 8
    assert TOKEN not in ended.out + ended.err


def test_where_two_tokens_are_named_each_is_tried_and_one_that_is_missing_here_is_a_warning(stocked: Shop):
    with served(stocked.root / "market.db", token=TOKEN) as url:
        stocked.settle_in(url, token_env="SHOP_TOKEN", read_token_env="SHOP_READ_TOKEN")
        ended = stocked.run("doctor", "-o", "json", SHOP_READ_TOKEN=TOKEN)
        assert ended.code == 0
        found = {check["name"]: check["verdict"] for check in ended.json["checks"]}
        assert found["target, reading"] == "ok"
        assert found["target, writing"] == "warning"
        assert stocked.run("doctor").code == 8


def test_a_state_that_is_required_and_new_is_5_as_apply_would_be(stocked: Shop):
    stocked.settle_in(state_required=True)
    ended = stocked.run("doctor")
    assert ended.code == stocked.apply().code == 5
    assert "--new-state" in ended.out


def test_who_holds_the_account_and_what_is_unsettled_are_warnings(stocked: Shop):
    stocked.strike(("orders/update_order_line_status", 1, "reset_after"))
    assert stocked.apply().code == 9
    url = f"sqlite:///{stocked.root}/.reconciler/state.db"
    facts = RunFacts(host="build-7", pid=99, actor="ann")
    with open_store(url, "sandbox:market.db", now=lambda: datetime.now(UTC)) as store:
        lease = store.take("apply", facts, Process(99, "another boot", "pid:[1]", "12345"))
        assert isinstance(lease, Lease)
        ended = stocked.run("doctor")
    assert ended.code == 0
    assert "1 writes were sent and never confirmed" in ended.out
    assert "`reconciler resume -t shop`" in ended.out
    assert "held by ann on build-7" in ended.out
