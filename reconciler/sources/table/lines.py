"""Lines: the bytes of a text become its lines, some at a time.

Where they are no text, the line is named, after all before it were given.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from typing import IO, Final

from reconciler.sources.table.unreadable import Unreadable

_PIECE: Final = 1 << 18
LONGEST: Final = 1 << 22
"""Letters of one line; what has no line break in so many is no table, and would have to be kept whole."""


def lines_of(file: IO[bytes], encoding: str | None) -> Iterator[list[str]]:
    """Give the lines, with their ends as they are. Raises Unreadable after the last one that is text."""
    count, rest = 0, ""
    try:
        for piece in _texts(file, encoding):
            lines = io.StringIO(rest + piece, newline="").readlines()
            rest = lines.pop() if lines else ""  # it may go on in the next piece
            count += len(lines)
            yield lines
            _check(rest)
    except Unreadable as fault:
        whole = rest.endswith(("\n", "\r"))
        if whole:
            yield [rest]
        raise Unreadable(str(fault), count + 1 + whole, fault.advice) from None
    yield [rest] if rest else []


def _check(line: str) -> None:
    if len(line) > LONGEST:
        raise Unreadable(f"the line is longer than {LONGEST:,} letters")


def _texts(file: IO[bytes], encoding: str | None) -> Iterator[str]:
    """Decode a file piece by piece; raises Unreadable after what is text before a fault."""
    named = encoding or "utf-8"
    decode = _decoder(named)
    data = b"some"
    while data:
        data = file.read(_PIECE)
        try:
            text = decode(data, not data)
        except UnicodeDecodeError as fault:
            exactly = fault.encoding if fault.encoding.startswith("utf") else named  # a mark told the order
            yield fault.object[: fault.start].decode(exactly, "ignore")
            hint = "" if encoding else "; tables from Excel in Russian are often `encoding: cp1251`"
            byte = fault.object[fault.start]
            raise Unreadable(
                f"byte 0x{byte:02X} is no {named}", advice=f"name its `encoding`{hint}"
            ) from None
        except UnicodeError as fault:
            raise Unreadable(f"it is no {named}: {fault}") from None
        good, zero, _ = text.partition("\0")
        yield good
        if zero:
            raise Unreadable("it holds a zero byte and is no text")


def _decoder(named: str) -> Callable[[bytes, bool], str]:
    """Find what decodes; a mark at the start of UTF-8 is no part of the text."""
    is_utf8 = codecs.lookup(named).name == "utf-8"
    try:
        b"text".decode(named, "replace")
    except LookupError:
        raise Unreadable(f"{named} is no encoding of texts", advice="name its `encoding`") from None
    return codecs.getincrementaldecoder("utf-8-sig" if is_utf8 else named)().decode
