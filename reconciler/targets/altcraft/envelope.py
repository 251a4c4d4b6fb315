"""Envelope: what one answer says as a whole.

Judged is the body's `error` wherever the body has one, at any HTTP status; only an answer without an envelope
is judged by its status (A1). A code may be a number or a string, and the set of codes is open: not 0 is
failure (A2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from reconciler.targets.altcraft.codec import Body, Codec, Garbled
from reconciler.wire import Fault, Reply, Trouble, by_status, trouble_of

_NO_BODY: Final = Body()


@dataclass(frozen=True, slots=True)
class Word:
    """What the server said. Its parts stay undecoded until somebody needs them, and out of its repr."""

    code: str
    text: str
    enveloped: bool = True
    """False when only an HTTP status speaks, which a proxy may have set just as well."""
    body: Body = _NO_BODY
    at: datetime | None = None
    doubtful: bool = False
    """True when an earlier attempt of the same request may have happened."""

    @property
    def number(self) -> int:
        """The code as a number, -1 for a word."""
        return numbered(self.code)

    @property
    def ok(self) -> bool:
        """Tell whether the server says that it did what it was asked."""
        return self.code == "0"


class Hearing:
    """Listens to the answers to one request, and reads each of them once."""

    def __init__(self, codec: Codec) -> None:
        """Take the format in which the request was written."""
        self._codec = codec
        self._heard: tuple[bytes, Body | Garbled] | None = None

    def judge(self, reply: Reply) -> Trouble | None:
        """Tell what keeps an answer from being taken at its word, None when nothing does.

        An `error` from 500 on counts like that HTTP status: no word at all (contract, section 6.4).
        """
        by_http = by_status(reply)
        if by_http is not None and by_http.fault is Fault.REDIRECTED:
            return by_http
        body = self._read(reply)
        code = None if isinstance(body, Garbled) else _code(body.error)
        if code is None:
            if by_http is None and reply.status < 400:
                said = body.reason if isinstance(body, Garbled) else "the answer held no `error`"
                return Trouble(Fault.GARBLED, said)
            return by_http
        if code == "0":
            return None
        if by_http is not None and by_http.fault in {Fault.TOO_MANY, Fault.CALM, Fault.LATER}:
            return by_http
        return trouble_of(numbered(code), reply)

    def word(self, reply: Reply) -> Word:
        """Read an answer in which `judge` found no trouble, or the words that came with the trouble."""
        body = self._read(reply)
        code = None if isinstance(body, Garbled) else _code(body.error)
        if isinstance(body, Garbled) or code is None:
            text = f"HTTP {reply.status} without the API's envelope"
            return Word(str(reply.status), text, enveloped=False, at=reply.at, doubtful=reply.doubtful)
        text = decoded(body.error_text)
        said = text if isinstance(text, str) else ""
        return Word(code, said, body=body, at=reply.at, doubtful=reply.doubtful)

    def _read(self, reply: Reply) -> Body | Garbled:
        if self._heard is None or self._heard[0] is not reply.body:
            self._heard = (reply.body, self._decoded(reply.body))
        return self._heard[1]

    def _decoded(self, body: bytes) -> Body | Garbled:
        try:
            return self._codec.decode(body)
        except Garbled as garbled:
            return garbled


def code_of(value: Any) -> str | None:
    """Write an error code, a number or a string of one, in its one spelling; None when it is none (A2)."""
    match value:
        case bool():
            return str(int(value))
        case int():
            return str(value)
        case float() if value.is_integer():
            return str(int(value))
        case str() if value.strip():
            said = value.strip()
            number = numbered(said)
            return said if number < 0 else str(number)
        case _:
            return None


def numbered(code: str) -> int:
    """Read a code as a number, -1 for a word."""
    return int(code) if len(code) < 10 and code.isascii() and code.isdigit() else -1


def id_of(value: Any) -> str:
    """Write an id that may have come as a number; empty when there is none."""
    match value:
        case str():
            return value
        case bool():
            return ""
        case int():
            return str(value)
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return ""


def decoded(raw: msgspec.Raw) -> Any:
    """Read a part that stayed undecoded; None when it is missing or holds what nobody can read."""
    try:
        return msgspec.json.decode(raw) if bytes(raw) else None
    except (
        msgspec.DecodeError,
        UnicodeDecodeError,
    ):  # found only now, such as a number of thousands of digits
        return None


def _code(raw: msgspec.Raw) -> str | None:
    return code_of(decoded(raw))
