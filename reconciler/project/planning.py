"""Planning: a plan is drawn for somebody to look at. Reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

from reconciler.model.change import Pending
from reconciler.model.diagnostic import Diagnostic, has_errors, warning
from reconciler.model.plan import Kept, Plan, Requests
from reconciler.model.room import MEMORY, Room
from reconciler.pipeline import draw
from reconciler.project import codes
from reconciler.project.asking import Asking, question_of
from reconciler.project.files import write_text
from reconciler.project.guards import passing_state
from reconciler.project.observing import from_saved, sighted
from reconciler.project.opened import Opened
from reconciler.project.watch import Watch
from reconciler.reports.json import plan_document, plan_pieces
from reconciler.reports.shown.fixed import summary_line
from reconciler.reports.shown.sizes import COMMENT
from reconciler.reports.text import drift_text, plan_text
from reconciler.reports.text.style import Paint, plain
from reconciler.version import __version__


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what keeps it from being applied."""

    plan: Plan
    breaches: tuple[Diagnostic, ...] = ()
    """Limits that it exceeds, and what another project holds; they stand in the plan's diagnostics too."""
    latency: float | None = None
    """Seconds that a reading request took."""

    def exit_code(self, *, detailed: bool = False) -> int:
        """Judge it; `detailed` tells changes that are pending, or withheld, by exit code 2."""
        if self.breaches:
            return codes.REFUSED
        if has_errors(self.plan.diagnostics):
            return codes.ERROR
        pending = not self.plan.empty or self.plan.unacknowledged
        return codes.PENDING if detailed and pending else codes.DONE

    @property
    def line(self) -> str:
        """The fixed line: `Plan: 1 to create, …` (contract, section 6.2)."""
        return summary_line(self.plan)

    @property
    def steps(self) -> Sequence[Pending]:
        """What an apply would send, in its order."""
        return self.plan.steps

    def text(self, paint: Paint = plain, *, verbose: bool = False) -> str:
        """Give it for people; with `verbose` everything is listed."""
        shown = drift_text if self.plan.drift_only else plan_text
        return shown(self.plan, paint, verbose=verbose)

    def document(self, exit_code: int | None = None) -> dict[str, Any]:
        """Give it as the JSON data of the contract, section 6.2: what `apply` takes.

        `exit_code` is what stands in it, where another is meant than that of the plan.
        """
        code = self.exit_code() if exit_code is None else exit_code
        return plan_document(self.plan, exit_code=code, tool_version=__version__)

    def json(self, exit_code: int | None = None) -> Iterator[str]:
        """Give the same as text, in pieces, without ever holding all of it."""
        code = self.exit_code() if exit_code is None else exit_code
        return plan_pieces(self.plan, exit_code=code, tool_version=__version__)

    def markdown(self, limit: int = COMMENT) -> str:
        """Give it as Markdown of at most `limit` bytes."""
        from reconciler.reports.markdown import plan_markdown

        return plan_markdown(self.plan, limit=limit, drift_only=self.plan.drift_only)

    def html(self) -> Iterator[str]:
        """Give it as one self-contained page, in pieces."""
        from reconciler.reports.html import plan_page

        return plan_page(self.plan, tool_version=__version__, drift_only=self.plan.drift_only)

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to a file that `apply` takes, here or in another process: whole or not at all.

        Raises OSError.
        """
        write_text(Path(path), self.json())

    @property
    def drift_alone(self) -> Planned:
        """The same without what would be done: only what was changed outside."""
        bare = replace(self.plan, steps=(), withheld=(), kept=Kept(), requests=Requests(), drift_only=True)
        return replace(self, plan=bare)


def plan(opened: Opened, asking: Asking, watch: Watch) -> Planned:
    """Observe the target and draw a plan.

    Raises `Stop` for manifests that are wrong, `Denied`, `Broken` for a target that cannot be read, and
    `StoreError`.
    """
    with _room(asking.memory_limit) as room:
        declared = opened.declared(room)
        with sighted(opened, asking.observation, declared, watch) as sight:
            question = replace(question_of(opened, asking, watch), remembers=False, room=room)
            drawn = draw(declared, question, sight.source, opened.record())
            remarks = sight.close(watch.read)
    found = (*drawn.plan.diagnostics, *drawn.breaches, *remarks, *_warnings(opened))
    judged = from_saved(replace(drawn.plan, diagnostics=found), sight.saved_at)
    return Planned(judged, drawn.breaches, sight.latency)


def _room(limit: int | None) -> AbstractContextManager[Room]:
    """Open a room of so many bytes, with a file in the temporary folder; None: all memory there is."""
    if limit is None:
        return nullcontext(MEMORY)
    from reconciler.spill import disk

    return disk(limit)


def _warnings(opened: Opened) -> tuple[Diagnostic, ...]:
    """Warn of a state that will be gone with this CI job: an apply would be refused."""
    found = passing_state(opened.chosen, opened.environment)
    return tuple(warning(each.summary, advice=f"an apply here is refused: {each.advice}") for each in found)
