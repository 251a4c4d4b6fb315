"""No token and nothing personal is in any output or file, whatever is run and whatever goes wrong.

The market lies outside of the repository, so all that is found in the folder was written by the program or by
the user.
"""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.sandbox import FAULT_KINDS, Market
from tests.cli.shop import LONG_AGO, TOKEN, Shop, bare_order, served

EMAIL = "canary.buyer@example.com"
PHONE = "+79995550199"
LOYALTY = "canary-card-5150"
DOOR = "canary-door-4711"
DEFAULT = "canary-default-0815"
READING = "canary-reading-token-23"
CANARIES = (TOKEN, READING, EMAIL, PHONE, PHONE[1:], LOYALTY, DOOR, DEFAULT)
KINDS = [kind for kind in FAULT_KINDS if kind.islower()]
KINDS += ["slow_after:0.8", "error_400", "error_401_http", "error_403", "error_440", "error_500_http"]

MANIFEST = f"""\
custom_fields:
  - {{external_id: door, name: Door, entity_type: order, value_type: unicode, default_value: {DEFAULT}, sensitive: true}}
custom_line_statuses:
  - {{external_id: packed, name: Packed, type: in_process}}
orders:
  - {{external_id: "stated", hold: once, line_status: packed}}
"""  # noqa: E501 - one entry a line


def orders():
    """Write one order a way of matching; the first is there already, with other values."""
    shared = {"custom_fields": {"door": DOOR}, "create_time": "2026-01-01T00:00:00Z"}
    for number, identity in enumerate(
        (
            {"matching": "email", "email": EMAIL},
            {"matching": "phone", "phone": PHONE},
            {"matching": "custom", "field_name": "loyalty", "field_value": LOYALTY},
        )
    ):
        entry = {**bare_order(f"o{number}", l1="packed"), **shared}
        del entry["email"]
        yield {**entry, **identity}


@pytest.fixture
def guarded(tmp_path):
    """A repository with all that is personal in its manifests, and a market that lies elsewhere."""
    root = tmp_path / "repository"
    root.mkdir()
    market = Market(tmp_path / "market.db", now=lambda: LONG_AGO)
    shop = Shop(root, market)
    for order in ("stated", "o0"):
        market.put({**bare_order(order, l1="new"), "email": EMAIL})
    shop.declare(MANIFEST)
    shop.declare(json.dumps({"orders": [*orders()]}), "orders.yaml")
    yield shop
    market.close()


def tell_tales(*said):
    """Find the canaries in texts and bytes."""
    whole = b"\n".join(each if isinstance(each, bytes) else each.encode() for each in said)
    found = [each for each in CANARIES if each.encode() in whole]
    escaped = [each for each in CANARIES if json.dumps(each).encode()[1:-1] in whole]
    return {*found, *escaped}


COMMANDS = (
    ("validate", "-vv"),
    ("validate", "-o", "json"),
    ("validate", "-o", "sarif", "-o", "junit=found.xml", "-o", "gitlab=found.json", "-o", "github=found.txt"),
    ("plan", "-vv"),
    ("plan", "-vv", "-o", "json", "-o", "text=plan.txt"),
    ("plan", "-o", "markdown", "-o", "html=plan.html"),
    ("plan", "--refresh-only", "-vv"),
    ("plan", "-o", "json=plan.json", "-q"),
    ("apply", "plan.json", "-vv", "-o", "json=applied.json", "-o", "text", "--events", "events.jsonl"),
    ("apply", "--auto-approve", "-vv", "-o", "json"),
    ("apply", "--auto-approve", "-o", "markdown", "-o", "html=applied.html"),
    ("resume", "--settle-only", "-vv"),
    ("resume", "--auto-approve", "-vv", "-o", "json"),
    ("plan", "-vv", "--skip-triggers"),
    ("state", "list", "-vv"),
    ("state", "list", "-o", "json"),
    ("state", "show", "order/o0", "-vv"),
    ("state", "show", "custom_field/order/door", "-o", "json"),
    ("state", "export", "-vv"),
    ("state", "adopt", "*", "-vv"),
    ("runs", "list", "-vv"),
    ("runs", "show", "1", "-vv"),
    ("runs", "show", "1", "-o", "json"),
    ("fmt", "--check"),
    ("explain", "order"),
    ("schema", "settings"),
)


FILES = (".json", ".jsonl", ".txt", ".html", ".xml")


