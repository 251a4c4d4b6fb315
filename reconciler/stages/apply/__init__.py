"""apply: a plan becomes outcomes.

Definitions first, then imports of orders, then line updates; what needs something that failed is skipped with
the reason and the rest goes on. What waits for a definition of another shard goes last. Nothing is sent that
is not a step of the plan, and every request leaves only after its intent is on disk.
"""

from __future__ import annotations

from reconciler.model.change import (
    Create,
    Ensure,
    Release,
    UpdateDefinition,
    UpdateOrder,
)
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.plan import Plan
from reconciler.model.steps import Steps, packed
from reconciler.stages.apply.awaiting import await_definitions, parted
from reconciler.stages.apply.imports import Imports
from reconciler.stages.apply.ledger import Ledger
from reconciler.stages.apply.lines import send_lines
from reconciler.stages.apply.memories import Memories
from reconciler.stages.apply.recheck import Recheck
from reconciler.stages.apply.sending import Rechecked, Sending
from reconciler.stages.apply.verify import verify

__all__ = ["Ledger", "Rechecked", "Sending", "apply"]


def apply(plan: Plan, sending: Sending, ledger: Ledger) -> tuple[Diagnostic, ...]:
    """Carry out a plan; what became of each step stands in the ledger.

    Gives what a second look and the verifying read found worth saying. Raises what the journal raises.
    """
    memories = Memories(sending, ledger.journal.run)
    ledger.journal.remember(plan.taken)
    ledger.journal.baseline(plan.baselines)
    for step in packed(plan.steps).others:
        if isinstance(step, Release):
            ledger.release(step, memories.of(step, ledger.now()))
    recheck = Recheck(plan, sending, ledger)
    ready, waiting = parted(plan)
    _send(ready, sending, ledger, memories, recheck)
    if waiting:
        _send(await_definitions(waiting, plan, sending, ledger), sending, ledger, memories, recheck)
    return (*recheck.remarks(), *verify(plan, sending, ledger, memories))


def _send(steps: Steps, sending: Sending, ledger: Ledger, memories: Memories, recheck: Recheck) -> None:
    Imports(sending, memories, ledger, recheck).send(
        [step for step in steps.others if isinstance(step, Ensure | UpdateDefinition)],
        [step for step in steps.others if isinstance(step, Create | UpdateOrder)],
        steps.lines.carried,
    )
    send_lines(steps.lines.sent_alone, sending, ledger, memories, recheck)
