"""Shapes: what a JSON Schema says of a document, as Markdown: a table for the whole and one for each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]


def shapes_markdown(schema: Node, prefix: str) -> str:
    """Write a schema's tables; the headings of its parts begin with `prefix`, to be a page's only ones."""
    return "\n\n".join([_table(schema, prefix), *_parts(schema, prefix)])


def _parts(schema: Node, prefix: str) -> Iterator[str]:
    parts = {name: node for name, node in schema["properties"].items() if "properties" in node}
    parts |= {name: node for name, node in schema["$defs"].items() if "properties" in node}
    for name, node in parts.items():
        yield f"### {prefix} {name}\n\n{node['description']}"
        yield _table(node, prefix)


def _table(node: Node, prefix: str) -> str:
    needed = node.get("required", ())
    rows = []
    for key, each in node["properties"].items():
        left_out = "" if key in needed else " (may be left out)"
        rows.append(f"| `{key}`{left_out} | {_taken(each, key, prefix)} | {_means(each)} |")
    return "\n".join(["| key | holds | means |", "|---|---|---|", *rows])


def _taken(node: Node, key: str, prefix: str) -> str:
    if "anyOf" in node:
        return " or ".join(_taken(each, key, prefix) for each in node["anyOf"])
    if "$ref" in node or "properties" in node:
        name = node.get("$ref", key).rsplit("/", 1)[-1]
        return "address" if name == "address" else f"[{name}](#{prefix.lower()}-{name})"
    if "enum" in node or "const" in node:
        return ", ".join(f"`{each}`" for each in node.get("enum", [node.get("const")]))
    return _by_type(node, key, prefix)


def _by_type(node: Node, key: str, prefix: str) -> str:
    match node.get("type"):
        case "array":
            return f"list of {_taken(node['items'], key, prefix)}"
        case "object":
            return f"mapping to {_taken(node['additionalProperties'], key, prefix)}"
        case list() as several:
            return " or ".join(several)
        case one:
            return str(one or "anything")


def _means(node: Node) -> str:
    return str(node.get("description", "")).rstrip(".") if "properties" not in node else ""
