"""Observing: a plan's target is read, or what was saved of it earlier is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reconciler.model.change import Create, UpdateOrder
from reconciler.model.diagnostic import Diagnostic, error, warning
from reconciler.model.plan import Plan
from reconciler.model.rules import Observe
from reconciler.model.steps import Steps, packed
from reconciler.pipeline import Declared
from reconciler.ports import Readable
from reconciler.project import codes
from reconciler.project.opened import Opened
from reconciler.project.opening import utc_now
from reconciler.project.stop import Stop
from reconciler.project.watch import Watch
from reconciler.settings import Misused
from reconciler.shelves import KINDS
from reconciler.targets.altcraft import Altcraft
from reconciler.targets.saved import Saved, Saving, Subject, Unusable, open_saved, saving


@dataclass(frozen=True, slots=True)
class Sight:
    """What a plan is drawn from."""

    source: Readable
    path: Path | None = None
    """The file of its observation, where there is one."""
    target: Altcraft | None = None
    """None where the target was not reached."""

    @property
    def saved_at(self) -> datetime | None:
        """When the observation was saved that is read; None where the target is."""
        return self.source.saved_at if isinstance(self.source, Saved) else None

    @property
    def latency(self) -> float | None:
        """How many seconds an answer took on average; None where nothing was asked."""
        return self.target.latency if self.target is not None else None

    def close(self, heard: Callable[[int], None]) -> tuple[Diagnostic, ...]:
        """Read to the end what is to be saved; tells what people should know of it. Raises `Denied`."""
        if not isinstance(self.source, Saving):
            return ()
        broken = self.source.finish(heard)
        if not broken:
            return ()
        advice = "only a whole list is kept; run it again"
        return (warning(f"{self.path} was not written: {broken}", advice=advice),)


@contextmanager
def sighted(opened: Opened, path: Path | None, declared: Declared, watch: Watch) -> Iterator[Sight]:
    """Open what a plan is drawn from: the target, or the file of an observation where that exists.

    Where the file does not exist the target is read, and what was seen is written into it. Stops with 64 for
    a file that is of no use, with 1 for one that cannot be written.
    """
    if path is None:
        with opened.reading(watch) as target:
            yield Sight(target, target=target)
        return
    chosen = opened.chosen
    if chosen.shape.observe is Observe.GET_STATUS:
        raise Misused(
            f"--observation keeps the list of orders, and target {chosen.target.name} is not read by it",
            "plan without --observation, or with `observe: list`",
        )
    manifests = declared.stated
    subject = Subject(chosen.target, manifests.orders, manifests.catalogue, chosen.terms, KINDS.order)
    with ExitStack() as stack:
        if path.exists():
            yield Sight(_opened(stack, path, subject), path)
            return
        target = stack.enter_context(opened.reading(watch))
        yield Sight(_written(stack, path, target, subject), path, target)


def from_saved(plan: Plan, saved_at: datetime | None) -> Plan:
    """Mark a plan as drawn from a saved observation.

    What its imports would send is not all in the file, and nobody may approve it: so it has no digest of it.
    """
    if saved_at is None:
        return plan
    steps = packed(plan.steps)
    others = (
        replace(step, body="") if isinstance(step, Create | UpdateOrder) else step for step in steps.others
    )
    return replace(plan, steps=Steps(others, steps.lines), saved_at=saved_at)


def _opened(stack: ExitStack, path: Path, subject: Subject) -> Saved:
    try:
        return stack.enter_context(open_saved(path, subject))
    except Unusable as refused:
        said = error(f"{path} is of no use as an observation: {refused}", advice=refused.advice)
        raise Stop(codes.USAGE, (said,)) from None
    except OSError as fault:
        raise Stop(codes.USAGE, (error(f"{path} cannot be read: {fault.strerror}"),)) from None


def _written(stack: ExitStack, path: Path, source: Readable, subject: Subject) -> Saving:
    try:
        return stack.enter_context(saving(path, source, subject, utc_now()))
    except OSError as fault:
        said = error(f"{path} cannot be written: {fault.strerror}", advice="name another file")
        raise Stop(codes.ERROR, (said,)) from None
