"""The two formats of the API. A request's `Content-Type` says which it is, and it is answered in kind."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from reconciler.sandbox.checks import Json
from reconciler.sandbox.faults import Reply
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.switches import DEFAULTS, Behaviour
from reconciler.sandbox.xml_reading import read_xml
from reconciler.sandbox.xml_writing import written_xml

Format = Literal["json", "xml"]

_FORMATS: Mapping[str, Format] = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}


def format_of(headers: Mapping[str, str]) -> Format | None:
    """Tell the format of a request; header names are in lower case. None for one that is not served."""
    return _FORMATS.get(headers.get("content-type", "").partition(";")[0].strip().lower())


def parsed(body: bytes, spoken: Format | None) -> Json | Refusal:
    """Read a body. Content-Type is mandatory (documented).

    The parameter `format` may repeat what the header says; an XML request may say either, as in a sample.
    """
    if spoken is None:
        return Refusal("Content-Type: must be application/json or application/xml")
    if spoken == "xml":
        try:
            words = read_xml(body)
        except ValueError:
            return Refusal("the body is not XML in UTF-8")
        return words if words.get("format", "xml") in ("json", "xml") else Refusal("format: must be xml")
    return _parsed_json(body)


def _parsed_json(body: bytes) -> Json | Refusal:
    try:
        words = json.loads(body)
        if b"\\ud" in body.lower():
            json.dumps(words, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return Refusal("the body is not JSON in UTF-8")
    if not isinstance(words, dict):
        return Refusal("the body must be an object")
    return words if words.get("format", "json") == "json" else Refusal("format: must be json")


def written(
    status: int,
    words: Mapping[str, Any],
    spoken: Format | None,
    method: str = "",
    how: Behaviour = DEFAULTS,
) -> Reply:
    """Write an answer in the format of its request, in JSON where that had none.

    Of the documented answers in XML, orders/get_status alone has texts in quotes.
    """
    if spoken != "xml":
        return Reply(status, json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode())
    documented = ("result",) if method == "orders/get_status" else ()
    quoted = {"as_documented": documented, "none": (), "all": tuple(words)}[how["xml_quotes"]]
    body = written_xml(words, quoted=quoted, empty_lists=how["xml_empty_lists"] == "element")
    return Reply(status, body, "application/xml")
