"""What can be wrong with a state, each told in plain words with what to do."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.model.address import order_line
from reconciler.model.evidence import Evidence
from reconciler.model.record import Memory
from reconciler.store import RunFacts, StoreError, WritableStore, open_record, open_store


@pytest.mark.parametrize("opening", [open_record, open_store])
@pytest.mark.parametrize(
    "url", ["mysql://user:hunter2@host/db", "postgres://x", "mysql:x", "state.db", "sqlite://"]
)
def test_another_scheme_is_refused_saying_what_is_supported(opening: Callable[[str, str], object], url: str):
    with pytest.raises(StoreError, match="not supported") as caught:
        opening(url, "acme")
    assert "sqlite:///PATH" in caught.value.advice
    assert "postgresql://" in caught.value.advice
    assert "hunter2" not in f"{caught.value}{caught.value.advice}"


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:"])
def test_a_state_that_would_be_forgotten_is_refused(url: str):
    with pytest.raises(StoreError, match="has to be a file"):
        open_store(url, "acme")


def test_the_file_and_its_folders_are_for_their_owner_alone(tmp_path: Path):
    path = tmp_path / "a" / "b" / "state ?#%20.db"
    with open_store(f"sqlite:///{path}", "acme"):
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert set(modes) == {path.name, f"{path.name}-wal", f"{path.name}-shm"}
    assert set(modes.values()) == {0o600}
    assert [each.stat().st_mode & 0o777 for each in path.parents[:2]] == [0o700, 0o700]


def both(url: str, message: str) -> list[StoreError]:
    caught = []
    for opening in (lambda: open_record(url, "acme").load(), lambda: open_store(url, "acme")):
        with pytest.raises(StoreError, match=message) as each:
            opening()
        caught.append(each.value)
    return caught


def test_a_folder_in_the_way_is_named(tmp_path: Path):
    for fault in both(f"sqlite:///{tmp_path}", "is a folder"):
        assert str(tmp_path) in fault.message


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    for fault in both(f"sqlite:///{tmp_path}/file/state.db", "Not a directory"):
        assert fault.advice


def test_what_is_not_a_database_is_left_as_it_is(url: str, path: Path):
    path.write_text("version: 1\n" * 1000)
    before = path.read_bytes()
    both(url, "is not an SQLite database")
    assert path.read_bytes() == before


def test_a_damaged_database_is_told_from_an_empty_one(store: WritableStore, url: str, path: Path):
    for _ in range(200):
        store.begin(target="t", command="apply", facts=RunFacts(actor="a" * 100))
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    both(url, "is damaged")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("address", "cat/1"),
        ("address", "order_line/1"),
        ("address", "order_line/2/1"),
        ("address", "order_line/1%2F1/1"),
        ("spec", "{"),
        ("how", "guessed"),
        ("at", "yesterday"),
    ],
)
def test_a_row_that_somebody_edited_is_told(
    store: WritableStore, url: str, path: Path, column: str, value: str
):
    memory = Memory("new", Evidence.RECORDED, datetime(2026, 1, 1, tzinfo=UTC), 0)
    store.adopt({order_line("1", "1"): memory})
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE memories SET {column} = ?", (value,))  # noqa: S608 names of this file
    with pytest.raises(StoreError, match="did not write"):
        open_record(url, "acme").load()
    with open_store(url, "acme") as again:
        with pytest.raises(StoreError, match="did not write"):
            again.load()
        assert again.runs(1) == ()


def test_a_database_that_was_cut_off_is_told(store: WritableStore, url: str, path: Path):
    for _ in range(200):
        store.begin(target="t", command="apply", facts=RunFacts(actor="a" * 100))
    store.close()
    path.write_bytes(path.read_bytes()[: 3 * 4096])
    with pytest.raises(StoreError, match="is damaged"):
        open_record(url, "acme").load()


def test_a_file_that_may_not_be_read_is_told(
    store: WritableStore,
    path: Path,
    locked_copy: Callable[[Path], Path],
    as_nobody: Callable[[], AbstractContextManager[None]],
):
    store.close()
    copied = locked_copy(path)
    copied.chmod(0)
    with as_nobody():
        both(f"sqlite:///{copied}", "cannot be opened")


def test_a_file_that_may_not_be_written_is_told_when_it_is_opened(
    store: WritableStore,
    path: Path,
    locked_copy: Callable[[Path], Path],
    as_nobody: Callable[[], AbstractContextManager[None]],
):
    store.close()
    copied = locked_copy(path)
    with as_nobody(), pytest.raises(StoreError, match=r"cannot be (written|opened)") as caught:
        open_store(f"sqlite:///{copied}", "acme")
    assert "permission" in caught.value.advice


def test_a_folder_that_may_not_be_written_is_told(
    locked_copy: Callable[[Path], Path], tmp_path: Path, as_nobody: Callable[[], AbstractContextManager[None]]
):
    missing = locked_copy(tmp_path / "state.db")
    with as_nobody(), pytest.raises(StoreError, match="Permission denied"):
        open_store(f"sqlite:///{missing}", "acme")


def test_a_closed_store_says_so(store: WritableStore):
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.load()


FULL = """
import resource, sys
from reconciler.model.address import order_line
from reconciler.ports import Intent
from reconciler.model.address import order_line
from reconciler.model.evidence import Evidence
from reconciler.model.record import Memory
from reconciler.store import RunFacts, StoreError, open_record, open_store

journal = open_store(sys.argv[1], "acme").begin(target="t", command="apply", facts=RunFacts())
kept = list(journal.intend([Intent(order_line("1", "kept"), "update", "x")]))
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    journal.intend([Intent(order_line("1", str(number)), "update", "x" * 100) for number in range(5000)])
except StoreError as fault:
    print(fault.message)
    print(fault.advice)
"""


def test_a_disk_that_takes_no_more_is_told_and_what_was_written_stands(url: str, path: Path):
    run = subprocess.run([sys.executable, "-c", FULL, url], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    message, advice = run.stdout.splitlines()
    assert "disk" in message
    assert advice
    assert [str(each) for each in open_record(url, "acme").load().unsettled] == ["order_line/1/kept"]


OPENING = """
import sys
from reconciler.model.address import order_line
from reconciler.model.evidence import Evidence
from reconciler.model.record import Memory
from reconciler.store import RunFacts, open_store

with open_store(sys.argv[1], "acme") as store:
    print(store.begin(target="t", command="apply", facts=RunFacts()).run)
"""


def test_several_programs_may_make_the_state_at_once(url: str, path: Path):
    processes = [
        subprocess.Popen([sys.executable, "-c", OPENING, url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = sorted(process.communicate()[0].strip() for process in processes)
    assert said == ["1", "2", "3"]
    assert [each.name for each in path.parent.iterdir()] == ["state.db"]
