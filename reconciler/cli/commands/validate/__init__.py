"""validate: check settings and manifests. No network is needed, and no token."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.commands.validate.annotating import annotated
from reconciler.cli.console import Console, open_console
from reconciler.cli.session import guarded, open_settings
from reconciler.model.diagnostic import Diagnostic, Severity, has_errors, in_order, warning
from reconciler.pipeline import declare, emptiness
from reconciler.project import codes
from reconciler.project.opening import excerpts_of, place_of
from reconciler.project.stop import Stop
from reconciler.reports.json import FORMAT_VERSION, diagnostics_data, written
from reconciler.reports.text import diagnostics_text
from reconciler.settings import choose
from reconciler.version import __version__


@click.command(name="validate")
@options.checking
def command(directory: str | None, target: str | None, **printing: Any) -> int:
    """Check settings and manifests.

    \b
    Examples:
      reconciler validate                 for every target of the settings
      reconciler validate -t production   for one target
      reconciler validate -o github
      reconciler validate -o sarif=findings.sarif -o junit=findings.xml

    Everything that is wrong is found in one run. Exit 4 when something is.
    For code scanning there is sarif, for annotations github, for the widget of
    merge requests gitlab, for reports of tests junit; their paths begin at the top
    of the checkout that the runner names, else at the working directory.
    """
    shown = (printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    console = open_console(*shown, options.FINDINGS)
    return guarded(
        console,
        lambda: _validate(console, directory, target),
        _failed,
        lambda stop: annotated(stop.diagnostics, (), stop.exit_code, directory, os.environ),
    )


def _validate(console: Console, directory: str | None, target: str | None) -> int:
    settings, shape = open_settings(directory)
    found: dict[Diagnostic, None] = {}
    sources: dict[str, str] = {}
    names = [target] if target is not None else list(shape.targets)
    for name in names:
        chosen = choose(shape, settings.root, name, os.environ, settings.document)
        place = place_of(chosen)
        declared = declare(place)
        found.update(dict.fromkeys(declared.diagnostics))
        found.update((warning(each.summary, advice=each.advice), None) for each in emptiness(declared, place))
        sources.update(excerpts_of(declared))
    diagnostics = in_order(found)
    exit_code = codes.INVALID if has_errors(diagnostics) else codes.DONE
    console.report(
        {
            "text": lambda to: diagnostics_text(diagnostics, sources, to.paint) + _verdict(diagnostics),
            "json": lambda _: _document(diagnostics, exit_code),
            **annotated(diagnostics, sources, exit_code, directory, os.environ),
        }
    )
    return exit_code


def _verdict(diagnostics: Sequence[Diagnostic]) -> str:
    errors = sum(each.severity is Severity.ERROR for each in diagnostics)
    warnings = sum(each.severity is Severity.WARNING for each in diagnostics)
    return f"Valid: {'no' if errors else 'yes'}. {errors} errors, {warnings} warnings.\n"


def _document(diagnostics: Sequence[Diagnostic], exit_code: int) -> str:
    return written(
        {
            "format_version": FORMAT_VERSION,
            "tool_version": __version__,
            "command": "validate",
            "exit_code": exit_code,
            "diagnostics": diagnostics_data(diagnostics),
        }
    )


def _failed(stop: Stop) -> str:
    return _document(stop.diagnostics, stop.exit_code)
