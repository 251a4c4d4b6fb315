"""Wire: HTTP with patience. Nothing outside of this package knows a library for HTTP.

A wire sends a request, waits and sends it again where that can do no harm, and either gives an answer that
can be taken at its word or raises a fault that says whether the request can have happened. What an answer
means is not decided here: a caller's judge may find trouble in it (a cut-off body, an error in an envelope),
and the table `PATIENCE` then says what follows.

Who reads waits for each answer; what writes many lines sends them from one event loop (see `beside`). Either
way a request in flight has a connection of its own: a pool that many share costs more than the request.
Tokens travel in a header or a body, never in a URL, and no exception or repr holds one: the exceptions of
libraries carry their request, so they never leave the carriers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from reconciler.model.url import checked
from reconciler.wire.carriers import LARGEST_ANSWER, Arrived, Broke, Carrier, Carriers, Outgoing
from reconciler.wire.dates import moment_of
from reconciler.wire.direct import Direct
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
    retry_after,
    trouble_of,
    wait_before,
)
from reconciler.wire.place import origin_of
from reconciler.wire.requests import JSON_TYPE, Requests
from reconciler.wire.tally import Tally
from reconciler.wire.terms import REAL, USUAL, Ambient, Limits
from reconciler.wire.told import patience_markdown
from reconciler.wire.ways import Blocking, Way, at_once

if TYPE_CHECKING:
    import httpx

    from reconciler.wire.beside import Beside

__all__ = [
    "LARGEST_ANSWER",
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
    "at_once",
    "by_status",
    "patience_markdown",
    "trouble_of",
]

IN_PROCESS: Final = "http://localhost"


def _unheard(_: str) -> None:
    return None


class Wire:
    """A connection to one server, for many threads at once, or for one event loop."""

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
        self._requests = Requests(self._url)
        self._limits = limits
        self._ambient = ambient
        self._heard = heard
        self._pace = Pace(limits.concurrency, limits.requests_per_second, ambient.monotonic, ambient.sleep)
        self._closed = False
        self._tally = Tally()
        self._transport = transport
        self._opened = self._opener()
        self._carriers = Carriers(self._opened, joined=transport is not None)
        self._blocking = Blocking(self._pace, self._carriers, ambient.sleep)
        self._beside: Beside | None = None

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
        from reconciler.wire.inside import Inside  # noqa: PLC0415 - asyncio is costly, and only this needs it

        return cls(IN_PROCESS, limits=limits, ambient=ambient, heard=heard, transport=Inside(app))

    def __repr__(self) -> str:
        return f"Wire({self._url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def requests(self) -> int:
        """How many requests were sent so far, repeated ones included."""
        return self._tally.sent

    @property
    def latency(self) -> float | None:
        """How many seconds an answer took on average so far; None before the first."""
        return self._tally.latency

    def close(self) -> None:
        """Close the connections; an application in process is let go. Nothing is sent any more."""
        self._closed = True
        self._carriers.close()
        if self._beside is not None:
            self._beside.close()
        if self._transport is not None:  # no carrier has it where nothing was sent
            self._transport.close()

    def _opener(self) -> Callable[[], Carrier]:
        """Choose how requests are carried, and give what opens a way for one request at a time.

        Plain http is for this machine alone, and needs nothing of what leads outside.
        """
        origin, timeout, monotonic = origin_of(self._url), self._limits.timeout, self._ambient.monotonic
        if self._transport is None and origin.startswith("http:"):
            return lambda: Direct(urlsplit(origin), verify=None, timeout=timeout, monotonic=monotonic)
        from reconciler.wire.outside import opener  # noqa: PLC0415 - loads TLS, httpx and certificates

        return opener(origin, transport=self._transport, timeout=timeout, monotonic=monotonic)

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
        return at_once(
            self.posted(path, body, repeat=repeat, bearer=bearer, judge=judge, media_type=media_type)
        )

    async def posted(  # noqa: PLR0913 -- what `post` takes, and who waits
        self,
        path: str,
        body: bytes,
        *,
        repeat: Repeat,
        beside: bool = False,
        bearer: str | None = None,
        judge: Callable[[Reply], Trouble | None] = by_status,
        media_type: str = JSON_TYPE,
    ) -> Reply:
        """Do as `post` does: `beside` others, on an event loop, or without ever suspending (`at_once`)."""
        request = self._requests.posting(path, body, bearer, media_type)
        return await self._patiently(request, repeat, judge, self._loops if beside else self._blocking)

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
        request = self._requests.reading(path, headers, body)
        return at_once(self._patiently(request, Repeat.READ, judge, self._blocking))

    @property
    def _loops(self) -> Beside:
        """Give the way of requests that are sent from an event loop; only one thread has one at a time."""
        if self._beside is None:
            from reconciler.wire.beside import Beside  # noqa: PLC0415 - asyncio is costly, and few need it

            self._beside = Beside(self._pace, self._opened, self._ambient.sleep)
        return self._beside

    async def _patiently(
        self, request: Outgoing, repeat: Repeat, judge: Callable[[Reply], Trouble | None], way: Way
    ) -> Reply:
        broken: Trouble | None = None
        """What made an earlier attempt one that may have happened."""
        waited = 0.0
        for attempt in count():
            try:
                reply, trouble, lowered = await self._attempt(request, judge, repeat, way, again=attempt > 0)
            except Stopped:
                raise _stopped(broken) from None
            if trouble is None:
                return reply if broken is None else replace(reply, doubtful=True)
            patience = PATIENCE[trouble.fault]
            broken = trouble if patience.end is End.LOST else broken
            wait = wait_before(attempt, _asked(reply, trouble), self._ambient.random)
            waited += wait
            if attempt >= patience.repeats(repeat) or waited > LONGEST_PATIENCE:
                ended = NotSent if broken is None else NoAnswer
                raise ended(trouble.reason, fault=trouble.fault, reply=reply if reply.status else None)
            if self._closed:
                raise _stopped(broken)
            self._heard(in_words(wait, trouble.reason) + (self._slower() if lowered else ""))
            await way.sleep(wait)
        raise AssertionError

    def _slower(self) -> str:
        """Say how fast it goes from now on."""
        rate = f" and {self._pace.per_second:.2g} a second" if self._pace.per_second else ""
        return f"; from now on {self._pace.at_once} at a time{rate}"

    async def _attempt(
        self,
        request: Outgoing,
        judge: Callable[[Reply], Trouble | None],
        repeat: Repeat,
        way: Way,
        *,
        again: bool,
    ) -> tuple[Reply, Trouble | None, bool]:
        """Send once; tells also whether the pace was lowered for what came back.

        What broke becomes a value here, so that no exception drags the request along.
        """
        entered = await way.enter(again=again)
        reply, trouble = _NOTHING, None
        slower: Slower | None = Slower.NEVER
        try:
            if self._closed or ((again or repeat is not Repeat.READ) and self._ambient.stopped()):
                raise Stopped
            started = self._ambient.monotonic()
            self._tally.send()
            try:
                reply = self._read(await way.carry(request))
            except Broke as broken:
                trouble = broken.trouble
            else:
                self._tally.answer(self._ambient.monotonic() - started)
                trouble = judge(reply)
            slower = PATIENCE[trouble.fault].slower if trouble is not None else None
        finally:
            lowered = self._pace.leave(entered, slower, _asked(reply, trouble))
        return reply, trouble, lowered

    def _read(self, arrived: Arrived) -> Reply:
        """Read what an answer's head says of time."""
        headers = arrived.headers
        at = moment_of(headers.get("date"))
        asked = headers.get("retry-after")
        wait = retry_after(asked, at or self._ambient.now()) if asked else None
        return Reply(arrived.status, headers, arrived.body, at, wait)


def _stopped(broken: Trouble | None) -> WireFault:
    """Tell the end of a request that is not sent again, by what may have happened to it before."""
    return Stopped() if broken is None else NoAnswer(broken.reason, fault=broken.fault)


def _asked(reply: Reply, trouble: Trouble | None) -> float | None:
    """Give the seconds that the server wants to be left alone, None when it does not say."""
    return reply.retry_after if trouble is None or trouble.wait is None else trouble.wait


_NOTHING: Final = Reply(0, {}, b"")
"""Stands where no reply arrived."""
