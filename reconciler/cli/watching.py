"""Watching: work is shown on a terminal, written as events, and ended by signals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import click

from reconciler.cli.console import Console
from reconciler.cli.events import Events, events_to
from reconciler.cli.interrupts import Interrupts
from reconciler.cli.options import option, together
from reconciler.cli.progress import HEARTBEAT, Progress, progress
from reconciler.model.approval import Narrowed
from reconciler.model.change import Pending
from reconciler.model.lease import Holder
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.project.leasing import Patience
from reconciler.project.watch import Watch
from reconciler.reports.text.lease import holder_line
from reconciler.settings import Misused


class Shown(Watch):
    """Shows work on a console, with a bar for each stretch in which the target is reached."""

    def __init__(self, console: Console, interrupts: Interrupts, events: Events) -> None:
        super().__init__()
        self.stop = interrupts.stop
        self.events = events
        self._console = console
        self._interrupts = interrupts
        self._progress = Progress(console)
        self._beat = _every(HEARTBEAT)

    @property
    def exit_code(self) -> int | None:
        """The contract's exit code for the first signal that came."""
        return self._interrupts.exit_code

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Show a bar, or a heartbeat, while the block lasts."""
        with progress(self._console, self.events.waiting) as self._progress:
            yield

    def read(self, orders: int) -> None:
        """Show how many orders were read."""
        self._progress.read(orders)

    def waiting(self, message: str) -> None:
        """Show that the work waits, and why."""
        self._progress.waiting(message)

    def warning(self, message: str) -> None:
        """Tell what must not be missed."""
        self._console.warn(message)

    def kept_out(self, holder: Holder) -> None:
        """Tell now and then who is waited for."""
        if self._beat():
            self._console.say(f"waiting for {holder_line(holder)}")

    def writing(self) -> None:
        """From here on a signal lets what is in flight finish."""
        self._interrupts.writing = True

    def started(self, run: int, plan: Plan) -> None:
        """Show how much is to be sent."""
        self.events.started(run, plan)
        self._interrupts.heard = self._signalled
        self._progress.begin(len(plan.steps))

    def _signalled(self, signal: str) -> None:
        self.stopping(f"{signal}: a person or the system asked for it")

    def intended(self, steps: Sequence[Pending]) -> None:
        """Write down that a request is about to leave."""
        self.events.intended(steps)

    def ended(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self._progress.ended(outcome)
        self.events.outcome(outcome)

    def looking(self, orders: int) -> None:
        """Show how far a second look is."""
        self._progress.looking(orders)

    def looked(self, found: Narrowed) -> None:
        """Tell what a second look came to."""
        self._progress.looked(found)

    def stopping(self, reason: str) -> None:
        """Write down why nothing new is sent."""
        self.events.stopping(reason)

    def written(self) -> None:
        """From here on a signal does not keep the report from being written."""
        self._interrupts.written = True


@contextmanager
def watched(console: Console, events: str | None = None) -> Iterator[Shown]:
    """Show work and catch signals while the block lasts; `events` is the path of a file of events."""
    with Interrupts() as interrupts, events_to(events, console.warn) as told:
        yield Shown(console, interrupts, told)


def _every(seconds: float) -> Callable[[], bool]:
    """Give what is true at its first call, and then once in so many seconds."""
    from time import monotonic

    told: list[float] = []

    def due() -> bool:
        now = monotonic()
        if told and now - told[-1] < seconds:
            return False
        told[:] = [now]
        return True

    return due


# ------------------------------------------------------------------ an account that somebody else holds

lease_options = together(
    option(
        "--if-locked",
        type=click.Choice(["fail", "wait", "skip"]),
        help="When somebody else holds the account: fail (exit 7), wait, or skip (exit 0).  [default: fail]",
    ),
    option(
        "--lock-timeout",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="How long to wait for the account; for ever when left out.",
    ),
)


def patience_of(options: dict[str, Any]) -> Patience:
    """Read the options; a time-out alone means to wait. Raises `Misused`."""
    manner, seconds = options["if_locked"], options["lock_timeout"]
    if seconds is not None and manner in _IMPATIENT:
        raise Misused(
            f"--lock-timeout and --if-locked {manner} contradict each other",
            "a time-out goes with --if-locked wait",
        )
    return Patience(manner or ("fail" if seconds is None else "wait"), seconds)


_IMPATIENT: Final = frozenset(("fail", "skip"))
