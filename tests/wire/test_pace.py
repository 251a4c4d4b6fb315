"""The pace: how many requests are in flight, and how closely they follow."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier, Event, Lock, Thread

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.wire import PATIENCE, Ambient, Fault, Limits, NoAnswer, Repeat, Stopped, Wire, WireFault
from reconciler.wire.pace import RUN, SLOWEST, Pace
from reconciler.wire.patience import LONGEST_WAIT, Slower


class Ticking:
    """A clock that moves only by sleeping."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def paced(at_once=8, per_second=0.0, clock=None):
    clock = clock or Ticking()
    return Pace(at_once, per_second, clock.monotonic, clock.sleep)


def burst(pace, size, slower):
    """So many requests at once, all with this end."""
    for entered in [pace.enter() for _ in range(size)]:
        pace.leave(entered, slower)


# ------------------------------------------------------------------ the ceiling per second


@given(per_second=st.floats(0.1, 1000), pauses=st.lists(st.floats(0, 5), max_size=30))
def test_no_two_requests_leave_closer_than_the_ceiling_allows(per_second, pauses):
    clock = Ticking()
    pace = paced(per_second=per_second, clock=clock)
    left = []
    for pause in pauses:
        clock.sleep(pause)
        entered = pace.enter()
        left.append(clock.now)
        pace.leave(entered)
    assert all(after - before >= 1 / per_second - 1e-9 for before, after in pairwise(left))


def test_without_a_ceiling_nothing_waits():
    clock = Ticking()
    pace = paced(clock=clock)
    for _ in range(100):
        pace.leave(pace.enter())
    assert clock.now == 100.0


def test_threads_share_one_ceiling():
    slept: list[float] = []
    pace = Pace(64, 10, lambda: 0.0, slept.append)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: pace.leave(pace.enter()), range(50)))
    assert sorted(slept) == pytest.approx([n / 10 for n in range(1, 50)])


def test_repeated_requests_keep_the_pace_too(lay, faults, fine):
    line = lay([next(iter(faults.values())), fine], limits=Limits(requests_per_second=2), random=lambda: 0.0)
    line.wire.post("/x", b"{}", repeat=Repeat.READ)
    assert 0.5 in line.waits


# ------------------------------------------------------------------ lowered and raised


@given(st.lists(st.sampled_from([None, *Slower]), max_size=300), st.integers(1, 40), st.floats(0, 100))
def test_the_pace_stays_between_one_and_its_ceilings_whatever_happens(ends, most, per_second):
    pace = paced(most, per_second)
    for end in ends:
        burst(pace, pace.at_once, end)
        assert 1 <= pace.at_once <= most
        assert min(per_second, SLOWEST) <= pace.per_second <= per_second
        assert pace.is_lowered == ((pace.at_once, pace.per_second) != (most, per_second))


