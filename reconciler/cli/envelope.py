"""Envelope: the JSON document of a command whose result has no report of its own.

Every document of the program begins and ends alike, so that who reads one has read them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconciler.model.diagnostic import Diagnostic
from reconciler.reports.json import FORMAT_VERSION, diagnostics_data, written
from reconciler.version import __version__


def envelope(command: str, exit_code: int, diagnostics: Iterable[Diagnostic] = (), **body: Any) -> str:
    """Write what a command found, between its name and its diagnostics."""
    return written(
        {
            "format_version": FORMAT_VERSION,
            "tool_version": __version__,
            "command": command,
            "exit_code": exit_code,
            **body,
            "diagnostics": diagnostics_data(diagnostics),
        }
    )
