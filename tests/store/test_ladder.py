"""A state of version 1, as it was really written: read as it is, led up by the first writer."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from reconciler.model.address import custom_field, line_status, order_line
from reconciler.model.evidence import Evidence
from reconciler.model.record import Baseline, Memory, Record, Unsettled
from reconciler.store import StoreError, open_record, open_store, schema

STATES = Path(__file__).parent / "states"
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
SENT = datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC)

WRITTEN = Record(
    definitions={
        custom_field("order", "delivery_slot"): Memory(
            {"name": "Delivery slot", "value_type": "enum"}, Evidence.RECORDED, AT, 1
        ),
        line_status("at_pickup_point"): Memory({"name": "Arrived"}, Evidence.DECLARED, AT, 1, released=True),
    },
    orders={
        "1234001": Memory(
            {"status": "new"}, Evidence.OBSERVED, AT, 1, unmet={"region": None}, identity="sha256:1"
        )
    },
    lines={"1234000": {"line_01": Memory("delivered", Evidence.RECORDED, AT, 1)}},
    baselines={"1234000": Baseline(AT, None, AT)},
    finished={order_line("1234000", "line_01"): "delivered"},
    unsettled={
        order_line("1234000", "line_02"): Unsettled(1, SENT, "delivered", "the connection was cut", "update"),
        order_line("1234000", "line_03"): Unsettled(
            1, SENT, "delivered", "its run ended before an answer was recorded", "update"
        ),
    },
    last_run=1,
)
"""What the program that wrote it read from it."""


INDEXES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": (
        "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE '%pkey'"
    ),
}
"""What asks a database for the names of its indexes."""


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    """Ask a database without the help of what is under test."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            return connection.execute(query).fetchall()
    with psycopg.connect(url, autocommit=True) as server:
        answer = server.execute(query.encode())
        return answer.fetchall() if answer.description else []


@pytest.fixture
def old(url: str, database: str) -> str:
    script = (STATES / f"version_1.{database}.sql").read_text()
    if database == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.executescript(script)
    else:
        with psycopg.connect(url) as server:
            server.execute(script.encode())
    return url


def version_of(url: str) -> str:
    ((held,),) = rows(url, "SELECT value FROM meta WHERE name = 'schema'")
    return str(held)


def test_what_version_1_holds_is_read_and_it_stays_version_1(old: str):
    with open_record(old, "acme") as record:
        assert record.load() == WRITTEN
        assert [row.id for row in record.runs(9)] == [1]
        assert len(record.writes(order_line("1234000", "line_02"))) == 1
    assert version_of(old) == "1"


def test_the_first_writer_leads_it_up_and_nothing_is_lost(old: str):
    with open_store(old, "acme") as store:
        assert store.load() == WRITTEN
    assert version_of(old) == str(schema.newest())
    assert open_record(old, "acme").load() == WRITTEN


def test_led_up_it_has_the_shape_of_a_fresh_one(old: str, tmp_path: Path, request: pytest.FixtureRequest):
    fresh = f"sqlite:///{tmp_path}/fresh.db"
    if not old.startswith("sqlite"):
        make: Callable[[], str] = request.getfixturevalue("new_schema")
        fresh = make()
    shapes = []
    for url in (old, fresh):
        open_store(url, "acme").close()
        if url.startswith("sqlite"):
            query = (
                'SELECT m.name, c.name, c.type, c."notnull", c.pk '
                "FROM sqlite_master m, pragma_table_info(m.name) c"
            )
        else:
            query = (
                "SELECT table_name, column_name, data_type, is_nullable, character_maximum_length "
                "FROM information_schema.columns WHERE table_schema = current_schema()"
            )
        shapes.append(set(rows(url, query)) | set(rows(url, INDEXES[url.partition(":")[0]])))
    assert shapes[0] == shapes[1]


LEADING = """
import sys
from reconciler.store import open_store

with open_store(sys.argv[1], "acme") as store:
    print(len(store.load().unsettled))
"""


def test_two_that_start_at_once_lead_it_up_once(old: str):
    processes = [
        subprocess.Popen([sys.executable, "-c", LEADING, old], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [process.communicate()[0].strip() for process in processes] == ["2", "2"]
    assert version_of(old) == str(schema.newest())


def test_a_newer_one_is_refused_in_both(url: str):
    open_store(url, "acme").close()
    rows(url, "UPDATE meta SET value = '99'")
    for opening in (lambda: open_record(url, "acme").load(), lambda: open_store(url, "acme")):
        with pytest.raises(StoreError, match=rf"version 99.* knows only {schema.newest()}"):
            opening()
