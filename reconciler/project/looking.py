"""Looking: what was lost is looked into while the manifests are read.

What was said of a line stands in the journal, so what to ask the target is known as soon as the state is
open. What the manifests say of lost definitions and imports does not: there they are read first. Reading
needs no mandate, and nothing is put on record before the manifests are known to be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from reconciler.model.address import ORDER_LINE, Address
from reconciler.model.manifest import Manifests
from reconciler.model.outcome import Lost, Outcome
from reconciler.model.record import Unsettled
from reconciler.model.settlement import Assumption
from reconciler.pipeline import Declared, Question
from reconciler.ports import Broken, Denied
from reconciler.project.aside import aside
from reconciler.project.audience import Audience
from reconciler.project.opened import Opened
from reconciler.project.settling import Settled, look_into
from reconciler.project.stop import Stop
from reconciler.project.watch import Watch
from reconciler.store import StoreError, WritableStore


@dataclass(slots=True)
class Wanted:
    """The manifests, read when they are first needed. What is wrong with them goes before all else."""

    opened: Opened
    _read: Declared | None = None

    def declared(self) -> Declared:
        """Give them; raises `Stop` with everything that is wrong with them."""
        if self._read is None:
            self._read = self.opened.declared()
        return self._read

    @property
    def manifests(self) -> Manifests:
        """What they say as far as they were read: nothing before that."""
        return self._read.manifests if self._read is not None else Manifests()

    @contextmanager
    def going_first(self) -> Iterator[None]:
        """Let what is wrong with them be told instead of what stops the block."""
        try:
            yield
        except (Stop, Denied, Broken, StoreError):
            self.declared()
            raise


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was lost, and where it is on record."""

    store: WritableStore
    unsettled: Mapping[Address, Unsettled]
    assumptions: Sequence[Assumption]

    @property
    def is_of_lines(self) -> bool:
        """Tell whether it is all of lines: of those the journal knows all that was said."""
        return all(where.kind == ORDER_LINE for where in self.unsettled)

    def outcomes(self) -> Sequence[Outcome]:
        """Give what is lost, as outcomes."""
        return [Lost(where, str(lost), lost.wanted) for where, lost in self.unsettled.items()]


def looked_into(
    lost: Lookup, wanted: Wanted, question: Question, watch: Watch, audience: Audience
) -> Settled:
    """Look into what was lost while the manifests are read.

    Raises `Stop` for manifests that are wrong, whatever the target said; then `Denied` and `Broken`.
    """
    with ExitStack() as opened:
        with wanted.going_first():
            reached = opened.enter_context(wanted.opened.writing(watch))
        if not lost.is_of_lines:
            wanted.declared()
        known = wanted.manifests

        def look(go_on: Callable[[], None]) -> Settled:
            def heard(orders: int) -> None:
                go_on()
                question.heard(orders)

            asked = replace(question, heard=heard)
            return look_into(known, asked, reached, lost.store, lost.unsettled, lost.assumptions)

        with aside(look) as looking:
            manifests = wanted.declared().manifests
            audience.known(lost.outcomes())
            return replace(looking.result(), manifests=manifests)
