"""The JSON Schema of the plan's JSON: what `schema plan` prints, and what every plan is held against.

Written by hand, for it is a promise: code that changes by accident must not change it along. It names every
key that a plan has and what may stand there. Further keys are welcome everywhere, because keys are only ever
added within a major version, and a reader must not break over a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reconciler.reports.shown.schema import (
    ADDRESS,
    COUNT,
    EXIT_CODE,
    MOMENT,
    ORIGIN_OR_NULL,
    SHARED,
    TARGET,
    TEXT,
    TEXT_OR_NULL,
    VERSION,
    Schema,
    a_list,
    an_object,
    said,
)

_STATUSES: Final[Schema] = {"type": "object", "additionalProperties": {"type": "string"}}
_COUNT_OR_NULL: Final[Schema] = {"type": ["integer", "null"], "minimum": 0}
_GLOBS: Final[Schema] = {"type": "array", "items": {"type": "string"}}

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


_SELECTION: Final = an_object(
    "What was asked for; empty lists select everything.",
    {
        "only": said(_GLOBS, "of `--only`, over addresses"),
        "exclude": said(_GLOBS, "of `--exclude`, over addresses"),
        "origin": said(_GLOBS, "of `--origin`, over files and sources"),
        "exclude_origin": said(_GLOBS, "of `--exclude-origin`, over files and sources"),
        "shard": {
            "type": "string",
            "pattern": "^[1-9][0-9]{0,3}/[1-9][0-9]{0,3}$",
            "description": "of `--shard`, such as 2/4; left out: all of it",
        },
    },
    but=("shard",),
)

_OPTIONS: Final = an_object(
    "What the command line said beside the settings; the apply of this plan keeps to it.",
    {
        "allow_reopen": said({"type": "boolean"}, "lines may leave canceled and refunded statuses"),
        "resend_stale": said(_GLOBS, "lines that are said again although their record is stale"),
        "max_line_changes": said(_COUNT_OR_NULL, "instead of the limit; null where the settings count"),
        "allow_permanent": said(_COUNT_OR_NULL, "instead of max_permanent_creates, in the same way"),
        "skip_triggers": said({"type": "boolean"}, "what may fire triggers is withheld"),
        "on_moved": {"description": "what becomes of a change that has moved", "enum": ["stop", "skip"]},
    },
)

_FIELD: Final = an_object(
    "One field of a change.",
    {
        "path": said({"type": "string", "minLength": 1}, "dotted, such as lines.line_01.count"),
        "before": {"description": "left out: not known; null: absent; an object with digest: personal"},
        "after": {"description": "as before"},
    },
    but=["before", "after"],
)

_CHANGE: Final[Schema] = {
    **an_object(
        "One thing that would be done, or that will not be.",
        {
            "address": said(ADDRESS, "what it is about"),
            "action": {
                "description": "what would be done",
                "enum": ["create", "update", "ensure", "release", "withhold"],
            },
            "evidence": {
                "description": "how the state before is known",
                "enum": ["observed", "recorded", "stale", "inferred", "declared", "unknown"],
            },
            "permanent": said({"type": "boolean"}, "whether it makes what nobody can delete"),
            "triggers": said({"type": "boolean"}, "whether it may fire automation triggers"),
            "reason": said(TEXT, "why, as people are told; may be empty"),
            "fields": a_list("field", "what differs"),
            "says": said(_STATUSES, "the line statuses that an import carries; empty for all else"),
            "body": said(TEXT, "a salted digest of all that an import sends; empty for all else"),
            "needs": {
                "type": "array",
                "description": "addresses that have to be done before it",
                "items": ADDRESS,
            },
            "origin": said(ORIGIN_OR_NULL, "where it is declared"),
            "source": said(TEXT, "the name of the source that a line's status comes from"),
            "said": said(TEXT, "the words of that source; empty where they are our status already"),
            "reported": said(TEXT_OR_NULL, "when that source last saw the order change, in UTC"),
            "why": {
                "description": "of what is withheld: the kind of reason",
                "enum": ["impossible", "forbidden", "unsettled", "conflicting", "moved on", "not found"],
            },
            "acknowledged": said(
                {"type": "boolean"}, "of what is withheld: whether the settings say it is fine"
            ),
        },
        but=["source", "said", "reported", "why", "acknowledged"],
    ),
    "if": {"properties": {"action": {"const": "withhold"}}, "required": ["action"]},
    "then": {"required": ["why", "acknowledged"]},
}

_SOURCE: Final = an_object(
    "A source of order states that was asked or read, and what it answered.",
    {
        "name": said(TEXT, "as in source:NAME"),
        "type": {"description": "what it is", "enum": ["table", "yandex_market"]},
        "orders": said(COUNT, "orders that it spoke of"),
        "lines": said(COUNT, "line states that follow from it"),
        "read_at": said(TEXT_OR_NULL, "when a live source answered, in UTC; null for a table"),
        "cached": said({"type": "boolean"}, "true: an earlier answer that was kept in a file"),
        "requests": said(COUNT, "requests that it took"),
    },
)

_DRIFT: Final = an_object(
    "Something that was changed outside.",
    {
        "address": said(ADDRESS, "what it is about"),
        "recorded": {"description": "what we remember"},
        "observed": {"description": "what the target shows"},
        "reason": said(TEXT, "how that is known"),
    },
    but=["reason"],
)

_OBSERVATION: Final = an_object(
    "An observation that was saved earlier; a plan drawn from one approves nothing.",
    {
        "saved_at": said(TEXT, "when its reading began, in UTC"),
        "age_seconds": said(COUNT, "how old it was when the plan was drawn"),
    },
)

PLAN_SCHEMA: Final[Schema] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Plan",
    **an_object(
        "What `plan -o json` writes, also where no plan could be drawn.",
        {
            "format_version": VERSION,
            "tool_version": said({"type": "string", "minLength": 1}, "of the program"),
            "command": {"description": "which wrote it", "const": "plan"},
            "exit_code": EXIT_CODE,
            "created_at": MOMENT,
            "observation": {
                "description": "the saved observation that it was drawn from; null where the target was read",
                "anyOf": [{"$ref": "#/$defs/observation"}, {"type": "null"}],
            },
            "refresh_only": said({"type": "boolean"}, "true: it shows drift alone and cannot be applied"),
            "target": TARGET,
            "digest": said({"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}, "of what is reviewed"),
            "complete": said({"type": "boolean"}, "false where something could not be decided"),
            "selection": _SELECTION,
            "options": _OPTIONS,
            "inputs": said(TEXT, "the fingerprint of the manifests and settings that it was drawn from"),
            "summary": an_object("Counts.", {name: said(COUNT, means) for name, means in _COUNTS.items()}),
            "changes": a_list("change", "everything but what is the same, by address"),
            "drift": a_list("drift", "what was changed outside"),
            "sources": a_list("source", "where line states come from in bulk, and what was heard there"),
            "diagnostics": a_list("diagnostic", "what people should know"),
        },
    ),
    "$defs": {
        **SHARED,
        "change": _CHANGE,
        "field": _FIELD,
        "drift": _DRIFT,
        "source": _SOURCE,
        "observation": _OBSERVATION,
    },
}
"""The whole schema, draft 2020-12."""
