"""Wire: HTTP with patience. The only module that knows httpx.

A wire sends a request, waits and sends it again where that can do no harm, and either gives an answer that
can be taken at its word or raises a fault that says whether the request can have happened. What an answer
means is not decided here: a caller's judge may find trouble in it (a cut-off body, an error in an envelope),
and the table `PATIENCE` then says what follows.

Synchronous on purpose: with a thread and a client for each request in flight, httpx costs a fifth of
what its asynchronous pool costs. Tokens travel in a header or a body, never in a URL, and no exception or
repr holds one: httpx's own exceptions carry their request, so they never leave this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

import reconciler.wire.lean  # noqa: F401  before httpx, which it makes lighter

# isort: split
import httpx

from reconciler import __version__
from reconciler.model.url import checked, is_loopback
from reconciler.wire.clients import Clients
from reconciler.wire.faults import Fault, NoAnswer, NotSent, Reply, Stopped, Trouble, WireFault
from reconciler.wire.pace import Pace
from reconciler.wire.patience import (
    LONGEST_PATIENCE,
    PATIENCE,
    End,
    Patience,
    Repeat,
    Slower,
    by_status,
    in_words,
    moment_of,
    retry_after,
    trouble_of,
    wait_before,
)
from reconciler.wire.reasons import unconnected
from reconciler.wire.terms import REAL, USUAL, Ambient, Limits
from reconciler.wire.told import patience_markdown

if TYPE_CHECKING:
    from reconciler.wire.loop import Loop

__all__ = [
    "PATIENCE",
    "Ambient",
    "End",
    "Fault",
    "Limits",
    "NoAnswer",
    "NotSent",
    "Patience",
    "Repeat",
    "Reply",
    "Stopped",
    "Trouble",
    "Wire",
    "WireFault",
    "by_status",
    "patience_markdown",
    "trouble_of",
]

LARGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes; far above any page, far below what would hurt."""
JSON_TYPE: Final = "application/json"
IN_PROCESS: Final = "http://localhost"


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as wrong:
        raise ValueError(f"{url!r} is not an address such as https://ru.altkraft.com: {wrong}") from None


def _unheard(_: str) -> None:
    return None


