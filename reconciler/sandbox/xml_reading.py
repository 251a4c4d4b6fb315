"""XML requests, read into what the same request says in JSON, as the vendor's samples pair them.

XML has no types, so where a request holds lists, numbers and booleans is written down here. Text is left as
it is: an order's field value `5` becomes a number where its field says so, as it does when JSON sends it as
text. The ids at the root may stand in double quotes, as one of the samples has them.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

_LISTS = {"custom_fields", "custom_line_statuses", "data", "data/tags", "data/lines"}
_OBJECTS = {"custom_fields/enum_values", "data/custom_fields", "data/lines/custom_fields"}
_NUMBERS = {"id", "limit", "data/lines/count"}
_MEMBERS = ("custom_fields/enum_values/", "custom_fields/default_value/")
_BOOLEANS = {"skip_triggers", "custom_fields/required"}
_DEEPEST = 32


@dataclass(slots=True)
class _Node:
    name: str
    inner: "list[_Node]" = field(default_factory=list)
    text: str = ""


def read_xml(body: bytes) -> dict[str, Any]:
    """Read a request. Raises ValueError for what is not XML in UTF-8 with the root `xml`."""
    body.decode()
    root = _tree(body)
    if root.name != "xml":
        raise ValueError("the root is not <xml>")
    words = _object(root, "")
    for definition in words.get("custom_fields", ()):
        if isinstance(definition, dict) and isinstance(definition.get("default_value"), str):
            definition["default_value"] = _default(definition["default_value"], definition.get("value_type"))
    return words


def _tree(body: bytes) -> _Node:
    """Parse, and stop at a document type, so that no entity is ever declared."""
    above = _Node("")
    path = [above]

    def start(name: str, _: dict[str, str]) -> None:
        if len(path) > _DEEPEST:
            raise ValueError("too deep")
        node = _Node(name)
        path[-1].inner.append(node)
        path.append(node)

    def end(_: str) -> None:
        path.pop()

    def text(piece: str) -> None:
        path[-1].text += piece

    def doctype(*_: object) -> None:
        raise ValueError("a document type")

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)  # noqa: FBT003 -- how the library says that this is all of it
    except expat.ExpatError as error:
        raise ValueError("no XML") from error
    return above.inner[0]


def _object(node: _Node, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    count = Counter(inner.name for inner in node.inner)
    for inner in node.inner:
        where = f"{path}{inner.name}"
        if where not in _LISTS:
            found[inner.name] = _value(inner, where)
            continue
        items = found.setdefault(inner.name, [])
        empty_list = count[inner.name] == 1 and not inner.inner and not inner.text.strip()
        if not empty_list:
            items.append(_object(inner, f"{where}/") if inner.inner else inner.text)
    return found


def _value(node: _Node, where: str) -> Any:
    if node.inner or (where in _OBJECTS and not node.text.strip()):
        return _object(node, f"{where}/")
    if where in _NUMBERS or where.startswith(_MEMBERS):
        return _or_text(int, node.text)
    if where in _BOOLEANS:
        return _boolean(node.text)
    is_id = "/" not in where and len(node.text) >= 2 and node.text[0] == node.text[-1] == '"'
    return node.text[1:-1] if is_id else node.text


def _default(text: str, value_type: object) -> object:
    """Give a field's default its type; an enum's is a member's number, or else its name."""
    match value_type:
        case "int" | "enum":
            return _or_text(int, text)
        case "float":
            return _or_text(float, text)
        case "bool":
            return _boolean(text)
        case _:
            return text


def _or_text(typed: Callable[[str], object], text: str) -> object:
    try:
        return typed(text)
    except ValueError:
        return text


def _boolean(text: str) -> object:
    return text == "true" if text in ("true", "false") else text
