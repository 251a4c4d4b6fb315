"""init: make a repository that plans at once, with a sandbox to try it on. Never overwrites a file."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.commands.init.scaffold import SANDBOX, sandbox_orders, scaffold
from reconciler.cli.commands.schema.schemas import schema_text
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, start_folder
from reconciler.model.diagnostic import Diagnostic, error, note
from reconciler.project import codes
from reconciler.project.opening import utc_now
from reconciler.project.stop import Stop
from reconciler.settings import FILE

_OTHERS = 5
"""Made-up orders beside the one that the manifests speak of."""


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made and what was there before, as paths relative to the folder."""

    root: Path
    made: list[str] = field(default_factory=list)
    existing: list[str] = field(default_factory=list)


@click.command(name="init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@options.directory
@options.printing
def command(folder: Path, directory: str | None, **printing: Any) -> int:
    """Make a repository that plans at once: settings, manifests, and a sandbox with a few orders.

    \b
    Examples:
      reconciler init shop && cd shop     in a new folder
      reconciler init                     in this one

    A file that exists is never overwritten; it is listed. Where there are settings
    already nothing is made (exit 1).
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    made = _Made(start_folder(directory) / folder)
    return guarded(
        console,
        lambda: _init(console, made, utc_now().date()),
        lambda stop: _document(made, stop.exit_code, stop.diagnostics),
    )


def _init(console: Console, made: _Made, today: date) -> int:
    texts = scaffold(today, manifest_schema=schema_text("manifest"), settings_schema=schema_text("settings"))
    _survey(made, [*texts, SANDBOX])
    try:
        for name, text in texts.items():
            if name == FILE:
                _fill(made)
            if name not in made.existing:
                _write(made, name, text)
    except (OSError, ValueError) as fault:
        raise Stop(
            codes.ERROR,
            (
                error(
                    f"{made.root} cannot be filled: {fault}",
                    advice="what was made stays; mend that and try again",
                ),
            ),
        ) from None
    remarks = _remarks(made)
    console.report({"text": lambda _: _text(made), "json": lambda _: _document(made, codes.DONE, remarks)})
    for each in remarks:
        console.say(f"note: {each.summary} ({each.advice})")
    console.say("Next:" + "".join(f"\n  {each}" for each in _next_commands(made.root)))
    return codes.DONE


def _survey(made: _Made, names: Iterable[str]) -> None:
    """Find out what is there already; stop where there are settings."""
    made.existing.extend(name for name in names if os.path.lexists(made.root / name))
    if FILE in made.existing:
        others = [name for name in made.existing if name != FILE]
        kept = f"; so do {', '.join(others)}" if others else ""
        raise Stop(
            codes.ERROR,
            (
                error(
                    f"{made.root / FILE} exists{kept}; nothing was made",
                    advice="`reconciler plan` works with it; or name another folder: reconciler init DIR",
                ),
            ),
        )


def _write(made: _Made, name: str, text: str) -> None:
    path = made.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
    made.made.append(name)


def _fill(made: _Made) -> None:
    """Put orders into the sandbox, so that the manifests have something to act on."""
    if SANDBOX in made.existing:
        return
    from reconciler.sandbox import Market, generate, seed

    market = Market(made.root / SANDBOX)
    try:
        seed(market, sandbox_orders(generate(_OTHERS)))
    finally:
        market.close()
    made.made.append(SANDBOX)


def _remarks(made: _Made) -> Sequence[Diagnostic]:
    if ".gitignore" not in made.existing:
        return ()
    advice = "add .reconciler/* and !.reconciler/*.schema.json to it"
    return (note("your .gitignore was left as it is", advice=advice),)


def _text(made: _Made) -> str:
    lines = [f"Made in {made.root}:", *(f"  {name}" for name in made.made)]
    if made.existing:
        lines += ["Left as they were:", *(f"  {name}" for name in made.existing)]
    return "".join(f"{line}\n" for line in lines)


def _next_commands(root: Path) -> Sequence[str]:
    enter = [] if root.absolute() == Path.cwd() else [f"cd {shlex.quote(str(root))}"]
    return (*enter, "reconciler plan", "reconciler apply")


def _document(made: _Made, exit_code: int, diagnostics: Sequence[Diagnostic]) -> str:
    return envelope(
        "init",
        exit_code,
        diagnostics,
        folder=str(made.root),
        made=made.made,
        existing=made.existing,
        next=_next_commands(made.root) if exit_code == codes.DONE else (),
    )