@given(st.integers(1, 64), st.integers(1, 64))
def test_requests_that_were_under_way_together_lower_it_once(most, size):
    pace, size = paced(most), min(most, size)
    burst(pace, size, Slower.ALWAYS)
    assert pace.at_once == (max(1, size // 2) if size > 1 else most)


def test_what_left_after_it_was_lowered_lowers_it_again():
    pace = paced(8)
    for halved in (4, 2, 1, 1):
        burst(pace, pace.at_once, Slower.ALWAYS)
        assert pace.at_once == halved


def test_it_is_raised_by_one_after_a_run_of_fine_answers_and_a_fault_breaks_the_run():
    pace = paced(8)
    burst(pace, 8, Slower.ALWAYS)
    for _ in range(RUN * 4 - 1):
        pace.leave(pace.enter())
    assert pace.at_once == 4
    pace.leave(pace.enter(), Slower.NEVER)
    for _ in range(RUN * 4 - 1):
        pace.leave(pace.enter())
    assert pace.at_once == 4
    pace.leave(pace.enter())
    assert pace.at_once == 5


def test_a_reset_says_something_only_where_several_are_in_flight():
    pace = paced(8)
    burst(pace, 1, Slower.UNDER_LOAD)
    assert pace.at_once == 8
    burst(pace, 2, Slower.UNDER_LOAD)
    assert pace.at_once == 1


def test_the_rate_is_halved_and_climbs_back():
    pace = paced(1, 10.0)
    burst(pace, 1, Slower.ALWAYS)
    assert pace.per_second == 5.0
    for _ in range(RUN * 5):
        pace.leave(pace.enter())
    assert pace.per_second == 10.0


@pytest.mark.parametrize("fault", Fault)
def test_what_lowers_the_pace_stands_in_the_table(fault, lay, faults):
    line = lay([faults[fault]], limits=Limits(requests_per_second=8), url="https://market.example")
    with pytest.raises(WireFault):
        line.wire.post("/x", b"{}", repeat=Repeat.ONCE)
    told = any("from now on" in each for each in line.heard)
    assert told == (PATIENCE[fault].slower is Slower.ALWAYS and PATIENCE[fault].once > 0)


def test_being_told_to_wait_everybody_else_waits_too_and_not_longer_than_patience():
    clock = Ticking()
    pace = paced(clock=clock)
    pace.leave(pace.enter(), Slower.ALWAYS, 7.0)
    pace.leave(pace.enter(again=True))
    assert clock.now == 100.0
    pace.leave(pace.enter())
    assert clock.now == 107.0
    pace.leave(pace.enter(), Slower.ALWAYS, 1e9)
    pace.leave(pace.enter())
    assert clock.now == 107.0 + LONGEST_WAIT


# ------------------------------------------------------------------ many threads


def test_never_more_are_in_flight_than_may_be():
    pace, lock = Pace(5, 0, lambda: 0.0, lambda _: None), Lock()
    seen: list[tuple[int, int]] = []
    inside = 0

    def send(number):
        nonlocal inside
        entered = pace.enter()
        with lock:
            inside += 1
            seen.append((inside, pace.at_once))
        with lock:
            inside -= 1
        pace.leave(entered, Slower.ALWAYS if number % 17 == 0 else None)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(send, range(2000)))
    assert max(count for count, _ in seen) <= 5


class Narrow:
    """A server that takes so many at once and turns the others away unread."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken, self.refused, self.inside = 0, 0, 0
        self.lock = Lock()
        self.company = Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            self.inside += 1
            refused = self.inside > self.most
        self.company.wait(0.001)
        with self.lock:
            self.inside -= 1
            self.refused += refused
            self.taken += not refused
        return httpx.Response(429 if refused else 200, content=b"{}")


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(most=st.integers(1, 12), concurrency=st.integers(2, 16))
def test_against_a_server_that_takes_only_so_many_everything_arrives_once(most, concurrency):
    server = Narrow(most)
    limits = Limits(concurrency=concurrency)
    ambient = Ambient(sleep=lambda _: None)
    with (
        Wire(
            "https://market.example", limits=limits, ambient=ambient, transport=httpx.MockTransport(server)
        ) as wire,
        ThreadPoolExecutor(concurrency) as pool,
    ):
        replies = list(pool.map(lambda _: wire.post("/x", b"{}", repeat=Repeat.ONCE), range(150)))
    assert {reply.status for reply in replies} == {200}
    assert server.taken == 150
    assert server.refused <= 75


# ------------------------------------------------------------------ stopping


def test_once_the_run_is_to_stop_no_write_leaves_and_a_read_does(lay, fine):
    line = lay([fine], stopped=lambda _: True)
    for repeat in (Repeat.ONCE, Repeat.HARMLESS):
        with pytest.raises(Stopped):
            line.wire.post("/x", b"{}", repeat=repeat)
    assert line.far_end.seen == []
    assert line.wire.post("/x", b"{}", repeat=Repeat.READ).status == 200


@pytest.mark.parametrize("fault", [each for each in Fault if PATIENCE[each].harmless])
def test_a_wait_that_is_cut_short_sends_nothing_again_and_keeps_its_doubt(fault, lay, faults):
    line = lay([faults[fault]], stopped=bool)
    expected = {"refused": Stopped, "lost": NoAnswer}[PATIENCE[fault].end]
    with pytest.raises(expected):
        line.wire.post("/x", b"{}", repeat=Repeat.HARMLESS)
    assert len(line.far_end.seen) == 1


def test_who_waits_for_a_place_is_let_go_without_sending_when_the_run_stops():
    stop, together = Event(), Barrier(2)
    sent: list[httpx.Request] = []

    def slow(request):
        sent.append(request)
        together.wait()
        stop.wait(10)
        return httpx.Response(200, content=b"{}")

    ends: list[int] = []

    def send(wire):
        try:
            ends.append(wire.post("/x", b"{}", repeat=Repeat.ONCE).status)
        except Stopped:
            ends.append(0)

    ambient = Ambient(stopped=stop.is_set)
    with Wire(
        "https://market.example",
        limits=Limits(concurrency=1),
        ambient=ambient,
        transport=httpx.MockTransport(slow),
    ) as wire:
        threads = [Thread(target=send, args=(wire,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        together.wait()
        stop.set()
        for thread in threads:
            thread.join()
    assert sorted(ends) == [0, 0, 0, 200]
    assert len(sent) == 1
