"""Console: what goes to stdout and what to stderr, in which colours, and which reports go into files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TextIO

import click

from reconciler.cli.options import PLAIN, REPORTS
from reconciler.cli.printing import aside, result
from reconciler.model.diagnostic import Diagnostic, error
from reconciler.project import codes
from reconciler.project.files import refuse_unwritable, write_text
from reconciler.project.stop import Stop

STDOUT: Final = "-"
Render = Callable[["Console"], str | Iterable[str]]
"""Gives a report, whole or in pieces; what is long comes in pieces."""


@dataclass(frozen=True, slots=True)
class Console:
    """How one command prints. The result goes to stdout, everything else to stderr."""

    outputs: tuple[tuple[str, str], ...]
    """Pairs of a format and a path, `-` for stdout."""
    colour: str = "auto"
    verbosity: int = 0
    quiet: bool = False
    limit: int = 0
    """The bytes that Markdown may take, where the command has such a report."""

    @property
    def verbose(self) -> bool:
        """Tell whether everything is to be listed."""
        return self.verbosity > 0

    @property
    def format(self) -> str:
        """Name the format that stdout gets: text when every output has a path."""
        return next((each for each, path in self.outputs if path == STDOUT), "text")

    def paint(self, text: str, colour: str) -> str:
        """Colour a text for stdout, where colours are wanted and understood."""
        return _painted(text, colour) if self._coloured(sys.stdout) else text

    def paint_aside(self, text: str, colour: str) -> str:
        """Colour a text for stderr."""
        return _painted(text, colour) if self._coloured(sys.stderr) else text

    @property
    def colours_aside(self) -> bool:
        """Tell whether stderr may be coloured."""
        return self._coloured(sys.stderr)

    def _coloured(self, stream: TextIO) -> bool:
        if self.colour != "auto":
            return self.colour == "always"
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def out(self, text: str) -> None:
        """Print a part of the result, where stdout is text; that it could not be the last part tells."""
        if self.format == "text":
            result(text)

    def say(self, text: str) -> None:
        """Tell people something on stderr."""
        if not self.quiet:
            aside(text)

    def warn(self, text: str) -> None:
        """Tell people something on stderr that must not be missed."""
        aside(text, end="" if text.endswith("\n") else "\n")

    def report(self, renders: Mapping[str, Render]) -> None:
        """Write every report that was asked for, to its path or to stdout.

        Raises `Unwritten` when a file could not be written, after all the others were.
        """
        plain = replace(self, colour="never")
        faults = []
        for name, path in self.outputs:
            if path != STDOUT:
                try:
                    write_text(Path(path), renders[name](plain))
                except OSError as unwritten:
                    faults.append(_unwritten(path, unwritten))
        if self.format in renders:
            fault = result(renders[self.format](self))
            if fault is not None:
                faults.append(_unwritten("stdout", fault))
        if faults:
            raise Unwritten(codes.ERROR, faults)

    def check_paths(self) -> None:
        """Raise `Stop` when a report will surely not be written: better now than after a write was sent."""
        for _, path in self.outputs:
            if path != STDOUT:
                try:
                    refuse_unwritable(Path(path))
                except OSError as fault:
                    raise Stop(codes.ERROR, (_unwritten(path, fault),)) from None


class Unwritten(Stop):
    """A file could not be written; every other report was."""


def open_console(
    outputs: Sequence[str],
    color: str,
    verbose: int,
    quiet: bool,
    formats: Sequence[str] = PLAIN,
    limit: int = 0,
) -> Console:
    """Read what -o, --color, -v and -q say; raises click.UsageError for a format that there is not."""
    pairs = []
    for each in outputs:
        name, _, path = each.partition("=")
        if name not in formats:
            raise click.UsageError(f"-o {name}: there is no such format here; there are {', '.join(formats)}")
        if "=" in each and not path:
            raise click.UsageError(f"-o {each}: a path has to follow the sign")
        pairs.append((name, path or STDOUT))
    if sum(path == STDOUT for _, path in pairs) > 1:
        raise click.UsageError(
            "-o: only one format can go to stdout; give the others a path, as in json=FILE"
        )
    return Console(tuple(pairs), color, verbose, quiet, limit)


def reporting_console(chosen: Mapping[str, Any]) -> Console:
    """Read the same of a command whose result people review."""
    printing = (chosen["outputs"], chosen["color"], chosen["verbose"], chosen["quiet"])
    return open_console(*printing, REPORTS, chosen["markdown_limit"])


def _unwritten(path: str, fault: OSError) -> Diagnostic:
    return error(f"{path} cannot be written: {fault.strerror}", advice="name another path after -o")


def _painted(text: str, colour: str) -> str:
    return click.style(text, bold=True) if colour == "bold" else click.style(text, fg=colour)
