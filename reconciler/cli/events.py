"""Events: a file to which every happening of an apply is appended as a line of JSON, at once.

Each line is one unbuffered write, so there is nothing to flush and no lock to take: a signal's handler may
write too. A file that cannot be written any more is told once and does not stop what is being sent.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from reconciler.cli.options import option
from reconciler.model.change import Pending
from reconciler.model.diagnostic import error
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.project import codes
from reconciler.project.stop import Stop
from reconciler.version import __version__


@dataclass(slots=True)
class Events:
    """The file of events, or none. Its methods may be called from several threads."""

    descriptor: int | None = None
    path: str = ""
    warn: Callable[[str], None] = lambda _: None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    run: int | None = None
    _told: dict[str, Outcome] = field(default_factory=dict)
    """The outcome that was last written of each address."""

    def started(self, run: int, plan: Plan) -> None:
        """Tell that a run begins."""
        from reconciler.reports.json.events import started_data

        self.run = run
        self._tell("started", lambda: started_data(plan, __version__))

    def intended(self, steps: Sequence[Pending]) -> None:
        """Tell that a request is on record and about to leave."""
        from reconciler.reports.json.events import intended_data

        self._tell("intended", lambda: intended_data(steps))

    def outcome(self, outcome: Outcome) -> None:
        """Tell what became of a change."""
        from reconciler.reports.json.events import outcome_data

        if self.descriptor is not None:
            self._told[str(outcome.address)] = outcome
            self._tell("outcome", lambda: outcome_data(outcome))

    def waiting(self, message: str) -> None:
        """Tell that the run waits, and why."""
        self._tell("waiting", lambda: {"message": message})

    def stopping(self, reason: str) -> None:
        """Tell that nothing new is sent."""
        self._tell("stopping", lambda: {"reason": reason})

    def ended(
        self,
        outcomes: Sequence[Outcome],
        exit_code: int,
        summary: Mapping[str, int],
        next_commands: Sequence[str],
    ) -> None:
        """Tell the end, and first what became otherwise than it was told, or was not told yet."""
        for outcome in outcomes if self.descriptor is not None else ():
            if self._told.get(str(outcome.address)) != outcome:
                self.outcome(outcome)
        self._tell(
            "ended", lambda: {"exit_code": exit_code, "summary": dict(summary), "next": list(next_commands)}
        )

    def _tell(self, event: str, data: Callable[[], Mapping[str, Any]]) -> None:
        if self.descriptor is None:
            return
        from reconciler.reports.json.events import line

        rest = line(event, self.now(), self.run, data())
        try:
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
        except OSError as fault:
            self.descriptor = None
            self.warn(f"warning: {self.path} is not written any more: {fault.strerror}; the run goes on")


def _named(context: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
    """Refuse the dash: stdout belongs to the report, and two writers would tear each other's lines."""
    if path == "-":
        raise click.BadParameter(
            "stdout is the report's; name a file, or /dev/stderr", ctx=context, param=parameter
        )
    return path


events_option = option(
    "--events",
    metavar="FILE",
    callback=_named,
    help="Append what happens to a file, a line of JSON each, at once.",
)


@contextmanager
def events_to(path: str | None, warn: Callable[[str], None]) -> Iterator[Events]:
    """Open a file of events for as long as the block lasts; without a path nothing is written anywhere.

    Raises `Stop` for a file that cannot be opened: better now than after a write was sent.
    """
    if path is None:
        yield Events()
        return
    try:
        descriptor = os.open(Path(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as fault:
        problem = error(
            f"{path} cannot be written: {fault.strerror}", advice="name another path after --events"
        )
        raise Stop(codes.ERROR, (problem,)) from None
    try:
        yield Events(descriptor, path, warn)
    finally:
        os.close(descriptor)
