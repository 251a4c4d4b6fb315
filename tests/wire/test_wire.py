"""What leaves a wire and what comes back."""

import re
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest

from reconciler.wire import Ambient, Fault, Limits, NoAnswer, NotSent, Repeat, Trouble, Wire


@contextmanager
def listening(answer: bytes | None):
    """Serve one connection on a real socket: read the request, send these bytes if any, close."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            if answer is not None:
                connection.sendall(answer)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        thread.join()
        server.close()


def test_a_request_is_a_post_of_json_to_the_address_and_path(lay, fine):
    line = lay([fine], url="https://market.example/prefix/")
    line.wire.post("/api/v1.1/market/orders/list", b'{"limit":1}', repeat=Repeat.READ)
    (request,) = line.far_end.seen
    assert (request.method, str(request.url)) == (
        "POST",
        "https://market.example/prefix/api/v1.1/market/orders/list",
    )
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"].startswith("reconciler/")
    assert request.read() == b'{"limit":1}'
    assert "Authorization" not in request.headers


def test_a_bearer_travels_in_the_header_and_not_in_the_url(lay, fine):
    line = lay([fine])
    line.wire.post("/x", b"{}", repeat=Repeat.READ, bearer="canary")
    (request,) = line.far_end.seen
    assert request.headers["Authorization"] == "Bearer canary"
    assert "canary" not in str(request.url)


def test_a_bearer_that_no_header_can_carry_is_refused_without_quoting_it(lay, fine):
    line = lay([fine])
    with pytest.raises(ValueError, match="no header can carry") as caught:
        line.wire.post("/x", b"{}", repeat=Repeat.READ, bearer="canary\n")
    assert "canary" not in str(caught.value)
    assert line.far_end.seen == []


def test_a_redirect_is_an_answer_and_never_followed(lay, fine, faults):
    line = lay([faults[Fault.REDIRECTED], fine])
    with pytest.raises(NoAnswer, match="redirect"):
        line.wire.post("/x", b"{}", repeat=Repeat.READ, bearer="canary")
    assert len(line.far_end.seen) == 1


def test_a_reply_knows_the_servers_clock(lay):
    line = lay([lambda: httpx.Response(200, headers={"Date": "Fri, 20 Nov 2026 08:00:00 GMT"})])
    at = line.wire.post("/x", b"{}", repeat=Repeat.READ).at
    assert at is not None
    assert at.isoformat() == "2026-11-20T08:00:00+00:00"


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_a_server_without_a_clock_leaves_it_open(lay, headers):
    line = lay([lambda: httpx.Response(200, headers=headers)])
    assert line.wire.post("/x", b"{}", repeat=Repeat.READ).at is None


def test_a_judge_finds_trouble_that_the_status_does_not_show(lay, fine):
    line = lay([lambda: httpx.Response(200, content=b"{"), fine])

    def judge(reply):
        return Trouble(Fault.GARBLED, "the answer was cut off") if reply.body == b"{" else None

    reply = line.wire.post("/x", b"{}", repeat=Repeat.HARMLESS, judge=judge)
    assert reply.body == b'{"error": 0}'
    assert reply.doubtful


def test_an_answer_that_drips_in_is_given_up_when_its_time_is_over(lay):
    class Dripping(httpx.SyncByteStream):
        def __iter__(self):
            for _ in range(10_000):
                yield b" "

    moments = iter(range(0, 100_000, 7))
    line = lay([lambda: httpx.Response(200, stream=Dripping())], monotonic=lambda: float(next(moments)))
    with pytest.raises(NoAnswer, match="no answer within 30 s"):
        line.wire.post("/x", b"{}", repeat=Repeat.ONCE)


def test_an_answer_without_end_is_given_up(lay):
    class Endless(httpx.SyncByteStream):
        def __iter__(self):
            while True:
                yield b" " * 1024 * 1024

    line = lay([lambda: httpx.Response(200, stream=Endless())])
    with pytest.raises(NoAnswer, match="could not be unpacked or was too large"):
        line.wire.post("/x", b"{}", repeat=Repeat.ONCE)


def test_one_wire_serves_many_threads_and_counts_their_requests(lay, fine):
    line = lay([fine])
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: line.wire.post("/x", b"{}", repeat=Repeat.ONCE), range(200)))
    assert {reply.status for reply in replies} == {200}
    assert line.wire.requests == 200


def test_where_nobody_listens_nothing_was_sent():
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    waits: list[float] = []
    with (
        Wire(f"http://127.0.0.1:{port}", ambient=Ambient(sleep=waits.append)) as wire,
        pytest.raises(NotSent, match=rf"no connection to 127\.0\.0\.1:{port}: Connection refused"),
    ):
        wire.post("/x", b"{}", repeat=Repeat.ONCE)
    assert len(waits) == 4


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"nonsense\r\n\r\n",
    ],
)
def test_a_connection_cut_on_a_real_socket_leaves_the_outcome_open(answer):
    with (
        listening(answer) as url,
        Wire(url) as wire,
        pytest.raises(NoAnswer, match="the connection was cut before the answer was complete"),
    ):
        wire.post("/x", b"{}", repeat=Repeat.ONCE)


def test_a_server_that_stays_silent_on_a_real_socket_is_a_time_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with (
            Wire(url, limits=Limits(timeout=0.05)) as wire,
            pytest.raises(NoAnswer, match=r"no answer within 0\.05 s"),
        ):
            wire.post("/x", b"{}", repeat=Repeat.ONCE)


def test_a_name_that_does_not_exist_is_no_connection():
    with (
        Wire("https://nowhere.invalid", ambient=Ambient(sleep=lambda _: None)) as wire,
        pytest.raises(NotSent, match=r"no connection to nowhere\.invalid"),
    ):
        wire.post("/x", b"{}", repeat=Repeat.ONCE)


@pytest.mark.parametrize(
    ("below", "said"),
    [
        (
            ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"),
            "no secure connection to market",
        ),
        (socket.gaierror(-2, "Name or service not known"), "market.example: Name or service not known"),
        (ValueError("odd"), "no connection to market.example"),
    ],
)
def test_why_no_connection_came_to_be_is_told_from_the_bottom_of_the_chain(below, said, lay):
    def unconnected():
        above = httpx.ConnectError("above")
        above.__context__ = below
        return above

    line = lay([unconnected])
    with pytest.raises(NotSent, match=re.escape(said)):
        line.wire.post("/x", b"{}", repeat=Repeat.ONCE)


def test_a_certificate_that_is_not_trusted_is_said_and_not_tried_again(lay, faults):
    line = lay([faults[Fault.UNTRUSTED]])
    with pytest.raises(NotSent, match=r"the certificate of market\.example is not trusted"):
        line.wire.post("/x", b"{}", repeat=Repeat.READ)
    assert line.waits == []
