"""A wire against a real server that turns away what is more than it can do at once."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread

import pytest
import uvicorn

from reconciler.wire import Ambient, Limits, Repeat, Wire

CONCURRENCY, MOST, COUNT = 16, 3, 300


class Narrow:
    """An ASGI application that answers 429 above so many in flight."""

    def __init__(self) -> None:
        self.inside = self.peak = self.refused = 0
        self.done: list[bytes] = []

    async def __call__(self, scope, receive, send):
        body = (await receive())["body"]
        status = 200
        self.inside += 1
        self.peak = max(self.peak, self.inside)
        if self.inside > MOST:
            self.refused += 1
            status = 429
        else:
            await asyncio.sleep(0.002)
            self.done.append(body)
        self.inside -= 1
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})


@contextmanager
def served(app) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, lifespan="off", log_level="critical", access_log=False)
    )
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


@pytest.fixture
def app():
    return Narrow()


def test_the_pace_finds_what_the_server_can_do_and_every_request_is_done_once(app):
    heard: list[str] = []
    with (
        served(app) as url,
        Wire(
            url,
            limits=Limits(concurrency=CONCURRENCY),
            ambient=Ambient(random=lambda: 0.02),
            heard=heard.append,
        ) as wire,
        ThreadPoolExecutor(CONCURRENCY) as pool,
    ):
        bodies = [b"%d" % number for number in range(COUNT)]
        replies = list(pool.map(lambda body: wire.post("/x", body, repeat=Repeat.ONCE), bodies))
    assert {reply.status for reply in replies} == {200}
    assert sorted(app.done) == sorted(bodies)
    assert app.peak <= CONCURRENCY
    assert app.refused == len(heard) < COUNT / 4
    assert any("from now on" in each for each in heard)
