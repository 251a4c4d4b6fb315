"""The sandbox's commands: a file is filled, emptied and served; what goes wrong is told in plain words."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

from reconciler.cli import run
from reconciler.sandbox import Market, generate

STATUSES = "custom_line_statuses:\n  - {external_id: packed, name: Packed, type: in_process}\n"
ORDERS = "orders:\n  - {external_id: '100002', hold: once, lines: [{external_id: line_01, status: packed}]}\n"


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if name != "CI" and "RECONCILER" not in name}
    return {**kept, **more}


@pytest.fixture
def shop(tmp_path):
    """Give a repository with a sandbox and a server for targets."""
    targets = "  near: {url: 'sandbox:deep/near.db'}\n  far: {url: 'https://far.example'}\n"
    (tmp_path / "reconciler.yaml").write_text(f"version: 1\ndefault_target: near\ntargets:\n{targets}")
    return tmp_path


@contextmanager
def serving(*arguments, **more):
    """Serve on any free port; gives the process and the URL that it printed."""
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", "sandbox", "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**more),
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def seed(file, *arguments):
    return run(["sandbox", "seed", "--file", str(file), *arguments])


def market(shop):
    return Market(shop / "deep/near.db")


def test_seed_makes_up_orders_that_depend_on_the_seed_alone(tmp_path, capsys):
    path = tmp_path / "m.db"
    assert seed(path, "--orders", "7", "--seed", "3") == 0
    assert capsys.readouterr().out == (
        f"Seeded {path}: 7 orders. It holds 7 orders, 0 custom fields, 0 line statuses, 0 switches.\n"
    )
    expected = [order["total_price"] for order in generate(7, seed=3)]
    assert [order["total_price"] for order in Market(path).orders()] == expected


def test_seed_fills_the_sandbox_of_the_target_that_is_meant(shop, capsys):
    assert run(["sandbox", "seed", "-C", str(shop), "-t", "near"]) == 0
    assert len(market(shop).orders()) == 100


def test_seed_takes_a_file_with_its_definitions_and_keeps_switches(shop, capsys):
    body = {
        "custom_line_statuses": [{"external_id": "packed", "name": "Packed", "type": "in_process"}],
        "data": list(generate(2)),
    }
    (shop / "import.json").write_text(json.dumps(body))
    arguments = ["sandbox", "seed", "-C", str(shop), "-t", "near", str(shop / "import.json")]
    assert run([*arguments, "--switch", "A9=shown", "-o", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["holds"] == {"orders": 2, "custom fields": 0, "line statuses": 1, "switches": 1}
    assert run([*arguments, "--switch", "wrong_token=440"]) == 0
    assert market(shop).switches() == {"line_status": "shown", "wrong_token": "440"}


def test_seed_fills_both_markets_with_a_world(tmp_path, capsys):
    path = tmp_path / "m.db"
    assert seed(path, "--world", "market", "--switch", "Y1=result", "-o", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["holds"]["orders"], document["holds"]["orders of Yandex Market"]) == (22, 19)
    assert Market(path).switches() == {"yandex_wrapper": "result"}
    assert run(["sandbox", "reset", "--file", str(path)]) == 0
    assert "22 orders, 19 orders of Yandex Market, 0 custom fields" in capsys.readouterr().out
    assert Market(path).yandex.orders() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--world", "market", "--orders", "5"), "--orders and --world exclude each other"),
        (("x.json", "--world", "market"), "FILE and --world exclude each other"),
        (("--world", "mars"), "'mars' is not"),
        (("market",), "--world market"),
    ],
)
def test_a_world_that_is_asked_for_otherwise_is_refused_with_a_hint(tmp_path, capsys, arguments, said):
    assert seed(tmp_path / "m.db", *arguments) == 64
    assert said in capsys.readouterr().err
    assert not (tmp_path / "m.db").exists()


def test_serve_insists_on_the_api_key_that_is_set(tmp_path):
    path = tmp_path / "m.db"
    assert seed(path, "--world", "market") == 0
    arguments = ("--file", str(path), "--api-key-env", "MARKET_KEY")
    with serving(*arguments, MARKET_KEY="ACMA:right") as (_, url):
        address = f"{url}/v1/businesses/777/orders"
        statuses = [
            httpx.post(address, json={}, headers={"Api-Key": key}).status_code
            for key in ("ACMA:right", "ACMA:wrong", "Bearer ACMA:right")
        ]
        assert statuses == [200, 401, 401]
        assert httpx.post(f"{url}/api/v1.1/market/orders/list", json={}).json()["error"] == 0
    assert run(["sandbox", "serve", *arguments]) == 64


def test_reset_empties_all_and_takes_switches(tmp_path, capsys):
    path = tmp_path / "m.db"
    assert seed(path, "--orders", "2", "--switch", "A9=shown") == 0
    assert run(["sandbox", "reset", "--file", str(path), "--switch", "wrong_token=440"]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(f"Reset {path}: 2 orders, 0 custom fields, 0 line statuses, 1 switches are gone.")
    assert Market(path).orders() == []
    assert Market(path).switches() == {"wrong_token": "440"}


def test_reset_of_what_is_not_there_makes_nothing(tmp_path, capsys):
    assert run(["sandbox", "reset", "--file", str(tmp_path / "m.db")]) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"data": [\n{]}', "orders.json:2: not JSON"),
        ("[5]", "orders.json: data[0]: an order must be an object"),
        ('[{"external_id": "o-1"}]', "orders.json: order 'o-1': endpoint: is required"),
    ],
)
def test_a_file_without_orders_is_refused_with_its_place(tmp_path, capsys, text, said):
    (tmp_path / "orders.json").write_text(text)
    assert seed(tmp_path / "m.db", str(tmp_path / "orders.json")) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "nothing was stored" in told
    assert Market(tmp_path / "m.db").orders() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.json"], "there is no file nowhere.json"),
        (["some.json", "--orders", "5"], "exclude each other"),
        (["--orders", "0"], "--orders"),
        (["--switch", "A9"], "write NAME=VALUE"),
        (["--switch", "line_statuss=shown"], "did you mean 'line_status'?"),
        (["--switch", "A9=shwn"], "did you mean 'shown'?"),
        (["--switch", "A20=x"], "it is not up to the server"),
    ],
)
def test_wrong_usage_is_told_with_what_to_do(tmp_path, capsys, arguments, said):
    assert seed(tmp_path / "m.db", *arguments) == 64
    assert said in capsys.readouterr().err
    assert not (tmp_path / "m.db").exists()


def test_a_target_that_is_no_sandbox_is_refused_with_one_that_is(shop, capsys):
    assert run(["sandbox", "reset", "-C", str(shop), "-t", "far", "-o", "json"]) == 64
    said = capsys.readouterr()
    assert "target far is no sandbox: its url is https://far.example" in said.err
    assert "name one with -t: near; or name a file with --file" in said.err
    assert json.loads(said.out)["holds"] == {}


@pytest.mark.parametrize("command", ["seed", "reset", "serve"])
def test_a_file_that_is_no_sandbox_is_left_alone(tmp_path, capsys, command):
    path = tmp_path / "notes.txt"
    path.write_text("my notes, which are longer than any database's first hundred bytes " * 20)
    before = path.read_bytes()
    assert run(["sandbox", command, "--file", str(path)]) == 1
    assert f"{path} cannot be used as a sandbox file" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert run(["sandbox", command, "--file", str(tmp_path)]) == 1
    assert f"{tmp_path}: unable to open database file" in capsys.readouterr().err


def test_no_settings_and_no_file_says_what_is_missing(tmp_path, capsys):
    assert run(["sandbox", "seed", "-C", str(tmp_path)]) == 4
    assert "no reconciler.yaml" in capsys.readouterr().err


def test_a_served_sandbox_is_planned_and_applied_against_over_http(tmp_path):
    file = tmp_path / "m.db"
    assert seed(file, "--orders", "5") == 0
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/all.yaml").write_text(STATUSES + ORDERS)

    def reconciler(command, *arguments):
        return subprocess.run(
            [sys.executable, "-m", "reconciler", command, "-C", str(tmp_path), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment(TOKEN="right"),
        )

    with serving("--file", str(file), "--token-env", "TOKEN", TOKEN="right") as (process, url):
        (tmp_path / "reconciler.yaml").write_text(
            f"version: 1\ntargets:\n  served: {{url: '{url}', token_env: TOKEN}}\n"
        )
        planned = reconciler("plan", "--detailed-exitcode")
        assert planned.returncode == 2, planned.stderr
        applied = reconciler("apply", "--auto-approve")
        assert "Applied: 2 done, 0 failed, 0 lost" in applied.stdout, applied.stderr
        assert reconciler("plan", "--detailed-exitcode").returncode == 0
        wrong = httpx.post(f"{url}/api/v1.1/market/orders/list", json={"token": "wrong"})
        assert wrong.json()["error"] == 403
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
    assert process.returncode == 0
    assert f"url: {url}" in told
    assert "token_env: TOKEN" in told
    assert told.endswith("Stopped.\n")
    assert Market(file).order("100002")["lines"][0]["status"] == "packed"


def test_switches_of_a_server_hold_for_it_alone_and_sigterm_is_143(tmp_path):
    file = tmp_path / "m.db"
    assert seed(file, "--orders", "1") == 0
    with serving("--file", str(file), "--switch", "A9=shown", "-o", "json") as (process, first):
        rest = "".join(iter(process.stdout.readline, "}\n"))
        url = json.loads(f"{first}{rest}}}")["url"]
        listed = httpx.post(f"{url}/api/v1.1/market/orders/list", json={"token": "any"}).json()
        assert listed["result"][0]["lines"][0]["status"] == "delivered"
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == 143
    assert Market(file).switches() == {}


def test_a_port_that_is_in_use_is_told(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(["sandbox", "serve", "--file", str(tmp_path / "m.db"), "--port", str(port)]) == 1
    assert f"port {port} of 127.0.0.1 is in use\n  help: --port 0" in capsys.readouterr().err


def test_a_token_that_is_not_set_is_told(tmp_path, capsys):
    arguments = ["--file", str(tmp_path / "m.db"), "--token-env", "NOBODY_SETS_THIS"]
    assert run(["sandbox", "serve", *arguments]) == 64
    assert "NOBODY_SETS_THIS, and that variable is not set" in capsys.readouterr().err


def test_without_a_command_the_commands_are_shown(capsys):
    assert run(["sandbox"]) == 64
    said = capsys.readouterr()
    assert said.out == ""
    assert "put orders into it" in said.err
    assert run(["sandbox", "sed"]) == 64
    assert "'seed'" in capsys.readouterr().err
