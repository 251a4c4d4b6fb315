"""The XML codec: the vendor's XML samples, read into what JSON would have said.

The root is `xml`, a list is its element repeated, everything else is text. So XML alone does not say whether
one element is a list of one, or whether `0` is a number: the places where that matters are named here. Text
may stand in double quotes: some of the vendor's samples have them, and most do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

import msgspec

from reconciler.model import xml
from reconciler.targets.altcraft.codec.elements import Element, parse
from reconciler.targets.altcraft.codec.json import JSON, MARK
from reconciler.targets.altcraft.codec.words import MISSING, Body, Codec, Garbled, Unsendable


class _Shape(NamedTuple):
    """What the elements within an element are; those that are not named are text, or what they look like."""

    lists: Mapping[str, _Shape] = {}
    objects: Mapping[str, _Shape] = {}
    numbers: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    """Texts around which quotes are never meant: ids, and words of the API. Around others they are not where
    the row does not quote its own id."""


_IDS: Final = frozenset({"external_id", "endpoint", "status"})
_LOOSE: Final = _Shape()
_LINE: Final = _Shape(objects={"custom_fields": _LOOSE}, numbers=frozenset({"count"}), words=_IDS)
_ROW: Final = _Shape(
    lists={"tags": _LOOSE, "lines": _LINE},
    objects={"profile": _LOOSE, "custom_fields": _LOOSE},
    numbers=frozenset({"error"}),
    words=_IDS | {"error_text"},
)
_ENVELOPE: Final = _Shape(
    lists={"result": _ROW},
    numbers=frozenset({"error"}),
    words=frozenset({"error_text", "next_from_id"}),
)


class _Xml:
    media_type: str = "application/xml"

    def encode(self, request: Mapping[str, Any]) -> bytes:
        pieces = ["<xml>"]
        for key, value in request.items():
            if isinstance(value, str) and _is_quoted(value):
                raise Unsendable(f"{key} stands in double quotes, which a server may take for its own")
            _write(pieces, key, value, key)
        pieces.append("</xml>")
        return "".join(pieces).encode()

    def decode(self, body: bytes) -> Body:
        """Read an answer; JSON in the place of XML is read as well, for it is the API's default."""
        said = body.removeprefix(MARK).lstrip()
        if said.startswith(b"{"):
            return JSON.decode(said)
        if said[:14].lower().startswith((b"<html", b"<!doctype html")):
            raise Garbled("the answer was a page of HTML")
        root = parse(said)
        if root.name != "xml":
            raise Garbled("the answer was XML of another kind")
        answer = _object(root, _ENVELOPE, quoted=False)
        if "next_from_id" in answer:
            answer.setdefault("result", [])
        return Body(**{key: _raw(answer, key) for key in Body.__struct_fields__})


XML: Final[Codec] = _Xml()
"""For targets with `wire_format: xml`."""


def _raw(answer: Mapping[str, Any], key: str) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(answer[key])) if key in answer else MISSING


# ------------------------------------------------------------------ writing


def _write(pieces: list[str], key: str, value: Any, path: str) -> None:
    """Write one key; `path` leads to it, for a reason that can be followed."""
    if not xml.is_name(key):
        within = path.removesuffix(key).rstrip(".") or "the request"
        raise Unsendable(f"{within}: {key!r} cannot be the name of an XML element")
    if isinstance(value, list | tuple):
        if list(value) == [""]:
            raise Unsendable(f"{path}: XML cannot tell one empty text from an empty list")
        for each in value or ("",):
            _write_one(pieces, key, each, path)
    else:
        _write_one(pieces, key, value, path)


def _write_one(pieces: list[str], key: str, value: Any, path: str) -> None:
    pieces.append(f"<{key}>")
    if isinstance(value, Mapping):
        for inner, each in value.items():
            _write(pieces, inner, each, f"{path}.{inner}")
    else:
        pieces.append(_text(value, path))
    pieces.append(f"</{key}>")


def _text(value: Any, path: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            found = xml.forbidden(value)
            if found is not None:
                raise Unsendable(f"{path} holds {found}, which XML cannot carry")
            return escape(value, {"\r": "&#13;"})
        case _:
            raise Unsendable(f"{path} is {type(value).__name__}, for which XML has no word")


# ------------------------------------------------------------------ reading


def _object(element: Element, shape: _Shape, *, quoted: bool) -> dict[str, Any]:
    """Read the elements within an element; one that is repeated is a list wherever it stands."""
    groups: dict[str, list[Element]] = {}
    for child in element.children:
        groups.setdefault(child.name, []).append(child)
    found: dict[str, Any] = {}
    for name, group in groups.items():
        items = shape.lists.get(name)
        if items is not None:
            empty = len(group) == 1 and group[0].is_empty
            found[name] = [] if empty else [_item(each, items, quoted=quoted) for each in group]
        else:
            values = [_value(each, shape, quoted=quoted) for each in group]
            found[name] = values[0] if len(values) == 1 else values
    return found


def _item(element: Element, shape: _Shape, *, quoted: bool) -> Any:
    """Read one item of a list. A row says by its own id whether its texts are quoted."""
    if shape is _ROW:
        ids = [child for child in element.children if child.name == "external_id"]
        quoted = not ids or _is_quoted(ids[0].text)
    if element.children:
        return _object(element, shape, quoted=quoted)
    return _bare(element.text) if quoted else element.text


def _value(element: Element, shape: _Shape, *, quoted: bool) -> Any:
    inner = shape.objects.get(element.name)
    if element.children:
        return _object(element, inner or _LOOSE, quoted=quoted)
    if inner is not None and element.is_empty:
        return {}
    if element.name in shape.numbers:
        return _number(element.text)
    return _bare(element.text) if quoted or element.name in shape.words else element.text


def _number(text: str) -> int | str:
    said = _bare(text.strip())
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else said


def _is_quoted(text: str) -> bool:
    return len(text) >= 2 and text[0] == text[-1] == '"'


def _bare(text: str) -> str:
    return text[1:-1] if _is_quoted(text) else text
