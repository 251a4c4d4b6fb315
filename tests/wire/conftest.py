"""A wire whose far end is a list of answers, and whose waits take no time."""

import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest

from reconciler.wire import Ambient, Fault, Limits, Wire

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)

Answer = httpx.Response | Exception


def untrusted() -> Exception:
    """What httpx raises for a certificate that nobody signed."""
    below = ssl.SSLCertVerificationError(1, "certificate verify failed")
    above = httpx.ConnectError("certificate verify failed")
    above.__cause__ = below
    return above


def refused() -> Exception:
    """What httpx raises where nobody listens."""
    above = httpx.ConnectError("[Errno 111] Connection refused")
    above.__cause__ = ConnectionRefusedError(111, "Connection refused")
    return above


FAULTS: dict[Fault, Callable[[], Answer]] = {
    Fault.UNREACHED: refused,
    Fault.UNTRUSTED: untrusted,
    Fault.CONNECT_TIMEOUT: lambda: httpx.ConnectTimeout("timed out"),
    Fault.CUT: lambda: httpx.ReadError("reset by peer"),
    Fault.READ_TIMEOUT: lambda: httpx.ReadTimeout("timed out"),
    Fault.TOO_MANY: lambda: httpx.Response(429),
    Fault.CALM: lambda: httpx.Response(420),
    Fault.LATER: lambda: httpx.Response(503, headers={"Retry-After": "0"}),
    Fault.OUTAGE: lambda: httpx.Response(502, text="<html>bad gateway</html>"),
    Fault.GARBLED: lambda: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Garbage()),
    Fault.REDIRECTED: lambda: httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
}


class Garbage(httpx.SyncByteStream):
    """A body that is not what its encoding says."""

    def __iter__(self):
        yield b"no gzip at all"


@dataclass
class FarEnd:
    """Answers in turn, the last one again and again, and remembers what it was asked."""

    answers: list[Callable[[], Answer]]
    seen: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        answer = self.answers[min(len(self.seen), len(self.answers)) - 1]()
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Line:
    """A wire, its far end, and what was waited and heard."""

    wire: Wire
    far_end: FarEnd
    waits: list[float]
    heard: list[str]


@pytest.fixture
def faults():
    return FAULTS


@pytest.fixture
def lay():
    """Lay a wire to a far end that gives these answers; `stopped` is asked with the waits so far."""
    wires = []

    def laid(
        answers: Iterable[Callable[[], Answer]],
        *,
        random: Callable[[], float] = lambda: 0.5,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = lambda: 0.0,
        url: str = "https://market.example",
        stopped: Callable[[list[float]], bool] = lambda _: False,
    ) -> Line:
        waits: list[float] = []
        heard: list[str] = []
        far_end = FarEnd(list(answers))
        ambient = Ambient(
            now=lambda: NOW,
            sleep=waits.append,
            monotonic=monotonic,
            random=random,
            stopped=lambda: stopped(waits),
        )
        wire = Wire(
            url,
            limits=limits or Limits(),
            ambient=ambient,
            heard=heard.append,
            transport=httpx.MockTransport(far_end),
        )
        wires.append(wire)
        return Line(wire, far_end, waits, heard)

    yield laid
    for wire in wires:
        wire.close()


@pytest.fixture
def fine():
    return lambda: httpx.Response(200, content=b'{"error": 0}')
