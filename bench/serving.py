"""Serving: as little HTTP/1.1 as a client of ours needs, so that a server's own cost hides no client's.

POST with a Content-Length over connections that are kept; one request at a time on each. Not a server for
anything but measuring: what it does not understand ends the connection.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Final

Answer = Callable[[str, bytes], tuple[bytes, float]]
"""From a path and a body to an answer's body, and the seconds that it takes."""

_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_LENGTH: Final = b"content-length:"


class _Connection(asyncio.Protocol):
    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, found, rest = self._came.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0] or 0)
        if len(rest) < length:
            return
        self._came = rest[length:]
        path = head.split(b" ", 2)[1].decode("ascii")
        body, seconds = self._answer(path, rest[:length])
        whole = _HEAD % len(body) + body
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self._transport.write, whole)
        else:
            self._transport.write(whole)


def serve(answer: Answer) -> None:
    """Serve on a free port of loopback until terminated; its address is printed."""

    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _Connection(answer), sock=listening)
        await server.serve_forever()

    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or an answer waits 40 ms for an ACK
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        asyncio.run(forever())
