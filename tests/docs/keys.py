"""Keys: what the shapes of manifests and settings say, as Markdown tables.

The JSON Schema is what is read, because it is also what editors are given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter

from reconciler.model.scalars import Amount, Day, Instant, Region

Node = Mapping[str, Any]

_NAMED = (
    (Amount, "amount"),
    (Day, "date"),
    (Instant, "time"),
    (Region, "text, may be empty"),
)
_PLAIN = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "nothing",
}


def keys_table(shape: type[BaseModel]) -> str:
    """Give a table of a shape's keys: what each takes, what it is when left out, and what it means."""
    schema = shape.model_json_schema(by_alias=True)
    definitions = schema.get("$defs", {})
    needed = schema.get("required", ())
    rows = [
        [f"`{key}`", _taken(node, definitions), _left_out(key, node, needed), _cell(node["description"])]
        for key, node in schema["properties"].items()
    ]
    head = ["key", "takes", "left out", "means"]
    if not any(row[2] for row in rows[1:]):
        head, rows = ["key", "takes", "means"], [[key, taken, means] for key, taken, _, means in rows]
    return "\n".join([_row(head), "|---" * len(head) + "|", *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def words_of(node: Any) -> set[str]:
    """Every key and every allowed word that a schema knows."""
    if isinstance(node, list):
        return set().union(*map(words_of, node))
    if not isinstance(node, dict):
        return set()
    words = set(node.get("properties", ())) | {each for each in node.get("enum", ()) if isinstance(each, str)}
    return words.union(*(words_of(each) for key, each in node.items() if key not in {"if", "then", "else"}))


def _taken(node: Node, definitions: Node) -> str:
    named = _name(node)
    if named:
        return named
    if "$ref" in node:
        return _referred(node["$ref"].rsplit("/", 1)[-1], definitions)
    if "anyOf" in node:
        several = [each for each in node["anyOf"] if each.get("type") != "null"]
        named = _name({"anyOf": several})
        return named or " or ".join(dict.fromkeys(_taken(each, definitions) for each in several))
    if "enum" in node or "const" in node:
        return ", ".join(_code(each) for each in node.get("enum", [node.get("const")]))
    return _by_type(node, definitions)


def _by_type(node: Node, definitions: Node) -> str:
    kind = node.get("type")
    if kind == "array":
        return f"list of {_taken(node['items'], definitions)}"
    if kind == "object":
        inner = node.get("additionalProperties")
        return (
            f"mapping to {_taken(inner, definitions)}" if isinstance(inner, dict) else "mapping to any scalar"
        )
    if kind is None:
        return "any scalar"
    if isinstance(kind, list):  # text that may be written as a number
        return _PLAIN["string"] if "string" in kind else " or ".join(_PLAIN[each] for each in kind)
    return _PLAIN[kind] + _bounds(node)


def _bounds(node: Node) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    if node.get("exclusiveMinimum") is not None:
        return f", more than {node['exclusiveMinimum']:g}"
    if low is not None and high is not None:
        return f", {low:g} to {high:g}"
    return f", {low:g} or more" if low is not None else ""


def _name(node: Node) -> str:
    bare = {key: value for key, value in node.items() if key not in {"description", "default", "title"}}
    return next((name for scalar, name in _NAMED if TypeAdapter(scalar).json_schema() == bare), "")


def _referred(name: str, definitions: Node) -> str:
    node = definitions[name]
    if "enum" in node:
        return ", ".join(_code(each) for each in node["enum"])
    what = name.removesuffix("Shape").removesuffix("Entry").lower()
    return {"line": "[line](#lines)"}.get(what, f"[{what}](#{what})")


def _left_out(key: str, node: Node, needed: Any) -> str:
    if key in needed:
        return "required"
    default = node.get("default")
    if default is None or default in ([], {}):
        return ""
    return _code(default)


def _code(value: object) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").rstrip(".")
