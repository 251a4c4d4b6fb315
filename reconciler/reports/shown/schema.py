"""Schema: what the JSON Schemas of several documents have in common, which is what those documents share.

Written by hand, like the schemas that are made of it: they are promises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

Schema = Mapping[str, Any]

COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
TEXT: Final[Schema] = {"type": "string"}
TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
ADDRESS: Final[Schema] = {"$ref": "#/$defs/address"}
ORIGIN_OR_NULL: Final[Schema] = {"anyOf": [{"$ref": "#/$defs/origin"}, {"type": "null"}]}
MOMENT: Final[Schema] = {
    "type": "string",
    "description": "in UTC",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
}
VERSION: Final[Schema] = {"type": "string", "pattern": r"^1\.[0-9]+$", "description": "of this format"}
EXIT_CODE: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 255, "description": "of the command"}


def an_object(description: str, properties: Mapping[str, Schema], *, but: Sequence[str] = ()) -> Schema:
    """Make an object of which every named property is required, except some."""
    return {
        "type": "object",
        "description": description,
        "required": [name for name in properties if name not in but],
        "properties": properties,
    }


def said(schema: Schema, description: str) -> Schema:
    """Say what something means."""
    return {**schema, "description": description}


def a_list(item: str, description: str) -> Schema:
    """Make a list of what stands under `$defs`."""
    return {"type": "array", "description": description, "items": {"$ref": f"#/$defs/{item}"}}


TARGET: Final = an_object(
    "The target that is meant; all null where none could be chosen.",
    {
        "name": said(TEXT_OR_NULL, "in the settings"),
        "url": said(TEXT_OR_NULL, "where it is"),
        "account": said(TEXT_OR_NULL, "whose memory it is"),
    },
)

DIAGNOSTIC: Final = an_object(
    "Something that a person should know.",
    {
        "severity": {"description": "an error stops a run", "enum": ["error", "warning", "note"]},
        "summary": said({"type": "string", "minLength": 1}, "what it is"),
        "advice": said(TEXT, "what to do about it; may be empty"),
        "origin": said(ORIGIN_OR_NULL, "the place in a file that it is about"),
        "related": a_list("origin", "other places that belong to it"),
    },
    but=["related"],
)

ORIGIN: Final = an_object(
    "A place in a file; line and column are counted from 1, and 0 is not known.",
    {
        "file": said(TEXT, "relative to reconciler.yaml"),
        "line": said(COUNT, "from 1"),
        "column": said(COUNT, "from 1"),
    },
)

SHARED: Final[Mapping[str, Schema]] = {
    "address": {
        "type": "string",
        "description": "a kind and ids, such as order_line/1234000/line_01",
        "pattern": "^[a-z_]+/.",
    },
    "diagnostic": DIAGNOSTIC,
    "origin": ORIGIN,
}
"""The definitions that every document may refer to."""
