"""Session: from arguments to settings and a target, and how a command ends when one fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from reconciler.cli.console import Console, Render, Unwritten
from reconciler.cli.interrupts import Interrupted
from reconciler.model.diagnostic import error
from reconciler.project import codes
from reconciler.project.opened import Opened
from reconciler.project.opening import settings_in
from reconciler.project.stop import Stop
from reconciler.project.stopping import stopping
from reconciler.reports.text import diagnostics_text
from reconciler.settings import Settings
from reconciler.settings.shape import SettingsShape

Failure = Callable[[Stop], str]
"""Gives the JSON document of a command that was stopped."""


def _none(_: Stop) -> Mapping[str, Render]:
    return {}


def start_folder(directory: str | None) -> Path:
    """Give the folder in which to look for settings: -C of the command, else of the root, else here."""
    context = click.get_current_context(silent=True)
    inherited = (context.find_object(dict) or {}).get("directory") if context is not None else None
    return Path(directory or inherited or ".")


def open_settings(directory: str | None) -> tuple[Settings, SettingsShape]:
    """Read the settings, or stop with everything that is wrong with them."""
    return settings_in(start_folder(directory))


def open_target(directory: str | None, target: str | None) -> Opened:
    """Read the settings and choose a target, or stop."""
    return Opened.at(start_folder(directory), target, os.environ)


def guarded(
    console: Console,
    work: Callable[[], int],
    failure: Failure | None = None,
    others: Callable[[Stop], Mapping[str, Render]] = _none,
) -> int:
    """Do a command's work; what stops it ends as text on stderr, and in each other format asked for.

    `failure` gives it as JSON, `others` in the formats that only this command has.
    """
    try:
        with stopping():
            console.check_paths()
            return work()
    except Unwritten as unwritten:
        console.warn(diagnostics_text(unwritten.diagnostics, {}, console.paint_aside))
        return unwritten.exit_code
    except Stop as stop:
        stopped = stop
    except Interrupted as interrupted:
        stopped = Stop(interrupted.exit_code, (error("interrupted; nothing was sent"),))
    except KeyboardInterrupt:
        stopped = Stop(codes.INTERRUPTED, (error("interrupted; nothing was sent"),))
    return _ended(console, stopped, failure, others)


def _ended(
    console: Console,
    stop: Stop,
    failure: Failure | None,
    others: Callable[[Stop], Mapping[str, Render]],
) -> int:
    console.warn(diagnostics_text(stop.diagnostics, stop.sources, console.paint_aside))
    if failure is not None:
        try:
            console.report({"json": lambda _: failure(stop), "text": lambda _: "", **others(stop)})
        except Stop as again:
            console.warn(diagnostics_text(again.diagnostics, {}, console.paint_aside))
    return stop.exit_code
