"""Reading leaves no trace: no byte and no file changes, whatever state the database is in."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.model.address import order_line
from reconciler.model.evidence import Evidence
from reconciler.model.plan import Taken
from reconciler.model.record import Memory
from reconciler.ports import Intent
from reconciler.store import RunFacts, WritableStore, open_record

LINE = order_line("1", "1")


def fill(store: WritableStore):
    journal = store.begin(target="t", command="apply", facts=RunFacts())
    journal.remember([Taken(LINE, Memory("new", Evidence.RECORDED, datetime(2026, 1, 1, tzinfo=UTC), 1))])
    journal.intend([Intent(LINE, "update", "delivered")])


def traces(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    return {
        each.name: (each.read_bytes(), each.stat().st_mtime_ns, each.stat().st_mode)
        for each in folder.iterdir()
    }


def read_all(url: str):
    with open_record(url, "acme") as record:
        assert record.load().lines["1"]["1"].spec == "new"
        assert list(record.load().unsettled) == [LINE]
        assert [row.id for row in record.runs(5)] == [1]
        assert record.run(1) is not None


def test_reading_a_closed_state_leaves_no_trace(store: WritableStore, url: str, path: Path):
    fill(store)
    store.close()
    before = traces(path.parent)
    assert list(before) == ["state.db"]
    read_all(url)
    assert traces(path.parent) == before


def test_a_missing_state_is_not_made(tmp_path: Path):
    open_record(f"sqlite:///{tmp_path}/no/such/state.db", "acme").load()
    assert not list(tmp_path.iterdir())


def test_an_empty_file_is_an_empty_record_and_stays_empty(url: str, path: Path):
    path.touch()
    assert open_record(url, "acme").load().last_run == 0
    assert traces(path.parent).keys() == {"state.db"}
    assert path.read_bytes() == b""


def test_a_state_that_is_being_written_can_be_read_beside_its_writer(
    store: WritableStore, url: str, path: Path
):
    fill(store)
    read_all(url)
    fill(store)
    assert open_record(url, "acme").load().last_run == 2
    store.close()
    assert [each.name for each in path.parent.iterdir()] == ["state.db"]


def test_a_closed_state_is_whole_in_its_one_file_even_beside_a_reader(
    store: WritableStore, path: Path, tmp_path: Path
):
    fill(store)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        assert reader.execute("SELECT count(*) FROM runs").fetchone() == (1,)
        store.close()
        (tmp_path / "alone").mkdir()
        (tmp_path / "alone" / "state.db").write_bytes(path.read_bytes())
    read_all(f"sqlite:///{tmp_path}/alone/state.db")


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "with its log"])
def test_what_may_not_be_written_can_be_read(
    store: WritableStore,
    path: Path,
    locked_copy: Callable[[Path], Path],
    as_nobody: Callable[[], AbstractContextManager[None]],
    closed: bool,
):
    fill(store)
    if closed:
        store.close()
    copied = locked_copy(path)
    before = traces(copied.parent)
    with as_nobody():
        read_all(f"sqlite:///{copied}")
    assert traces(copied.parent) == before


def test_a_log_without_its_shared_memory_can_be_read_where_nothing_may_be_written(
    store: WritableStore,
    path: Path,
    tmp_path: Path,
    locked_copy: Callable[[Path], Path],
    as_nobody: Callable[[], AbstractContextManager[None]],
):
    fill(store)
    (tmp_path / "half").mkdir()
    for name in ("state.db", "state.db-wal"):
        (tmp_path / "half" / name).write_bytes(path.with_name(name).read_bytes())
    copied = locked_copy(tmp_path / "half" / "state.db")
    before = traces(copied.parent)
    with as_nobody():
        read_all(f"sqlite:///{copied}")
    assert traces(copied.parent) == before
