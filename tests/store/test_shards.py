"""Shares of an account: each is held, approved and kept for itself, and none can touch what is another's."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from threading import Barrier, Thread

import pytest

from reconciler.model.address import line_status, order_line
from reconciler.model.approval import Approval
from reconciler.model.evidence import Evidence
from reconciler.model.lease import Held, Process
from reconciler.model.outcome import Done
from reconciler.model.plan import Selection, Taken, TargetName
from reconciler.model.record import Baseline, Memory
from reconciler.model.shard import Shard, excludes, share_of
from reconciler.ports import Intent
from reconciler.store import Lease, LeaseLost, RunFacts, WritableStore, open_record, open_store
from reconciler.store.leases import EXPIRES

ANN, BOB = RunFacts(host="runner", pid=7, actor="ann"), RunFacts(host="runner", pid=8, actor="bob")
ELSEWHERE = Process(7, "another boot", "pid:[1]", "12345")
ONE, TWO = (next(str(n) for n in range(99) if share_of(str(n), 2) == share) for share in (1, 2))
FIRST, SECOND = Shard(1, 2), Shard(2, 2)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def later() -> datetime:
    return datetime.now(UTC) + EXPIRES + timedelta(minutes=1)


def taken(store: WritableStore, facts: RunFacts = ANN, process: Process | None = None) -> Lease:
    lease = store.take("apply", facts, process)
    assert isinstance(lease, Lease), lease
    return lease


def test_shares_of_one_division_are_held_side_by_side_and_nothing_else_is(url: str):
    every = [None, FIRST, SECOND, Shard(1, 3), Shard(3, 3), Shard(1, 1)]
    with open_store(url, "acme"):
        pass
    for one, other in [*permutations(every, 2), *((each, each) for each in every)]:
        with open_store(url, "acme", shard=one) as first, open_store(url, "acme", shard=other) as second:
            lease = taken(first)
            found = second.take("apply", BOB)
            assert isinstance(found, Held) == excludes(one, other), (one, other)
            if isinstance(found, Held):
                assert found.holder.claim.shard == one
                assert found.holder.claim.facts.actor == "ann"
            else:
                assert [each.claim.shard for each in first.holders()] == sorted([one, other], key=str)
                found.release()
            lease.release()


def test_of_many_who_come_at_once_no_two_hold_what_excludes_each_other(url: str):
    with open_store(url, "acme"):
        pass
    asked = [None, FIRST, SECOND, FIRST, SECOND, Shard(1, 3), Shard(2, 3), None]
    found: list[Shard | None] = []
    start, done = Barrier(len(asked)), Barrier(len(asked))

    def come(shard: Shard | None):
        with open_store(url, "acme", shard=shard) as store:
            start.wait(30)
            if isinstance(store.take("apply", BOB), Lease):
                found.append(shard)
            done.wait(30)

    threads = [Thread(target=come, args=[shard]) for shard in asked]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found
    assert not any(excludes(one, other) for one, other in permutations(found, 2))


@pytest.mark.parametrize(("before", "after"), [(None, FIRST), (FIRST, None), (FIRST, Shard(1, 3))])
def test_who_was_taken_over_by_another_division_can_write_no_more(
    url: str, before: Shard | None, after: Shard | None
):
    where = order_line(ONE, "l1")
    with (
        open_store(url, "acme", shard=before) as store,
        open_store(url, "acme", shard=after, now=later) as taker,
    ):
        taken(store, process=ELSEWHERE)
        journal = store.begin(target="t", command="apply", facts=ANN)
        taken(taker, BOB)
        with pytest.raises(LeaseLost, match="bob on runner took it over"):
            journal.intend([Intent(where, "update", "delivered")])
        assert [each.claim.shard for each in taker.holders()] == [after]


def test_a_share_that_is_held_on_goes_on_when_another_one_is_taken_over(url: str):
    with (
        open_store(url, "acme", shard=FIRST, now=later) as first,
        open_store(url, "acme", shard=SECOND) as second,
        open_store(url, "acme", shard=SECOND, now=later) as taker,
    ):
        lease = taken(first)
        taken(second, process=ELSEWHERE)
        taken(taker, BOB)
        assert not lease.beat()
        first.begin(target="t", command="apply", facts=ANN)
        with pytest.raises(LeaseLost):
            second.begin(target="t", command="apply", facts=ANN)


# ------------------------------------------------------------------ what was approved


def approval(shard: Shard | None, digest: str = "d") -> Approval:
    return Approval(
        digest=digest,
        created_at=AT,
        target=TargetName("t", "u", "acme"),
        selection=Selection(shard=shard),
        inputs="",
    )


def begun(url: str, shard: Shard | None, digest: str = "d", *, writes: bool = False) -> int:
    with open_store(url, "acme", shard=shard) as store:
        journal = store.begin(target="t", command="apply", facts=ANN, approval=approval(shard, digest))
        if writes:
            journal.intend([Intent(order_line(ONE, "l1"), "update", "delivered")])
        return journal.run


def left(url: str, shard: Shard | None) -> int | None:
    found = open_record(url, "acme", shard=shard).left()
    return None if found is None else found[0]


def test_what_a_share_left_stays_until_the_same_work_is_approved_anew(url: str):
    first, second = begun(url, FIRST), begun(url, SECOND)
    assert (left(url, FIRST), left(url, SECOND)) == (first, second)
    assert left(url, Shard(1, 3)) is None
    assert left(url, None) == first
    third = begun(url, SECOND)
    assert (left(url, FIRST), left(url, SECOND)) == (first, third)
    assert open_record(url, "acme").approved(third) == (third, approval(SECOND))
    whole = begun(url, None)
    assert (left(url, FIRST), left(url, SECOND), left(url, None)) == (None, None, whole)


def test_a_plan_is_used_for_each_share_once_and_for_everything_when_any_was(url: str):
    begun(url, FIRST, "plan", writes=True)
    used = {
        shard: open_record(url, "acme", shard=shard).used(approval(None, "plan"))
        for shard in (None, FIRST, SECOND, Shard(1, 3))
    }
    assert used == {None: 1, FIRST: 1, SECOND: None, Shard(1, 3): 1}


# ------------------------------------------------------------------ what is remembered


def test_what_another_share_sends_just_now_is_in_doubt_only_when_its_run_is_over(url: str):
    status = line_status("packed")
    with open_store(url, "acme", shard=FIRST) as first:
        lease = taken(first)
        journal = first.begin(target="t", command="apply", facts=ANN)
        (number,) = journal.intend([Intent(status, "ensure", {})])
        assert open_record(url, "acme", shard=SECOND).load().unsettled == {}
        assert list(open_record(url, "acme").load().unsettled) == [status]
        assert list(open_record(url, "acme", shard=SECOND, now=later).load().unsettled) == [status]
        with open_store(url, "acme", shard=SECOND) as second:
            waiting = second.begin(target="t", command="apply", facts=BOB)
            assert waiting.remembered([status]) == {}
            memory = Memory({"name": "Packed"}, Evidence.RECORDED, AT, journal.run)
            journal.settle([(number, Done(status))], [Taken(status, memory)])
            assert waiting.remembered([status, line_status("other")]) == {status: memory}
        lease.release()


def test_the_end_of_a_share_drops_no_baseline_of_another(url: str):
    baselines = {order: Baseline(AT, None, AT) for order in (ONE, TWO)}
    with open_store(url, "acme") as store:
        store.begin(target="t", command="apply", facts=ANN).baseline(baselines)
    with open_store(url, "acme", shard=FIRST) as first:
        first.begin(target="t", command="apply", facts=ANN).end(exit_code=0, summary={}, outcomes=[])
        assert list(first.load().baselines) == [TWO]


def test_a_run_says_of_which_share_it_was(url: str):
    for shard in (SECOND, None, FIRST):
        begun(url, shard)
    assert [each.shard for each in open_record(url, "acme").runs(9)] == ["1/2", "", "2/2"]


def test_an_older_lease_is_led_up_to_one_of_the_whole_account(url: str, path: Path):
    with open_store(url, "acme", now=lambda: AT) as store:
        taken(store, process=ELSEWHERE)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE leases RENAME TO newer")
        connection.execute("CREATE TABLE leases AS SELECT * FROM newer")
        connection.execute("DROP TABLE newer")
        for table in ("leases", "runs", "approvals"):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN shard")
        connection.execute("UPDATE meta SET value = '6' WHERE name = 'schema'")
    before = open_record(url, "acme").holders()
    with open_store(url, "acme", shard=FIRST, now=lambda: AT) as store:
        found = store.take("apply", BOB)
        assert isinstance(found, Held)
        assert store.holders() == before == (found.holder,)
        assert found.holder.claim.shard is None
