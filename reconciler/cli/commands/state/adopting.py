"""Adopting: what the manifests say is read, held against the target, and taken into the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from reconciler.cli.console import Console
from reconciler.cli.envelope import envelope
from reconciler.cli.watching import watched
from reconciler.model.adoption import Adoption
from reconciler.model.manifest import Manifests
from reconciler.model.observation import World
from reconciler.model.plan import Selection, Taken
from reconciler.model.record import Record
from reconciler.pipeline import attend
from reconciler.project import codes
from reconciler.project.asking import Asking, question_of
from reconciler.project.opened import Opened
from reconciler.project.opening import utc_now
from reconciler.reports.json import adopted_data
from reconciler.reports.text import adopted_text
from reconciler.reports.text.diagnostics import diagnostics_text
from reconciler.shelves import KINDS
from reconciler.stages.adopt import Vouched, adopt, may_mean_lines, of_orders
from reconciler.stages.derive import derive, followed
from reconciler.stages.observe import observe


def adopt_declared(
    console: Console, opened: Opened, globs: Sequence[str], exclude_origin: Sequence[str] = ()
) -> int:
    """Adopt what is declared like these globs; gives the exit code.

    Live sources are asked where a glob may mean a line, but for those of an origin that is excluded.
    """
    declared, record = opened.declared(), opened.record()
    selection = Selection(exclude_origin=tuple(exclude_origin))
    if may_mean_lines(globs) and followed(declared.stated, selection, utc_now().date()):
        with watched(console) as watch, opened.reading(watch) as source:
            question = question_of(opened, Asking(selection=selection), watch)
            heard = attend(declared, question, source, record)
        in_force, world = heard.derived.manifests, heard.world
    else:
        in_force = derive(declared.manifests, record.finished, selection, utc_now().date()).manifests
        world = _read(console, opened, of_orders(in_force, globs), record)
    adoption = adopt(
        in_force, world, record, KINDS, Vouched(tuple(globs), utc_now(), salt=opened.chosen.terms.salt)
    )
    run = _keep(console, opened, adoption) if adoption.taken else None
    exit_code = _exit_code(adoption)
    console.report(
        {
            "text": lambda to: adopted_text(adoption, to.paint),
            "json": lambda _: envelope(
                "state adopt", exit_code, adoption.diagnostics, **adopted_data(opened.target, adoption, run)
            ),
        }
    )
    if adoption.diagnostics:
        console.warn(diagnostics_text(adoption.diagnostics, {}, console.paint_aside))
    if adoption.refused:
        console.say("`reconciler plan` shows every declared address and what the target shows of it.")
    return exit_code


def _read(console: Console, opened: Opened, wanted: Manifests, record: Record) -> World:
    """Read the orders whose lines may be meant, with the token that only reads.

    Definitions cannot be read, so for them nothing is sent.
    """
    if not wanted.lines:
        return World()
    with watched(console) as watch, opened.reading(watch) as source:
        how = opened.chosen.shape.observe
        return observe(source, wanted, record, how, datetime.now(UTC), watch.read)


def _keep(console: Console, opened: Opened, adoption: Adoption) -> int:
    """Write it down under a run of its own, so that the record says who vouched for what, and when."""
    with watched(console) as watch, opened.held("state adopt", watch) as store:
        journal = store.begin(target=opened.target.name, command="state adopt", facts=opened.facts)
        taken = [_under(each, journal.run) for each in adoption.taken]
        journal.settle((), taken, adoption.baselines)
        store.adopt({each.address: each.memory for each in taken if each.memory is not None})
        summary = {"adopted": len(taken), "refused": len(adoption.refused)}
        journal.end(exit_code=_exit_code(adoption), summary=summary, outcomes=())
    return journal.run


def _under(taken: Taken, run: int) -> Taken:
    memory = taken.memory
    return taken if memory is None else replace(taken, memory=replace(memory, run=run))


def _exit_code(adoption: Adoption) -> int:
    got_something = adoption.taken or adoption.known
    if adoption.refused:
        return codes.IN_PART if got_something else codes.ERROR
    return codes.DONE if got_something else codes.ERROR
