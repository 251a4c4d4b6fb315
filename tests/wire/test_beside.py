"""Requests side by side on one event loop: each gets its own answer, and waits as it would in a thread."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
import trustme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.wire import PATIENCE, Fault, NoAnswer, NotSent, Repeat, Reply, Stopped, Wire, WireFault
from reconciler.wire.aside import Aside
from reconciler.wire.carriers import Head, Outgoing
from reconciler.wire.direct import Direct
from reconciler.wire.on_loop import OnLoop
from reconciler.wire.pace import Pace
from reconciler.wire.patience import Slower
from reconciler.wire.terms import Ambient, Limits

END = b"\r\n\r\n"


class Echo:
    """A server that says back what it was told, after a while; knows how many it served at once."""

    def __init__(self, pause: Callable[[dict[str, int]], float] = lambda _: 0.0) -> None:
        self.pause = pause
        self.most = self.inside = self.met = 0
        self.lock = Lock()

    def serve(self, connection: socket.socket) -> None:
        text = b""
        while True:
            while END not in text:
                piece = connection.recv(65536)
                if not piece:
                    return
                text += piece
            head, _, body = text.partition(END)
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            while len(body) < length:
                body += connection.recv(65536)
            text = body[length:]
            self.answer(connection, body[:length])

    def answer(self, connection: socket.socket, body: bytes) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        sleep(self.pause(json.loads(body)))
        with self.lock:
            self.inside -= 1
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@contextmanager
def serving(echo: Echo, context: ssl.SSLContext | None = None) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                echo.met += 1
                Thread(target=perform, args=(connection,), daemon=True).start()

        def perform(plain: socket.socket) -> None:
            with plain, suppress(OSError):
                if context is None:
                    echo.serve(plain)
                else:
                    with context.wrap_socket(plain, server_side=True) as connection:
                        echo.serve(connection)

        Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


async def told(wire: Wire, number: int, size: int = 0) -> int:
    body = json.dumps({"number": number, "more": "x" * size}).encode()
    reply = await wire.posted("/x", body, repeat=Repeat.ONCE, beside=True)
    found = json.loads(reply.body)
    assert len(found["more"]) == size
    said: int = found["number"]
    return said


async def all_told(wire: Wire, numbers: range, size: int = 0) -> list[int]:
    return list(await asyncio.gather(*(told(wire, number, size) for number in numbers)))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(concurrency=st.integers(1, 24), count=st.integers(1, 120))
def test_each_gets_its_own_answer_and_never_more_are_in_flight_than_may_be(concurrency: int, count: int):
    echo = Echo(lambda said: said["number"] * 7 % 5 / 1000)
    with serving(echo) as url, Wire(url, limits=Limits(concurrency=concurrency)) as wire:
        assert asyncio.run(all_told(wire, range(count))) == list(range(count))
        assert wire.requests == count
    assert echo.most <= concurrency
    assert echo.met <= concurrency


def test_what_is_larger_than_any_buffer_goes_and_comes_whole():
    with serving(Echo()) as url, Wire(url) as wire:
        assert asyncio.run(all_told(wire, range(6), size=3_000_000)) == list(range(6))


def test_so_it_does_over_tls():
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    body = json.dumps({"more": "x" * 3_000_000}).encode()

    async def sent(lines: list[Direct]) -> list[bytes]:
        request = Outgoing(Head("POST", "/x", {}), body)
        found = await asyncio.gather(*(line.carry_on(request, OnLoop(Aside())) for line in lines))
        return [each.body for each in found]

    with serving(Echo(), context) as url:
        server = urlsplit(url.replace("http://127.0.0.1", "https://localhost"))
        lines = [Direct(server, verify=trusting, timeout=20, monotonic=monotonic) for _ in range(4)]
        assert asyncio.run(sent(lines)) == [body] * 4
        for line in lines:
            line.close()


def test_connections_are_kept_from_one_request_to_the_next_and_from_one_loop_to_the_next():
    echo = Echo()
    with serving(echo) as url, Wire(url) as wire:
        for number in range(5):
            assert asyncio.run(told(wire, number)) == number
            assert asyncio.run(all_told(wire, range(2))) == [0, 1]
        assert echo.met == 2


@pytest.mark.parametrize("away", [0.0, 5.0])
def test_a_connection_whose_answer_may_have_lain_unread_for_long_carries_no_other_request(away: float):
    clock = [100.0]

    class Overslept(Echo):
        """Answers while the one who asked is away, as when a commit takes long."""

        def answer(self, connection: socket.socket, body: bytes) -> None:
            clock[0] += away
            super().answer(connection, body)

    async def asked(line: Direct) -> list[bytes]:
        waiting, head = OnLoop(Aside()), Head("POST", "/x", {})
        return [(await line.carry_on(Outgoing(head, b"%d" % each), waiting)).body for each in range(3)]

    echo = Overslept(lambda _: 0.0)
    with serving(echo) as url:
        line = Direct(urlsplit(url), verify=None, timeout=20, monotonic=lambda: clock[0])
        assert asyncio.run(asked(line)) == [b"0", b"1", b"2"]
        line.close()
    assert echo.met == (3 if away else 1)


def test_one_that_gets_no_answer_in_time_leaves_the_others_alone():
    echo = Echo(lambda said: 2.0 if said["number"] == 3 else 0.0)

    async def gathered(wire: Wire) -> list[int | BaseException]:
        return await asyncio.gather(*(told(wire, number) for number in range(6)), return_exceptions=True)

    with serving(echo) as url, Wire(url, limits=Limits(timeout=0.5)) as wire:
        found = asyncio.run(gathered(wire))
        assert asyncio.run(all_told(wire, range(10, 16))) == list(range(10, 16))
    late = found.pop(3)
    assert isinstance(late, NoAnswer)
    assert "no answer within 0.5 s" in str(late)
    assert found == [0, 1, 2, 4, 5]


STOPPED = """
import asyncio, sys
from reconciler.wire import Limits, Repeat, Wire

