"""Recheck: a long run looks again at what is left, because orders live on while it writes.

A change that would not be drawn as it was approved has moved and is not sent; one that has come true by
itself needs no request. An observation that cannot be repeated stops the run: what nobody can vouch for is
not sent. Only orders can be observed; definitions cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from reconciler.model.address import Address
from reconciler.model.approval import reviewed
from reconciler.model.change import Change, Create, UpdateLine, UpdateOrder, Withhold, as_json
from reconciler.ports import Broken, Denied
from reconciler.stages.apply.ledger import Ledger
from reconciler.stages.apply.sending import Sending

StepT = TypeVar("StepT", Create | UpdateOrder, UpdateLine)


@dataclass(slots=True)
class Recheck:
    """When the target was last observed, and what to do when that was too long ago. For one thread."""

    sending: Sending
    ledger: Ledger
    observed: datetime = field(init=False)

    def __post_init__(self) -> None:
        """The clock starts with the observation of the plan, so that a long prompt counts."""
        self.observed = self.sending.world.read_at or self.sending.clock.now()

    @property
    def due(self) -> bool:
        """Tell whether what is left has to be observed again before more of it is sent."""
        after = self.sending.rules.recheck_after
        if not after or self.ledger.stop.is_set():
            return False
        return self.sending.clock.now() - self.observed >= timedelta(seconds=after)

    def standing(self, steps: Sequence[StepT], lines: Mapping[str, Sequence[UpdateLine]]) -> list[StepT]:
        """Observe the orders of these steps again; give the steps that are as they were approved.

        `lines` are those that an import speaks for, by order: they share its fate. The others get their
        outcome here.
        """
        try:
            now = self.sending.redraw({step.address.parts[0] for step in steps})
        except Broken as fault:
            self.ledger.halt(f"what is left could not be observed again: {fault}")
            return list(steps)
        except Denied as denied:
            self.ledger.deny(denied)
            return list(steps)
        self.observed = self.sending.clock.now()
        standing = []
        for step in steps:
            spoken_for: Sequence[UpdateLine] = lines.get(step.address.parts[0], ())
            change = now.get(step.address)
            if isinstance(change, type(step)) and all(_is_same(each, now) for each in (step, *spoken_for)):
                standing.append(change)
            else:
                self._close(step, now, spoken_for)
        return standing

    def _close(
        self,
        step: Create | UpdateOrder | UpdateLine,
        now: Mapping[Address, Change],
        lines: Sequence[UpdateLine],
    ) -> None:
        """Give a step that is not to be sent its outcome, and theirs to the lines that it speaks for."""
        change = now.get(step.address)
        if change is None:
            self.ledger.converge(step)
        else:
            self.ledger.move(step, _moved(step, change))
        for line in lines:
            if line.address in now:
                self.ledger.move(line, _moved(line, now[line.address]))
            else:
                self.ledger.converge(line)


def _is_same(step: Create | UpdateOrder | UpdateLine, now: Mapping[Address, Change]) -> bool:
    change = now.get(step.address)
    return change is not None and reviewed(change) == reviewed(step)


def _moved(step: Create | UpdateOrder | UpdateLine, change: Change) -> str:
    """Say from what to what a change has moved."""
    if reviewed(change) == reviewed(step):
        return "another part of what its import says has moved"
    if isinstance(change, Withhold):
        return f"withheld now: {change.reason}"
    before = {each.path: as_json(each.before) for each in step.fields}
    told = [
        f"{each.path} was {before.get(each.path)} when it was approved, is {as_json(each.before)} now"
        for each in change.fields
        if before.get(each.path) != as_json(each.before) and not isinstance(as_json(each.before), dict)
    ]
    return (
        "; ".join(told) or f"is known as {change.evidence} now, or would say something else: {change.reason}"
    )
