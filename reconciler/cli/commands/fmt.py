"""fmt: lay manifests and settings out in one way. What a file says, and its comments, stay."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final

import click

from reconciler.cli import options, printing
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_settings
from reconciler.model.diagnostic import Diagnostic, Origin, error, has_errors
from reconciler.project import codes
from reconciler.project.files import write_text
from reconciler.project.stop import Stop
from reconciler.reports.text import diagnostics_text
from reconciler.settings import FILE, Misused
from reconciler.stages.load.files import find
from reconciler.stages.rewrite import Formatted, format_text

STDIN: Final = "-"


@dataclass(slots=True)
class _Result:
    """What became of the files, by the names that people know them by."""

    files: int = 0
    changed: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)

    def exit_code(self, *, check: bool) -> int:
        """Judge the whole: a broken file first, then, where a check was wanted, one that would change."""
        if has_errors(self.diagnostics):
            return codes.INVALID
        return codes.ERROR if check and self.changed else codes.DONE


@click.command(name="fmt")
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path())
@options.directory
@options.printing
@options.option("--check", is_flag=True, help="Write nothing; exit 1 when a file would change.")
@options.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def command(paths: tuple[str, ...], directory: str | None, **chosen: Any) -> int:
    """Lay files out in one way: indentation, quotes of ids, line ends. Comments stay.

    \b
    Examples:
      reconciler fmt                    the settings and every manifest
      reconciler fmt manifests/orders   some of them
      reconciler fmt --check --diff     in a pipeline: exit 1 when something would change
      reconciler fmt - < a.yaml         from stdin to stdout

    A file that is not sound YAML is left alone, and the exit code is 4.
    """
    console = open_console(chosen["outputs"], chosen["color"], chosen["verbose"], chosen["quiet"])
    check, diff = chosen["check"], chosen["diff"]
    return guarded(
        console,
        lambda: (
            _stdin(console, paths, check=check, diff=diff)
            if STDIN in paths
            else _fmt(console, _files(paths, directory), check=check, diff=diff)
        ),
        lambda stop: _document(_Result(diagnostics=list(stop.diagnostics)), stop.exit_code),
    )


def _files(paths: Sequence[str], directory: str | None) -> Mapping[str, Path]:
    """Find the files that are meant: those that are named, else the settings and every target's manifests."""
    if paths:
        missing = [path for path in paths if not Path(path).exists()]
        if missing:
            raise Misused(f"there is no file or folder {missing[0]}", "name one that exists, or none for all")
        return _found(Path(), paths)
    settings, shape = open_settings(directory)
    patterns = {each: None for one in shape.targets.values() for each in one.manifests or shape.manifests}
    return {FILE: settings.root / FILE, **_found(settings.root, list(patterns))}


def _found(root: Path, patterns: Sequence[str]) -> Mapping[str, Path]:
    found = find(root, patterns)
    if found.diagnostics:
        raise Stop(codes.INVALID, found.diagnostics)
    return found.files


def _fmt(console: Console, files: Mapping[str, Path], *, check: bool, diff: bool) -> int:
    result = _Result()
    for name, path in files.items():
        result.files += 1
        try:
            source = _read(path)
            formatted = format_text(source, name)
            if formatted.changed and not (check or diff):
                write_text(path, formatted.text)
            _note(result, name, source, formatted)
        except OSError as fault:
            result.diagnostics.append(
                error(fault.strerror or str(fault), Origin(name), "it was left as it is")
            )
    exit_code = result.exit_code(check=check)
    _warn(console, result)
    console.report(
        {
            "text": lambda _: "".join(
                result.differences if diff else [f"{each}\n" for each in result.changed]
            ),
            "json": lambda _: _document(result, exit_code),
        }
    )
    changed = "would change" if check or diff else "changed"
    console.say(f"{result.files} files: {len(result.changed)} {changed}.")
    return exit_code


def _read(path: Path) -> bytes:
    """Read a file; a pipe or a device is refused, as it might never end."""
    if not path.is_file():
        raise OSError("not a regular file")
    return path.read_bytes()


def _stdin(console: Console, paths: Sequence[str], *, check: bool, diff: bool) -> int:
    """Format what comes in; nothing goes out when it is not sound, so that no editor loses its text."""
    if len(paths) > 1 or console.format != "text":
        raise Misused("- stands alone: stdin is laid out on stdout", "name files, or - and nothing else")
    source = sys.stdin.buffer.read()
    formatted = format_text(source, "stdin")
    result = _Result(files=1)
    _note(result, "stdin", source, formatted)
    _warn(console, result)
    if not has_errors(result.diagnostics) and not (check and not diff):
        text = "".join(result.differences) if diff else formatted.text
        if printing.result(text.encode()) is not None:
            return codes.ERROR
    return result.exit_code(check=check)


def _warn(console: Console, result: _Result) -> None:
    if result.diagnostics:
        console.warn(diagnostics_text(result.diagnostics, result.sources, console.paint_aside))


def _note(result: _Result, name: str, source: bytes, formatted: Formatted) -> None:
    result.diagnostics += formatted.diagnostics
    if formatted.diagnostics:
        result.sources[name] = formatted.text
    if formatted.changed:
        result.changed.append(name)
        before = source.decode("utf-8", "replace")
        result.differences += _difference(name, before, formatted.text)


def _difference(name: str, before: str, after: str) -> Sequence[str]:
    """Give a unified difference, with every line ended, whatever the last one ends with."""
    lines = unified_diff(
        before.splitlines(), after.splitlines(), f"{name} now", f"{name} laid out", lineterm=""
    )
    return [f"{line}\n" for line in lines]


def _document(result: _Result, exit_code: int) -> str:
    return envelope("fmt", exit_code, result.diagnostics, files=result.files, changed=result.changed)
