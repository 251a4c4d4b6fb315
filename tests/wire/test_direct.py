"""The carrier on a bare socket, against real sockets that misbehave."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from reconciler.wire import LARGEST_ANSWER, NoAnswer, NotSent, Repeat, Wire
from reconciler.wire.carriers import IDLE_FOR
from reconciler.wire.terms import Ambient, Limits

Play = Callable[[socket.socket], None]


def ask(connection: socket.socket) -> bytes:
    """Read one request to the end of its body."""
    text = b""
    while b"\r\n\r\n" not in text:
        piece = connection.recv(65536)
        if not piece:
            return b""
        text += piece
    head, _, body = text.partition(b"\r\n\r\n")
    named = [line.split(b":") for line in head.lower().split(b"\r\n")]
    length = next((int(each[1]) for each in named if each[0] == b"content-length"), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def said(body: bytes = b"{}", *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@contextmanager
def playing(*plays: Play) -> Iterator[tuple[str, list[int]]]:
    """Serve connections, each by its own play, the last one again; tells how many there were."""
    listener = socket.create_server(("127.0.0.1", 0))
    met: list[int] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            play = plays[min(len(met), len(plays) - 1)]
            met.append(1)
            Thread(target=perform, args=(play, connection), daemon=True).start()

    def perform(play: Play, connection: socket.socket) -> None:
        with connection:
            play(connection)

    Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", met
    finally:
        listener.close()


def answering(*answers: bytes) -> Play:
    """Answer request after request, and then hang up."""

    def play(connection: socket.socket) -> None:
        for answer in answers:
            if not ask(connection):
                return
            connection.sendall(answer)

    return play


Post = Callable[[Wire], bytes]


def post_in_place(wire: Wire) -> bytes:
    return wire.post("/x", b'{"a": 1}', repeat=Repeat.ONCE).body


def post_beside(wire: Wire) -> bytes:
    return asyncio.run(wire.posted("/x", b'{"a": 1}', repeat=Repeat.ONCE, beside=True)).body


@pytest.fixture(params=[post_in_place, post_beside])
def post(request: pytest.FixtureRequest) -> Post:
    """Send, wait in place or on an event loop, and give what came back: all holds for both."""
    way: Post = request.param
    return way


def test_a_connection_is_kept_for_the_next_request(post: Post):
    with playing(answering(*[said()] * 3)) as (url, met), Wire(url) as wire:
        assert [post(wire) for _ in range(3)] == [b"{}"] * 3
        assert len(met) == 1


def test_one_that_the_server_has_closed_meanwhile_is_not_used_for_a_write(post: Post):
    with playing(answering(said())) as (url, met), Wire(url) as wire:
        for number in range(1, 4):
            assert post(wire) == b"{}"
            assert len(met) == number
            wait_until_closed(wire)


def wait_until_closed(wire: Wire) -> None:
    beside = wire._beside  # noqa: SLF001  the moment is not to be seen from outside
    carrier = wire._carriers.own if beside is None else beside._free[0][0]  # noqa: SLF001
    sock = carrier._sock  # type: ignore[attr-defined]  # noqa: SLF001
    if sock is not None:
        sock.setblocking(True)
        sock.recv(1, socket.MSG_PEEK)
        sock.setblocking(beside is None)


def test_one_that_was_idle_for_long_is_opened_anew(post: Post):
    now = [0.0]
    ambient = Ambient(monotonic=lambda: now[0])
    with playing(answering(*[said()] * 3)) as (url, met), Wire(url, ambient=ambient) as wire:
        post(wire)
        now[0] += IDLE_FOR - 1
        post(wire)
        assert len(met) == 1
        now[0] += IDLE_FOR + 1
        post(wire)
        assert len(met) == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\x01\x02",
    ],
)
def test_an_answer_that_is_cut_or_none_leaves_the_outcome_open(answer: bytes, post: Post):
    with playing(answering(answer)) as (url, _), Wire(url) as wire, pytest.raises(NoAnswer, match="cut"):
        post(wire)


@pytest.mark.parametrize(
    ("packed", "word"),
    [
        (gzip.compress(b'{"a": 2}'), b"gzip"),
        (gzip.compress(b'{"a": 2}'), b"X-Gzip"),
        (zlib.compress(b'{"a": 2}'), b"deflate"),
        (b'{"a": 2}', b"identity"),
        (gzip.compress(zlib.compress(b'{"a": 2}')), b"deflate, gzip"),
    ],
    ids=["gzip", "x-gzip", "deflate", "identity", "both"],
)
def test_what_was_packed_is_unpacked(packed: bytes, word: bytes, post: Post):
    with playing(answering(said(packed, b"Content-Encoding: " + word))) as (url, _), Wire(url) as wire:
        assert post(wire) == b'{"a": 2}'


@pytest.mark.parametrize(
    ("packed", "word"),
    [
        (b"no gzip at all", b"gzip"),
        (gzip.compress(b"{}")[:-6], b"gzip"),
        (b"{}", b"br"),
        (gzip.compress(b" " * (LARGEST_ANSWER + 1)), b"gzip"),
    ],
    ids=["no gzip", "cut", "unknown", "bomb"],
)
def test_what_cannot_be_unpacked_leaves_the_outcome_open(packed: bytes, word: bytes, post: Post):
    with (
        playing(answering(said(packed, b"Content-Encoding: " + word))) as (url, _),
        Wire(url) as wire,
        pytest.raises(NoAnswer, match="could not be unpacked or was too large"),
    ):
        post(wire)


def test_an_answer_in_chunks_and_one_that_ends_with_the_connection_are_read_to_their_end(post: Post):
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    ending = b"HTTP/1.0 200 OK\r\n\r\n{}"
    with playing(answering(chunked, said()), answering(ending)) as (url, met), Wire(url) as wire:
        assert [post(wire), post(wire)] == [b"{}", b"{}"]
        assert len(met) == 1
        wait_until_closed(wire)
        assert post(wire) == b"{}"
        assert len(met) == 2


def test_a_server_that_takes_its_time_is_given_up_and_what_left_is_in_doubt(post: Post):
    def silent(connection: socket.socket) -> None:
        ask(connection)
        connection.recv(1)

    limits = Limits(timeout=0.2)
    with (
        playing(silent) as (url, _),
        Wire(url, limits=limits) as wire,
        pytest.raises(NoAnswer, match=r"no answer within 0\.2 s"),
    ):
        post(wire)


def test_where_nobody_listens_nothing_was_sent(post: Post):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    waits: list[float] = []
    with (
        Wire(f"http://127.0.0.1:{port}", ambient=Ambient(sleep=waits.append)) as wire,
        pytest.raises(NotSent, match="Connection refused"),
    ):
        post(wire)


def test_after_an_accident_the_next_request_has_a_connection_of_its_own(post: Post):
    plays: Sequence[Play] = (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"), answering(said()))
    with playing(*plays) as (url, met), Wire(url) as wire:
        with pytest.raises(NoAnswer):
            post(wire)
        assert post(wire) == b"{}"
        assert len(met) == 2


def test_a_request_says_what_a_server_needs_and_nothing_that_was_not_meant():
    heard: list[bytes] = []

    def listening(connection: socket.socket) -> None:
        heard.append(ask(connection))
        connection.sendall(said(b"{}", b"Set-Cookie: a=b"))
        heard.append(ask(connection))
        connection.sendall(said())

    with playing(listening) as (url, _), Wire(url) as wire:
        post_in_place(wire)
        wire.read("/y?a=%20b", headers={"Api-Key": "key"})
    first, second = heard
    assert first.startswith(b"POST /x HTTP/1.1\r\nHost: 127.0.0.1:")
    assert first.endswith(b'\r\n\r\n{"a": 1}')
    assert second.startswith(b"GET /y?a=%20b HTTP/1.1\r\n")
    assert b"cookie" not in second.lower()
    assert b"content-length" not in second.lower()


def test_a_wire_that_is_closed_cuts_what_is_in_flight_at_once(post: Post):
    began = Event()

    def dripping(connection: socket.socket) -> None:
        ask(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        began.set()
        connection.recv(1)

    with playing(dripping) as (url, _), Wire(url) as wire, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, wire)
        began.wait(10)
        wire.close()
        with pytest.raises(NoAnswer, match="cut"):
            waiting.result(10)


def test_a_read_that_is_cut_because_its_wire_was_closed_is_no_longer_waited_for():
    began, waits, heard = Event(), list[float](), list[str]()

    def silent(connection: socket.socket) -> None:
        ask(connection)
        began.set()
        connection.recv(1)

    ambient = Ambient(sleep=waits.append)
    with (
        playing(silent) as (url, _),
        Wire(url, ambient=ambient, heard=heard.append) as wire,
        ThreadPoolExecutor(1) as pool,
    ):
        waiting = pool.submit(wire.read, "/x", headers={})
        began.wait(10)
        wire.close()
        with pytest.raises(NoAnswer, match="cut"):
            waiting.result(10)
    assert (waits, heard) == ([], [])
