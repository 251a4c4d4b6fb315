"""The JSON Schema of the plan's JSON: what `schema plan` prints, and what every plan is held against.

Written by hand, for it is a promise: code that changes by accident must not change it along. It names every
key that a plan has and what may stand there. Further keys are welcome everywhere, because keys are only ever
added within a major version, and a reader must not break over a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

Schema = Mapping[str, Any]

_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_STATUSES: Final[Schema] = {"type": "object", "additionalProperties": {"type": "string"}}
_GLOBS: Final[Schema] = {"type": "array", "items": {"type": "string"}}
_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_ORIGIN_OR_NULL: Final[Schema] = {"anyOf": [{"$ref": "#/$defs/origin"}, {"type": "null"}]}
_ADDRESS: Final[Schema] = {"$ref": "#/$defs/address"}

_COUNTS: Final[Mapping[str, str]] = {
    "create": "orders that will be made",
    "update": "what differs and will be changed",
    "ensure": "definitions that cannot be known and will be said",
    "permanent": "of these, the ones that nobody can delete again",
    "release": "definitions that are no longer declared",
    "withhold": "what is wanted and will not be done",
    "keep": "what is the same",
    "observed": "of what is the same: read in this run",
    "recorded": "of what is the same: known from an earlier run",
    "declared": "of what is the same: vouched for by the user",
    "inferred": "of what is the same: seen in use",
    "stale": "of what is the same: recorded before the order changed",
    "requests": "requests that apply will send, the verifying read included",
    "triggers": "changes that may fire automation triggers",
}


def _object(description: str, properties: Mapping[str, Schema], *, but: Sequence[str] = ()) -> Schema:
    """Make an object of which every named property is required, except some."""
    return {
        "type": "object",
        "description": description,
        "required": [name for name in properties if name not in but],
        "properties": properties,
    }


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _list(item: str, description: str) -> Schema:
    return {"type": "array", "description": description, "items": {"$ref": f"#/$defs/{item}"}}


_TARGET: Final = _object(
    "The target that the plan is for; all null where none could be chosen.",
    {"name": _TEXT_OR_NULL, "url": _TEXT_OR_NULL, "account": _TEXT_OR_NULL},
)

_SELECTION: Final = _object(
    "What was asked for; empty lists select everything.",
    {"only": _GLOBS, "exclude": _GLOBS, "origin": _GLOBS, "exclude_origin": _GLOBS},
)

_OPTIONS: Final = _object(
    "What the command line said beside the settings; the apply of this plan keeps to it.",
    {
        "allow_reopen": {"type": "boolean"},
        "resend_stale": _GLOBS,
        "max_line_changes": {"type": ["integer", "null"], "minimum": 0},
        "allow_permanent": {"type": ["integer", "null"], "minimum": 0},
        "skip_triggers": {"type": "boolean"},
        "on_moved": {"enum": ["stop", "skip"]},
    },
)

_FIELD: Final = _object(
    "One field of a change.",
    {
        "path": _said({"type": "string", "minLength": 1}, "dotted, such as lines.line_01.count"),
        "before": {"description": "left out: not known; null: absent; an object with digest: personal"},
        "after": {"description": "as before"},
    },
    but=["before", "after"],
)

_CHANGE: Final[Schema] = {
    **_object(
        "One thing that would be done, or that will not be.",
        {
            "address": _ADDRESS,
            "action": {"enum": ["create", "update", "ensure", "release", "withhold"]},
            "evidence": {
                "description": "how the state before is known",
                "enum": ["observed", "recorded", "stale", "inferred", "declared", "unknown"],
            },
            "permanent": _said({"type": "boolean"}, "whether it makes what nobody can delete"),
            "triggers": _said({"type": "boolean"}, "whether it may fire automation triggers"),
            "reason": _TEXT,
            "fields": _list("field", "what differs"),
            "says": _said(_STATUSES, "the line statuses that an import carries; empty for all else"),
            "body": _said(_TEXT, "a salted digest of all that an import sends; empty for all else"),
            "needs": {
                "type": "array",
                "description": "addresses that have to be done before it",
                "items": _ADDRESS,
            },
            "origin": _said(_ORIGIN_OR_NULL, "where it is declared"),
            "source": _said(_TEXT, "the name of the source that a line's status comes from"),
            "said": _said(_TEXT, "the words of that source; empty where they are our status already"),
            "reported": _said(_TEXT_OR_NULL, "when that source last saw the order change, in UTC"),
            "why": {
                "description": "of what is withheld: the kind of reason",
                "enum": ["impossible", "forbidden", "unsettled", "conflicting", "moved on", "not found"],
            },
            "acknowledged": _said(
                {"type": "boolean"}, "of what is withheld: whether the settings say it is fine"
            ),
        },
        but=["source", "said", "reported", "why", "acknowledged"],
    ),
    "if": {"properties": {"action": {"const": "withhold"}}, "required": ["action"]},
    "then": {"required": ["why", "acknowledged"]},
}

_SOURCE: Final = _object(
    "A source of order states that was asked or read, and what it answered.",
    {
        "name": _TEXT,
        "type": {"enum": ["table", "yandex_market"]},
        "orders": _said(_COUNT, "orders that it spoke of"),
        "lines": _said(_COUNT, "line states that follow from it"),
        "read_at": _said(_TEXT_OR_NULL, "when a live source answered, in UTC; null for a table"),
        "cached": _said({"type": "boolean"}, "true: an earlier answer that was kept in a file"),
        "requests": _said(_COUNT, "requests that it took"),
    },
)

_DRIFT: Final = _object(
    "Something that was changed outside.",
    {
        "address": _ADDRESS,
        "recorded": {"description": "what we remember"},
        "observed": {"description": "what the target shows"},
        "reason": _TEXT,
    },
    but=["reason"],
)

_DIAGNOSTIC: Final = _object(
    "Something that a person should know.",
    {
        "severity": {"enum": ["error", "warning", "note"]},
        "summary": {"type": "string", "minLength": 1},
        "advice": _said(_TEXT, "what to do about it; may be empty"),
        "origin": _ORIGIN_OR_NULL,
        "related": _list("origin", "other places that belong to it"),
    },
    but=["related"],
)

_ORIGIN: Final = _object(
    "A place in a file; line and column are counted from 1, and 0 is not known.",
    {"file": _TEXT, "line": _COUNT, "column": _COUNT},
)

PLAN_SCHEMA: Final[Schema] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Plan",
    **_object(
        "What `plan -o json` writes, also where no plan could be drawn.",
        {
            "format_version": _said({"type": "string", "pattern": r"^1\.[0-9]+$"}, "of this format"),
            "tool_version": {"type": "string", "minLength": 1},
            "command": {"const": "plan"},
            "exit_code": _said({"type": "integer", "minimum": 0, "maximum": 255}, "of the command"),
            "created_at": {
                "type": "string",
                "description": "in UTC",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
            },
            "refresh_only": _said({"type": "boolean"}, "true: it shows drift alone and cannot be applied"),
            "target": _TARGET,
            "digest": _said({"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}, "of what is reviewed"),
            "complete": _said({"type": "boolean"}, "false where something could not be decided"),
            "selection": _SELECTION,
            "options": _OPTIONS,
            "inputs": _said(_TEXT, "the fingerprint of the manifests and settings that it was drawn from"),
            "summary": _object("Counts.", {name: _said(_COUNT, said) for name, said in _COUNTS.items()}),
            "changes": _list("change", "everything but what is the same, by address"),
            "drift": _list("drift", "what was changed outside"),
            "sources": _list("source", "where line states come from in bulk, and what was heard there"),
            "diagnostics": _list("diagnostic", "what people should know"),
        },
    ),
    "$defs": {
        "address": {
            "type": "string",
            "description": "a kind and ids, such as order_line/1234000/line_01",
            "pattern": "^[a-z_]+/.",
        },
        "change": _CHANGE,
        "field": _FIELD,
        "drift": _DRIFT,
        "source": _SOURCE,
        "diagnostic": _DIAGNOSTIC,
        "origin": _ORIGIN,
    },
}
"""The whole schema, draft 2020-12."""
