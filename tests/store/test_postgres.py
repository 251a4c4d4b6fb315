"""What only a state in PostgreSQL can suffer, and what must not be seen of it."""

import subprocess
import sys
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import insert, text

from reconciler.model.address import order_line
from reconciler.model.outcome import Done, Failed, Lost
from reconciler.model.record import Record
from reconciler.ports import Intent
from reconciler.store import RunFacts, StoreError, WritableStore, open_record, open_store
from reconciler.store.database import locate
from reconciler.store.tables import meta

LINE = order_line("1", "1")
INTENT = Intent(LINE, "update", "delivered")


def tables(url: str) -> int:
    with psycopg.connect(url) as server:
        found = server.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"
        ).fetchone()
    return int(found[0]) if found else 0


def test_reading_makes_no_table(postgres: str):
    with open_record(postgres, "acme") as record:
        assert record.load() == Record()
        assert record.runs(3) == ()
    assert tables(postgres) == 0


def test_reading_cannot_write_even_if_it_wanted_to(postgres: str):
    open_store(postgres, "acme").close()
    with pytest.raises(StoreError, match="can only be read"):
        locate(postgres).read(
            lambda connection: connection.execute(insert(meta).values(name="x", value="")).rowcount
        )


def test_the_name_with_the_driver_in_it_is_taken_too(postgres: str):
    with open_store(postgres.replace("postgresql://", "postgresql+psycopg://"), "acme") as store:
        store.begin(target="t", command="apply", facts=RunFacts())
    assert len(open_record(postgres, "acme").runs(5)) == 1


def test_a_schema_that_is_not_there_is_told(postgres: str):
    elsewhere = postgres.rpartition("options=")[0] + "options=" + quote("-csearch_path=nowhere")
    assert open_record(elsewhere, "acme").load() == Record()
    with pytest.raises(StoreError, match="no schema to put tables into"):
        open_store(elsewhere, "acme")


def test_tables_of_another_program_are_left_alone(postgres: str):
    with psycopg.connect(postgres) as server:
        server.execute("CREATE TABLE cats (name text)")
    for opening in (lambda: open_record(postgres, "acme").load(), lambda: open_store(postgres, "acme")):
        with pytest.raises(StoreError, match="not a state that reconciler wrote") as caught:
            opening()
        assert "schema" in caught.value.advice
    assert tables(postgres) == 1


SECRET = "hunter%2F2"  # what it stands for must not be seen either


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ann:{SECRET}@127.0.0.1:1/state",
        "postgresql://ann:hunter/2@127.0.0.1:1/state",
        "postgresql://ann:hunter2?x@127.0.0.1:1/state",
        "postgresql://127.0.0.1:1/state?user=ann&password=hunter2",
    ],
)
def test_no_password_is_in_what_is_said_about_a_server_that_cannot_be_reached(url: str):
    for opening in (lambda: open_record(url, "acme").load(), lambda: open_store(url, "acme")):
        with pytest.raises(StoreError, match="postgresql://") as caught:
            opening()
        said = f"{caught.value}{caught.value.advice}{caught.value.__cause__}"
        assert "hunter" not in said


def test_a_user_that_is_not_let_in_is_told(postgres: str):
    with pytest.raises(StoreError, match=r"cannot be reached|does not let us in"):
        open_store(postgres.replace("postgres:@", "nobody:hunter2@", 1), "acme")


MISSING = """
import sys
sys.modules["psycopg"] = None
from reconciler.store import StoreError, open_record

try:
    open_record("postgresql://ann:hunter2@host/state", "acme").load()
except StoreError as fault:
    print(fault.message, "|", fault.advice)
"""


def test_a_driver_that_is_missing_is_named_with_what_to_type():
    run = subprocess.run([sys.executable, "-c", MISSING], capture_output=True, text=True, check=True)
    assert "driver that is not installed" in run.stdout
    assert "pip install 'reconciler[postgres]'" in run.stdout
    assert "hunter2" not in run.stdout


def test_a_server_that_hangs_up_stops_the_run_and_leaves_what_was_in_flight_in_doubt(postgres: str):
    with open_store(postgres, "acme") as store:
        journal = store.begin(target="t", command="apply", facts=RunFacts())
        (number,) = journal.intend([INTENT])
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'reconciler' AND pid <> pg_backend_pid()"
            )
        with pytest.raises(StoreError, match=r"shut down by its server|cannot be reached"):
            journal.settle([(number, Done(LINE))])
        assert list(open_record(postgres, "acme").load().unsettled) == [LINE]


def test_a_lock_that_is_held_too_long_is_told(postgres: str):
    with psycopg.connect(postgres) as holder, open_store(postgres, "acme") as store:
        hurry = text("SET lock_timeout = '50ms'")
        store._committer.do(lambda connection: connection.execute(hurry).close())  # noqa: SLF001 no test waits 5 seconds
        holder.execute("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StoreError, match="locked by another program for 5 seconds"):
            store.begin(target="t", command="apply", facts=RunFacts())


@pytest.mark.parametrize("words", ["a\x00b", "half \ud800 a pair", "Слот ü 😀"])
def test_words_that_no_database_takes_are_kept_readable(store: WritableStore, words: str):
    journal = store.begin(target="t", command="apply", facts=RunFacts(actor=words))
    (first, second) = journal.intend([Intent(LINE, "update", {"said": words}), INTENT])
    journal.settle([(first, Failed(LINE, words)), (second, Lost(LINE, words))])
    told = store.run(journal.run)
    assert told is not None
    assert told.writes[0].wanted == {"said": words}
    assert told.writes[0].reason == words.replace("\x00", "\\x00").replace("\ud800", "\\ud800")
