"""The JSON Schema of a report: what `schema report` prints, and what the JSON of every apply is held against.

Written by hand, for it is a promise, like that of the plan. Further keys are welcome everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reconciler.reports.shown.schema import (
    ADDRESS,
    COUNT,
    EXIT_CODE,
    MOMENT,
    SHARED,
    TARGET,
    TEXT,
    VERSION,
    Schema,
    a_list,
    an_object,
    said,
)

_COUNTS: Final[Mapping[str, str]] = {
    "done": "the target accepted it",
    "failed": "the target refused it: nothing happened",
    "lost": "sent, and nobody knows whether it happened",
    "skipped": "not sent: something it needs failed, or the run was stopped",
    "moved": "not sent: the target had changed since the plan was approved",
    "withheld": "wanted, and not among what was to be done",
}

_OUTCOME: Final = an_object(
    "What became of one change.",
    {
        "address": said(ADDRESS, "what it is about"),
        "outcome": {
            "description": "as counted in the summary",
            "enum": ["done", "failed", "lost", "skipped", "moved"],
        },
        "reason": said(
            TEXT, "why it is not done, in the target's own words where it said some; may be empty"
        ),
        "after": {"description": "what was wanted; personal values are masked or digests"},
        "seconds": said({"type": "number", "minimum": 0}, "what its request took"),
    },
)

_WITHHELD: Final = an_object(
    "Something that is wanted and was not to be done.",
    {"address": said(ADDRESS, "what it is"), "reason": said(TEXT, "why")},
)

REPORT_SCHEMA: Final[Schema] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Report",
    **an_object(
        "What `apply`, `resume` and `runs report` write with `-o json`, also where nothing could be sent.",
        {
            "format_version": VERSION,
            "command": said(TEXT, "apply, resume or runs report"),
            "exit_code": EXIT_CODE,
            "target": TARGET,
            "run": said({"type": ["integer", "null"]}, "its number in the state; null where none was begun"),
            "runs": {
                "type": "array",
                "description": "the numbers of all of them, in the report of several",
                "items": {"type": "integer"},
            },
            "ended_at": {**MOMENT, "type": ["string", "null"]},
            "summary": an_object("Counts.", {name: said(COUNT, means) for name, means in _COUNTS.items()}),
            "outcomes": a_list("outcome", "what became of each change, in the order of sending"),
            "withheld": a_list("withheld", "what was not to be done, and why"),
            "next": {"type": "array", "description": "the commands that come next", "items": TEXT},
            "diagnostics": a_list("diagnostic", "what people should know"),
        },
        but=("runs",),
    ),
    "$defs": {**SHARED, "outcome": _OUTCOME, "withheld": _WITHHELD},
}
"""The whole schema, draft 2020-12."""
