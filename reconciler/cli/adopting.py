"""Adopting: what the manifests say is read, held against the target, and taken into the record."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

from reconciler.cli import codes
from reconciler.cli.console import Console
from reconciler.cli.drawing import Pause
from reconciler.cli.envelope import envelope
from reconciler.cli.facts import run_facts
from reconciler.cli.leasing import held
from reconciler.cli.progress import progress
from reconciler.cli.session import open_manifests, utc_now
from reconciler.model.adoption import Adoption
from reconciler.model.manifest import Manifests
from reconciler.model.observation import World
from reconciler.model.plan import Selection, Taken
from reconciler.model.record import Record
from reconciler.reports.json import adopted_data
from reconciler.reports.text import adopted_text
from reconciler.reports.text.diagnostics import diagnostics_text
from reconciler.settings import Chosen
from reconciler.settings.connect import connect
from reconciler.shelves import KINDS
from reconciler.stages.adopt import Vouched, adopt, of_orders
from reconciler.stages.derive import derive
from reconciler.stages.observe import observe
from reconciler.store import open_record


def adopt_declared(console: Console, chosen: Chosen, globs: Sequence[str]) -> int:
    """Adopt what is declared like these globs; gives the exit code."""
    declared = open_manifests(chosen)
    with open_record(chosen.state, chosen.target.account, chosen.project) as store:
        record = store.load()
    in_force = derive(declared.manifests, record.finished, Selection(), datetime.now(UTC).date()).manifests
    world = _read(console, chosen, of_orders(in_force, globs), record)
    adoption = adopt(in_force, world, record, KINDS, Vouched(tuple(globs), utc_now(), salt=chosen.terms.salt))
    run = _keep(console, chosen, adoption) if adoption.taken else None
    exit_code = _exit_code(adoption)
    console.report(
        {
            "text": lambda to: adopted_text(adoption, to.paint),
            "json": lambda _: envelope(
                "state adopt", exit_code, adoption.diagnostics, **adopted_data(chosen.target, adoption, run)
            ),
        }
    )
    if adoption.diagnostics:
        console.warn(diagnostics_text(adoption.diagnostics, {}, console.paint_aside))
    if adoption.refused:
        console.say("`reconciler plan` shows every declared address and what the target shows of it.")
    return exit_code


def _read(console: Console, chosen: Chosen, wanted: Manifests, record: Record) -> World:
    """Read the orders whose lines may be meant, with the token that only reads.

    Definitions cannot be read, so for them nothing is sent.
    """
    if not wanted.lines:
        return World()
    pause = Pause(Event())
    with (
        progress(console) as shown,
        connect(chosen, os.environ, shown.waiting, pause.sleep, reading=True) as source,
    ):
        return observe(source, wanted, record, chosen.shape.observe, datetime.now(UTC), shown.read)


def _keep(console: Console, chosen: Chosen, adoption: Adoption) -> int:
    """Write it down under a run of its own, so that the record says who vouched for what, and when."""
    with held(chosen, "state adopt", console, Event()) as store:
        journal = store.begin(target=chosen.target.name, command="state adopt", facts=run_facts())
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
