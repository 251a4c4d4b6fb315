"""The ceiling on requests per second."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.wire import Limits, Repeat
from reconciler.wire.pace import paced


class Ticking:
    """A clock that moves only by sleeping."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@given(per_second=st.floats(0.1, 1000), pauses=st.lists(st.floats(0, 5), max_size=30))
def test_no_two_requests_leave_closer_than_the_ceiling_allows(per_second, pauses):
    clock = Ticking()
    wait = paced(per_second, clock.monotonic, clock.sleep)
    left = []
    for pause in pauses:
        clock.sleep(pause)
        wait()
        left.append(clock.now)
    assert all(after - before >= 1 / per_second - 1e-9 for before, after in pairwise(left))


def test_without_a_ceiling_nothing_waits():
    clock = Ticking()
    wait = paced(0, clock.monotonic, clock.sleep)
    for _ in range(100):
        wait()
    assert clock.now == 100.0


def test_threads_share_one_ceiling():
    slept: list[float] = []
    wait = paced(10, lambda: 0.0, slept.append)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: wait(), range(50)))
    assert sorted(slept) == pytest.approx([n / 10 for n in range(1, 50)])


def test_repeated_requests_keep_the_pace_too(lay, faults, fine):
    line = lay([next(iter(faults.values())), fine], limits=Limits(requests_per_second=2), random=lambda: 0.0)
    line.wire.post("/x", b"{}", repeat=Repeat.READ)
    assert 0.5 in line.waits
