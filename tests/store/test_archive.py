"""Export and import: a record moves between databases and stays what it was."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.model.address import Address, custom_field, line_status, order, order_line
from reconciler.model.archive import Archive
from reconciler.model.evidence import Evidence
from reconciler.model.outcome import Done, Failed, Lost, Skipped
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory
from reconciler.ports import Intent
from reconciler.reports.json.archive import archive_data
from reconciler.stages.unpack import Unreadable, unpack
from reconciler.store import RunFacts, StoreError, WritableStore, open_record, open_store

AT = datetime(2026, 11, 1, 9, 30, 0, 123456, tzinfo=UTC)
LINE, OTHER = order_line("1", "1"), order_line("1", "a/b.%")
STATUS = line_status("packed")
FACTS = RunFacts(host="h", pid=4, actor="a", commit="c0ffee", ci_url="https://ci/1", tool_version="0.1")

memories = st.builds(
    Memory,
    spec=st.one_of(st.text(max_size=4), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)),
    how=st.sampled_from(Evidence),
    at=st.integers(0, 10**12).map(lambda each: AT + timedelta(microseconds=each)),
    run=st.just(1),
    released=st.just(value=False),
    unmet=st.dictionaries(st.text(max_size=3), st.none() | st.text(max_size=3), max_size=2),
    identity=st.text(max_size=5),
)
addresses = st.sampled_from([LINE, OTHER, STATUS, custom_field("order", "é"), order("1")])
fates = st.sampled_from([Done, Failed, Lost, Skipped, None])
stories = st.tuples(
    st.dictionaries(addresses, memories),
    st.lists(st.tuples(addresses, fates), max_size=4),
    st.sets(st.sampled_from(["1", "2"])),
)


def live(store: WritableStore, story: Any):
    remembered, writes, orders = story
    journal = store.begin(target="t", command="apply", facts=FACTS)
    finished = {where: "done" for where in remembered if where.kind == "order_line"}
    journal.remember([Taken(where, each, finished.get(where)) for where, each in remembered.items()])
    journal.baseline({each: Baseline(AT, None, AT) for each in orders})
    for where, fate in writes:
        (number,) = journal.intend([Intent(where, "update", {"a": 1}, None, evidence=Evidence.STALE)])
        if fate is not None:
            journal.settle([(number, fate(where, "because"))])


def through_json(archive: Archive) -> Archive:
    envelope = {"format_version": "1.0", "command": "state export", **archive_data(archive)}
    return unpack(json.loads(json.dumps(envelope)))


@given(story=st.lists(stories, max_size=3))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_record_is_the_same_after_a_journey_through_both_databases(
    new_schema: Callable[[], str], story: list[Any]
):
    with tempfile.TemporaryDirectory() as folder:
        start, postgres, end = f"sqlite:///{folder}/a.db", new_schema(), f"sqlite:///{folder}/b.db"
        with open_store(start, "acme") as store:
            for each in story:
                live(store, each)
            archive, record, runs = store.archive(), store.load(), store.runs(9)
        assert {where for run, number in archive.in_doubt for where in found(archive, run, number)} == set(
            record.unsettled
        )
        for url in (postgres, end):
            with open_store(url, "acme") as store:
                assert through_json(archive) == archive
                store.restore(through_json(archive), merge=False)
                assert store.load() == record
                assert store.runs(9) == runs
                assert store.archive() == archive


def found(archive: Archive, run: int, number: int) -> set[Address]:
    return {
        write.address
        for story in archive.runs
        for write in story.writes
        if (write.run, write.number) == (run, number)
    }


def filled(store: WritableStore, status: str = "new", at: datetime = AT) -> None:
    journal = store.begin(target="t", command="apply", facts=FACTS)
    memory = Memory(status, Evidence.RECORDED, at, journal.run)
    journal.remember([Taken(LINE, memory, finished=status)])
    journal.remember([Taken(STATUS, replace(memory, spec={"name": "Packed"}, released=True))])
    journal.end(exit_code=0, summary={"done": 1}, outcomes=[])


@pytest.fixture
def exported(tmp_path: Path) -> Archive:
    with open_store(f"sqlite:///{tmp_path}/other.db", "acme") as store:
        filled(store)
        return store.archive()


def test_a_definition_that_was_released_stays_remembered(url: str, exported: Archive):
    with open_store(url, "acme") as store:
        store.restore(exported, merge=False)
    assert open_record(url, "acme").load().definitions[STATUS].released


def test_after_an_import_runs_are_counted_on(url: str, exported: Archive):
    with open_store(url, "acme") as store:
        store.restore(exported, merge=False)
        assert store.begin(target="t", command="apply", facts=FACTS).run == 2


def test_a_number_that_another_account_has_is_not_used_again(url: str, exported: Archive):
    with open_store(url, "other") as other:
        filled(other)
    with open_store(url, "acme") as store:
        imported = store.restore(exported, merge=False)
        assert imported.renumbered_by == 1
        assert [row.id for row in store.runs(9)] == [2]
        assert store.load().lines["1"]["1"].run == 2


def test_a_record_that_is_not_empty_takes_nothing_without_being_told_to(url: str, exported: Archive):
    with open_store(url, "acme") as store:
        filled(store, "kept")
        before = store.archive()
        with pytest.raises(StoreError, match="remembers something") as caught:
            store.restore(exported, merge=False)
        assert "--merge" in caught.value.advice
        assert store.archive() == before


@pytest.mark.parametrize(("later", "kept"), [(True, "kept"), (False, "new")])
def test_of_what_both_know_the_newer_is_kept(url: str, exported: Archive, later: bool, kept: str):
    with open_store(url, "acme") as store:
        filled(store, "kept", AT + timedelta(seconds=1 if later else -1))
        imported = store.restore(exported, merge=True)
        assert store.load().lines["1"]["1"].spec == kept
        assert (imported.memories, imported.older) == ((0, 2) if later else (2, 0))
        assert store.load().finished == {LINE: "kept"}


def test_importing_twice_is_importing_once(url: str, exported: Archive):
    with open_store(url, "acme") as store:
        store.restore(exported, merge=True)
        once = store.archive()
        imported = store.restore(exported, merge=True)
        assert (imported.memories, imported.runs) == (0, 0)
        assert store.archive() == once


def test_an_answer_from_elsewhere_settles_nothing_here_but_a_doubt_comes_along(url: str, tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/other.db", "acme") as other:
        live(other, ({}, [(LINE, Done), (OTHER, Lost)], set()))
        exported = other.archive()
    with open_store(url, "acme") as store:
        live(store, ({}, [(LINE, Lost)], set()))
        imported = store.restore(exported, merge=True)
        assert imported.in_doubt == 1
        assert set(store.load().unsettled) == {LINE, OTHER}


def test_the_archive_of_another_account_is_refused(url: str, exported: Archive):
    with open_store(url, "other") as store, pytest.raises(StoreError, match="of account acme"):
        store.restore(exported, merge=True)


def test_projects_come_along_and_keep_what_is_theirs(url: str, exported: Archive):
    with open_store(url, "acme", "stock") as store:
        store.restore(exported, merge=False)
        record = store.load()
        assert record.lines == {}
        assert record.finished == {}
        assert record.foreign == {LINE: "default"}
        assert record.definitions[STATUS].released
        filled_here = Memory("mine", Evidence.RECORDED, AT + timedelta(days=1), 1)
        with pytest.raises(StoreError, match="another project of acme"):
            store.adopt({LINE: filled_here})
        assert store.forget([LINE], unsettled=False) == ()
        store.adopt({STATUS: filled_here})
        assert store.load().definitions[STATUS].spec == "mine"
    with open_store(url, "acme") as store:
        assert store.load().foreign == {STATUS: "stock"}
        assert store.load().lines["1"]["1"].spec == "new"


@pytest.mark.parametrize(
    "change",
    [
        {"format_version": "2.0"},
        {"command": "plan"},
        {"account": ""},
        {"memories": [{"address": "cat/1"}]},
        {"memories": [7]},
        {"runs": None},
        {"baselines": [{"order": "1", "seen": None, "before": None, "written": "2026-01-01T00:00:00"}]},
    ],
)
def test_what_is_no_export_is_refused_with_its_place(exported: Archive, change: dict[str, Any]):
    whole = {"format_version": "1.0", "command": "state export", **archive_data(exported)}
    with pytest.raises(Unreadable, match=next(iter(change))):
        unpack({**whole, **change})


@pytest.mark.parametrize("document", [None, [], "x", {}])
def test_what_is_no_document_at_all_is_refused(document: Any):
    with pytest.raises(Unreadable):
        unpack(document)
