"""The record: memories, finished wishes and baselines, in and out."""

from datetime import UTC, datetime, timedelta, timezone

from reconciler.model.address import custom_field, line_status, order, order_line
from reconciler.model.evidence import Evidence
from reconciler.model.outcome import Done, Lost
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory, Record
from reconciler.ports import Intent
from reconciler.store import RunFacts, RunJournal, WritableStore, open_record, open_store

AT = datetime(2026, 11, 1, 9, 30, 0, 123456, tzinfo=UTC)
LINE = order_line("1234000", "line_01")


def begun(store: WritableStore) -> RunJournal:
    return store.begin(target="production", command="apply", facts=RunFacts())


def said(spec: object, how: Evidence = Evidence.RECORDED) -> Memory:
    return Memory(spec, how, AT, 1)


def test_a_file_that_is_not_there_is_an_empty_record(url: str):
    assert open_record(url, "acme").load() == Record()
    assert open_record(url, "acme").runs(5) == ()
    assert open_record(url, "acme").run(1) is None


def test_what_was_remembered_is_found_again(store: WritableStore, url: str):
    field = Memory({"name": "Слот", "value_type": "enum"}, Evidence.DECLARED, AT, 1, released=True)
    whole = Memory({"status": "new"}, Evidence.OBSERVED, AT, 1, unmet={"region": None}, identity="sha:1")
    journal = begun(store)
    journal.remember(
        [
            Taken(custom_field("order", "a/b%2Fc"), field),
            Taken(order("100%"), whole),
            Taken(order_line("100%", "x/y"), said("delivered")),
            Taken(LINE, said("canceled")),
        ]
    )
    found = open_record(url, "acme").load()
    assert found == Record(
        definitions={custom_field("order", "a/b%2Fc"): field},
        orders={"100%": whole},
        lines={"100%": {"x/y": said("delivered")}, "1234000": {"line_01": said("canceled")}},
        last_run=journal.run,
    )


def test_a_moment_keeps_its_instant_whatever_its_zone(store: WritableStore):
    local = AT.astimezone(timezone(timedelta(hours=3)))
    begun(store).remember([Taken(LINE, Memory("new", Evidence.RECORDED, local, 1))])
    found = store.load().lines["1234000"]["line_01"].at
    assert found == AT
    assert found.utcoffset() == timedelta(0)


def test_the_last_word_about_an_address_counts(store: WritableStore):
    journal = begun(store)
    journal.remember([Taken(LINE, said("new")), Taken(LINE, said("canceled"))])
    journal.remember([Taken(LINE, said("delivered"))])
    assert store.load().lines == {"1234000": {"line_01": said("delivered")}}


def test_a_memory_can_leave_the_record(store: WritableStore):
    journal = begun(store)
    journal.remember([Taken(LINE, said("new"))])
    journal.remember([Taken(LINE, None)])
    assert store.load().lines == {}


def test_a_finished_wish_stays_finished_when_its_memory_leaves(store: WritableStore):
    journal = begun(store)
    journal.remember([Taken(LINE, said("delivered"), finished="delivered")])
    journal.remember([Taken(LINE, None)])
    assert store.load().finished == {LINE: "delivered"}
    journal.remember([Taken(LINE, None, finished="canceled")])
    assert store.load().finished == {LINE: "canceled"}


def test_accounts_in_one_file_do_not_see_each_other(store: WritableStore, url: str):
    begun(store).remember([Taken(LINE, said("new"), finished="new")])
    with open_store(url, "other") as other:
        assert other.load() == Record()
        assert other.runs(9) == ()
        assert other.run(1) is None
        begun(other).remember([Taken(LINE, said("canceled"))])
        other.forget([LINE], unsettled=True)
    assert store.load().lines == {"1234000": {"line_01": said("new")}}


def test_baselines_are_kept_and_replaced(store: WritableStore):
    journal = begun(store)
    journal.baseline({"1": Baseline(None, AT, AT), "2": Baseline(AT, None, AT)})
    journal.baseline({"1": Baseline(AT, AT, AT)})
    assert store.load().baselines == {"1": Baseline(AT, AT, AT), "2": Baseline(AT, None, AT)}


