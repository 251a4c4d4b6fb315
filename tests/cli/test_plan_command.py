"""plan, as a user types it: every exit code, every line of fixed form, and what it leaves behind."""

import json
import re
import signal
import socket
from datetime import UTC, datetime

import pytest

from tests.cli.shop import EMAIL, STATUSES, SUMMARY, TOKEN, bare_order, listed, served, states
from tests.cli.terminal import terminal

LASTING = "expires: 2099-01-01"
READING = {"orders/list", "orders/get_status"}


@pytest.fixture
def stocked(shop):
    """One order whose two lines are to be moved."""
    shop.stock("1", l1="new", l2="new")
    shop.declare(STATUSES + states("1", LASTING, l1="packed", l2="delivered"))
    return shop


def wanted(**values):
    """Write a full declaration of an order."""
    return f"orders:\n  - {json.dumps({**bare_order('9', l1='new'), **values})}\n"


# ------------------------------------------------------------------ the lines of fixed form


def test_the_last_line_counts_everything(stocked):
    ended = stocked.plan()

    assert (ended.code, ended.err) == (0, "")
    assert SUMMARY.fullmatch(ended.last)
    assert ended.last.startswith(
        "Plan: 0 to create, 2 to update, 1 to ensure (1 permanent), 0 to release, 0 withheld. "
        "0 unchanged (0 observed, 0 recorded). "
    )
    assert ended.last.endswith(" requests, 2 may fire triggers.")
    assert "manifests/shop.yaml:2:5" in ended.out
    assert "target shop (sandbox:market.db), account sandbox:market.db, state sqlite:///" in ended.out


def test_no_changes_is_said_only_of_what_was_observed(shop):
    shop.market.set_switches({"A9": "shown"})
    shop.stock("1", l1="delivered")
    shop.declare(states("1", LASTING, l1="delivered"))

    *_, before, last = shop.plan().out.splitlines()

    assert before == "No changes."
    assert "1 unchanged (1 observed, 0 recorded)" in last


def test_what_cannot_be_read_is_counted_with_the_day_of_its_record(stocked):
    stocked.apply()

    *_, before, last = stocked.plan("--detailed-exitcode").out.splitlines()

    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert before == f"No changes known. 3 of 3 cannot be read: recorded {today} or later."
    assert "3 unchanged (0 observed, 3 recorded). 0 requests" in last


def test_a_plan_leaves_nothing_behind_and_sends_no_write(stocked):
    before = {path for path in stocked.root.rglob("*") if path.suffix != ".db-journal"}
    manifests = [path.read_bytes() for path in sorted(stocked.root.rglob("*.yaml"))]

    stocked.plan("-vv")

    assert set(stocked.root.rglob("*")) == before
    assert [path.read_bytes() for path in sorted(stocked.root.rglob("*.yaml"))] == manifests
    assert {each.method for each in stocked.market.requests()} <= READING


# ------------------------------------------------------------------ exit codes


def test_pending_is_2_only_where_it_was_asked_for(stocked):
    assert stocked.plan().code == 0
    assert stocked.plan("--detailed-exitcode").code == 2
    stocked.apply()
    assert stocked.plan("--detailed-exitcode").code == 0


def test_withheld_is_pending_until_it_is_acknowledged(shop):
    shop.declare(states("gone", LASTING, l1="delivered"))

    assert shop.plan("--detailed-exitcode").code == 2
    shop.settle_in(
        rest="acknowledge:\n  - {address: 'order_line/gone/*', reason: known, until: 2099-01-01}\n"
    )
    assert shop.plan("--detailed-exitcode").code == 0
    assert "acknowledged" in shop.plan().out


def test_a_limit_is_refused_after_the_plan_was_printed_and_every_output_written(stocked):
    path = stocked.root / "plan.json"

    ended = stocked.plan("--max-line-changes", "1", "--detailed-exitcode", "-o", f"json={path}")

    assert ended.code == 5
    assert SUMMARY.fullmatch(ended.last)
    assert "error: 2 line changes, and max_line_changes is 1" in ended.err
    assert json.loads(path.read_text())["exit_code"] == 5


@pytest.mark.parametrize(
    ("limits", "named"),
    [("max_permanent_creates: 0", "max_permanent_creates is 0"), ("max_order_share: 0.05", "1 of 10 orders")],
)
def test_the_other_limits_are_refused_too(stocked, limits, named):
    for number in range(2, 11):
        stocked.stock(str(number), l1="new")
    stocked.settle_in(rest=f"limits: {{{limits}}}\n", definitions="standalone")

    ended = stocked.plan()

    assert (ended.code, named in ended.err) == (5, True)


