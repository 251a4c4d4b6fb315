"""drift: what of the record the target no longer shows. Reads; writes the record only where told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.console import Console, Render, reporting_console
from reconciler.cli.drawing import stopped_reports
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_target
from reconciler.cli.watching import watched
from reconciler.model.address import ORDER, Address
from reconciler.model.diagnostic import Diagnostic, warning
from reconciler.model.drifting import Drifted, Drifting, Verdict
from reconciler.model.evidence import Evidence
from reconciler.model.latest import moved
from reconciler.model.plan import Selection, Taken, TargetName
from reconciler.model.record import Memory, Record
from reconciler.project import codes
from reconciler.project.opened import Opened
from reconciler.project.stop import Stop
from reconciler.project.watch import Watch
from reconciler.reports.html import drifting_page
from reconciler.reports.json.drifting import drifting_data
from reconciler.reports.markdown import drifting_markdown
from reconciler.reports.text.diagnostics import diagnostics_text
from reconciler.reports.text.drifting import drifting_text
from reconciler.shelves import KINDS
from reconciler.stages.derive import selects
from reconciler.stages.drift import Selects, drift, held
from reconciler.stages.observe import observe
from reconciler.store import WritableStore
from reconciler.version import __version__


@click.command(name="drift")
@options.reporting
@options.option("--only", metavar="GLOB", multiple=True, help="Only addresses like this; repeatable.")
@options.option("--exclude", metavar="GLOB", multiple=True, help="Not addresses like this; repeatable.")
@options.option("--detailed-exitcode", is_flag=True, help="Exit 2 when something was changed or is gone.")
@options.option(
    "--accept",
    "accepted",
    metavar="GLOB",
    multiple=True,
    loosens=True,
    help="Take what the target shows of these for the new record; repeatable.",
)
def command(directory: str | None, target: str | None, **chosen: Any) -> int:
    """Compare what is remembered with what the target shows. Needs no manifests.

    \b
    Examples:
      reconciler drift
      reconciler drift --detailed-exitcode -o json
      reconciler drift -o markdown=drift.md -o html=drift.html
      reconciler drift --accept 'order_line/1234000/*'

    Only for what is still held: a wish that is done once and for all is not. What
    was changed outside and what is gone is drift; what cannot be read is counted
    apart and never makes the exit code 2. Sends nothing.
    """
    console = reporting_console(chosen)
    named: list[TargetName] = []

    def failed(stop: Stop) -> str:
        nothing = drifting_data(named[0] if named else None, Drifting(complete=False))
        return envelope("drift", stop.exit_code, stop.diagnostics, **nothing)

    def work() -> int:
        opened = open_target(directory, target)
        named.append(opened.target)
        choice = selects(Selection(only=tuple(chosen["only"]), exclude=tuple(chosen["exclude"])))
        if chosen["accepted"]:
            with watched(console) as watch, opened.held("drift", watch) as store:
                found = _look(opened, store.load(), choice, watch)
                found = _accept(found, chosen["accepted"], store)
        else:
            record = opened.record()
            with watched(console) as watch:
                found = _look(opened, record, choice, watch)
        code = _exit_code(found.drifting, detailed=chosen["detailed_exitcode"])
        _report(console, found, code)
        if found.diagnostics:
            console.warn(diagnostics_text(found.diagnostics, {}, console.paint_aside))
        if found.accepted:
            console.say(f"Accepted: {len(found.accepted)} into the record. Nothing was sent.")
        return code

    def others(stop: Stop) -> Mapping[str, Render]:
        return stopped_reports("drift", named[0] if named else None, stop)

    return guarded(console, work, failed, others)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was compared, and what came of it."""

    opened: Opened
    record: Record
    drifting: Drifting
    at: datetime
    """When it was looked at, in UTC."""
    accepted: tuple[Address, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def _report(console: Console, found: _Found, code: int) -> None:
    """Print what was found in every format that was asked for."""
    target, drifting = found.opened.target, found.drifting
    said = (target, drifting, found.accepted, found.diagnostics)
    console.report(
        {
            "text": lambda to: drifting_text(target, drifting, to.paint, verbose=to.verbose),
            "json": lambda _: envelope(
                "drift", code, found.diagnostics, **drifting_data(target, drifting, found.accepted)
            ),
            "markdown": lambda to: drifting_markdown(*said, limit=to.limit),
            "html": lambda _: drifting_page(*said, at=found.at, tool_version=__version__),
        }
    )


def _look(opened: Opened, record: Record, choice: Selects, watch: Watch) -> _Found:
    """Read what is held, with the token that only reads."""
    chosen = opened.chosen
    with opened.reading(watch) as source:
        wanted = held(record, KINDS, choice)
        now = datetime.now(UTC)
        world = observe(source, wanted, record, chosen.shape.observe, now, watch.read)
    return _Found(opened, record, drift(record, world, KINDS, chosen.terms, choice), now)


def _exit_code(drifting: Drifting, *, detailed: bool) -> int:
    if not drifting.complete:
        return codes.ERROR
    return codes.PENDING if detailed and not drifting.is_clear else codes.DONE


# ------------------------------------------------------------------ accepting


def _accept(found: _Found, patterns: Sequence[str], store: WritableStore) -> _Found:
    """Take what the target shows for the new record, under a run of its own; the account is held."""
    meant = [
        each
        for each in found.drifting.found
        if each.verdict is not Verdict.UNTOLD and any(each.address.matches(glob) for glob in patterns)
    ]
    idle = [glob for glob in patterns if not any(each.address.matches(glob) for each in found.drifting.found)]
    untold = [
        each.address
        for each in found.drifting.found
        if each.verdict is Verdict.UNTOLD and any(each.address.matches(glob) for glob in patterns)
    ]
    diagnostics = [
        warning(f"--accept {glob!r} matches nothing that has drifted", advice="see the list") for glob in idle
    ]
    if untold:
        diagnostics.append(
            warning(
                f"{len(untold)} that match --accept cannot be told, such as {untold[0]}; "
                "their record stays as it is",
                advice="`reconciler state forget` takes them out of the record",
            )
        )
    if meant:
        _write(found, meant, store)
    left = tuple(each for each in found.drifting.found if each not in meant)
    same = found.drifting.same + sum(each.verdict is Verdict.CHANGED for each in meant)
    drifting = replace(found.drifting, found=left, same=same)
    accepted = tuple(each.address for each in meant)
    return replace(found, drifting=drifting, accepted=accepted, diagnostics=tuple(diagnostics))


def _write(found: _Found, meant: Sequence[Drifted], store: WritableStore) -> None:
    journal = store.begin(target=found.opened.target.name, command="drift", facts=found.opened.facts)
    now = datetime.now(UTC)
    journal.remember([_taken(each, found.record, now, journal.run) for each in meant])
    journal.end(exit_code=codes.DONE, summary={"accepted": len(meant)}, outcomes=())


def _taken(each: Drifted, record: Record, now: datetime, run: int) -> Taken:
    """Give what is remembered from now on; nothing of what is gone."""
    if each.verdict is Verdict.GONE:
        return Taken(each.address, None)
    spec = each.observed
    if each.address.kind == ORDER:
        memory = record.orders[each.address.parts[0]]
        return Taken(
            each.address,
            replace(memory, spec={**memory.spec, **spec}, how=Evidence.OBSERVED, at=now, run=run),
        )
    order, line = each.address.parts
    return Taken(each.address, moved(Memory(spec, Evidence.OBSERVED, now, run), record.lines[order][line]))
