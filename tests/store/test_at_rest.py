"""A file at rest gives the same record as the store does, or leaves it to the store."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.address import ORDER_LINE, Address, custom_field, line_status, order, order_line
from reconciler.model.evidence import Evidence
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory, Record
from reconciler.model.shard import Shard
from reconciler.ports import Intent
from reconciler.store import RunFacts, open_record, open_store, schema
from reconciler.store.at_rest import VERSION, record_at_rest
from reconciler.store.scope import Scope

AT = datetime(2026, 11, 1, 9, 30, 0, 123456, tzinfo=UTC)
LINE = order_line("1234000", "line_01")
ACME = Scope("acme")


def written(path: Path, taken: list[Taken], *, intended: tuple[Address, ...] = ()) -> str:
    url = f"sqlite:///{path}"
    with open_store(url, "acme") as store:
        journal = store.begin(target="production", command="apply", facts=RunFacts())
        journal.remember(taken)
        journal.baseline({"7": Baseline(None, AT, AT + timedelta(seconds=5))})
        for address in intended:
            journal.intend([Intent(address, "update", {"a": 1}, before="new", updated=AT)])
    return url


ids = st.text(st.sampled_from("ab01%/Ж .'\""), min_size=1, max_size=5)
addresses = st.one_of(
    st.builds(order_line, ids, ids),
    st.builds(order, ids),
    st.builds(line_status, ids),
    st.builds(custom_field, st.just("order"), ids),
)
specs = st.one_of(
    st.sampled_from(["new", "1", "Ж", '"', ""]),
    st.none(),
    st.dictionaries(ids, st.one_of(ids, st.none(), st.integers()), max_size=3),
)
memories = st.builds(
    Memory,
    specs,
    st.sampled_from(Evidence),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.just(1),
    st.booleans(),
    st.dictionaries(ids, ids, max_size=2),
    ids,
    st.sampled_from(["", "table"]),
    st.one_of(st.none(), st.just(AT)),
)
remembered = st.dictionaries(addresses, st.tuples(memories, st.one_of(st.none(), ids)), max_size=6)


@settings(max_examples=20)
@given(remembered)
def test_it_is_the_record_that_the_store_reads(tmp_path_factory, kept):
    path = tmp_path_factory.mktemp("state") / "state.db"
    taken = [
        Taken(where, memory, done if where.kind == ORDER_LINE else None)
        for where, (memory, done) in kept.items()
    ]

    url = written(path, taken)

    for scope in (ACME, Scope("acme", "another"), Scope("nobody")):
        with open_record(url, scope.account, scope.project) as store:
            assert record_at_rest(url, scope) == store.load()


def test_what_a_killed_run_left_in_doubt_is_told_alike(tmp_path):
    other = order_line("1", "2")
    url = written(tmp_path / "state.db", [], intended=(LINE, other))

    found = record_at_rest(url, ACME)

    assert found is not None
    assert set(found.unsettled) == {LINE, other}
    assert found == open_record(url, "acme").load()


def test_nothing_there_is_an_empty_record_also_for_a_share(tmp_path):
    url = f"sqlite:///{tmp_path / 'state.db'}"

    assert record_at_rest(url, ACME) == Record()
    assert record_at_rest(url, Scope("acme", shard=Shard(1, 2))) == Record()
    assert list(tmp_path.iterdir()) == []


def test_a_share_and_another_database_are_left_to_the_store(tmp_path):
    url = written(tmp_path / "state.db", [])

    assert record_at_rest(url, Scope("acme", shard=Shard(1, 2))) is None
    assert record_at_rest("postgresql://host/db", ACME) is None
    assert record_at_rest("sqlite:///", ACME) is None


def test_a_file_that_is_being_written_is_left_to_the_store(tmp_path):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    with open_store(url, "acme") as store:
        store.begin(target="production", command="apply", facts=RunFacts())

        assert record_at_rest(url, ACME) is None
    assert record_at_rest(url, ACME) is not None


def test_a_log_without_its_database_closed_is_left_to_the_store(tmp_path):
    path = tmp_path / "state.db"
    with open_store(f"sqlite:///{path}", "acme") as store:
        store.begin(target="production", command="apply", facts=RunFacts())
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", tmp_path / f"copy.db{end}")

    assert record_at_rest(f"sqlite:///{tmp_path / 'copy.db'}", ACME) is None


@pytest.mark.parametrize("damage", ["older", "newer", "stranger", "text", "folder", "value", "bytes"])
def test_what_is_not_as_usual_is_left_to_the_store(tmp_path, damage):
    path = tmp_path / "state.db"
    url = written(path, [Taken(LINE, Memory("new", Evidence.RECORDED, AT, 1))])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if damage in {"older", "newer"}:
            step = 1 if damage == "newer" else -1
            connection.execute("UPDATE meta SET value = ?", (str(VERSION + step),))
        elif damage == "stranger":
            connection.execute("DROP TABLE meta")
        elif damage == "value":
            connection.execute("UPDATE memories SET how = 'rumoured'")
        elif damage == "bytes":
            connection.execute("UPDATE memories SET \"at\" = x'00'")
    if damage == "text":
        path.write_text("This is no database." * 100)
    elif damage == "folder":
        os.remove(path)  # noqa: PTH107
        path.mkdir()
    elif damage != "text":
        for end in ("-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)

    assert record_at_rest(url, ACME) is None


def test_the_version_that_it_knows_is_the_newest():
    assert schema.newest() == VERSION


def test_a_look_leaves_no_trace(tmp_path):
    url = written(tmp_path / "state.db", [])
    before = [(each.name, each.stat().st_mtime_ns) for each in sorted(tmp_path.iterdir())]

    assert record_at_rest(url, ACME) is not None

    assert [(each.name, each.stat().st_mtime_ns) for each in sorted(tmp_path.iterdir())] == before
