"""The journal: intent before, result after, and what the record makes of it."""

from datetime import UTC, datetime
from threading import Thread

import pytest

from reconciler.model.address import Address, line_status, order_line
from reconciler.model.evidence import Evidence
from reconciler.model.outcome import Done, Failed, Lost, Moved, Outcome, Skipped
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory
from reconciler.ports import Intent, Journal
from reconciler.store import RunFacts, RunJournal, StoreError, WritableStore, open_record, open_store

AT = datetime(2026, 11, 1, tzinfo=UTC)
LINE = order_line("1234000", "line_01")
OTHER = order_line("1234000", "line/02")


def begun(store: WritableStore) -> RunJournal:
    return store.begin(target="production", command="apply", facts=RunFacts(host="h", pid=7))


def intent(address: Address, wanted: str = "delivered") -> Intent:
    return Intent(address, "update", wanted, "delivering")


def test_the_journal_of_the_store_is_what_the_core_asks_for(store: WritableStore):
    journal: Journal = begun(store)
    assert store.load().last_run == journal.run


def test_an_intent_is_on_disk_when_its_number_is_given(store: WritableStore, url: str):
    journal = begun(store)
    journal.intend([intent(LINE)])
    unsettled = open_record(url, "acme").load().unsettled
    assert list(unsettled) == [LINE]
    assert unsettled[LINE].run == journal.run
    assert unsettled[LINE].wanted == "delivered"
    assert "before an answer" in unsettled[LINE].reason


@pytest.mark.parametrize("outcome", [Done(LINE), Failed(LINE, "no"), Skipped(LINE), Moved(LINE)])
def test_an_outcome_that_is_known_leaves_nothing_in_doubt(store: WritableStore, outcome: Outcome):
    journal = begun(store)
    (number,) = journal.intend([intent(LINE)])
    journal.settle([(number, outcome)])
    assert not store.load().unsettled


def test_a_lost_write_stays_in_doubt_with_its_reason(store: WritableStore):
    journal = begun(store)
    (number,) = journal.intend([intent(LINE)])
    journal.settle([(number, Lost(LINE, "the connection was cut"))])
    journal.end(exit_code=9, summary={"lost": 1}, outcomes=[])
    assert store.load().unsettled[LINE].reason == "the connection was cut"


def test_a_verifying_read_settles_a_lost_write_and_is_named(store: WritableStore):
    journal = begun(store)
    numbers = journal.intend([intent(LINE), intent(OTHER)])
    journal.settle([(numbers[0], Lost(LINE)), (numbers[1], Done(OTHER))])
    journal.settle([(numbers[0], Lost(LINE, "still"))])
    journal.settle([(numbers[0], Done(LINE)), (numbers[1], Done(OTHER))])
    assert not store.load().unsettled
    told = store.run(journal.run)
    assert told is not None
    assert [(row.outcome, row.settled_by) for row in told.writes] == [("done", "verify"), ("done", None)]


def test_a_later_write_that_was_answered_settles_an_earlier_one(store: WritableStore):
    first = begun(store)
    (number,) = first.intend([intent(LINE)])
    first.settle([(number, Lost(LINE))])
    second = begun(store)
    (again,) = second.intend([intent(LINE)])
    assert store.load().unsettled[LINE].run == second.run
    second.settle([(again, Done(LINE))])
    assert not store.load().unsettled


def test_a_later_write_that_never_left_settles_nothing(store: WritableStore):
    first = begun(store)
    first.intend([intent(LINE)])
    second = begun(store)
    (again,) = second.intend([intent(LINE)])
    second.settle([(again, Skipped(LINE))])
    second.end(exit_code=3, summary={}, outcomes=[Skipped(LINE)])
    assert store.load().unsettled[LINE].run == first.run


def test_the_answers_of_another_account_settle_nothing_of_ours(store: WritableStore, url: str):
    begun(store).intend([intent(LINE)])
    with open_store(url, "other") as other:
        journal = begun(other)
        (number,) = journal.intend([intent(LINE)])
        journal.settle([(number, Done(LINE))])
        assert not other.load().unsettled
    assert list(store.load().unsettled) == [LINE]


def test_what_was_never_intended_is_kept_with_the_run(store: WritableStore):
    journal = begun(store)
    status = line_status("at_pickup_point")
    journal.end(exit_code=3, summary={"done": 0, "skipped": 1}, outcomes=[Skipped(status, "its need failed")])
    told = store.run(journal.run)
    assert told is not None
    (row,) = told.writes
    assert (row.address, row.outcome, row.reason) == (status, "skipped", "its need failed")
    assert row.intended_at is None
    assert row.request is None
    assert (told.row.exit_code, told.row.summary) == (3, {"done": 0, "skipped": 1})
    assert told.row.ended_at is not None


def test_intents_given_together_are_one_request(store: WritableStore):
    journal = begun(store)
    assert list(journal.intend([intent(LINE), intent(OTHER)])) == [1, 2]
    assert list(journal.intend([intent(LINE)])) == [3]
    told = store.run(journal.run)
    assert told is not None
    assert [row.request for row in told.writes] == [1, 1, 3]


def test_a_number_that_was_not_given_out_is_refused(store: WritableStore):
    with pytest.raises(ValueError, match="no write of number 1"):
        begun(store).settle([(1, Done(LINE))])


def test_a_result_and_what_it_means_are_on_disk_together_or_not_at_all(store: WritableStore):
    journal = begun(store)
    (number,) = journal.intend([intent(LINE)])
    cannot_be_kept = Memory({1, 2}, Evidence.RECORDED, AT, journal.run)
    with pytest.raises(StoreError):
        journal.settle([(number, Done(LINE))], [Taken(OTHER, cannot_be_kept)])
    assert list(store.load().unsettled) == [LINE]
    said = Memory("delivered", Evidence.RECORDED, AT, journal.run)
    journal.settle([(number, Done(LINE))], [Taken(LINE, said)], {"1234000": Baseline(None, None, AT)})
    found = store.load()
    assert not found.unsettled
    assert found.lines == {"1234000": {"line_01": said}}
    assert found.baselines == {"1234000": Baseline(None, None, AT)}


def test_nothing_to_say_costs_nothing(store: WritableStore):
    journal = begun(store)
    assert list(journal.intend([])) == []
    journal.settle([])
    journal.remember([])
    journal.baseline({})


def test_many_threads_lose_no_intent_and_share_no_number(store: WritableStore):
    journal = begun(store)
    taken: list[int] = []

    def work(worker: int) -> None:
        for turn in range(10):
            address = order_line(str(worker), str(turn))
            (number,) = journal.intend([intent(address)])
            taken.append(number)
            if turn % 2:
                journal.settle([(number, Done(address))])

    threads = [Thread(target=work, args=(worker,)) for worker in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(taken) == list(range(1, 161))
    expected = {order_line(str(worker), str(turn)) for worker in range(16) for turn in range(0, 10, 2)}
    assert set(store.load().unsettled) == expected
