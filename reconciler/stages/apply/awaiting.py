"""Awaiting: steps that need a definition which another shard writes wait for it, within bounds.

The shared record tells: a definition is there when it is remembered as it is wanted. What needs nothing of
that kind is sent first. What was waited for in vain is skipped, never sent on the hope that it is there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final

from reconciler.model.address import Address
from reconciler.model.change import stands_on
from reconciler.model.definition import comparable
from reconciler.model.plan import Plan
from reconciler.model.record import Memory
from reconciler.model.steps import Steps, packed
from reconciler.stages.apply.ledger import Ledger
from reconciler.stages.apply.sending import Sending

POLL: Final = 1.0
"""Seconds between two looks at the record."""
TOLD_EVERY: Final = timedelta(seconds=10)


def parted(plan: Plan) -> tuple[Steps, Steps]:
    """Give the steps that may go at once, and those that have to wait.

    An order and the lines that its import speaks for stay together.
    """
    if not plan.awaited:
        return packed(plan.steps), Steps()
    waiting = {step.address for step in plan.steps if not plan.awaited.isdisjoint(stands_on(step))}
    waiting |= {step.address for step in plan.steps if any(need in waiting for need in step.needs)}
    ready = Steps(step for step in plan.steps if step.address not in waiting)
    return ready, Steps(step for step in plan.steps if step.address in waiting)


def await_definitions(steps: Steps, plan: Plan, sending: Sending, ledger: Ledger) -> Steps:
    """Wait until what these steps need is on record, and give those that may go; the others are skipped.

    Ends early when nothing new may be sent any more. Raises what the journal raises.
    """
    missing = _missing(plan.awaited, sending, ledger)
    began = told = sending.clock.now()
    first = plan.selection.shard.first if plan.selection.shard is not None else "1"
    if missing:
        ledger.awaiting(_said(missing, str(first)))
    while missing and not ledger.stop.is_set() and sending.clock.now() - began < sending.patience:
        sending.clock.sleep(POLL)
        missing = _missing(missing, sending, ledger)
        if missing and sending.clock.now() - told >= TOLD_EVERY:
            told = sending.clock.now()
            ledger.awaiting(_said(missing, str(first)))
    if ledger.stop.is_set():
        return steps
    return _standing(steps, missing, str(first), ledger)


def _standing(steps: Steps, missing: Collection[Address], first: str, ledger: Ledger) -> Steps:
    """Skip what still lacks something, and with an order the lines that its import speaks for."""
    lacking = {step.address: need for step in steps for need in stands_on(step) if need in missing}
    for step in steps:
        need = next((lacking[each] for each in step.needs if each in lacking), None)
        if need is not None:
            lacking.setdefault(step.address, need)
    for step in steps:
        if step.address in lacking:
            ledger.skip(step, f"its need was not written in time by shard {first}: {lacking[step.address]}")
    return Steps(step for step in steps if step.address not in lacking)


def _missing(awaited: Collection[Address], sending: Sending, ledger: Ledger) -> frozenset[Address]:
    """Name the definitions that are not on record as they are wanted."""
    if not awaited:
        return frozenset()
    held = ledger.journal.remembered(awaited)
    return frozenset(each for each in awaited if not _is_there(each, held, sending))


def _is_there(where: Address, held: Mapping[Address, Memory], sending: Sending) -> bool:
    memory, manifest = held.get(where), sending.manifests.definitions.get(where)
    if memory is None or manifest is None or memory.released:
        return False
    return bool(memory.spec == comparable(memory.spec, manifest, sending.terms.salt))


def _said(missing: Collection[Address], first: str) -> str:
    named = min(missing, key=lambda each: each.rank)
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    return f"waiting for shard {first} to write {named}{more}"