def test_evidence_that_is_too_weak_is_refused(stocked):
    assert stocked.plan("--require-evidence", "recorded").code == 5
    stocked.apply()
    assert stocked.plan("--require-evidence", "recorded").code == 0
    assert stocked.plan("--require-evidence", "observed").code == 5
    stocked.market.touch("1", region="north")
    assert stocked.plan("--require-evidence", "recorded").code == 5


def test_everything_that_is_wrong_with_manifests_is_shown_at_its_place_in_one_run(stocked):
    stocked.declare("custom_fields:\n  - {external_id: 12, naem: X}\n", "a.yaml")
    stocked.declare(states("2", l1="pakced"), "b.yaml")

    ended = stocked.plan()

    assert (ended.code, ended.out) == (4, "")
    assert re.search(r"^manifests/a\.yaml:2:\d+: error: .*quote it", ended.err, re.MULTILINE | re.DOTALL)
    assert "naem" in ended.err
    assert re.search(r"^manifests/b\.yaml:2:\d+: error: ", ended.err, re.MULTILINE)
    assert "did you mean" in ended.err


def test_an_empty_set_of_manifests_is_an_error(shop):
    ended = shop.plan()

    assert ended.code == 4
    assert "declare nothing for target shop" in ended.err or "manifests" in ended.err


def test_settings_with_an_unknown_key_get_a_suggestion(stocked):
    stocked.settle_in(rest="limit: {}\n")

    ended = stocked.plan()

    assert ended.code == 4
    assert "reconciler.yaml:4:1" in ended.err
    assert "limits" in ended.err


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_token_that_is_missing_or_refused_is_8(stocked, token):
    with served(stocked.root / "market.db", token=TOKEN) as url:
        stocked.settle_in(url, token_env="SHOP_TOKEN")

        ended = stocked.plan("-o", "json", SHOP_TOKEN=token)

    assert (ended.code, ended.json["exit_code"], ended.json["complete"]) == (8, 8, False)
    assert "wrong" not in ended.out + ended.err
    if not token:
        assert "SHOP_TOKEN is not set" in ended.err


def test_a_host_that_is_not_allowed_is_refused_before_the_token_is_read(stocked):
    stocked.settle_in("https://market.example", token_env="SHOP_TOKEN")

    ended = stocked.plan(RECONCILER_ALLOWED_HOSTS="*.altkraft.com")

    assert ended.code == 8
    assert "market.example is not among the hosts" in ended.err


def test_a_target_that_cannot_be_reached_is_1(stocked):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    stocked.settle_in(f"http://127.0.0.1:{port}", timeout=1)

    ended = stocked.plan("-o", "json", "-q")

    assert (ended.code, ended.json["complete"], ended.json["changes"]) == (1, False, [])
    assert "could not be read" in ended.err


def test_a_walk_that_broke_off_leaves_the_rest_unknown_never_absent(stocked):
    stocked.settle_in(page_size=1)
    stocked.declare(states("3", LASTING, l1="delivered"), "third.yaml")
    for order in "23":
        stocked.stock(order, l1="new")
    stocked.strike(("orders/list", 2, "error_400"), ("orders/list", 3, "error_400"))

    ended = stocked.plan("-o", "json")

    assert (ended.code, ended.json["complete"]) == (1, False)
    third = next(each for each in ended.json["changes"] if each["address"] == "order_line/3/l1")
    assert (third["action"], third["why"], third["evidence"]) == ("withhold", "impossible", "unknown")


@pytest.mark.parametrize("broken", ["loop", "file"])
def test_a_state_that_cannot_be_looked_at_is_not_taken_for_an_empty_one(stocked, broken):
    """What is remembered there may be everything: a plan without it would say all of it again."""
    if broken == "loop":
        (stocked.root / "kept").symlink_to("kept")
    else:
        (stocked.root / "kept").write_text("a file where a folder should be")
    stocked.settle_in(state="sqlite:///kept/state.db")

    ended = stocked.plan()

    assert (ended.code, ended.out) == (1, "")
    assert "kept/state.db cannot be used" in ended.err


def test_a_state_that_is_none_is_1_with_advice(stocked):
    (stocked.root / ".reconciler").mkdir()
    (stocked.root / ".reconciler" / "state.db").write_text("not a database at all" * 100)

    ended = stocked.plan()

    assert ended.code == 1
    assert "is not an SQLite database" in ended.err


def test_in_ci_one_of_several_targets_has_to_be_named(stocked):
    two = "targets:\n  a: {url: 'sandbox:market.db'}\n  b: {url: 'sandbox:b.db'}\n"
    (stocked.root / "reconciler.yaml").write_text(f"version: 1\ndefault_target: a\n{two}")

    assert stocked.plan().code == 0
    ended = stocked.plan("-o", "json", CI="true")
    assert (ended.code, ended.json["exit_code"]) == (64, 64)
    assert "add -t NAME" in ended.err
    assert stocked.plan(CI="true", RECONCILER_TARGET="a").code == 0


