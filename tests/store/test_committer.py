"""The committer: callers share a commit and never each other's fault."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, text

from reconciler.store import StoreError, sqlite
from reconciler.store.committer import LINGER, PATIENCE, Committer
from reconciler.store.file import SqliteFile
from reconciler.store.tables import meta, metadata


@pytest.fixture
def connection(path: Path) -> Connection:
    sqlite.create(path)
    opened = sqlite.connect_to_write(path)
    with opened.begin():
        metadata.create_all(opened)
    return opened


@pytest.fixture
def committer(connection: Connection, path: Path) -> Iterator[Committer]:
    made = Committer(connection, SqliteFile(path))
    yield made
    made.close()


def add(name: str):
    return lambda connection: connection.execute(insert(meta).values(name=name, value="")).rowcount


def together(committer: Committer, deeds: list[Any]) -> list[Any]:
    """Let deeds wait behind one that holds the thread, so that they become one group."""
    holding, gathered = Event(), Event()
    results: list[Any] = [None] * len(deeds)

    def hold(_: Connection):
        holding.set()
        assert gathered.wait(10)

    def call(index: int):
        try:
            results[index] = committer.do(deeds[index])
        except StoreError as fault:
            results[index] = fault

    threads = [Thread(target=committer.do, args=(hold,))]
    threads[0].start()
    assert holding.wait(10)
    threads += [Thread(target=call, args=(index,)) for index in range(len(deeds))]
    for each in threads[1:]:
        each.start()
    while committer._waiting.qsize() < len(deeds):  # noqa: SLF001 nothing else says that all of them wait
        Event().wait(0.001)
    gathered.set()
    for each in threads:
        each.join()
    return results


def names(committer: Committer) -> set[str]:
    return committer.do(lambda connection: set(connection.scalars(select(meta.c.name))))


def test_those_who_wait_together_share_one_commit(committer: Committer, connection: Connection):
    commits: list[Connection] = []
    event.listen(connection.engine, "commit", commits.append)
    assert together(committer, [add(str(each)) for each in range(20)]) == [1] * 20
    assert len(commits) == 2
    assert names(committer) == {str(each) for each in range(20)}


def test_a_fault_is_told_to_the_guilty_alone(committer: Committer):
    first, twin, other = together(committer, [add("a"), add("a"), add("b")])
    assert sorted([isinstance(first, StoreError), isinstance(twin, StoreError)]) == [False, True]
    assert other == 1
    assert names(committer) == {"a", "b"}


def test_a_full_disk_is_told_and_the_next_may_go_on(committer: Committer):
    committer.do(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 30").close())
    with pytest.raises(StoreError, match="the disk is full"):
        committer.do(add("x" * 1_000_000))
    assert committer.do(add("small")) == 1
    assert names(committer) == {"small"}


def test_a_lock_that_is_held_too_long_is_told_and_the_next_may_go_on(committer: Committer, path: Path):
    committer.do(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 0").close())
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another program for 5 seconds"):
        committer.do(add("a"))
    holder.execute("ROLLBACK")
    holder.close()
    assert committer.do(add("b")) == 1
    assert names(committer) == {"b"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_ever_when_a_deed_has_a_bug(committer: Committer):
    def bug(connection: Connection):
        raise ZeroDivisionError

    with pytest.raises(StoreError, match="closed before"):
        committer.do(bug)
    committer.close()
    with pytest.raises(StoreError, match="closed"):
        committer.do(add("a"))


def test_no_words_of_the_library_leave(committer: Committer):
    with pytest.raises(StoreError) as caught:
        committer.do(lambda connection: connection.execute(text("SELECT * FROM nowhere")).all())
    assert "sqlalche" not in str(caught.value).lower()


def put(connection: Connection, items: Sequence[str]):
    for each in items:
        connection.execute(insert(meta).values(name=each, value=""))


def on_disk(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM meta")}


def test_a_promise_goes_to_disk_with_whatever_is_handed_in_next(committer: Committer, path: Path):
    committer.promise(put, "a")
    committer.promise(put, "b")
    committer.share(put, "c")
    assert on_disk(path) == {"a", "b", "c"}


@pytest.mark.parametrize("silent", [0, 2 * PATIENCE * LINGER])
def test_a_promise_goes_to_disk_by_itself_where_nothing_is_handed_in(
    committer: Committer, path: Path, silent: float
):
    sleep(silent)
    committer.promise(put, "a")
    last = monotonic() + 20
    while not on_disk(path):
        assert monotonic() < last
        sleep(0.01)
    assert on_disk(path) == {"a"}


def test_what_was_promised_is_kept_when_it_is_closed(committer: Committer, path: Path):
    committer.promise(put, "a")
    committer.close()
    assert on_disk(path) == {"a"}
    with pytest.raises(StoreError, match="closed"):
        committer.promise(put, "b")


def test_a_promise_that_cannot_be_kept_is_told_and_breaks_what_follows(committer: Committer, path: Path):
    told: list[str] = []
    committer.promise(put, "a", broken=lambda: told.append("first"))
    committer.promise(put, "a", broken=lambda: told.append("second"))
    with pytest.raises(StoreError):
        committer.share(put, "b")
    with pytest.raises(StoreError):
        committer.share(put, "c")
    assert told == ["second"]
    assert on_disk(path) == {"a"}
