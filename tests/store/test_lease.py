"""The lease: one holder at a time, taken over only when it cannot be alive or was silent for too long."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from reconciler.model.address import order_line
from reconciler.model.evidence import Evidence
from reconciler.model.lease import Held, Process
from reconciler.model.outcome import Done
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory
from reconciler.ports import Intent
from reconciler.store import Lease, LeaseLost, RunFacts, WritableStore, open_record, open_store
from reconciler.store.leases import EXPIRES
from reconciler.store.process import Fate, fate, this_process

LINE = order_line("1", "1")
INTENT = Intent(LINE, "update", "delivered")
ANN = RunFacts(host="runner", pid=7, actor="ann", ci_url="https://ci/1")
BOB = RunFacts(host="runner", pid=8, actor="bob")
ELSEWHERE = Process(7, "another boot", "pid:[1]", "12345")


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=5)


def later() -> datetime:
    """A clock for who comes when every lease of now has expired."""
    return datetime.now(UTC) + EXPIRES + timedelta(minutes=1)


def taken(store: WritableStore, facts: RunFacts = ANN, process: Process | None = None) -> Lease:
    lease = store.take("apply", facts, process)
    assert isinstance(lease, Lease), lease
    return lease


def test_it_is_held_by_one_at_a_time_and_says_by_whom(url: str):
    with open_store(url, "acme") as first, open_store(url, "acme") as second:
        lease = taken(first)
        journal = first.begin(target="t", command="apply", facts=ANN)
        held = second.take("apply", BOB)
        assert isinstance(held, Held)
        assert held.alive
        claim = held.holder.claim
        assert (claim.purpose, claim.facts.actor, claim.facts.host) == ("apply", "ann", "runner")
        assert (claim.facts.ci_url, held.holder.run) == ("https://ci/1", journal.run)
        assert second.holder() == held.holder
        lease.release()
        assert second.holder() is None
        assert taken(second, BOB).fence == lease.fence + 1


def test_another_account_in_the_same_state_is_free(url: str):
    with open_store(url, "acme") as first, open_store(url, "other") as second:
        taken(first)
        taken(second)


def test_whatever_the_project_the_account_is_one(url: str):
    with open_store(url, "acme", "shop") as first, open_store(url, "acme", "stock") as second:
        taken(first)
        assert isinstance(second.take("apply", BOB), Held)


def test_a_reader_sees_the_holder_and_needs_no_lease(url: str):
    assert open_record(url, "acme").holder() is None
    with open_store(url, "acme") as store:
        lease = taken(store)
        seen = open_record(url, "acme").holder()
        assert seen is not None
        assert seen.fence == lease.fence
        assert open_record(url, "acme").load().last_run == 0


def test_of_many_who_come_at_once_one_gets_it(url: str):
    with open_store(url, "acme"):
        pass
    found: list[Lease | Held] = []

    def come():
        with open_store(url, "acme") as store:
            found.append(store.take("apply", BOB))

    threads = [Thread(target=come) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 6
    assert sum(isinstance(each, Lease) for each in found) == 1


def test_who_cannot_be_looked_at_is_left_alone_until_it_expires(url: str):
    with open_store(url, "acme") as first:
        taken(first, process=ELSEWHERE)
        with open_store(url, "acme", now=soon) as second:
            held = second.take("apply", BOB)
            assert isinstance(held, Held)
            assert not held.alive
        with open_store(url, "acme", now=later) as third:
            taken(third, BOB)


def test_a_sign_of_life_puts_the_end_off(url: str):
    times = iter([datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(seconds=50 * each) for each in range(9)])
    with open_store(url, "acme", now=lambda: next(times)) as store:
        lease = taken(store, process=ELSEWHERE)
        assert not lease.beat()
        assert isinstance(store.take("apply", BOB), Held)
        assert not lease.beat()
        held = store.holder()
        assert held is not None
        assert held.expires_at == held.heartbeat_at + EXPIRES


@pytest.mark.parametrize(
    "change",
    [{"boot_id": "another"}, {"namespace": "pid:[1]"}, {"started": ""}, {"pid": 0}],
    ids=["another boot", "another container", "unknown start", "unknown id"],
)
def test_a_dead_id_proves_nothing_where_it_may_be_somebody_elses(change: dict[str, str | int]):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    gone = replace(this_process(), pid=process.pid)
    assert fate(gone) is Fate.DIED
    assert fate(replace(gone, **change)) is Fate.UNKNOWN  # type: ignore[arg-type]


def test_an_id_that_was_given_out_again_is_not_the_holder():
    assert fate(this_process()) is Fate.ALIVE
    assert fate(replace(this_process(), started="1")) is Fate.DIED


def test_where_there_is_no_proc_nothing_is_said(tmp_path):
    unknown = this_process(tmp_path)
    assert unknown == Process(this_process().pid)
    assert fate(unknown) is Fate.UNKNOWN
    assert fate(this_process(), tmp_path) is Fate.UNKNOWN


HOLDING = """
import sys
from reconciler.model.address import order_line
from reconciler.ports import Intent
from reconciler.store import LeaseLost, RunFacts, open_store

