"""The table of patience, held against what a wire really does."""

from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.wire import PATIENCE, End, Fault, NoAnswer, NotSent, Repeat, WireFault
from reconciler.wire.patience import LONGEST_PATIENCE, LONGEST_WAIT, in_words, retry_after, wait_before

EVERY_CASE = [(fault, repeat) for fault in Fault for repeat in Repeat]


def test_the_table_knows_every_fault():
    assert set(PATIENCE) == set(Fault)


@pytest.mark.parametrize(("fault", "repeat"), EVERY_CASE)
def test_a_fault_that_stays_is_met_as_often_as_the_table_says_and_ends_as_it_says(fault, repeat, lay, faults):
    line = lay([faults[fault]])
    with pytest.raises(WireFault) as caught:
        line.wire.post("/x", b"{}", repeat=repeat)
    assert caught.value.fault is fault
    assert len(line.far_end.seen) == PATIENCE[fault].repeats(repeat) + 1 == line.wire.requests
    assert len(line.waits) == len(line.heard) == PATIENCE[fault].repeats(repeat)
    ends = {End.REFUSED: NotSent, End.LOST: NoAnswer}
    assert type(caught.value) is ends[PATIENCE[fault].end]


@pytest.mark.parametrize(("fault", "repeat"), EVERY_CASE)
def test_a_fault_that_passes_is_forgotten_when_it_may_be_met_again(fault, repeat, lay, faults, fine):
    line = lay([faults[fault], fine])
    if PATIENCE[fault].repeats(repeat):
        reply = line.wire.post("/x", b"{}", repeat=repeat)
        assert reply.status == 200
        assert reply.doubtful == (PATIENCE[fault].end is End.LOST)
    else:
        with pytest.raises(WireFault):
            line.wire.post("/x", b"{}", repeat=repeat)


def test_what_fires_triggers_is_sent_again_only_when_it_surely_did_not_happen():
    again = {fault for fault, patience in PATIENCE.items() if patience.once}
    assert again == {Fault.UNREACHED, Fault.CONNECT_TIMEOUT, Fault.TOO_MANY, Fault.LATER}
    assert all(PATIENCE[fault].end is End.REFUSED for fault in again)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    met=st.lists(st.sampled_from(Fault), min_size=1, max_size=12),
    repeat=st.sampled_from(Repeat),
    ends=st.booleans(),
)
def test_doubt_never_fades(met, repeat, ends, lay, faults, fine):
    """Once an attempt may have happened, nothing that follows is proof of the contrary."""
    answers = [faults[fault] for fault in met] + ([fine] if ends else [])
    line = lay(answers)
    try:
        doubtful = line.wire.post("/x", b"{}", repeat=repeat).doubtful
    except WireFault as fault:
        doubtful = isinstance(fault, NoAnswer)
    tried = [answers[min(n, len(answers) - 1)] for n in range(len(line.far_end.seen))]
    lost = [faults[fault] for fault, patience in PATIENCE.items() if patience.end is End.LOST]
    assert doubtful == any(each in lost for each in tried)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.floats(0, 1), asked=st.integers(0, 10**9), repeat=st.sampled_from(Repeat))
def test_no_wait_and_no_sum_of_waits_is_longer_than_patience(chance, asked, repeat, lay):
    line = lay([lambda: httpx.Response(429, headers={"Retry-After": str(asked)})], random=lambda: chance)
    with pytest.raises(NotSent):
        line.wire.post("/x", b"{}", repeat=repeat)
    assert all(0 <= wait <= LONGEST_WAIT for wait in line.waits)
    assert sum(line.waits) <= LONGEST_PATIENCE


@given(count=st.integers(0, 40), chance=st.floats(0, 1))
def test_waits_without_word_of_the_server_lie_anywhere_below_a_ceiling_that_doubles(count, chance):
    assert 0 <= wait_before(count, None, lambda: chance) <= min(LONGEST_WAIT, 0.5 * 2**count)


def test_a_wait_that_the_server_asked_for_is_never_shorter():
    assert wait_before(0, 7.0, lambda: 0.0) == 7.0
    assert wait_before(0, 7.0, lambda: 1.0) == pytest.approx(7.7)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 12 ", 12.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header, seconds):
    assert retry_after(header, datetime(2026, 11, 20, 12, tzinfo=UTC)) == seconds


def test_a_retry_after_date_is_measured_by_the_servers_own_clock(lay, fine):
    slow = {"Date": "Fri, 20 Nov 2026 08:00:00 GMT", "Retry-After": "Fri, 20 Nov 2026 08:00:03 GMT"}
    line = lay([lambda: httpx.Response(503, headers=slow), fine], random=lambda: 0.0)
    line.wire.post("/x", b"{}", repeat=Repeat.ONCE)
    assert line.waits == [3.0]


def test_a_503_whose_retry_after_says_nothing_is_an_outage(lay, fine):
    line = lay([lambda: httpx.Response(503, headers={"Retry-After": "soon"}), fine])
    with pytest.raises(NoAnswer, match="503"):
        line.wire.post("/x", b"{}", repeat=Repeat.ONCE)


def test_every_wait_is_told_in_a_sentence(lay, fine):
    line = lay([lambda: httpx.Response(429, headers={"Retry-After": "2"}), fine], random=lambda: 0.0)
    line.wire.post("/x", b"{}", repeat=Repeat.READ)
    assert line.heard == ["waiting 2 s: the server answered 429"]


@pytest.mark.parametrize(
    ("wait", "said"), [(0.0, "trying again at once: x"), (0.3, "waiting 0.3 s: x"), (60.0, "waiting 60 s: x")]
)
def test_short_and_long_waits_read_well(wait, said):
    assert in_words(wait, "x") == said