def test_a_baseline_goes_when_nothing_of_its_order_is_left(store: WritableStore):
    journal = begun(store)
    journal.remember([Taken(order_line("kept", "1"), said("new"))])
    (number,) = journal.intend([Intent(order_line("lost", "1"), "update", "new")])
    journal.settle([(number, Lost(order_line("lost", "1")))])
    journal.baseline({each: Baseline(AT, None, AT) for each in ("kept", "lost", "idle")})
    assert set(store.load().baselines) == {"kept", "lost", "idle"}
    journal.end(exit_code=0, summary={}, outcomes=[])
    assert set(store.load().baselines) == {"kept", "lost"}
    store.forget([order_line("kept", "1")], unsettled=False)
    assert set(store.load().baselines) == {"lost"}


def test_adopting_records_and_settles(store: WritableStore):
    journal = begun(store)
    numbers = journal.intend([Intent(LINE, "update", "new"), Intent(order_line("1", "2"), "update", "new")])
    journal.settle([(numbers[1], Lost(order_line("1", "2")))])
    vouched = said("new", Evidence.DECLARED)
    store.adopt({LINE: vouched, line_status("x"): said({"name": "X"}, Evidence.DECLARED)})
    found = store.load()
    assert found.lines == {"1234000": {"line_01": vouched}}
    assert list(found.definitions) == [line_status("x")]
    assert list(found.unsettled) == [order_line("1", "2")]
    told = store.run(journal.run)
    assert told is not None
    assert [(row.outcome, row.settled_by) for row in told.writes] == [("done", "adopt"), ("lost", None)]


def test_forgetting_names_what_was_there(store: WritableStore):
    journal = begun(store)
    doubted, marked, unheard = order_line("1", "2"), order_line("1", "3"), order_line("1", "4")
    journal.remember([Taken(LINE, said("new")), Taken(marked, None, finished="new")])
    journal.intend([Intent(LINE, "update", "new"), Intent(doubted, "update", "new")])
    every = [unheard, marked, doubted, LINE]
    assert store.forget(every, unsettled=False) == (marked, LINE)
    assert store.load().unsettled.keys() == {LINE, doubted}
    assert store.forget(every, unsettled=True) == (doubted, LINE)
    assert store.load() == Record(last_run=journal.run)
    told = store.run(journal.run)
    assert told is not None
    assert [(row.outcome, row.settled_by) for row in told.writes] == [(None, "forget"), (None, "forget")]


def test_runs_come_newest_first_with_who_and_where(store: WritableStore):
    facts = RunFacts(host="h", pid=4, actor="a", commit="c0ffee", ci_url="https://ci/1", tool_version="0.1")
    first = store.begin(target="staging", command="apply", facts=facts)
    second = store.begin(target="production", command="apply", facts=facts)
    first.end(exit_code=0, summary={"done": 2}, outcomes=[])
    rows = store.runs(5)
    assert [row.id for row in rows] == [second.run, first.run]
    assert store.runs(1) == rows[:1]
    assert rows[1].facts == facts
    assert (rows[1].target, rows[1].exit_code, rows[1].summary) == ("staging", 0, {"done": 2})
    assert (rows[0].ended_at, rows[0].exit_code, rows[0].summary) == (None, None, {})
    assert rows[0].started_at < store.runs(5)[1].ended_at  # type: ignore[operator]


def test_the_whole_write_is_told(store: WritableStore):
    journal = begun(store)
    (number,) = journal.intend([Intent(LINE, "update", {"a": [1, None]}, None)])
    journal.settle([(number, Done(LINE, "said", seconds=0.25))])
    told = store.run(journal.run)
    assert told is not None
    (row,) = told.writes
    assert (row.number, row.address, row.action, row.wanted, row.before) == (
        1,
        LINE,
        "update",
        {"a": [1, None]},
        None,
    )
    assert (row.outcome, row.reason, row.seconds, row.settled_by) == ("done", "said", 0.25, None)
    assert row.intended_at is not None
    assert row.outcome_at is not None
    assert row.intended_at < row.outcome_at
