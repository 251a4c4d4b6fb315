"""Answer: one HTTP/1.1 answer, read from whatever gives its bytes piece by piece.

The standard library reads an answer's head with its parser for e-mail, which costs more than all the rest of
a line update; llhttp, which is in httptools, is the parser of Node and of uvicorn, and strict where leniency
would let one answer be taken for another. What is ours is where an answer ends, and how large one may be.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

LARGEST_HEAD: Final = 65_536
"""Bytes of a status line with its headers."""
MOST_HEADERS: Final = 100

More = Callable[[], Awaitable[bytes]]
"""Gives the next bytes, none at the end of the connection."""

_BODILESS: Final = frozenset({204, 304})
_NO_UPGRADE: Final = 101
_VERSIONS: Final = frozenset({"1.0", "1.1"})


class NoAnswerAtAll(Exception):
    """The bytes ended too early, or were not HTTP."""


class TooLarge(Exception):
    """The body is larger than was allowed."""


class Whole(NamedTuple):
    """An answer, read to its end but not unpacked."""

    status: int
    headers: dict[str, str]
    """By lower-case name; of several with one name the last."""
    body: bytes
    is_kept: bool
    """True when the connection may carry another request."""


async def receive(more: More, largest: int) -> Whole:
    """Read an answer with a body of `largest` bytes at most.

    Raises NoAnswerAtAll, TooLarge, and what `more` raises.
    """
    gathered = _Gathered(largest)
    try:
        while not gathered.complete:
            piece = await more()
            if piece:
                gathered.take(piece)
            elif gathered.ends_with_connection:
                break
            else:
                raise NoAnswerAtAll
        return gathered.whole()
    finally:
        gathered.part()


class _Gathered:
    """What the parser told so far. Interim answers are passed over."""

    def __init__(self, largest: int) -> None:
        self.complete = self.has_head = self.ends_with_connection = False
        self._largest = largest
        self._read = self._head = self._size = self._lines = 0
        self._parser = HttpResponseParser(self)
        self._status = 0
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._kept = False

    def take(self, piece: bytes) -> None:
        """Take the next bytes. Raises NoAnswerAtAll, TooLarge."""
        self._feed(piece)
        self._read += len(piece)
        if self._head > LARGEST_HEAD or (not self.has_head and self._read > LARGEST_HEAD):
            raise NoAnswerAtAll
        if self._size > self._largest:
            raise TooLarge

    def _feed(self, piece: bytes) -> None:
        """Let the parser read. What comes behind a whole answer spoils the connection, and not the answer."""
        try:
            self._parser.feed_data(piece)
        except (HttpParserError, HttpParserUpgrade):
            if not self.complete:
                raise NoAnswerAtAll from None
            self._kept = False
        if self._lines > MOST_HEADERS or self._status == _NO_UPGRADE:
            raise NoAnswerAtAll
        if self.has_head and self._parser.get_http_version() not in _VERSIONS:
            raise NoAnswerAtAll

    def whole(self) -> Whole:
        """Give the answer that was read. Raises NoAnswerAtAll for a coding that is not undone here."""
        if self._headers.get("transfer-encoding", "").lower() not in {"", "identity", "chunked"}:
            raise NoAnswerAtAll
        return Whole(self._status, self._headers, b"".join(self._body), self._kept)

    def part(self) -> None:
        """Let go of the parser, which knows us: a plan pauses the collector, and would keep every page."""
        del self._parser

    def on_message_begin(self) -> None:
        """Hear that an answer begins: after a whole one it is one that nobody asked for."""
        self._kept = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what stands behind a body in chunks says nothing that we want to know."""
        if not self.has_head:
            self._lines += 1
            self._head += len(name) + len(value)
            self._headers[name.decode("latin-1").lower()] = value.rstrip().decode("latin-1")

    def on_headers_complete(self) -> None:
        """Tell an interim answer from the one that counts, and how that will end."""
        if self.complete:
            return
        self._status = self._parser.get_status_code()
        if self._status < 200:
            return
        self.has_head = True
        chunked = self._headers.get("transfer-encoding", "identity").lower() != "identity"
        told = chunked or "content-length" in self._headers or self._status in _BODILESS
        self.ends_with_connection = not told

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        if not self.complete:
            self._body.append(body)
            self._size += len(body)

    def on_message_complete(self) -> None:
        """Hear that an answer has come to its end."""
        if self.has_head:
            self._kept = not self.complete and self._parser.should_keep_alive()
            self.complete = True
        else:
            self._lines = 0
            self._headers.clear()