class Wire:
    """A connection to one server, for many threads at once."""

    def __init__(
        self,
        url: str,
        *,
        limits: Limits = USUAL,
        ambient: Ambient = REAL,
        heard: Callable[[str], None] = _unheard,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Connect to `url`, an address such as `https://ru.altkraft.com`, optionally with a path in front.

        `heard` is told of every wait in a sentence. Raises ValueError for an address that is not to be used:
        anything but https, unless it is http to loopback; one with a user, a query or a fragment.
        """
        self._url = checked(url)
        self._host = urlsplit(self._url).netloc
        self._urls = {"": _parsed(self._url)}
        self._limits = limits
        self._ambient = ambient
        self._heard = heard
        self._pace = Pace(limits.concurrency, limits.requests_per_second, ambient.monotonic, ambient.sleep)
        self._sent = 0
        self._answered, self._spent = 0, 0.0
        self._counting = Lock()
        self._clients = Clients(transport, trust_env=not is_loopback(self._url), timeout=limits.timeout)
        self._headers = {
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": f"reconciler/{__version__}",
        }
        each = {"connect": limits.timeout, "read": limits.timeout, "write": limits.timeout, "pool": None}
        self._extensions: dict[str, Any] = {"timeout": each}

    @classmethod
    def in_process(
        cls,
        app: Callable[..., Any],
        *,
        limits: Limits = USUAL,
        ambient: Ambient = REAL,
        heard: Callable[[str], None] = _unheard,
    ) -> Wire:
        """Connect to an ASGI application in this process: no port, and the same faults as over a network.

        A ConnectionError that the application raises is a cut connection.
        """
        from reconciler.wire.loop import Loop  # noqa: PLC0415 - asyncio is costly, and only this needs it

        return cls(IN_PROCESS, limits=limits, ambient=ambient, heard=heard, transport=_InProcess(app, Loop()))

    def __repr__(self) -> str:
        return f"Wire({self._url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def requests(self) -> int:
        """How many requests were sent so far, repeated ones included."""
        return self._sent

    @property
    def latency(self) -> float | None:
        """How many seconds an answer took on average so far; None before the first."""
        return self._spent / self._answered if self._answered else None

    def close(self) -> None:
        """Close the connections; an application in process is let go."""
        self._clients.close()

    def post(
        self,
        path: str,
        body: bytes,
        *,
        repeat: Repeat,
        bearer: str | None = None,
        judge: Callable[[Reply], Trouble | None] = by_status,
        media_type: str = JSON_TYPE,
    ) -> Reply:
        """Send a body and give the answer, after as many attempts as `PATIENCE` allows.

        `path` is appended to the address, `bearer` goes into the Authorization header, `media_type` says what
        is sent and asked for. `judge` tells what is wrong with an answer, None if nothing is. Raises NotSent
        or NoAnswer: the latter as soon as any of the attempts may have happened. Once the run is to stop,
        nothing is sent again, and what writes does not leave at all (`Stopped`). Raises ValueError for a
        bearer that no header can carry.
        """
        return self._patiently(self._request(path, body, bearer, media_type), repeat, judge)

    def read(
        self,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        judge: Callable[[Reply], Trouble | None] = by_status,
    ) -> Reply:
        """Ask for something that changes nothing: a GET, or with a body of JSON a POST.

        `path` may hold a query. Raises as `post` does, and ValueError for a header that cannot be sent; the
        message quotes none.
        """
        every = {**self._headers, "Accept": JSON_TYPE, **headers}
        if not all(value.isascii() and value.isprintable() for value in every.values()):
            raise ValueError("a header holds a character that cannot be sent")
        if body is not None:
            every["Content-Type"] = JSON_TYPE
        request = httpx.Request(
            "GET" if body is None else "POST",
            httpx.URL(self._url + path),
            headers=every,
            content=body,
            extensions=self._extensions,
        )
        return self._patiently(request, Repeat.READ, judge)

    def _patiently(
        self, request: httpx.Request, repeat: Repeat, judge: Callable[[Reply], Trouble | None]
    ) -> Reply:
        broken: Trouble | None = None
        """What made an earlier attempt one that may have happened."""
        waited = 0.0
        for attempt in count():
            try:
                reply, trouble, lowered = self._attempt(request, judge, repeat, again=attempt > 0)
            except Stopped:
                if broken is not None:
                    raise NoAnswer(broken.reason, fault=broken.fault) from None
                raise
            if trouble is None:
                return reply if broken is None else replace(reply, doubtful=True)
            patience = PATIENCE[trouble.fault]
            broken = trouble if patience.end is End.LOST else broken
            wait = wait_before(attempt, _asked(reply, trouble), self._ambient.random)
            waited += wait
            if attempt >= patience.repeats(repeat) or waited > LONGEST_PATIENCE:
                ended = NotSent if broken is None else NoAnswer
                raise ended(trouble.reason, fault=trouble.fault, reply=reply if reply.status else None)
            self._heard(in_words(wait, trouble.reason) + (self._slower() if lowered else ""))
            self._ambient.sleep(wait)
        raise AssertionError

    def _request(self, path: str, body: bytes, bearer: str | None, media_type: str) -> httpx.Request:
        headers = {**self._headers, "Accept": media_type, "Content-Type": media_type}
        if bearer is not None:
            if not bearer.isascii() or not bearer.isprintable():
                raise ValueError("the token holds a character that no header can carry")
            headers["Authorization"] = f"Bearer {bearer}"
        url = self._urls.get(path)
        if url is None:
            url = self._urls[path] = httpx.URL(self._url + path)
        return httpx.Request("POST", url, headers=headers, content=body, extensions=self._extensions)

    def _slower(self) -> str:
        """Say how fast it goes from now on."""
        rate = f" and {self._pace.per_second:.2g} a second" if self._pace.per_second else ""
        return f"; from now on {self._pace.at_once} at a time{rate}"

    def _attempt(
        self,
        request: httpx.Request,
        judge: Callable[[Reply], Trouble | None],
        repeat: Repeat,
        *,
        again: bool,
    ) -> tuple[Reply, Trouble | None, bool]:
        """Send once; tells also whether the pace was lowered for what came back.

        What broke becomes a value here, so that no exception drags the request along.
        """
        entered = self._pace.enter(again=again)
        reply, trouble = _NOTHING, None
        slower: Slower | None = Slower.NEVER
        try:
            if (again or repeat is not Repeat.READ) and self._ambient.stopped():
                raise Stopped
            started = self._ambient.monotonic()
            with self._counting:
                self._sent += 1
            try:
                reply = self._receive(request)
            except httpx.RequestError as broken:
                trouble = self._trouble(broken)
            else:
                self._count(self._ambient.monotonic() - started)
                trouble = judge(reply)
            slower = PATIENCE[trouble.fault].slower if trouble is not None else None
        finally:
            lowered = self._pace.leave(entered, slower, _asked(reply, trouble))
        return reply, trouble, lowered

    def _count(self, seconds: float) -> None:
        with self._counting:
            self._answered += 1
            self._spent += seconds

    def _receive(self, request: httpx.Request) -> Reply:
        """Send and read to the end; the time-out is for all of it, not for each piece."""
        until = self._ambient.monotonic() + self._limits.timeout
        response = self._clients.own.send(request, stream=True)
        try:
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise httpx.DecodingError("larger than any answer")
                if self._ambient.monotonic() > until:
                    raise httpx.ReadTimeout("dripping")
        finally:
            response.close()
        headers = dict(response.headers)
        at = moment_of(headers.get("date"))
        asked = headers.get("retry-after")
        wait = retry_after(asked, at or self._ambient.now()) if asked else None
        return Reply(response.status_code, headers, bytes(body), at, wait)

    def _trouble(self, broken: httpx.RequestError) -> Trouble:
        """Put a broken exchange into our own words; the library's may quote a header."""
        match broken:
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                within = f"{self._limits.timeout:g} s"
                return Trouble(Fault.CONNECT_TIMEOUT, f"no connection to {self._host} within {within}")
            case httpx.TimeoutException():
                return Trouble(Fault.READ_TIMEOUT, f"no answer within {self._limits.timeout:g} s")
            case httpx.ProxyError():
                return Trouble(Fault.UNREACHED, f"the proxy gave no connection to {self._host}")
            case httpx.ConnectError():
                return unconnected(self._host, broken)
            case httpx.DecodingError():
                return Trouble(Fault.GARBLED, "the answer could not be unpacked or was too large")
            case _:
                return Trouble(Fault.CUT, "the connection was cut before the answer was complete")


def _asked(reply: Reply, trouble: Trouble | None) -> float | None:
    """Give the seconds that the server wants to be left alone, None when it does not say."""
    return reply.retry_after if trouble is None or trouble.wait is None else trouble.wait


_NOTHING: Final = Reply(0, {}, b"")
"""Stands where no reply arrived."""


class _InProcess(httpx.BaseTransport):
    """Hands requests to an ASGI application on a loop of its own, and its answers back to any thread."""

    def __init__(self, app: Callable[..., Any], loop: Loop) -> None:
        self._asgi = httpx.ASGITransport(app)
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        seconds = request.extensions["timeout"]["read"]
        try:
            status, headers, body = self._loop.run(self._exchange(request), seconds)
        except TimeoutError:
            raise httpx.ReadTimeout("the application took too long", request=request) from None
        except ConnectionError:
            raise httpx.ReadError("the application cut the connection", request=request) from None
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    async def _exchange(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        response = await self._asgi.handle_async_request(request)
        body = b"".join([piece async for piece in response.aiter_raw()])
        return response.status_code, response.headers, body

    def close(self) -> None:
        self._loop.close()
