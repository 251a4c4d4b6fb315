"""Console: what goes to stdout and what to stderr, in which colours, and which reports go into files."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import click

from reconciler.cli import codes
from reconciler.cli.stop import Stop
from reconciler.model.diagnostic import error

STDOUT: Final = "-"
Render = Callable[["Console"], str]


@dataclass(frozen=True, slots=True)
class Console:
    """How one command prints. The result goes to stdout, everything else to stderr."""

    outputs: tuple[tuple[str, str], ...]
    """Pairs of a format and a path, `-` for stdout."""
    colour: str = "auto"
    verbosity: int = 0
    quiet: bool = False

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

    def _coloured(self, stream: TextIO) -> bool:
        if self.colour != "auto":
            return self.colour == "always"
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def out(self, text: str) -> None:
        """Print a part of the result, where stdout is text."""
        if self.format == "text":
            click.echo(text, nl=False, color=True)

    def say(self, text: str) -> None:
        """Tell people something on stderr."""
        if not self.quiet:
            click.echo(text, err=True, color=True)

    def warn(self, text: str) -> None:
        """Tell people something on stderr that must not be missed."""
        click.echo(text, err=True, color=True, nl=not text.endswith("\n"))

    def report(self, renders: Mapping[str, Render]) -> None:
        """Write every report that was asked for, to its path or to stdout."""
        plain = Console(self.outputs, "never", self.verbosity, self.quiet)
        for name, path in self.outputs:
            if path != STDOUT:
                _write(path, renders[name](plain))
        if self.format in renders:
            click.echo(renders[self.format](self), nl=False, color=True)


def open_console(
    outputs: Sequence[str],
    color: str,
    verbose: int,
    quiet: bool,
    formats: Sequence[str] = ("text", "json"),
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
    return Console(tuple(pairs), color, verbose, quiet)


def _painted(text: str, colour: str) -> str:
    return click.style(text, bold=True) if colour == "bold" else click.style(text, fg=colour)


def _write(path: str, text: str) -> None:
    """Write a file as a whole or not at all."""
    target = Path(path)
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            file.write(text)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(target)
    except OSError as fault:
        raise Stop(
            codes.ERROR,
            (error(f"{path} cannot be written: {fault.strerror}", advice="name another path after -o"),),
        ) from None
