"""What the program loads to start: a set of modules, never a time."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

TABLE = """
order_sources:
  - {name: t, type: table, path: ../table.jsonl, columns: {order: order, line: line, status: status}}
"""
PROBE = """
import json, sys
from reconciler.cli import run
code = run(sys.argv[1:])
sys.stdout.flush()
print(json.dumps([code, sorted(name for name, loaded in sys.modules.items() if loaded)]))
"""
NETWORK = {"httpx", "httpcore", "anyio", "ssl", "asyncio"}
STORE = {"sqlalchemy", "sqlite3"}
SERVER = {"starlette", "uvicorn"}
TERMINAL = {"rich", "pygments"}
SENDING = {
    "reconciler.pipeline.sent",
    "reconciler.stages.apply",
    "reconciler.store.readonly",
    "reconciler.store.writable",
    "reconciler.reports.html",
    "reconciler.reports.markdown",
}
MARKET = {"reconciler.sources.yandex_market", "concurrent", "logging"}
OUTSIDE = {"reconciler.wire.odd", "reconciler.wire.outside", "reconciler.wire.through", "http", "subprocess"}
ABSENT_FROM_A_PLAN = (
    NETWORK | SERVER | TERMINAL | SENDING | MARKET | OUTSIDE | {"sqlalchemy", "deepdiff", "lxml"}
)
"""Loading one of these takes longer than planning a thousand lines does."""
HEAVY = NETWORK | STORE | SERVER | TERMINAL | {"pydantic", "deepdiff", "ruamel", "msgspec", "polars", "email"}


def loaded_by(*arguments: str) -> frozenset[str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"CI", "FORCE_COLOR"}}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**environment, "TERM": "dumb"},
    )
    code, names = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stdout + done.stderr
    return frozenset(names)


def repository(folder: Path, url: str) -> Path:
    (folder / "manifests").mkdir()
    (folder / "reconciler.yaml").write_text(f"version: 1\ntargets:\n  shop: {{url: '{url}'}}\n")
    (folder / "manifests" / "statuses.yaml").write_text(
        "custom_line_statuses:\n  - {external_id: packed, name: Packed, type: in_process}\n"
    )
    return folder


@contextmanager
def served(path: Path) -> Iterator[str]:
    """A sandbox over HTTP, in a thread of this process: what is under test runs in another."""
    import uvicorn

    from reconciler.sandbox import create_app

    server = uvicorn.Server(
        uvicorn.Config(create_app(path), port=0, lifespan="off", log_level="critical", access_log=False)
    )
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_click_and_nothing_heavy(option):
    loaded = loaded_by(option)

    assert "click" in loaded
    assert not loaded & HEAVY


def test_validate_loads_no_network_no_store_no_server_and_no_terminal(tmp_path):
    repository(tmp_path, "https://example.com")

    loaded = loaded_by("validate", "-C", str(tmp_path))

    assert not loaded & (NETWORK | STORE | SERVER | TERMINAL)


def test_a_plan_loads_nothing_that_leaves_the_machine_sends_or_is_for_a_terminal(tmp_path):
    with served(tmp_path / "sandbox.db") as url:
        repository(tmp_path, url)

        loaded = loaded_by("plan", "-C", str(tmp_path))

    assert loaded & (ABSENT_FROM_A_PLAN | STORE) == frozenset()


def test_a_plan_of_json_lines_loads_nothing_more(tmp_path):
    with served(tmp_path / "sandbox.db") as url:
        repository(tmp_path, url)
        (tmp_path / "manifests" / "sources.yaml").write_text(TABLE)
        (tmp_path / "table.jsonl").write_text('{"order": "1", "line": "2", "status": "packed"}\n')

        loaded = loaded_by("plan", "-C", str(tmp_path))

    assert "reconciler.sources.table" in loaded
    assert loaded & (ABSENT_FROM_A_PLAN | STORE) == frozenset()


def test_the_help_of_a_command_loads_no_more_than_the_command(tmp_path):
    assert not loaded_by("plan", "--help") & (ABSENT_FROM_A_PLAN | STORE)


def test_a_first_plan_loads_no_store_and_a_later_one_reads_it_with_the_standard_library(tmp_path):
    repository(tmp_path, f"sandbox:{tmp_path / 'sandbox.db'}")

    assert not loaded_by("plan", "-C", str(tmp_path)) & {"sqlalchemy"}
    assert "sqlalchemy" in loaded_by("apply", "--auto-approve", "-C", str(tmp_path))
    later = loaded_by("plan", "-C", str(tmp_path))
    assert "sqlite3" in later
    assert not later & {"sqlalchemy", "reconciler.store.readonly"}


def test_a_plan_that_changes_nothing_nested_loads_no_deepdiff(tmp_path):
    repository(tmp_path, f"sandbox:{tmp_path / 'sandbox.db'}")

    assert "deepdiff" not in loaded_by("plan", "-C", str(tmp_path))
