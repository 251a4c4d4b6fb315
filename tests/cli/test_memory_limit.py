"""`plan --memory-limit`: the same plan, with a temporary file instead of memory."""

import json
import resource
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from reconciler.reports.text.weighing import weight_line
from tests.cli.shop import Shop, corrections


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock_for_a_table()
    write(shop, "csv", "1,l1,delivered\n00012,l2,canceled\n2,l1,new\n9,l1,delivered\n1,l2,delivered\n")
    return shop


def write(shop: Shop, form: str, text: str) -> None:
    """Write a table and its source."""
    shop.declare(corrections(form))
    path = shop.root / "data" / f"corrections.{form}"
    path.parent.mkdir(exist_ok=True)
    path.write_text(("order_id,line_id,status\n" if form == "csv" else "") + text)


def timeless(text: str) -> dict[str, Any]:
    """A plan without the moment at which it was drawn."""
    return {key: value for key, value in json.loads(text).items() if key != "created_at"}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_plan_with_a_limit_is_the_same_and_its_file_can_be_applied(stocked: Shop, form: str):
    if form == "jsonl":
        row = '{"order_id": "1", "line_id": "l1", "status": "delivered"}\n'
        write(stocked, form, row + row.replace("delivered", "canceled").replace('"1"', '"2"'))
    assert stocked.plan("-v").out == stocked.plan("-v", "--memory-limit", "64MiB").out
    without = stocked.plan("-o", "json")
    limited = stocked.plan("-o", "json", RECONCILER_MEMORY_LIMIT="16MiB")
    assert timeless(limited.out) == timeless(without.out)
    saved = stocked.root / "plan.json"
    assert stocked.plan("--memory-limit", "1GiB", "-o", f"json={saved}").code == 0
    assert stocked.apply(str(saved)).code == 0
    assert ("1", "l1", "delivered") in stocked.updates()
    assert stocked.plan().out == stocked.plan("--memory-limit", "64MiB").out


def test_bad_rows_are_told_alike(stocked: Shop):
    write(stocked, "csv", "1,l1,new\n1,l1,deliverd\n1,l1,new\n1,,new\n1,l1,canceled\n2,l1,new\n")
    without, limited = stocked.plan(), stocked.plan("--memory-limit", "64MiB")
    assert without.code == limited.code == 4
    assert without.err == limited.err
    assert "data/corrections.csv:6" in limited.err


@pytest.mark.parametrize("size", ["0", "abc", "1MiB", "67108864", "64M", "-1MiB", ""])
def test_what_is_no_size_is_wrong_usage(stocked: Shop, size: str):
    ended = stocked.plan("--memory-limit", size)
    assert ended.code == 64
    assert "--memory-limit" in ended.err
    assert "MiB" in ended.err


def many(shop: Shop, rows: int) -> None:
    """Write a table that takes more than the memory that a small limit leaves it."""
    write(shop, "csv", "".join(f"{1_000_000 + row},a-line-with-a-long-id-{row},new\n" for row in range(rows)))


def test_a_disk_that_is_full_is_told_with_what_to_do(stocked: Shop, tmp_path: Path):
    many(stocked, 200_000)
    folder = tmp_path / "scratch"
    folder.mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        process = stocked.process("plan", "--memory-limit", "16MiB", TMPDIR=str(folder))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert f"the temporary file of --memory-limit in {folder} cannot grow" in err
    assert "TMPDIR" in err
    assert not list(folder.iterdir())


def test_an_interrupted_plan_leaves_no_file(stocked: Shop, tmp_path: Path):
    many(stocked, 400_000)
    folder = tmp_path / "scratch"
    folder.mkdir()
    process = stocked.process("plan", "--memory-limit", "16MiB", TMPDIR=str(folder))
    wait_until_open(process, folder)
    assert not list(folder.iterdir())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not list(folder.iterdir())


def wait_until_open(process: "subprocess.Popen[str]", folder: Path) -> None:
    """Wait until the process holds a file of this folder open."""
    for _ in range(600):
        held = Path(f"/proc/{process.pid}/fd")
        if any(folder in each.readlink().parents for each in held.iterdir() if each.is_symlink()):
            return
        time.sleep(0.05)
    raise AssertionError("it opened no file")


def test_a_plan_that_is_itself_more_than_its_limit_says_so():
    assert weight_line(19_000, 16 << 20) == ""
    assert weight_line(100_000, 16 << 20) == (
        "--memory-limit bounds what is wanted, not what differs: 100,000 changes take about 82 MiB by "
        "themselves. --only plans a part of them."
    )
