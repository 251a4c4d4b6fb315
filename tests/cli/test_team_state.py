"""A state that a team shares: moved, rebuilt, guarded, and divided between projects."""

import json
from pathlib import Path

import pytest

from reconciler.store import open_record, open_store
from tests.cli.shop import STATUSES, Shop, served, states

LASTING = "expires: 2099-12-31"
PRODUCTION = "https://altcraft.invalid"


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("1", l1="new", l2="new")
    shop.declare(STATUSES + states("1", LASTING, l1="packed", l2="delivered"))
    return shop


def again(shop: Shop) -> str:
    """Give the line that says that nothing is pending."""
    planned = shop.plan("--detailed-exitcode")
    assert planned.code == 0, planned
    return planned.out


# ------------------------------------------------------------------ PostgreSQL


def test_a_state_in_postgresql_is_planned_applied_and_listed(stocked: Shop, postgres: str):
    stocked.settle_in(rest=f'state: "{postgres}"\n')
    assert stocked.plan().code == 0
    assert open_record(postgres, "sandbox:market.db").runs(1) == ()
    assert stocked.apply().code == 0
    assert "No changes known" in again(stocked)
    assert "order_line/1/l1" in stocked.run("state", "list").out
    assert stocked.run("runs", "show", "1").code == 0
    assert not (stocked.root / ".reconciler").exists()


def test_no_password_of_a_state_is_shown(stocked: Shop, postgres: str):
    secret = "canary-%2Fpw"
    url = postgres.replace("postgres:@", "postgres:${PW}@", 1)
    for written, environment in ((url, {"PW": secret}), (url.replace("${PW}", secret), {})):
        stocked.settle_in(rest=f'state: "{written}"\n')
        for arguments in (
            ("plan", "-v"),
            ("apply", "--auto-approve", "-o", "json"),
            ("state", "list"),
            ("runs", "list"),
        ):
            ended = stocked.run(*arguments, **environment)
            assert ended.code == 0, ended
            assert "canary" not in ended.out + ended.err
    unreachable = written.replace("host=", "host=/nowhere").replace("postgres?", "canary?")
    stocked.settle_in(rest=f'state: "{unreachable}"\n')
    ended = stocked.plan()
    assert ended.code == 1
    assert "cannot be reached" in ended.err
    assert secret not in ended.err


# ------------------------------------------------------------------ export and import


def test_a_record_moves_to_another_database_and_nothing_is_pending(stocked: Shop, postgres: str):
    assert stocked.apply().code == 0
    ended = stocked.run("state", "export")
    assert ended.code == 0
    assert ended.json["command"] == "state export"
    (stocked.root / "record.json").write_text(ended.out)

    stocked.settle_in(rest=f'state: "{postgres}"\n')
    assert "1 to update, 1 to ensure" in stocked.plan("--only", "order_line/1/l1").last
    imported = stocked.run("state", "import", str(stocked.root / "record.json"), "-o", "json")
    assert imported.code == 0
    assert imported.json["imported"] == {"memories": 3, "finished": 0, "runs": 1, "in_doubt": 0}
    assert "No changes known" in again(stocked)
    assert stocked.run("runs", "show", "1").code == 0

    refused = stocked.run("state", "import", str(stocked.root / "record.json"))
    assert refused.code == 1
    assert "--merge" in refused.err
    assert stocked.run("state", "import", str(stocked.root / "record.json"), "--merge").code == 0


def test_an_export_may_go_to_a_file(stocked: Shop):
    assert stocked.apply().code == 0
    ended = stocked.run("state", "export", "-o", f"json={stocked.root}/record.json")
    assert ended.out == "Exported: 3 memories, 0 finished, 1 runs.\n"
    assert json.loads((stocked.root / "record.json").read_text())["account"] == "sandbox:market.db"


def test_a_lost_state_is_rebuilt_from_the_reports_of_applies(stocked: Shop):
    reports = [stocked.root / f"{number}.json" for number in (1, 2, 3)]
    stocked.apply("--only", "line_status/*", "-o", f"json={reports[0]}")
    stocked.strike(("orders/update_order_line_status", 2, "reset_after"))
    assert stocked.apply("-o", f"json={reports[1]}").code == 9
    stocked.declare(states("1", LASTING, l1="delivered"))
    stocked.apply("-o", f"json={reports[2]}")
    before = stocked.run("state", "list", "-o", "json").json["items"]
    (stocked.root / ".reconciler/state.db").unlink()

    ended = stocked.run("state", "import", "--from-report", *map(str, reversed(reports)), "-o", "json")
    assert ended.code == 0, ended
    after = stocked.run("state", "list", "-o", "json").json["items"]
    told = ("address", "what", "how", "run", "released")
    assert [{key: each[key] for key in told} for each in after] == [
        {key: each[key] for key in told} for each in before
    ]
    assert [each["unsettled"] is None for each in after] == [each["unsettled"] is None for each in before]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("state", "import"), 64),
        (("state", "import", "a", "b"), 64),
        (("state", "import", "missing.json"), 1),
    ],
)
def test_what_cannot_be_imported_is_told(stocked: Shop, arguments: tuple[str, ...], code: int):
    assert stocked.run(*arguments).code == code


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"format_version": "1.0", "command": "plan"}', "[" * 10**5]
)
@pytest.mark.parametrize("option", [(), ("--from-report",)])
def test_a_file_of_another_kind_is_refused(stocked: Shop, text: str, option: tuple[str, ...]):
    path = stocked.root / "file.json"
    path.write_text(text)
    ended = stocked.run("state", "import", str(path), *option, "-o", "json")
    assert ended.code == 1
    assert ended.json["imported"]["memories"] == 0
    assert str(path) in ended.err