with open_store(sys.argv[1], "acme") as store:
    lease = store.take("apply", RunFacts(actor="ann"))
    journal = store.begin(target="t", command="apply", facts=RunFacts())
    journal.intend([Intent(order_line("1", "1"), "update", "delivered")])
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        journal.intend([Intent(order_line("1", "2"), "update", "delivered")])
        print("wrote")
    except LeaseLost as lost:
        print("refused:", lost.message)
"""


@contextmanager
def holding(url: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_holder_that_was_killed_is_taken_over_at_once(url: str):
    with holding(url) as process:
        with open_store(url, "acme") as store:
            held = store.take("apply", BOB)
            assert isinstance(held, Held)
            assert held.alive
        process.kill()

        while fate(held.holder.claim.process) is Fate.ALIVE:
            Event().wait(0.01)
        with open_store(url, "acme") as store:
            taken(store, BOB)
            assert list(store.load().unsettled) == [LINE]


def test_a_holder_that_was_stopped_loses_it_and_its_next_write_is_refused(url: str):
    with holding(url) as process:
        process.send_signal(signal.SIGSTOP)
        with open_store(url, "acme", now=soon) as store:
            assert isinstance(store.take("apply", BOB), Held)
        with open_store(url, "acme", now=later) as store:
            taken(store, BOB)
            process.send_signal(signal.SIGCONT)
            said, _ = process.communicate("go on\n")
            assert said.startswith("refused: the lease of acme is lost: bob on ")
            assert list(store.load().unsettled) == [LINE]


WRITES: list[Callable[[WritableStore], object]] = [
    lambda store: store.begin(target="t", command="apply", facts=ANN),
    lambda store: store.adopt({LINE: Memory("new", Evidence.DECLARED, soon(), 0)}),
    lambda store: store.forget([LINE], unsettled=True),
]


@pytest.mark.parametrize("write", range(7))
def test_nothing_can_be_written_by_who_was_taken_over(url: str, write: int):
    with open_store(url, "acme") as store, open_store(url, "acme", now=later) as taker:
        lease = taken(store)
        journal = store.begin(target="t", command="apply", facts=ANN)
        (number,) = journal.intend([INTENT])
        memory = Memory("delivered", Evidence.RECORDED, soon(), journal.run)
        taken(taker, BOB)
        before = taker.load()
        writes: list[Callable[[], object]] = [
            lambda: journal.intend([INTENT]),
            lambda: journal.settle([(number, Done(LINE))]),
            lambda: journal.remember([Taken(LINE, memory)]),
            lambda: journal.baseline({"1": Baseline(None, None, soon())}),
            *(lambda each=each: each(store) for each in WRITES),
        ]
        with pytest.raises(LeaseLost, match="bob on runner took it over"):
            writes[write]()
        with pytest.raises(LeaseLost):
            lease.beat()
        assert taker.load() == before
        assert len(taker.runs(9)) == 1


def test_who_was_taken_over_may_still_say_how_its_run_ended(url: str):
    with open_store(url, "acme") as store, open_store(url, "acme", now=later) as taker:
        lease = taken(store)
        journal = store.begin(target="t", command="apply", facts=ANN)
        taken(taker, BOB)
        journal.end(exit_code=3, summary={}, outcomes=[])
        lease.release()
        assert taker.runs(1)[0].exit_code == 3
        assert taker.holder() is not None


def kept(store: WritableStore, stop: Event, said: list[str]):
    return taken(store).kept(stop, said.append, every=0.01)


def test_while_it_is_kept_it_gives_signs_of_life_and_then_it_is_free(url: str):
    said: list[str] = []
    with open_store(url, "acme") as store:
        with kept(store, Event(), said):
            first = store.holder()
            while (now := store.holder()) == first:
                Event().wait(0.005)
            assert now is not None
        assert store.holder() is None
    assert said == []


def test_a_run_that_is_asked_to_stop_hears_it_once(url: str):
    stop, said = Event(), list[str]()
    with open_store(url, "acme") as store, open_store(url, "acme") as other, kept(store, stop, said):
        journal = store.begin(target="t", command="apply", facts=ANN)
        assert not other.ask_to_stop(journal.run + 1)
        assert other.ask_to_stop(journal.run)
        assert stop.wait(10)
        journal.intend([INTENT])
    assert len(said) == 1
    assert "asked this run to stop" in said[0]
    with open_store(url, "acme") as store:
        assert not store.ask_to_stop(journal.run)
        assert not taken(store).beat()


def test_a_run_whose_lease_is_taken_away_hears_it(url: str):
    stop, said = Event(), list[str]()
    with open_store(url, "acme") as store, open_store(url, "acme") as other, kept(store, stop, said):
        holder = other.holder()
        assert holder is not None
        assert not other.release(holder.fence + 1)
        assert other.release(holder.fence)
        assert stop.wait(10)
    assert said == ["the lease of acme is lost: somebody took it away; nothing new is sent"]