# ------------------------------------------------------------------ stdout is JSON and nothing else


def _broken_state(shop):
    (shop.root / ".reconciler").mkdir()
    (shop.root / ".reconciler" / "state.db").write_text("x" * 1000)


SCENES = {
    "pending": (0, (), lambda _: None),
    "detailed": (2, ("--detailed-exitcode",), lambda _: None),
    "over the limit": (5, ("--max-line-changes", "0"), lambda _: None),
    "bad manifest": (4, (), lambda shop: shop.declare("custom_fields: 7\n", "bad.yaml")),
    "bad settings": (4, (), lambda shop: (shop.root / "reconciler.yaml").write_text("version: 9\n")),
    "denied": (8, (), lambda shop: shop.strike(("orders/list", 0, "error_403"))),
    "tariff": (1, (), lambda shop: shop.strike(("orders/list", 0, "error_402"))),
    "broken state": (1, (), _broken_state),
    "no such option": (64, ("--frobnicate",), lambda _: None),
    "no such target": (64, ("-t", "nowhere"), lambda _: None),
    "a limit that is no number": (64, ("--max-line-changes", "many"), lambda _: None),
}


@pytest.mark.parametrize("scene", SCENES)
def test_with_json_stdout_is_one_document_whatever_happens(stocked, scene):
    code, arguments, prepare = SCENES[scene]
    prepare(stocked)

    ended = stocked.plan(*arguments, "-o", "json", "--color", "always", "-v")

    assert (ended.code, ended.json["exit_code"]) == (code, code)
    assert {"format_version", "target", "complete", "summary", "changes", "drift", "diagnostics"} <= {
        *ended.json
    }
    assert ended.json["complete"] is (code in {0, 2, 5})


def test_the_documents_of_the_environments_choice_are_no_exception(stocked):
    assert stocked.plan("--frobnicate", RECONCILER_OUTPUT="json").json["exit_code"] == 64
    assert stocked.plan(RECONCILER_OUTPUT="json").json["exit_code"] == 0


def test_several_outputs_at_once_and_text_when_all_have_a_path(stocked):
    plan, text = stocked.root / "plan.json", stocked.root / "plan.txt"

    ended = stocked.plan("-o", f"json={plan}", "-o", f"text={text}", "--color", "always")

    assert SUMMARY.fullmatch(ended.last)
    assert "\x1b[" in ended.out
    assert "\x1b[" not in text.read_text()
    assert json.loads(plan.read_text())["summary"]["update"] == 2
    both = stocked.plan("-o", "json", "-o", f"text={text}")
    assert both.json["digest"] == json.loads(plan.read_text())["digest"]
    assert stocked.plan("-o", "json", "-o", "text").code == 64
    assert stocked.plan("-o", "yaml").code == 64
    assert stocked.plan("-o", "json=/no/such/folder/plan.json").code == 1


# ------------------------------------------------------------------ what is chosen


def test_only_and_exclude_choose_by_address_and_bring_what_is_needed(stocked):
    only = stocked.plan("--only", "*/l1", "-o", "json").json
    without = stocked.plan("--exclude", "order_line/*/l1", "-o", "json").json

    assert listed(only["changes"]) == ["line_status/packed", "order_line/1/l1"]
    assert only["selection"]["only"] == ["*/l1"]
    assert listed(without["changes"]) == ["line_status/packed", "order_line/1/l2"]


def test_origin_chooses_by_file_and_nothing_unselected_is_released(stocked):
    stocked.apply()
    stocked.declare(states("1", LASTING, l1="delivered"))
    stocked.declare(states("2", LASTING, l1="delivered"), "second.yaml")

    chosen = stocked.plan("--origin", "*second*", "-o", "json").json
    rest = stocked.plan("--exclude-origin", "*second*", "-o", "json").json

    assert listed(chosen["changes"]) == ["order_line/2/l1"]
    assert chosen["summary"]["release"] == rest["summary"]["release"] == 0
    assert listed(rest["changes"]) == ["order_line/1/l1"]
    assert stocked.plan("-o", "json").json["summary"]["release"] == 1


def test_a_pattern_that_selects_nothing_is_warned_about(stocked):
    assert "--only 'order_lnie/*' matches nothing" in stocked.plan("--only", "order_lnie/*").out


def test_refresh_only_shows_drift_alone(shop):
    shop.market.set_switches({"A9": "shown"})
    shop.stock("1", l1="new")
    shop.declare(states("1", LASTING, l1="delivered"))
    shop.apply()
    assert "No drift." in shop.plan("--refresh-only").out
    shop.market.touch("1", lines={"l1": "processing"})

    ended = shop.plan("--refresh-only", "--detailed-exitcode")

    assert "order_line/1/l1  delivered → processing" in ended.out
    assert "Order lines" not in ended.out
    assert shop.plan("--refresh-only", "-o", "json").json["drift"][0]["observed"] == "processing"


