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

from reconciler.wire import Fault, Reply, Trouble, by_status, trouble_of

MISSING: Final = msgspec.Raw()
"""Stands for a key that an answer does not have."""
_MARK: Final = b"\xef\xbb\xbf"
"""A byte order mark, which some servers put in front and JSON forbids."""


class _Body(msgspec.Struct, frozen=True):
    error: msgspec.Raw = MISSING
    error_text: msgspec.Raw = MISSING
    result: msgspec.Raw = MISSING
    next_from_id: msgspec.Raw = MISSING


_NO_BODY: Final = _Body()
_BODIES: Final = msgspec.json.Decoder(_Body)


@dataclass(frozen=True, slots=True)
class Word:
    """What the server said. Its parts stay undecoded until somebody needs them, and out of its repr."""

    code: str
    text: str
    enveloped: bool = True
    """False when only an HTTP status speaks, which a proxy may have set just as well."""
    body: _Body = _NO_BODY
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


def judge(reply: Reply) -> Trouble | None:
    """Tell what keeps an answer from being taken at its word, None when nothing does.

    An `error` from 500 on counts like that HTTP status: no word at all (contract, section 6.4).
    """
    by_http = by_status(reply)
    if by_http is not None and by_http.fault is Fault.REDIRECTED:
        return by_http
    body = _body(reply)
    code = None if body is None else _code(body.error)
    if code is None:
        if by_http is None and reply.status < 400:
            return Trouble(Fault.GARBLED, _garbled(reply.body))
        return by_http
    if code == "0":
        return None
    if by_http is not None and by_http.fault in {Fault.TOO_MANY, Fault.CALM, Fault.LATER}:
        return by_http
    return trouble_of(numbered(code), reply)


def word_of(reply: Reply) -> Word:
    """Read an answer in which `judge` found no trouble, or the words that came with the trouble."""
    body = _body(reply)
    code = None if body is None else _code(body.error)
    if body is None or code is None:
        text = f"HTTP {reply.status} without the API's envelope"
        return Word(str(reply.status), text, enveloped=False, at=reply.at, doubtful=reply.doubtful)
    text = decoded(body.error_text)
    said = text if isinstance(text, str) else ""
    return Word(code, said, body=body, at=reply.at, doubtful=reply.doubtful)


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
    """Read a part that stayed undecoded; None when it is missing."""
    return msgspec.json.decode(raw) if bytes(raw) else None


def _body(reply: Reply) -> _Body | None:
    try:
        return _BODIES.decode(reply.body.removeprefix(_MARK))
    except msgspec.DecodeError:
        return None


def _code(raw: msgspec.Raw) -> str | None:
    return code_of(decoded(raw))


def _garbled(body: bytes) -> str:
    start = body.removeprefix(_MARK).lstrip()[:1]
    if not start:
        return "the answer was empty"
    if start == b"<":
        return "the answer was a page of HTML"
    try:
        msgspec.json.decode(body)
    except msgspec.DecodeError:
        return "the answer was cut off" if start == b"{" else "the answer was no JSON"
    return "the answer held no `error`"
