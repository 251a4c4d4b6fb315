"""Recheck: a long run looks again at what is left, because orders live on while it writes.

The same rules hold as for a saved plan: what is no longer as it was approved has moved and is not sent, what
has come true by itself is dropped and has no outcome, what is new is left for the next plan. An observation
that cannot be repeated stops the run: what nobody can vouch for is not sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from reconciler.model.address import Address
from reconciler.model.approval import told
from reconciler.model.change import Pending
from reconciler.model.diagnostic import Diagnostic, note
from reconciler.model.plan import Plan
from reconciler.model.sightings import seen_over
from reconciler.model.steps import Steps, packed
from reconciler.model.updates import Updates
from reconciler.ports import Broken, Denied
from reconciler.stages.apply.ledger import Ledger
from reconciler.stages.apply.sending import Rechecked, Sending

StepT = TypeVar("StepT", bound=Pending)


@dataclass(slots=True)
class Recheck:
    """When the target was last observed, and what became of what was left then.

    `standing` is for one thread, while no request is in flight.
    """

    plan: Plan
    sending: Sending
    ledger: Ledger
    observed: datetime = field(init=False)
    _fresh: Steps = field(default_factory=Steps)
    """All that was left then, as it was observed."""

    def __post_init__(self) -> None:
        """The clock starts with the observation of the plan, so that a long prompt counts."""
        self.observed = self.ledger.world.read_at or self.sending.clock.now()

    @property
    def due(self) -> bool:
        """Tell whether what is left has to be observed again before more of it is sent."""
        after = self.sending.rules.recheck_after
        if not after or self.ledger.stop.is_set():
            return False
        return self.sending.clock.now() - self.observed >= timedelta(seconds=after)

    def standing(self, steps: Sequence[StepT]) -> list[StepT]:
        """Give those of these steps that are still to be sent, as they were last observed.

        When it is due everything that is left is observed again first, whatever was asked for.
        """
        return list(self.left(steps))

    def left(self, steps: Sequence[StepT]) -> Iterator[StepT]:
        """Give the same one by one, each made when its turn comes."""
        if steps and self.due:
            self._look()
        fresh, left = self._fresh, iter(steps)
        if self.ledger.outcomes or self.ledger.dropped:
            where = steps.addresses() if isinstance(steps, Updates) else (step.address for step in steps)
            left = (steps[place] for place, each in enumerate(where) if not self._is_closed(each))
        if fresh:
            left = (fresh.find(step.address) or step for step in left)  # type: ignore[misc]  # same class: approved
        return left

    def _is_closed(self, where: Address) -> bool:
        return where in self.ledger.outcomes or where in self.ledger.dropped

    def remarks(self) -> tuple[Diagnostic, ...]:
        """Say what was dropped."""
        dropped = sorted(self.ledger.dropped, key=lambda each: each.rank)
        if not dropped:
            return ()
        named = ", ".join(map(str, dropped[:3]))
        return (note(f"already so when it was observed again, dropped: {len(dropped)} ({named})"),)

    def _look(self) -> None:
        ledger = self.ledger
        left = Steps(step for step in self.plan.steps if not self._is_closed(step.address))
        try:
            found = self.sending.again(left, ledger.written)
        except Broken as fault:
            ledger.halt(f"what is left could not be observed again: {fault}")
        except Denied as denied:
            ledger.deny(denied)
        else:
            self.observed = self.sending.clock.now()
            self._take(found, left)

    def _take(self, found: Rechecked, left: Steps) -> None:
        ledger, narrowed = self.ledger, found.narrowed
        moved = {move.address for move in narrowed.moved}
        before = {step.address: step for step in left if step.address in moved}
        ledger.world = replace(ledger.world, orders=seen_over(ledger.world.orders, found.world.orders))
        ledger.journal.remember(found.taken)
        self._fresh = packed(narrowed.steps).in_order()
        ledger.drop(narrowed.converged)
        for move in narrowed.moved:
            ledger.move(before[move.address], told(move))
        ledger.rechecked(narrowed)
