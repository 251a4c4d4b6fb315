"""A wire to an application in this process behaves like one over a network."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.wire import Ambient, Fault, Limits, NoAnswer, Repeat, Wire


async def echo(scope, receive, send):
    message = await receive()
    headers = [(b"date", b"Fri, 20 Nov 2026 08:00:00 GMT"), (b"x-path", scope["path"].encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": message["body"]})


def test_an_application_answers_without_a_port():
    with Wire.in_process(echo) as wire:
        reply = wire.post("/api/v1.1/market/x", b'{"a": 1}', repeat=Repeat.ONCE)
    assert (reply.status, reply.body, reply.headers["x-path"]) == (200, b'{"a": 1}', "/api/v1.1/market/x")
    assert reply.at is not None


def test_many_threads_share_one_application():
    with Wire.in_process(echo) as wire, ThreadPoolExecutor(16) as pool:
        bodies = [str(n).encode() for n in range(200)]
        replies = list(pool.map(lambda body: wire.post("/x", body, repeat=Repeat.ONCE).body, bodies))
    assert replies == bodies


@pytest.mark.parametrize("raised", [ConnectionResetError("cut"), BrokenPipeError("cut")])
def test_a_connection_error_of_the_application_is_a_cut_connection(raised):
    async def cut(scope, receive, send):
        await receive()
        raise raised

    with Wire.in_process(cut) as wire, pytest.raises(NoAnswer) as caught:
        wire.post("/x", b"{}", repeat=Repeat.ONCE)
    assert caught.value.fault is Fault.CUT


def test_a_connection_cut_in_the_middle_of_an_answer_is_cut_too():
    async def cut(scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise ConnectionResetError("cut")

    with Wire.in_process(cut) as wire, pytest.raises(NoAnswer) as caught:
        wire.post("/x", b"{}", repeat=Repeat.ONCE)
    assert caught.value.fault is Fault.CUT


def test_an_application_that_takes_too_long_is_a_time_out():
    async def slow(scope, receive, send):
        await asyncio.Event().wait()

    with Wire.in_process(slow, limits=Limits(timeout=0.05)) as wire, pytest.raises(NoAnswer) as caught:
        wire.post("/x", b"{}", repeat=Repeat.ONCE)
    assert caught.value.fault is Fault.READ_TIMEOUT


def test_a_cut_connection_is_tried_again_like_any_other():
    calls = []

    async def recovering(scope, receive, send):
        calls.append(scope["path"])
        if len(calls) < 3:
            raise ConnectionResetError("cut")
        await echo(scope, receive, send)

    with Wire.in_process(recovering, ambient=Ambient(sleep=lambda _: None)) as wire:
        assert wire.post("/x", b"{}", repeat=Repeat.READ).doubtful
    assert len(calls) == 3


def test_closing_ends_the_thread_and_may_be_said_twice():
    before = threading.active_count()
    wire = Wire.in_process(echo)
    wire.post("/x", b"{}", repeat=Repeat.ONCE)
    wire.close()
    wire.close()
    assert threading.active_count() == before
