"""What a write that the target accepted means for the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reconciler.model.change import (
    Create,
    Ensure,
    Pending,
    Release,
    UpdateDefinition,
    UpdateLine,
    UpdateOrder,
    as_json,
)
from reconciler.model.definition import memorable
from reconciler.model.evidence import Evidence
from reconciler.model.latest import spoken, unmarks
from reconciler.model.manifest import LineManifest, OrderManifest
from reconciler.model.plan import Taken
from reconciler.model.record import Memory
from reconciler.stages.apply.sending import Sending


@dataclass(frozen=True, slots=True)
class Memories:
    """Makes memories of accepted steps."""

    sending: Sending
    run: int

    def of(self, step: Pending, at: datetime) -> tuple[Taken, ...]:
        """Give what is to be remembered once a step is done at this moment of the target's clock."""
        match step:
            case Ensure() | UpdateDefinition():
                memory = Memory(
                    memorable(step.wanted, self.sending.terms.salt), Evidence.RECORDED, at, self.run
                )
                return (Taken(step.address, memory),)
            case Release():
                return (Taken(step.address, self._released(step)),)
            case UpdateLine():
                return (self._line(step.wanted, at),)
            case Create():
                return (self._order(step.wanted, at), *self._created_lines(step, at))
            case UpdateOrder():
                return (self._order(step.wanted, at), *self._new_lines(step, at))

    def _line(self, wish: LineManifest, at: datetime) -> Taken:
        before = self.sending.record.lines.get(wish.order, {}).get(wish.line)
        memory = Memory(wish.status, Evidence.RECORDED, at, self.run)
        memory = spoken(memory, wish, before, self.sending.manifests.sources)
        held = "" if unmarks(wish) and wish.address in self.sending.record.finished else None
        return Taken(wish.address, memory, finished=wish.status if wish.once else held)

    def _released(self, step: Release) -> Memory | None:
        memory = self.sending.record.definitions.get(step.address)
        if memory is None:
            return None
        return Memory(memory.spec, memory.how, memory.at, memory.run, released=True)

    def _order(self, manifest: OrderManifest, at: datetime) -> Taken:
        kind, terms = self.sending.kinds.order, self.sending.terms
        shown = kind.shown(manifest, self.sending.manifests.catalogue, terms, manifest.fields)
        before = self.sending.record.orders.get(manifest.order)
        memory = Memory(
            {path: as_json(value) for path, value in shown.items()},
            Evidence.RECORDED,
            at,
            self.run,
            identity=kind.identity(manifest, terms) or (before.identity if before is not None else ""),
        )
        return Taken(manifest.address, memory)

    def _created_lines(self, step: Create, at: datetime) -> tuple[Taken, ...]:
        wishes = self.sending.manifests.lines.get(step.wanted.order, {})
        return tuple(self._line(wishes[line], at) for line, _ in step.statuses if line in wishes)

    def _new_lines(self, step: UpdateOrder, at: datetime) -> tuple[Taken, ...]:
        """Remember the lines that this import brought into an order; the others have changes of their own."""
        wishes = self.sending.manifests.lines.get(step.wanted.order, {})
        there = step.live.lines if step.live is not None and step.live.lines is not None else {}
        return tuple(
            self._line(wishes[line], at) for line, _ in step.statuses if line in wishes and line not in there
        )
