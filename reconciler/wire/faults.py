"""Faults: what can go wrong between us and a server, as values for the table and exceptions for callers.

    WireFault
    ├── NotSent    it surely did not happen: it never left, or the server turned it away unread
    │   └── Stopped    the run was stopped before it left
    └── NoAnswer   it left, and no word came back that can be trusted

Neither holds the request nor the library's own exception, for both hold the token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Fault(StrEnum):
    """A way in which a request ends without an answer that can be taken at its word."""

    UNREACHED = "no connection"
    """Refused, no such host, a proxy that would not: nothing left."""
    UNTRUSTED = "certificate not trusted"
    """The server could not prove who it is: nothing left, and asking again changes nothing."""
    CONNECT_TIMEOUT = "connecting took too long"
    CUT = "connection cut"
    """After it stood: before, while or after the request was read, which cannot be told apart from here."""
    READ_TIMEOUT = "no answer in time"
    TOO_MANY = "429"
    CALM = "420"
    """Some gateways' own word for 429. The contract's list of what surely did not happen does not hold it."""
    LATER = "503 with Retry-After"
    """An explicit request to try later, so it was not done now."""
    OUTAGE = "5xx"
    GARBLED = "not understood"
    """HTML, an empty or a cut-off body where an answer should be."""
    REDIRECTED = "redirect"
    """Never followed, for a token must not follow it; asking again leads to the same place."""


class Trouble(NamedTuple):
    """A fault and the sentence that tells people of it."""

    fault: Fault
    reason: str
    wait: float | None = None
    """Seconds that the server wants to be left alone, where it says so otherwise than by `Retry-After`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it arrived. Its repr shows nothing that may be personal."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case name."""
    body: bytes = field(repr=False)
    at: datetime | None = None
    """The server's clock from its Date header, in UTC; None without one."""
    retry_after: float | None = None
    """Seconds that the server asked to wait, None when it did not."""
    doubtful: bool = False
    """True when an earlier attempt of the same request may have happened: then a refusal proves nothing."""


class WireFault(Exception):
    """A request ended without an answer that can be taken at its word."""

    def __init__(self, reason: str, *, fault: Fault, reply: Reply | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fault = fault
        self.reply = reply


class NotSent(WireFault):
    """It surely did not happen: it never left, or the server turned it away unread."""


class Stopped(NotSent):
    """The run was stopped before it left."""

    def __init__(self) -> None:
        super().__init__("the run was stopped before it was sent", fault=Fault.UNREACHED)


class NoAnswer(WireFault):
    """It left, and no word came back that can be trusted."""
