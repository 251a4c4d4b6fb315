"""Session: from arguments to settings, manifests and a target, and how a command ends when one fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from reconciler.cli import codes
from reconciler.cli.console import Console, Render, Unwritten
from reconciler.cli.interrupts import Interrupted
from reconciler.cli.stop import Stop
from reconciler.model.diagnostic import error, has_errors
from reconciler.model.plan import Selection
from reconciler.pipeline import Declared, Place, declare, emptiness
from reconciler.ports import Broken, Denied
from reconciler.reports.text import diagnostics_text
from reconciler.reports.text.masking import veiled
from reconciler.settings import FILE, Chosen, Misused, Settings, choose, read
from reconciler.settings.shape import SettingsShape
from reconciler.shelves import KINDS, READERS
from reconciler.stages.hear import Ear
from reconciler.store import StoreError

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
    settings = read(start_folder(directory))
    if settings.shape is None:
        raise Stop(codes.INVALID, settings.diagnostics, {FILE: settings.text})
    return settings, settings.shape


def open_target(directory: str | None, target: str | None) -> Chosen:
    """Read the settings and choose a target, or stop."""
    settings, shape = open_settings(directory)
    return choose(shape, settings.root, target, os.environ, settings.document)


def open_manifests(chosen: Chosen) -> Declared:
    """Read and check the manifests of a target, or stop with everything that is wrong with them."""
    place = place_of(chosen)
    declared = declare(place)
    problems = (*declared.diagnostics, *emptiness(declared, place))
    if has_errors(problems):
        raise Stop(codes.INVALID, problems, excerpts_of(declared))
    return declared


def excerpts_of(declared: Declared) -> Mapping[str, str]:
    """Give the files to quote from, with the values of sensitive fields hidden."""
    fields = declared.manifests.catalogue.fields
    return veiled(declared.sources, {where.parts[1] for where, facts in fields.items() if facts.sensitive})


def place_of(chosen: Chosen) -> Place:
    """Tell where the manifests of a target are."""
    return Place(
        root=chosen.root,
        patterns=chosen.patterns,
        variables=chosen.variables,
        target=chosen.target.name,
        targets=chosen.targets,
        kinds=KINDS,
        terms=chosen.terms,
        transitions=chosen.transitions,
        ear=Ear(READERS, chosen.root, utc_now),
    )


def selected(options: Mapping[str, Any]) -> Selection:
    """Read the selecting options."""
    return Selection(
        only=tuple(options["only"]),
        exclude=tuple(options["exclude"]),
        origin=tuple(options["origin"]),
        exclude_origin=tuple(options["exclude_origin"]),
    )


def utc_now() -> datetime:
    """The present moment, in UTC at whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


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
        console.check_paths()
        return work()
    except Unwritten as unwritten:
        console.warn(diagnostics_text(unwritten.diagnostics, {}, console.paint_aside))
        return unwritten.exit_code
    except Stop as stop:
        stopped = stop
    except Misused as misuse:
        stopped = Stop(codes.USAGE, (error(str(misuse), advice=misuse.advice),))
    except Denied as denied:
        stopped = Stop(denied.exit_code, (error(str(denied), advice=denied.advice),))
    except Broken as broken:
        stopped = Stop(codes.ERROR, (error(f"the target could not be read: {broken}", advice=_REACH),))
    except StoreError as fault:
        stopped = Stop(codes.ERROR, (error(str(fault), advice=fault.advice),))
    except Interrupted as interrupted:
        stopped = Stop(interrupted.exit_code, (error("interrupted; nothing was sent"),))
    except KeyboardInterrupt:
        stopped = Stop(codes.INTERRUPTED, (error("interrupted; nothing was sent"),))
    return _ended(console, stopped, failure, others)


_REACH = "check the target's url and that its server answers; nothing was sent"


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