# ------------------------------------------------------------------ guards


def test_a_state_without_an_earlier_run_is_refused_where_one_is_required(stocked: Shop):
    stocked.settle_in(state_required=True)
    refused = stocked.apply(RECONCILER_NEW_STATE="1")
    assert refused.code == 5
    assert "knows of no earlier run" in refused.err
    assert "--new-state" in refused.err
    assert stocked.plan().code == 0
    assert stocked.writes() == 0
    assert stocked.apply("--new-state").code == 0
    assert stocked.apply().code == 0


def test_a_state_that_dies_with_the_job_is_refused_before_any_request(stocked: Shop, postgres: str):
    stocked.settle_in(PRODUCTION)
    refused = stocked.apply(CI="true", RECONCILER_EPHEMERAL_STATE="1")
    assert refused.code == 5
    assert "--ephemeral-state" in refused.err
    assert "PostgreSQL" in refused.err
    assert stocked.apply(CI="").code == 1
    assert stocked.apply("--ephemeral-state", CI="true").code == 1
    stocked.settle_in(PRODUCTION, state=postgres)
    assert stocked.apply(CI="true").code == 1


def test_a_sandbox_and_loopback_may_have_a_state_that_dies_with_the_job(stocked: Shop):
    assert stocked.apply(CI="true").code == 0
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url)
        assert stocked.apply(CI="true").code == 0


def test_a_missing_token_is_told_before_the_state_is_judged(stocked: Shop):
    stocked.settle_in(PRODUCTION, token_env="NO_SUCH_TOKEN")
    assert stocked.apply(CI="true").code == 8


# ------------------------------------------------------------------ projects


@pytest.fixture
def stockroom(stocked: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Another repository, for the same account in the same state."""
    other = Shop(tmp_path_factory.mktemp("stockroom"), stocked.market)
    shared = f'state: "sqlite:///{stocked.root}/.reconciler/state.db"\n'
    stocked.settle_in(account="acme", rest=shared)
    market = Path(stocked.root) / "market.db"
    other.settle_in(f"sandbox:{market}", account="acme", rest=f"project: stockroom\n{shared}")
    return other


def test_an_address_of_another_project_is_refused_naming_its_owner(stocked: Shop, stockroom: Shop):
    assert stocked.apply().code == 0
    stockroom.declare(STATUSES + states("1", LASTING, l1="delivered"))
    for ended in (stockroom.plan(), stockroom.apply()):
        assert ended.code == 5
        assert "line_status/packed belongs to project default" in ended.err
        assert "order_line/1/l1 belongs to project default" in ended.err
    assert stocked.updates()[2:] == []


def test_two_projects_leave_each_others_things_alone(stocked: Shop, stockroom: Shop):
    assert stocked.apply().code == 0
    stocked.stock("2", l1="new")
    external = "custom_line_statuses:\n  - {external_id: packed, external: true}\n"
    stockroom.declare(external + states("2", LASTING, l1="packed"))
    assert stockroom.apply().code == 0
    assert "No changes known" in again(stocked)
    assert "No changes known" in again(stockroom)
    assert "order_line/1" not in stockroom.run("state", "list").out
    assert stockroom.run("state", "forget", "order_line/1/*").code == 1
    assert len(stockroom.run("runs", "list", "-o", "json").json["runs"]) == 2


def test_what_one_project_released_another_may_declare(stocked: Shop, stockroom: Shop):
    assert stocked.apply("--only", "line_status/*").code == 0
    stocked.declare(states("1", LASTING, l2="delivered"))
    assert stocked.apply("--only", "line_status/*").code == 0
    stockroom.declare(STATUSES)
    planned = stockroom.plan()
    assert "1 unchanged" in planned.last
    assert stockroom.apply().code == 0
    with open_store(f"sqlite:///{stocked.root}/.reconciler/state.db", "acme") as store:
        assert [*map(str, store.load().foreign)] == ["line_status/packed"]
