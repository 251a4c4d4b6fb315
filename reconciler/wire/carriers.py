"""Carriers: what takes one request to the server and brings the whole answer back.

Who asks, a thread or a task of an event loop, has a carrier of its own meanwhile, and a carrier has one
connection. What breaks on the way is told as trouble in our own words: the exceptions of libraries hold the
request, and it the token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock, Thread, current_thread, local
from typing import Final, NamedTuple, Protocol

from reconciler.wire.faults import Fault, Trouble

LARGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes, unpacked; far above any page, far below what would hurt."""
IDLE_FOR: Final = 4.0
"""Seconds that an idle connection is kept: less than the 5 s after which common servers close it, because a
request that meets the closing would be lost for no reason."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What a request says before its body; one of many requests, so that it is written once."""

    method: str
    target: str
    """Path and query as they stand in the request's first line."""
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request, ready to leave."""

    head: Head
    body: bytes | None = field(repr=False)


class Arrived(NamedTuple):
    """An answer, read to its end and unpacked."""

    status: int
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes


class Broke(Exception):
    """No whole answer came back; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.reason)
        self.trouble = trouble


class Carrier(Protocol):
    """What carries one request at a time."""

    def carry(self, request: Outgoing) -> Arrived:
        """Send a request and read the answer to its end. Raises Broke."""
        ...

    def close(self) -> None:
        """Close the connection; what is still in flight is cut."""
        ...


class Carriers:
    """Hands each thread its carrier, and closes all of them at the end, those of ended threads before."""

    def __init__(self, opened: Callable[[], Carrier], *, joined: bool = False) -> None:
        """Begin without any; `opened` makes one. Where they are `joined`, to close one closes all of them."""
        self._open = opened
        self._joined = joined
        self._own = local()
        self._opened: list[tuple[Thread, Carrier]] = []
        self._lock = Lock()

    @property
    def own(self) -> Carrier:
        """The carrier of the thread that asks."""
        found: Carrier | None = getattr(self._own, "carrier", None)
        if found is None:
            with self._lock:
                ended = [] if self._joined else [each for each in self._opened if not each[0].is_alive()]
                for each in ended:
                    self._opened.remove(each)
                found = self._own.carrier = self._open()
                self._opened.append((current_thread(), found))
            for _, carrier in ended:
                carrier.close()
        return found

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            opened, self._opened = self._opened, []
        for _, carrier in opened:
            carrier.close()


def late(seconds: float) -> Trouble:
    """Tell that an answer did not come, or not to its end, within its time."""
    return Trouble(Fault.READ_TIMEOUT, f"no answer within {seconds:g} s")


def unconnected_late(host: str, seconds: float) -> Trouble:
    """Tell that no connection stood within its time."""
    return Trouble(Fault.CONNECT_TIMEOUT, f"no connection to {host} within {seconds:g} s")


CUT: Final = Trouble(Fault.CUT, "the connection was cut before the answer was complete")
GARBLED: Final = Trouble(Fault.GARBLED, "the answer could not be unpacked or was too large")
