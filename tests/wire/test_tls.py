"""The carrier on a socket behind TLS, against a real server with a certificate of its own."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

import pytest
import trustme

from reconciler.wire.aside import Aside
from reconciler.wire.carriers import Broke, Head, Outgoing
from reconciler.wire.direct import Direct
from reconciler.wire.faults import Fault
from reconciler.wire.on_loop import OnLoop

REQUEST = Outgoing(Head("POST", "/x", {}), b'{"a": 1}')
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"b": 22}'
AUTHORITY = trustme.CA()


@contextmanager
def serving(name: str, authority: trustme.CA = AUTHORITY) -> Iterator[tuple[str, list[int]]]:
    """Answer each request byte by byte, as a server that has this name; tells how many connections it met."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))
    met: list[int] = []

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            met.append(1)
            with plain, suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
                while connection.recv(65536).endswith(REQUEST.body or b""):
                    for byte in ANSWER:
                        connection.sendall(bytes([byte]))

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{listener.getsockname()[1]}", met
    finally:
        listener.close()


def carrier(url: str) -> Direct:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return Direct(urlsplit(url), verify=context, timeout=10, monotonic=monotonic)


Carry = Callable[[Direct, int], list[bytes]]


def in_place(line: Direct, times: int) -> list[bytes]:
    return [line.carry(REQUEST).body for _ in range(times)]


def on_loop(line: Direct, times: int) -> list[bytes]:
    async def sent() -> list[bytes]:
        waiting = OnLoop(Aside())
        return [(await line.carry_on(REQUEST, waiting)).body for _ in range(times)]

    return asyncio.run(sent())


@pytest.fixture(params=[in_place, on_loop])
def carry(request: pytest.FixtureRequest) -> Carry:
    """Send a request so many times, one after another: all holds whoever waits."""
    way: Carry = request.param
    return way


def test_answers_come_over_one_connection_that_is_kept(carry: Carry):
    with serving("localhost") as (url, met):
        line = carrier(url)
        answers = carry(line, 5)
        line.close()

        assert answers == [b'{"b": 22}'] * 5
        assert len(met) == 1


@pytest.mark.parametrize(
    ("name", "authority"), [("elsewhere.example", AUTHORITY), ("localhost", trustme.CA())]
)
def test_nothing_is_sent_to_a_server_that_cannot_prove_who_it_is(
    name: str, authority: trustme.CA, carry: Carry
):
    with serving(name, authority) as (url, _), pytest.raises(Broke) as broke:
        carry(carrier(url), 1)

    assert broke.value.trouble.fault is Fault.UNTRUSTED


def test_what_is_in_flight_is_cut_when_it_is_closed(carry: Carry):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    AUTHORITY.issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        line = carrier(f"https://localhost:{listener.getsockname()[1]}")
        waiting = pool.submit(carry, line, 1)
        plain, _ = listener.accept()
        with context.wrap_socket(plain, server_side=True) as connection:
            connection.recv(65536)
            connection.sendall(ANSWER[:-1])
            line.close()
            with pytest.raises(Broke, match="cut"):
                waiting.result(10)


def test_nothing_leaves_after_it_was_closed(carry: Carry):
    with serving("localhost") as (url, met):
        line = carrier(url)
        line.close()
        with pytest.raises(Broke):
            carry(line, 1)
        with pytest.raises(Broke):
            line._kept(socket.socket())  # noqa: SLF001  a connection that came to stand too late

        assert met == []
