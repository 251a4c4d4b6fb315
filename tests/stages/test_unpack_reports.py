"""A record from the reports of applies: done is remembered, lost is in doubt, a part is not all."""

from typing import Any

import pytest

from reconciler.model.address import custom_field, line_status, order, order_line, parse
from reconciler.model.archive import Archive
from reconciler.stages.unpack import Unreadable, rebuild

FIELD = {"name": "Slot", "entity_type": "order", "value_type": "int", "default_value": 1}
ADDRESS = custom_field("order", "slot")


def told(address: str, outcome: str = "done", after: Any = None) -> dict[str, Any]:
    return {"address": address, "outcome": outcome, "reason": "", "after": after, "seconds": 0.1}


def report(run: int, *outcomes: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {
        "format_version": "1.0",
        "command": "apply",
        "exit_code": 0,
        "target": {"name": "shop", "url": "https://x", "account": "acme"},
        "run": run,
        "ended_at": f"2026-11-20T12:00:{run:02}Z",
        "summary": {"done": len(outcomes)},
        "outcomes": list(outcomes),
        "withheld": [],
        **change,
    }


def rebuilt(*reports: dict[str, Any]) -> Archive:
    archive, partial = rebuild(reports, "acme", "default")
    assert partial == ()
    return archive


def specs(archive: Archive) -> dict[str, Any]:
    return {str(where): kept.memory.spec for where, kept in archive.memories.items()}


def test_the_last_word_about_a_line_counts_in_whatever_order_the_reports_come():
    reports = [
        report(number, told("order_line/1/a", after=word)) for number, word in ((2, "new"), (1, "old"))
    ]
    assert specs(rebuilt(*reports)) == {"order_line/1/a": "new"}
    assert specs(rebuilt(*reversed(reports))) == {"order_line/1/a": "new"}


def test_only_what_was_done_is_remembered_and_what_was_lost_is_in_doubt():
    words = ("done", "failed", "lost", "skipped", "moved")
    archive = rebuilt(report(1, *(told(f"order_line/1/{word}", word, "new") for word in words)))
    assert specs(archive) == {"order_line/1/done": "new"}
    assert archive.in_doubt == {(1, 3)}
    assert set(archive.baselines) == {"1"}
    assert archive.baselines["1"].seen is None


def test_what_was_lost_and_answered_later_is_in_doubt_no_more():
    lost, done = (told("order_line/1/a", word, "new") for word in ("lost", "done"))
    assert not rebuilt(report(1, lost), report(2, done)).in_doubt
    assert rebuilt(report(1, done), report(2, lost)).in_doubt == {(2, 1)}
    assert not rebuilt(
        report(1, lost), report(1, done, ended_at="2026-11-21T12:00:00Z", command="resume")
    ).in_doubt


def test_a_definition_is_remembered_with_its_id_and_every_change():
    change = {"name": "New slot", "default_value": None}
    archive = rebuilt(report(1, told(str(ADDRESS), after=FIELD)), report(2, told(str(ADDRESS), after=change)))
    kept = archive.memories[ADDRESS].memory
    assert kept.spec == {
        "external_id": "slot",
        "name": "New slot",
        "entity_type": "order",
        "value_type": "int",
    }
    assert (kept.run, kept.released) == (2, False)


def test_a_definition_that_was_released_is_remembered_as_such():
    archive = rebuilt(report(1, told(str(ADDRESS), after=FIELD)), report(2, told(str(ADDRESS))))
    assert archive.memories[ADDRESS].memory.released
    assert archive.memories[ADDRESS].memory.spec["name"] == "Slot"
    assert not rebuilt(report(2, told(str(ADDRESS)))).memories


def test_a_change_alone_is_named_and_not_taken_for_the_whole():
    archive, partial = rebuild(
        [report(2, told("line_status/packed", after={"name": "P"}))], "acme", "default"
    )
    assert partial == (line_status("packed"),)
    assert not archive.memories


def test_an_order_that_was_created_brings_the_statuses_of_its_lines():
    after = {"status": "new", "lines.a.b.status": "packed", "lines.a.b.count": 1}
    archive = rebuilt(report(1, told("order/7", after=after)))
    assert archive.memories[order_line("7", "a.b")].memory.spec == "packed"
    assert archive.memories[order("7")].memory.spec == {"status": "new", "lines.a.b.count": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"command": "plan"},
        {"ended_at": None},
        {"run": None, "outcomes": [told("order_line/1/a", after="new")]},
        {"target": {"name": "shop", "account": "other"}},
        {"outcomes": [told("cat/1")]},
        {"outcomes": [told("order/1", "perhaps")]},
        {"format_version": "2.0"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_no_report_of_this_account_is_refused(change: dict[str, Any]):
    with pytest.raises(Unreadable):
        rebuild([{**report(1), **change}], "acme", "default")


def test_an_apply_that_sent_nothing_has_nothing_to_tell():
    nothing = {"run": None, "ended_at": None, "target": {"name": None, "account": None}}
    assert rebuilt({**report(1), **nothing}) == Archive(account="acme")


def test_addresses_are_read_as_they_were_written():
    assert parse("order/1%2F2") in rebuilt(report(1, told("order/1%2F2", after={"status": "new"}))).memories
