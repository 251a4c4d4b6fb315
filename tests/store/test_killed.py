"""A process that is killed: what was sent without word stays in doubt, and nothing else does."""

import subprocess
import sys
from pathlib import Path

from reconciler.model.address import order_line
from reconciler.store import open_record, open_store

DYING = """
import sys, time
from reconciler.model.address import order_line
from reconciler.model.evidence import Evidence
from reconciler.model.outcome import Done, Failed, Lost
from reconciler.ports import Intent
from reconciler.store import RunFacts, open_store

journal = open_store(sys.argv[1], "acme").begin(target="t", command="apply", facts=RunFacts())
lines = [order_line("1", str(number)) for number in range(6)]
numbers = [journal.intend([Intent(line, "update", "delivered")])[0] for line in lines]
fates = [Done(lines[0]), Failed(lines[1]), Lost(lines[2], "cut")]
journal.settle(list(zip(numbers, fates)))
print("ready", flush=True)
time.sleep(60)
"""


def die(url: str):
    with subprocess.Popen([sys.executable, "-c", DYING, url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.kill()


def test_exactly_what_was_in_flight_is_in_doubt_after_a_kill(url: str, path: Path):
    die(url)
    beside = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    assert set(beside) == {"state.db", "state.db-wal", "state.db-shm"}
    expected = {order_line("1", str(number)) for number in range(2, 6)}

    assert set(open_record(url, "acme").load().unsettled) == expected
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == beside

    with open_store(url, "acme") as store:
        assert set(store.load().unsettled) == expected
        (row,) = store.runs(5)
        assert row.ended_at is None
    assert [each.name for each in path.parent.iterdir()] == ["state.db"]
    assert set(open_record(url, "acme").load().unsettled) == expected


def test_a_copy_of_the_database_and_its_log_alone_tells_the_same(url: str, path: Path):
    die(url)
    path.with_name("state.db-shm").unlink()
    beside = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    assert len(open_record(url, "acme").load().unsettled) == 4
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == beside


def test_the_same_is_in_doubt_in_every_database(url: str):
    die(url)
    expected = {order_line("1", str(number)) for number in range(2, 6)}
    assert set(open_record(url, "acme").load().unsettled) == expected
    with open_store(url, "acme") as store:
        assert set(store.load().unsettled) == expected
