"""Misuse: a JSON document for whoever asked for JSON with arguments that could not be understood."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from reconciler.cli.envelope import envelope
from reconciler.cli.options import PREFIX
from reconciler.model.adoption import Adoption
from reconciler.model.diagnostic import Diagnostic, error
from reconciler.project import codes
from reconciler.reports.json import (
    adopted_data,
    applied_document,
    failed_plan_document,
    forgotten_data,
    held_data,
    run_data,
    runs_data,
    state_data,
    written,
)
from reconciler.reports.shown.applied import Applied
from reconciler.version import __version__

_RECORDS: Final[dict[tuple[str, str], Callable[[], dict[str, Any]]]] = {
    ("state", "list"): lambda: state_data(None),
    ("state", "show"): lambda: held_data(None),
    ("state", "adopt"): lambda: adopted_data(None, Adoption()),
    ("state", "forget"): lambda: forgotten_data(None),
    ("runs", "list"): lambda: runs_data(None),
    ("runs", "show"): lambda: run_data(None),
}


def wants_json(arguments: Sequence[str]) -> bool:
    """Tell whether stdout was asked to be JSON, as far as that can be told without understanding the rest."""
    given = [
        value
        for option, value in zip(arguments, [*arguments[1:], ""], strict=True)
        if option in {"-o", "--output"}
    ]
    given += [each.removeprefix("-o") for each in arguments if each.startswith("-o") and len(each) > 2]
    given += [each.removeprefix("--output=") for each in arguments if each.startswith("--output=")]
    return "json" in (given or os.environ.get(f"{PREFIX}OUTPUT", "").split())


def misuse_document(message: str, arguments: Sequence[str]) -> str:
    """Give the document of the command that was meant: the same keys, empty."""
    diagnostics = (error(message),)
    words = [each for each in arguments if not each.startswith("-")]
    for (group, name), body in _RECORDS.items():
        if group in words and name in words[words.index(group) + 1 :]:
            return envelope(f"{group} {name}", codes.USAGE, diagnostics, **body())
    if "apply" in words:
        return written(applied_document(Applied(diagnostics=diagnostics), exit_code=codes.USAGE))
    if "plan" in words:
        return _plan(diagnostics)
    return envelope(next(iter(words), ""), codes.USAGE, diagnostics)


def _plan(diagnostics: Sequence[Diagnostic]) -> str:
    document = failed_plan_document(
        None, diagnostics, exit_code=codes.USAGE, tool_version=__version__, created_at=datetime.now(UTC)
    )
    return written(document)
