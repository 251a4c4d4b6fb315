"""The floor under an apply: the same updates from bare sockets, with nothing but the writing and the reading.

It knows that the server is ours: it takes every answer for a success, keeps nothing and checks nothing. What
separates an apply from it is what an apply is for.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from threading import Lock, Thread
from time import perf_counter, process_time
from urllib.parse import urlsplit

from bench import world

PATH = "/api/v1.1/market/orders/update_order_line_status"
_HEAD = (
    "POST " + PATH + " HTTP/1.1\r\nHost: {host}\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
)


def floored(url: str, ops: int, per_order: int, concurrency: int) -> tuple[float, float]:
    """Send all updates and read all answers: wall and processor seconds."""
    bodies, lock = _requests(url, ops, per_order), Lock()
    server = (urlsplit(url).hostname, urlsplit(url).port)

    def work() -> None:
        with socket.create_connection(server) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                with lock:
                    request = next(bodies, None)
                if request is None:
                    return
                connection.sendall(request)
                _read(connection)

    workers = [Thread(target=work) for _ in range(concurrency)]
    began, spent = perf_counter(), process_time()
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    return perf_counter() - began, process_time() - spent


def _requests(url: str, ops: int, per_order: int) -> Iterator[bytes]:
    for body in bodies_of(ops, per_order):
        yield (_HEAD.format(host=urlsplit(url).netloc, length=len(body)) + body).encode()


def bodies_of(ops: int, per_order: int) -> Iterator[str]:
    """Yield what each update says."""
    for order, lines in world.shape_of(ops, per_order):
        for line in lines:
            said = {
                "token": "",
                "order_external_id": order,
                "order_line_external_id": line,
                "order_line_status_external_id": world.WANTED,
            }
            yield json.dumps(said)


def _read(connection: socket.socket) -> None:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _piece(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
    length = next(int(value) for name, _, value in lines if name == b"content-length")
    while len(body) < length:
        body += _piece(connection)
    assert head.startswith(b"HTTP/1.1 200")


def _piece(connection: socket.socket) -> bytes:
    found = connection.recv(65536)
    assert found, "the server hung up"
    return found
