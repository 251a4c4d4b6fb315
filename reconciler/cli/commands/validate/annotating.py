"""Annotating: the reports of what is wrong for the machines that show it beside the lines of a file.

Such a machine knows a file by its path from the top of the checkout, and not from our settings.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from reconciler.cli.console import Render
from reconciler.cli.session import start_folder
from reconciler.model.diagnostic import Diagnostic, Origin
from reconciler.reports.github import github_text
from reconciler.reports.gitlab import gitlab_text
from reconciler.reports.junit import junit_text
from reconciler.reports.sarif import sarif_text
from reconciler.reports.shown.findings import Finding, findings
from reconciler.settings import FILE
from reconciler.settings.read import find
from reconciler.version import __version__

_TOPS: Final = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables that name the top of the checkout on GitHub's and GitLab's runners."""


def annotated(
    diagnostics: Iterable[Diagnostic],
    checked: Iterable[str],
    exit_code: int,
    directory: str | None,
    environment: Mapping[str, str],
) -> Mapping[str, Render]:
    """Give diagnostics in each of these formats; `checked` are the files that were read."""
    folder = _folder(directory, environment)
    found: tuple[Finding, ...] = findings(
        (_moved(each, folder) for each in diagnostics), str(Path(folder, FILE))
    )
    files = [str(Path(folder, file)) for file in (FILE, *checked)]
    return {
        "sarif": lambda _: sarif_text(found, exit_code=exit_code, tool_version=__version__),
        "github": lambda _: github_text(found),
        "gitlab": lambda _: gitlab_text(found),
        "junit": lambda _: junit_text(found, files),
    }


def _folder(directory: str | None, environment: Mapping[str, str]) -> str:
    """Give the way from the top of the checkout, else from the working directory, to the settings."""
    start = start_folder(directory)
    settings = find(start)
    root = Path(os.path.realpath(settings.parent if settings is not None else start))
    for name in _TOPS:
        top = Path(os.path.realpath(environment.get(name) or os.devnull))  # no error in a loop of links
        if root.is_relative_to(top):
            return str(root.relative_to(top))
    return os.path.relpath(root)


def _moved(each: Diagnostic, folder: str) -> Diagnostic:
    related = tuple(_below(place, folder) for place in each.related)
    return replace(each, origin=_below(each.origin, folder) if each.origin else None, related=related)


def _below(place: Origin, folder: str) -> Origin:
    return replace(place, file=os.path.normpath(Path(folder, place.file)))
