"""Misuse: a JSON document for whoever asked for JSON with arguments that could not be understood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from reconciler import __version__
from reconciler.cli import codes
from reconciler.model.diagnostic import error


def wants_json(arguments: Sequence[str]) -> bool:
    """Tell whether stdout was asked to be JSON, as far as that can be told without understanding the rest."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(
        (option in {"-o", "--output"} and value == "json") or option in {"-ojson", "--output=json"}
        for option, value in pairs
    )


def misuse_document(message: str, arguments: Sequence[str]) -> str:
    """Give the document of the command that was meant: the same keys, empty."""
    from reconciler.reports.json import Applied, applied_document, failed_plan_document, written

    diagnostics = (error(message),)
    if "apply" in arguments:
        return written(applied_document(Applied(diagnostics=diagnostics), exit_code=codes.USAGE))
    return written(
        failed_plan_document(
            None,
            diagnostics,
            exit_code=codes.USAGE,
            tool_version=__version__,
            created_at=datetime.now(UTC),
        )
    )