def run_all(shop, **environment):
    """Run every command in its folder; gives all that was said."""
    said = []
    for command in COMMANDS:
        words = [_inside(shop, word) for word in command]
        ended = shop.run(*words, **environment)
        said += [ended.out, ended.err]
        assert not tell_tales(ended.out, ended.err), command
        assert "Traceback" not in ended.err, command
    return said


def _inside(shop, word):
    """Give the paths among the arguments inside the repository."""
    option, equals, name = word.rpartition("=")
    return f"{option}{equals}{shop.root / name}" if name.endswith(FILES) else word


@pytest.mark.parametrize("place", ["body", "header"])
@pytest.mark.parametrize("kept", ["environment", "file"])
def test_no_command_tells_a_token_or_anything_personal(guarded, place, kept, tmp_path, caplog):
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    where = {"token_env": "SHOP_TOKEN"} if kept == "environment" else {"token_file": str(secret)}
    with served(tmp_path / "market.db", token=TOKEN) as url, caplog.at_level(logging.DEBUG):
        guarded.settle_in(url, send_token_in=place, **where)
        said = run_all(guarded, SHOP_TOKEN=TOKEN)

    assert guarded.market.requests()
    assert {order["external_id"] for order in guarded.market.orders()} >= {"o0", "o1", "o2"}
    assert tell_tales(*said, guarded.everything(), caplog.text) == set()
    assert (guarded.root / "events.jsonl").stat().st_size


@pytest.mark.parametrize("kind", KINDS)
def test_no_accident_tells_them_either(guarded, kind, tmp_path, caplog):
    methods = ("orders/list", "orders/import", "orders/update_order_line_status")
    with served(tmp_path / "market.db", token=TOKEN) as url, caplog.at_level(logging.DEBUG):
        guarded.settle_in(url, token_env="SHOP_TOKEN", timeout=0.5, concurrency=1)
        said = []
        for command in (
            ("plan", "-vv", "-o", "json"),
            ("apply", "--auto-approve", "-vv", "-o", "json", "--events", str(guarded.root / "events.jsonl")),
            ("runs", "show", "1", "-vv"),
            ("state", "list", "-vv"),
        ):
            guarded.strike(*((method, nth, kind) for method in methods for nth in (1, 3)))
            ended = guarded.run(*command, SHOP_TOKEN=TOKEN)
            said += [ended.out, ended.err]
    assert tell_tales(*said, guarded.everything(), caplog.text) == set()


def test_a_manifest_that_is_wrong_is_quoted_without_them(guarded):
    guarded.settle_in("https://market.invalid")
    broken = next(orders())
    guarded.declare(json.dumps({"orders": [{**broken, "external_id": "bad", "status": 7}]}), "bad.yaml")

    ended = guarded.run("validate", "-vv")

    assert ended.code == 4
    assert "manifests/bad.yaml:1:" in ended.out
    assert tell_tales(ended.out, ended.err) == set()


BROKEN = """\
import sys
from reconciler.cli import run
from reconciler.settings.connect import connect
sys.setrecursionlimit(int(sys.argv[1]))
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.parametrize("depth", [60, 90, 120, 150])
def test_a_traceback_tells_nothing(guarded, depth, tmp_path):
    with served(tmp_path / "market.db", token=TOKEN) as url:
        guarded.settle_in(url, token_env="SHOP_TOKEN")
        ended = subprocess.run(
            [sys.executable, "-c", BROKEN, str(depth), "apply", "--auto-approve", "-C", str(guarded.root)],
            capture_output=True,
            env=guarded.surroundings(SHOP_TOKEN=TOKEN),
            check=False,
        )
    assert tell_tales(ended.stdout, ended.stderr, guarded.everything()) == set()
    if depth == 60:
        assert b"RecursionError" in ended.stderr


def test_the_list_of_processes_tells_nothing(guarded, tmp_path):
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    with served(tmp_path / "market.db", token=TOKEN) as url:
        guarded.settle_in(url, token_file=str(secret), timeout=10)
        guarded.strike(("orders/list", 1, "slow_after:2"))
        before = len(guarded.market.requests())
        process = guarded.process("plan", "-vv")
        while len(guarded.market.requests()) == before:
            assert process.poll() is None
        seen = [
            (Path("/proc") / str(process.pid) / name).read_bytes() for name in ("cmdline", "environ", "comm")
        ]
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert tell_tales(*seen, out, err) == set()
