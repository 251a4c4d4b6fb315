"""Table: a source of order-line states that is a file: CSV, JSON Lines or Parquet.

    files --open--> rows of cells --judge--> wishes, and a finding for every row that is none

Read as a stream: what is kept of a row is a wish at rest, whatever the size of the file. Every bad row is
named as `file:row`; a row is counted by the line of the file where it starts, the header being 1. In Parquet
there are no lines: the first row is 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from reconciler.model.diagnostic import Diagnostic, error, warning
from reconciler.model.report import Report
from reconciler.model.source import SourceManifest
from reconciler.model.table import TableEntry
from reconciler.model.text import quoted
from reconciler.ports import Sought
from reconciler.sources.table.bytes import Digested
from reconciler.sources.table.forms import form_of
from reconciler.sources.table.judging import Judge
from reconciler.sources.table.unreadable import Unreadable

__all__ = ["Table"]


class Table:
    """Reads tables. Raises nothing for what is wrong with a file: that is in the report."""

    def report(self, sought: Sought) -> Report:
        """Read every file that the source names."""
        source, entry = sought.source, _entry(sought.source)
        try:
            files = _files(sought)
        except (OSError, ValueError) as fault:
            said = fault.strerror if isinstance(fault, OSError) else str(fault)
            unfit = error(f"{source.label}: {quoted(entry.path)} names no file: {said}", source.origin)
            return Report(source=source, wishes=sought.room.wishes(source), diagnostics=(unfit,))
        wishes = sought.room.wishes(source)
        judge = Judge(source.name, entry, sought.catalogue, wishes)
        digest = sha256()
        faults: list[Diagnostic] = []
        if not files:
            faults.append(_nothing_found(source, entry))
        for file in files:
            name = _named(file, sought.root)
            with judge.file(name):
                try:
                    read = Digested(file, digest)
                    for rows in form_of(entry, file).rows(read, entry):
                        judge.take(rows)
                except Unreadable as fault:
                    judge.fault(fault)
                except RecursionError:
                    judge.fault(Unreadable("it is nested too deeply for a table"))
                except OSError as fault:
                    faults.append(error(f"{name} cannot be read: {fault.strerror}", source.origin))
        return Report(
            source=source,
            wishes=wishes,
            diagnostics=(*faults, *judge.findings(), *_idle(source, judge, files)),
            digest="sha256:" + digest.hexdigest(),
            orders=len(wishes),
            lines=wishes.count,
        )


def _entry(source: SourceManifest) -> TableEntry:
    details = source.details
    if not isinstance(details, TableEntry):
        raise TypeError(f"{source.label} is no table")
    return details


def _files(sought: Sought) -> list[Path]:
    """Find the files of a pattern relative to its manifest, in the order of their names."""
    folder = (sought.root / sought.source.origin.file).parent
    pattern = Path(_entry(sought.source).path)
    if pattern.is_absolute():
        folder, pattern = Path(pattern.anchor), pattern.relative_to(pattern.anchor)
    return sorted(_found(folder, pattern))


def _found(folder: Path, pattern: Path) -> Iterator[Path]:
    literal = folder / pattern
    if literal.is_file():
        yield literal
        return
    while pattern.parts and pattern.parts[0] == "..":  # a glob does not climb
        folder, pattern = folder / "..", Path(*pattern.parts[1:])
    if pattern.parts:
        yield from (each for each in folder.glob(str(pattern)) if each.is_file())


def _named(file: Path, root: Path) -> str:
    """Name a file as origins do: relative to the settings where it lies below them."""
    resolved = file.resolve()
    try:
        return resolved.relative_to(root.resolve()).as_posix()
    except ValueError:
        return resolved.as_posix()


def _nothing_found(source: SourceManifest, entry: TableEntry) -> Diagnostic:
    return error(
        f"{source.label}: there is no file {quoted(entry.path)}",
        source.origin,
        "paths of tables are relative to the manifest that names them",
    )


def _idle(source: SourceManifest, judge: Judge, files: list[Path]) -> Iterator[Diagnostic]:
    """Warn of a table in which nothing stands."""
    if files and not judge.rows and not judge.failed:
        yield warning(f"{source.label} holds no row", source.origin)