def test_out_of_a_canceled_status_only_with_leave(shop):
    shop.market.set_switches({"A9": "shown"})
    shop.stock("1", l1="canceled")
    shop.declare(states("1", LASTING, l1="delivered"))

    held = shop.plan("-o", "json").json["changes"][0]

    assert (held["action"], held["why"]) == ("withhold", "forbidden")
    assert "--allow-reopen" in held["reason"]
    assert "1 to update" in shop.plan("--allow-reopen").last
    assert "1 withheld" in shop.plan(RECONCILER_ALLOW_REOPEN="1").last


def test_what_is_stale_is_said_again_only_when_it_is_named(stocked):
    stocked.apply()
    stocked.market.touch("1", region="north")

    assert "0 to update" in stocked.plan().last
    assert "2 stale" in stocked.plan().last
    assert "1 to update" in stocked.plan("--resend-stale", "*/l1").last
    assert "0 to update" in stocked.plan(RECONCILER_RESEND_STALE="*").last


# ------------------------------------------------------------------ what reaches a terminal


HOSTILE = "\x1b[31mred\x07 \u202egpj.exe \u2066x\r[bold]m[/bold]\x85\u2028end"


def test_hostile_values_never_reach_the_output_raw(shop):
    shop.market.set_switches({"A9": "shown"})
    shop.market.put({**bare_order("1", l1=HOSTILE), "region": HOSTILE, "tags": [HOSTILE]})
    shop.declare(
        json.dumps(
            {
                "custom_line_statuses": [{"external_id": "s", "name": HOSTILE, "type": "in_process"}],
                "custom_fields": [
                    {
                        "external_id": "f",
                        "name": HOSTILE,
                        "entity_type": "order",
                        "value_type": "unicode",
                        "default_value": HOSTILE,
                    }
                ],
                "orders": [{**bare_order("1", l1="delivered"), "region": "north", "tags": ["y"]}],
            }
        )
    )

    for command in (
        ("plan", "-v"),
        ("apply", "--auto-approve", "-v"),
        ("plan",),
        ("state", "list"),
        ("runs", "show", "1"),
    ):
        ended = shop.run(*command)
        for text in (ended.out, ended.err):
            assert all(character.isprintable() or character == "\n" for character in text), (command, text)
            assert "\u202e" not in text
    assert "\\u202e" in shop.run("state", "list").out
    document = shop.plan("-o", "json", "--refresh-only")
    assert all(character.isprintable() or character == "\n" for character in document.out)
    held = shop.run("state", "list", "-o", "json")
    assert held.json["items"][0]["what"]["name"] == HOSTILE
    assert "\\u202e" in held.out


@pytest.mark.parametrize(
    ("environment", "arguments", "coloured"),
    [
        ({}, (), True),
        ({"NO_COLOR": "1"}, (), False),
        ({"TERM": "dumb"}, (), False),
        ({}, ("--color", "never"), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
    ],
)
def test_a_terminal_gets_colours_unless_it_said_no(stocked, environment, arguments, coloured):
    with terminal(stocked, "plan", "-q", *arguments, **environment) as screen:
        assert screen.ended() == 0

    assert "Plan: 0 to create" in screen.printed
    assert ("\x1b[33m" in screen.printed) is coloured


def test_a_pipe_gets_no_colours(stocked):
    assert "\x1b" not in stocked.plan().out
    assert "\x1b[" in stocked.plan("--color", "always").out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_reading_ends_with_its_code_and_a_document(stocked, number, code):
    stocked.strike(("orders/list", 0, "slow_after:20"))
    with served(stocked.root / "market.db") as url:
        stocked.settle_in(url)
        process = stocked.process("plan", "-o", "json")
        while not stocked.market.requests():
            assert process.poll() is None, process.communicate()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)

    assert process.returncode == code
    assert json.loads(out)["complete"] is False
    assert "interrupted; nothing was sent" in err


# ------------------------------------------------------------------ what is personal


def test_neither_the_token_nor_an_e_mail_is_in_any_output(shop):
    shop.declare(wanted(custom_fields={}, region="north"))
    with served(shop.root / "market.db", token=TOKEN) as url:
        shop.settle_in(url, token_env="SHOP_TOKEN")
        ends = [shop.plan(*words, SHOP_TOKEN=TOKEN) for words in (["-vv"], ["-o", "json", "-vv"])]

    assert all(ended.code == 0 for ended in ends)
    assert "1 to create" in ends[0].last
    for ended in ends:
        assert TOKEN not in ended.out + ended.err
        assert EMAIL not in ended.out + ended.err
