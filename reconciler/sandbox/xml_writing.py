"""Answers in XML: the root `xml`, a list as its element repeated, booleans as words, the rest as text.

What XML cannot write is a server's own trouble, and the public record does not say how it ends. Here a key
that can be no element's name is left out, and a character that is not allowed becomes U+FFFD.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

_NOT_ALLOWED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written_xml(words: Mapping[str, Any], *, quoted: Collection[str], empty_lists: bool) -> bytes:
    """Write an answer.

    `quoted` names the keys in which texts stand in double quotes; `empty_lists` writes those as one empty
    element.
    """
    pieces = ["<xml>"]
    for key, value in words.items():
        _write(pieces, key, value, quoted=key in quoted, empty_lists=empty_lists)
    pieces.append("</xml>")
    return "".join(pieces).encode()


def _write(pieces: list[str], name: str, value: object, *, quoted: bool, empty_lists: bool) -> None:
    if not _is_name(name):
        return
    if isinstance(value, list | tuple):
        for item in value or ([None] if empty_lists else []):
            _write(pieces, name, item, quoted=quoted, empty_lists=empty_lists)
        return
    pieces.append(f"<{name}>")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _write(pieces, key, inner, quoted=quoted, empty_lists=empty_lists)
    else:
        pieces.append(_text(value, quoted=quoted))
    pieces.append(f"</{name}>")


def _text(value: object, *, quoted: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    text = escape(_NOT_ALLOWED.sub("\ufffd", value), {"\r": "&#13;"})
    return f'"{text}"' if quoted else text


@lru_cache(maxsize=1024)
def _is_name(name: str) -> bool:
    """Ask a parser whether a text is an element's name."""
    seen = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda tag, _: seen.append(tag)
    try:
        parser.Parse(f"<{name}/>".encode(), True)  # noqa: FBT003 -- see xml_reading
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return seen == [name]
