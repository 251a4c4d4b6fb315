"""The one verb with a disk: patterns to the documents that are meant for a target, with variables in place.

Every file is parsed, also one whose documents are for other targets: a mistake in its syntax must not wait
for the day that target is used.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.document import Document
from reconciler.stages.load.anchors import Limits
from reconciler.stages.load.files import find, unreadable
from reconciler.stages.load.reader import parse
from reconciler.stages.load.variables import interpolate, suggest


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the files say: the documents in order, what was found, and each file's text for excerpts."""

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]


def load(  # noqa: PLR0913 -- what is read, for whom, and two ways to read otherwise that few ask for
    root: Path,
    patterns: Sequence[str],
    *,
    variables: Mapping[str, Any],
    target: str | None,
    targets: Collection[str],
    limits: Limits | None = None,
    instead: Mapping[str, bytes] | None = None,
) -> Loaded:
    """Read the files that `patterns` name relative to `root`: files, folders or globs.

    A document whose `targets` do not name `target` is left out before variables are looked at; without a
    target all are kept. `instead` holds what is read for files of these names, whether they are there or not.
    """
    limits = limits or Limits()
    found = find(root, patterns)
    instead = instead or {}
    documents: list[Document] = []
    diagnostics = found.diagnostics
    sources: dict[str, str] = {}
    for name, path in sorted({**{each: root / each for each in instead}, **found.files}.items()):
        try:
            source = instead[name] if name in instead else _read(path, limits.size)
        except (OSError, ValueError) as fault:
            diagnostics.append(unreadable(name, fault))
            continue
        parsed = parse(source, name, limits=limits)
        sources[name] = parsed.text
        diagnostics.extend(parsed.diagnostics)
        for document in parsed.documents:
            diagnostics.extend(_unknown_targets(document, targets))
            if _is_for(document, target, targets):
                diagnostics.extend(interpolate(document, variables))
                documents.append(document)
    return Loaded(tuple(documents), tuple(diagnostics), sources)


def _read(path: Path, size: int) -> bytes:
    """Read a file, at most one byte more than `size`; a pipe or device is refused, as it might never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("not a regular file")
    with path.open("rb") as file:
        return file.read(size + 1)


def _targets(document: Document) -> list[str] | None:
    """Give the targets that a document is for; None: for all, or what validation will refuse."""
    named = document.data.get("targets") if isinstance(document.data, dict) else None
    return named if isinstance(named, list) and all(isinstance(each, str) for each in named) else None


def _is_for(document: Document, target: str | None, targets: Collection[str]) -> bool:
    """Tell whether a document counts; one of which no target is known does, so that all faults are found."""
    named = _targets(document)
    if target is None or named is None or target in named:
        return True
    return bool(named) and not any(name in targets for name in named)


def _unknown_targets(document: Document, targets: Collection[str]) -> list[Diagnostic]:
    return [
        error(f"there is no target {name!r}", document.at(("targets", index)), suggest(name, targets))
        for index, name in enumerate(_targets(document) or [])
        if name not in targets
    ]
