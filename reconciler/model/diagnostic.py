"""Diagnostic: something a person should know, with the place where it was written.

Authors' mistakes are values, gathered and shown all at once; nothing here is raised alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a diagnostic matters; only an error makes a run fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where something was said.

    A file as the user names it, a line and a column, both counted from 1 (0: not known).
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is the case, and in `advice` what to do about it."""

    severity: Severity
    summary: str
    origin: Origin | None = None
    advice: str = ""
    related: tuple[Origin, ...] = ()
    """Other places that belong to it, such as the first of two duplicates."""


def error(
    summary: str, origin: Origin | None = None, advice: str = "", related: Iterable[Origin] = ()
) -> Diagnostic:
    """Make a diagnostic that stops the run before anything is sent."""
    return Diagnostic(Severity.ERROR, summary, origin, advice, tuple(related))


def warning(summary: str, origin: Origin | None = None, advice: str = "") -> Diagnostic:
    """Make a diagnostic about something that is allowed and likely not meant."""
    return Diagnostic(Severity.WARNING, summary, origin, advice)


def note(summary: str, origin: Origin | None = None, advice: str = "") -> Diagnostic:
    """Make a diagnostic that is worth knowing and asks for nothing."""
    return Diagnostic(Severity.NOTE, summary, origin, advice)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any of them is an error."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by file, line and column, so that two runs print the same; those without a place come first."""
    return tuple(sorted(diagnostics, key=lambda each: (each.origin or Origin(""), each.summary)))
