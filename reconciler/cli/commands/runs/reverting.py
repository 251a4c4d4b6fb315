"""Reverting: a run's line statuses are taken back by a manifest, so that the way back is reviewed too.

Nothing is sent and nothing is read but the state: what would be done is for the next plan to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.commands.runs.telling import no_such_run
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_target
from reconciler.model.diagnostic import Diagnostic, error, has_errors, warning
from reconciler.model.manifest import Manifests
from reconciler.model.plan import TargetName
from reconciler.model.reversal import Reversal
from reconciler.model.text import listed
from reconciler.pipeline import declare
from reconciler.project import codes
from reconciler.project.opened import Opened
from reconciler.project.opening import place_of, utc_now
from reconciler.project.stop import Stop
from reconciler.reports.json.reversal import reversal_data
from reconciler.reports.text import diagnostics_text
from reconciler.reports.text.reversal import reversal_line, reversal_manifest
from reconciler.stages.revert import revert


@click.command(name="revert")
@click.argument("run", type=click.IntRange(min=1))
@options.common
@options.option(
    "--into", metavar="FILE", type=click.Path(path_type=Path), help="A new file, instead of stdout."
)
def revert_run(
    directory: str | None, target: str | None, run: int, into: Path | None, **printing: Any
) -> int:
    """Write a manifest that takes a run's line statuses back to what they were before it.

    \b
    Examples:
      reconciler runs revert 41
      reconciler runs revert 41 --into manifests/revert-41.yaml

    Sends nothing: review the file, then plan and apply it. A status that was not known
    before the run is a comment there. Definitions and orders are not taken back.
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    named: list[TargetName] = []

    def work() -> int:
        opened = open_target(directory, target)
        named.append(opened.target)
        return _revert(console, opened, run, into)

    def failed(stop: Stop) -> str:
        nothing = reversal_data(named[0] if named else None, None)
        return envelope("runs revert", stop.exit_code, stop.diagnostics, **nothing)

    return guarded(console, work, failed)


def _revert(console: Console, opened: Opened, run: int, into: Path | None) -> int:
    with opened.state() as store:
        story = store.run(run)
        if story is None:
            raise Stop(codes.ERROR, (no_such_run(run, store),))
        finished = store.load().finished
    reversal = revert(story, finished, utc_now().date())
    if reversal.is_empty:
        raise Stop(codes.ERROR, (_nothing(reversal),))
    remarks = tuple(_remarks(opened, reversal))
    manifest = reversal_manifest(reversal, opened.target.name)
    if into is not None:
        _write(into, manifest)
    file = None if into is None else str(into)
    console.report(
        {
            "text": lambda _: manifest if file is None else f"Written: {file}\n{reversal_line(reversal)}\n",
            "json": lambda _: envelope(
                "runs revert", codes.DONE, remarks, **reversal_data(opened.target, reversal, manifest, file)
            ),
        }
    )
    if remarks:
        console.warn(diagnostics_text(remarks, {}, console.paint_aside))
    if file is None:
        console.say(reversal_line(reversal))
    console.say(f"Nothing was sent. Next: review it, then reconciler plan -t {opened.target.name}")
    return codes.DONE


def _write(into: Path, manifest: str) -> None:
    """Write a file that must not exist yet, for it may be somebody's work."""
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        with into.open("x", encoding="utf-8", newline="") as file:
            file.write(manifest)
    except FileExistsError:
        raise Stop(codes.ERROR, (error(f"{into} exists", advice="name a new file"),)) from None
    except (OSError, ValueError) as fault:
        raise Stop(codes.ERROR, (error(f"{into} cannot be written: {fault}"),)) from None


def _nothing(reversal: Reversal) -> Diagnostic:
    run = reversal.run.id
    if reversal.left:
        lasting = listed(each.address for each in reversal.left)
        return error(
            f"run {run} changed no line status; what it sent was {lasting}",
            advice="nothing takes a definition back; an order goes back with the manifest that declares it",
        )
    return error(
        f"run {run} changed no line status, so there is nothing to take back",
        advice="`reconciler runs list` lists the runs",
    )


# ------------------------------------------------------------------ what stands in the way


def _remarks(opened: Opened, reversal: Reversal) -> Iterator[Diagnostic]:
    """Say what the manifests that are there would have against the new one."""
    declared = declare(place_of(opened.chosen))
    if has_errors(declared.diagnostics):
        yield warning(
            "the manifests have errors, so whether they speak of these orders too is not known",
            advice="`reconciler validate` lists them",
        )
        return
    manifests = declared.manifests
    places = sorted({place for order in reversal.by_order for place in _places(order, manifests)})
    if places:
        yield warning(
            f"{len(places)} of these orders are declared already, such as at {places[0]}; "
            "an order may be declared once",
            advice="revert the commit that declared them first, or merge the entries",
        )
    words = {each.status for each in reversal.lines} | {each.said for each in reversal.lines}
    strange = sorted(each for each in words if not manifests.catalogue.knows_status(each))
    if strange:
        yield warning(
            f"no manifest declares {listed(strange)}, so the new one is not valid by itself",
            advice="declare each under `custom_line_statuses`, with `external: true` if it is kept elsewhere",
        )


def _places(order: str, manifests: Manifests) -> Iterator[str]:
    """Name where an order is declared, once."""
    if order in manifests.orders:
        yield str(manifests.orders[order].origin)
        return
    for wish in manifests.lines.get(order, {}).values():
        if wish.source is None:
            yield str(wish.origin)
            return
