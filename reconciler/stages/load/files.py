"""Which files a list of patterns names, without ever raising for what lies on the disk.

Links are followed, each real file and folder is taken once, and a link that leads back into itself is an
error rather than a walk without end. What cannot be looked at is an error too: manifests that vanish in
silence would look like a wish to let go of what they declare.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Final

from reconciler.model.diagnostic import Diagnostic, Origin, error

SUFFIXES: Final = (".yaml", ".yml")
_MAGIC: Final = frozenset("*?[")


@dataclass(slots=True)
class Found:
    """The files by the name a user knows them by, and what stood in the way."""

    files: dict[str, Path] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    """The patterns that name nothing, and for no other reason than that nothing is there."""


def find(root: Path, patterns: Sequence[str]) -> Found:
    """Find the files that patterns relative to `root` name: files, folders, or globs with `**`.

    A folder stands for all below it. In folders and globs only `*.yaml` and `*.yml` count, and nothing that
    is hidden, such as `.git`. Sorted by name, each file once.
    """
    found = Found()
    for pattern in patterns:
        before = len(found.diagnostics)
        files = dict(_matching(root, pattern, found.diagnostics))
        if not files and len(found.diagnostics) == before:
            advice = "create it, or correct `manifests` in the settings"
            found.idle.append(pattern)
            found.diagnostics.append(error(f"{pattern!r} names no *.yaml or *.yml file", advice=advice))
        found.files.update(files)
    found.files = _once(found.files)
    return found


def covers(root: Path, pattern: str, name: str) -> bool:
    """Tell whether a pattern would name a file of this name, relative to `root`, if it were there."""
    base, wildcards = _split(root, pattern)
    place = PurePath(name)
    if place == base and not wildcards:
        return not (root / base).is_dir()
    below = PurePath(os.path.normpath(base))
    if not place.is_relative_to(below) or not name.endswith(SUFFIXES):
        return False
    parts = place.relative_to(below).parts
    return not any(part.startswith(".") for part in parts) and _matches(parts, wildcards)


def _once(files: Mapping[str, Path]) -> dict[str, Path]:
    """Sort by name, and of several names of one file keep the first."""
    by_file: dict[str, str] = {}
    for name in sorted(files):
        by_file.setdefault(os.path.realpath(files[name]), name)
    return {name: files[name] for name in by_file.values()}


def _matching(root: Path, pattern: str, diagnostics: list[Diagnostic]) -> Iterator[tuple[str, Path]]:
    base, wildcards = _split(root, pattern)
    path = root / base
    if not wildcards and not path.is_dir():
        if os.path.lexists(path):
            yield _name(root, base), path
        return
    for below in _walk(path, _name(root, base), diagnostics):
        if not wildcards or _matches(below.parts, wildcards):
            yield _name(root, base / below), path / below


def _split(root: Path, pattern: str) -> tuple[PurePath, tuple[str, ...]]:
    """Give the part of a pattern that is a plain path, and its segments from the first wildcard on."""
    parts = PurePath(pattern).parts
    plain = next((index for index, part in enumerate(parts) if _MAGIC.intersection(part)), len(parts))
    if os.path.lexists(root / pattern):
        plain = len(parts)
    return PurePath(*parts[:plain]), parts[plain:]


def _matches(parts: Sequence[str], segments: Sequence[str]) -> bool:
    """Tell whether a path, or a folder that it lies in, is what the segments of a glob name."""
    if not segments:
        return True
    if segments[0] == "**":
        return any(_matches(parts[skipped:], segments[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], segments[0]) and _matches(parts[1:], segments[1:])


def _walk(top: Path, name: str, diagnostics: list[Diagnostic]) -> Iterator[PurePath]:
    """Give the YAML files below a folder, relative to it; links are followed, each real folder once."""
    entered: set[str] = set()
    waiting = [PurePath()]
    while waiting:
        folder = waiting.pop()
        real = os.path.realpath(top / folder)
        if real in entered:
            continue
        entered.add(real)
        for entry in _entries(top / folder, _below(name, folder), diagnostics):
            below, where = folder / entry.name, _below(name, folder / entry.name)
            try:
                mode = entry.stat().st_mode
            except OSError as fault:
                diagnostics.append(unreadable(where, fault))
                continue
            if stat.S_ISDIR(mode):
                if entry.is_symlink() and PurePath(real).is_relative_to(os.path.realpath(entry.path)):
                    found = "the link leads back to a folder that it lies in"
                    diagnostics.append(error(found, Origin(where), "remove the link"))
                else:
                    waiting.append(below)
            elif entry.name.endswith(SUFFIXES):
                yield below


def _entries(folder: Path, name: str, diagnostics: list[Diagnostic]) -> list[os.DirEntry[str]]:
    """List what a folder shows; one that is not there shows nothing, and the pattern is to blame."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as fault:
        diagnostics.append(unreadable(name, fault))
        return []


def unreadable(name: str, fault: OSError | ValueError) -> Diagnostic:
    """Make the error for a file or folder that cannot be read."""
    reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return error(
        f"cannot be read: {reason}",
        Origin(name),
        "repair or remove it, or correct `manifests` in the settings",
    )


def _below(name: str, path: PurePath) -> str:
    return (PurePath(name) / path).as_posix()


def _name(root: Path, given: PurePath) -> str:
    """Name a path as a user would: relative to the root when it lies there, else as it was given."""
    relative = os.path.relpath(root / given, root)
    return given.as_posix() if PurePath(relative).parts[:1] == (os.pardir,) else PurePath(relative).as_posix()
