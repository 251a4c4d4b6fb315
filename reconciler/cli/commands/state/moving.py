"""Moving: the record of an account is written out, and read back into another state."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_target
from reconciler.cli.watching import watched
from reconciler.model.address import Address
from reconciler.model.archive import Archive, Imported
from reconciler.model.diagnostic import error
from reconciler.project import codes
from reconciler.project.opened import Opened
from reconciler.project.stop import Stop
from reconciler.reports.json.archive import archive_data
from reconciler.settings import Misused
from reconciler.stages.unpack import Unreadable, rebuild, unpack


@click.command(name="export")
@options.common
def export_state(directory: str | None, target: str | None, **printing: Any) -> int:
    """Print the whole record of the account as JSON, for all of its projects.

    \b
    Examples:
      reconciler state export > record.json
      reconciler state export -t production -o json=record.json

    No secret and nothing personal is in it. `state import` reads it into another state.
    """
    outputs = printing["outputs"] or ("json",)
    console = open_console(
        outputs, printing["color"], printing["verbose"], printing["quiet"], formats=("json",)
    )
    named: list[str] = []

    def work() -> int:
        opened = open_target(directory, target)
        named.append(opened.target.account)
        with opened.state() as store:
            archive = store.archive()
        console.report(
            {
                "text": lambda _: f"Exported: {_counted(archive)}.\n",
                "json": lambda _: envelope("state export", codes.DONE, **archive_data(archive)),
            }
        )
        return codes.DONE

    def failed(stop: Stop) -> str:
        nothing = archive_data(Archive(account=named[0] if named else ""))
        return envelope("state export", stop.exit_code, stop.diagnostics, **nothing)

    return guarded(console, work, failed)


def _counted(archive: Archive) -> str:
    return f"{len(archive.memories)} memories, {len(archive.marks)} finished, {len(archive.runs)} runs"


@click.command(name="import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]")
@options.common
@options.option("--merge", is_flag=True, help="Into a record that is not empty: the newer is kept.")
@options.option(
    "--from-report",
    "reports",
    is_flag=True,
    help="The files are JSON reports of applies; a state that was lost is rebuilt from them.",
)
def import_state(
    directory: str | None,
    target: str | None,
    files: tuple[Path, ...],
    merge: bool,
    reports: bool,
    **printing: Any,
) -> int:
    """Read an export into the state of the target. Sends nothing.

    \b
    Examples:
      reconciler state import record.json
      reconciler state import record.json --merge
      reconciler state import --from-report reports/*.json

    Without --merge the record has to be empty. With it, of what both know the newer is
    kept, and of the history only what is in doubt is taken over.
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])

    def work() -> int:
        if not files or (len(files) > 1 and not reports):
            raise Misused("state import takes one file", "several are taken with --from-report")
        opened = open_target(directory, target)
        archive, partial = _read(opened, files, reports=reports)
        with watched(console) as watch, opened.held("state import", watch) as store:
            imported = store.restore(archive, merge=merge)
        _report(console, imported, partial)
        return codes.DONE

    return guarded(console, work, lambda stop: _document(Imported(), (), stop))


def _read(opened: Opened, files: Sequence[Path], *, reports: bool) -> tuple[Archive, Sequence[Address]]:
    documents = [_parsed(path) for path in files]
    try:
        if reports:
            return rebuild(documents, opened.target.account, opened.chosen.project)
        return unpack(documents[0]), ()
    except Unreadable as fault:
        kind = "reports of applies" if reports else "an export"
        names = ", ".join(map(str, files))
        advice = "`reconciler apply -o json=FILE` writes reports, `reconciler state export` writes exports"
        raise Stop(
            codes.ERROR, (error(f"{names} cannot be read as {kind}: {fault}", advice=advice),)
        ) from None


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise Stop(codes.ERROR, (error(f"{path} cannot be read: {fault.strerror}"),)) from None
    except (ValueError, RecursionError):
        raise Stop(codes.ERROR, (error(f"{path} is not JSON"),)) from None


def _report(console: Console, imported: Imported, partial: Sequence[Address]) -> None:
    def text(_: Console) -> str:
        lines = [
            f"Imported: {imported.memories} memories, {imported.marks} finished, {imported.runs} runs.",
        ]
        if imported.in_doubt:
            lines.append(f"In doubt: {imported.in_doubt}; withheld until they are settled.")
        if imported.older:
            lines.append(f"Left out: {imported.older} that are not newer than what is remembered here.")
        if imported.foreign:
            lines.append(f"Left out: {imported.foreign} that another project holds here.")
        if imported.renumbered_by:
            lines.append(f"Runs are numbered anew: {imported.renumbered_by} was added to each number.")
        if partial:
            lines.append("Left out, for the reports tell only a part: " + ", ".join(map(str, partial)))
        return "".join(f"{line}\n" for line in lines)

    console.report({"text": text, "json": lambda _: _document(imported, partial, None)})


def _document(imported: Imported, partial: Sequence[Address], stop: Stop | None) -> str:
    return envelope(
        "state import",
        codes.DONE if stop is None else stop.exit_code,
        () if stop is None else stop.diagnostics,
        imported={
            "memories": imported.memories,
            "finished": imported.marks,
            "runs": imported.runs,
            "in_doubt": imported.in_doubt,
        },
        left_out={
            "older": imported.older,
            "foreign": imported.foreign,
            "partial": [str(each) for each in partial],
        },
        renumbered_by=imported.renumbered_by,
    )
