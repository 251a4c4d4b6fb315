"""The version of the state: an older one is led up or read as a copy, a newer one is refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.dialects import sqlite

from reconciler.store import StoreError, WritableStore, open_record, open_store, schema
from reconciler.store import sqlite as files
from reconciler.store.tables import in_doubt, writes
from reconciler.store.unsettled import UNSETTLED


def version_of(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        (held,) = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    connection.close()
    return str(held)


def set_version(path: Path, version: str):
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = ?", (version,))
    connection.close()


def test_a_fresh_state_holds_the_version_that_made_it(store: WritableStore, path: Path):
    store.close()
    assert version_of(path) == str(schema.newest())


def test_opening_twice_changes_nothing(store: WritableStore, url: str, path: Path):
    store.close()
    before = path.read_bytes()
    open_store(url, "acme").close()
    assert path.read_bytes() == before


def test_a_newer_state_is_refused_naming_both_versions(store: WritableStore, url: str, path: Path):
    store.close()
    set_version(path, "99")
    for opening in (lambda: open_record(url, "acme").load(), lambda: open_store(url, "acme")):
        with pytest.raises(StoreError, match=rf"version 99.* knows only {schema.newest()}"):
            opening()
    assert [each.name for each in path.parent.iterdir()] == ["state.db"]


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE meta (name TEXT, value TEXT)", "CREATE TABLE cats (name TEXT)"]
)
def test_the_database_of_another_program_is_left_alone(url: str, path: Path, statement: str):
    sqlite3.connect(path).execute(statement).connection.close()
    before = path.read_bytes()
    for opening in (lambda: open_record(url, "acme").load(), lambda: open_store(url, "acme")):
        with pytest.raises(StoreError, match="not a state that reconciler wrote"):
            opening()
    assert path.stat().st_size == len(before)


def add_notes(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE notes (text TEXT)"))


def stumble(connection: Connection) -> None:
    add_notes(connection)
    raise StoreError("stumbled")


def test_an_older_state_is_led_up_step_by_step(store: WritableStore, path: Path):
    store.close()
    connection = files.connect_to_write(path)
    with connection.begin():
        schema.bring_up(connection, path, [*schema.UPGRADES, add_notes, lambda _: None])
    further = [*schema.UPGRADES, add_notes, add_notes]
    with connection.begin():
        assert schema.version(connection, path, further) == schema.newest(further)
        schema.bring_up(connection, path, further)
    connection.close()
    assert version_of(path) == str(schema.newest(further))


def test_an_upgrade_that_fails_leaves_the_old_state(store: WritableStore, path: Path):
    store.close()
    before = path.read_bytes()
    connection = files.connect_to_write(path)
    with pytest.raises(StoreError, match="stumbled"), connection.begin():
        schema.bring_up(connection, path, [*schema.UPGRADES, stumble])
    connection.close()
    assert path.read_bytes() == before


def test_an_older_state_is_read_without_being_led_up(store: WritableStore, path: Path):
    store.close()
    before = path.read_bytes()
    connection = files.connect_to_read(path, "mode=ro&immutable=1")
    copy = files.connect_to_copy(connection)
    further = [*schema.UPGRADES, add_notes]
    schema.bring_up(copy, path, further)
    assert schema.version(copy, path, further) == schema.newest(further)
    assert schema.version(connection, path, further) == schema.newest()
    copy.close()
    connection.close()
    assert path.read_bytes() == before


def test_what_is_in_doubt_is_found_by_its_index_and_not_by_reading_the_journal(path: Path):
    open_store(f"sqlite:///{path}", "acme").close()
    asked = select(writes.c.address).where(writes.c.run == bindparam("run"), in_doubt)
    with closing(sqlite3.connect(path)) as connection:
        words = str(asked.compile(dialect=sqlite.dialect()))
        by_run = connection.execute(f"EXPLAIN QUERY PLAN {words}", (1,)).fetchall()
        of_all = connection.execute(f"EXPLAIN QUERY PLAN {UNSETTLED}", {"account": "acme"}).fetchall()
    assert "USING INDEX writes_in_doubt" in by_run[0][-1]
    assert any("writes USING INDEX writes_in_doubt" in step[-1] for step in of_all)