async def sent(wire):
    body = b'{"number": 7, "more": ""}'
    return await asyncio.gather(*(wire.posted("/x", body, repeat=Repeat.ONCE, beside=True) for _ in range(8)))

with Wire(sys.argv[1], limits=Limits(timeout=1.0)) as wire:
    print([reply.status for reply in asyncio.run(sent(wire))])
"""


class Held(Echo):
    """Answers nobody before it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.released, self.asked = Event(), 0

    def answer(self, connection: socket.socket, body: bytes) -> None:
        with self.lock:
            self.asked += 1
        self.released.wait(20)
        super().answer(connection, body)


def test_a_process_that_was_stopped_for_long_still_takes_the_answers_that_came_in_time():
    held = Held()
    with (
        serving(held) as url,
        subprocess.Popen([sys.executable, "-c", STOPPED, url], stdout=subprocess.PIPE, text=True) as process,
    ):
        while held.asked < 8 and process.poll() is None:
            sleep(0.001)
        process.send_signal(signal.SIGSTOP)
        held.released.set()
        sleep(1.2)
        process.send_signal(signal.SIGCONT)
        said, _ = process.communicate(timeout=20)
    assert said.strip() == str([200] * 8)


def test_an_answer_in_drops_is_given_up_when_its_time_is_over():
    class Dripping(Echo):
        def answer(self, connection: socket.socket, body: bytes) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(100):
                connection.sendall(b" ")
                sleep(0.02)

    with (
        serving(Dripping()) as url,
        Wire(url, limits=Limits(timeout=0.2)) as wire,
        pytest.raises(NoAnswer, match=r"no answer within 0\.2 s"),
    ):
        asyncio.run(told(wire, 1))


def test_words_that_nobody_asked_for_are_no_answer_to_the_next_request():
    class Talking(Echo):
        def answer(self, connection: socket.socket, body: bytes) -> None:
            super().answer(connection, body)
            sleep(0.05)
            super().answer(connection, b'{"number": 99, "more": ""}')

    async def asked(wire: Wire) -> list[int]:
        found = []
        for number in range(3):
            found.append(await told(wire, number))
            await asyncio.sleep(0.2)
        return found

    with serving(Talking()) as url, Wire(url) as wire:
        assert asyncio.run(asked(wire)) == [0, 1, 2]


# ------------------------------------------------------------------ the same patience


def ended(ask: Callable[[], Reply]) -> tuple[str, int]:
    try:
        return "replied", ask().status
    except WireFault as fault:
        return type(fault).__name__, 0


@pytest.mark.parametrize("repeat", Repeat)
@pytest.mark.parametrize("fault", Fault)
def test_a_fault_is_met_with_the_same_patience_whoever_waits(fault, repeat, lay, faults):
    alone, beside = lay([faults[fault]]), lay([faults[fault]])

    in_place = ended(lambda: alone.wire.post("/x", b"{}", repeat=repeat))
    on_loop = ended(lambda: asyncio.run(beside.wire.posted("/x", b"{}", repeat=repeat, beside=True)))

    assert on_loop == in_place
    assert on_loop[0] in {NotSent.__name__, NoAnswer.__name__}
    assert beside.waits == alone.waits
    assert beside.heard == alone.heard
    assert len(beside.far_end.seen) == 1 + PATIENCE[fault].repeats(repeat)


def test_once_the_run_is_to_stop_no_write_leaves(lay, fine):
    line = lay([fine], stopped=lambda _: True)
    with pytest.raises(Stopped):
        asyncio.run(line.wire.posted("/x", b"{}", repeat=Repeat.ONCE, beside=True))
    assert line.far_end.seen == []


def test_a_ceiling_a_second_holds_on_a_loop_too():
    waits: list[float] = []
    ambient = Ambient(sleep=waits.append, monotonic=lambda: 0.0)
    with serving(Echo()) as url, Wire(url, limits=Limits(requests_per_second=2), ambient=ambient) as wire:
        assert asyncio.run(all_told(wire, range(4))) == list(range(4))
    assert sorted(waits) == [0.5, 1.0, 1.5]


# ------------------------------------------------------------------ places


def pace(at_once: int) -> Pace:
    return Pace(at_once, 0.0, lambda: 0.0, lambda _: None)


def test_a_place_is_taken_at_once_only_where_one_is_free():
    limiter = pace(2)
    entered = [limiter.enter_at_once(), limiter.enter_at_once()]
    assert entered == [0, 0]
    assert limiter.enter_at_once() is None
    limiter.leave(0)
    assert limiter.enter_at_once() == 0


def test_nobody_is_overtaken_who_waits_for_a_place():
    limiter = pace(1)
    first = limiter.enter()
    waiting = Thread(target=limiter.enter)
    waiting.start()
    while not limiter._waiting:  # noqa: SLF001  the moment is not to be seen from outside
        sleep(0.001)
    limiter.leave(first)
    assert limiter.enter_at_once() is None
    waiting.join()


def test_no_place_is_taken_at_once_while_the_server_wants_to_be_left_alone():
    limiter = pace(2)
    limiter.leave(limiter.enter(), Slower.ALWAYS, asked=5.0)
    assert limiter.enter_at_once() is None
