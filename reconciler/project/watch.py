"""Watch: what is told while work goes on, and how it is asked to end.

A class to derive from: by itself it says nothing and is never asked to end. Its methods may be called from
several threads, and what they raise ends the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event

from reconciler.model.approval import Narrowed
from reconciler.model.change import Pending
from reconciler.model.lease import Holder
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan


class Watch:
    """Hears of everything that a caller may want to show. One watches one piece of work at a time.

    `stop` is set when nothing new is to be sent.
    """

    def __init__(self) -> None:
        self.stop = Event()

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds, or until the work is to end."""
        self.stop.wait(seconds)

    @property
    def exit_code(self) -> int | None:
        """The exit code of what ended the work from outside, 130 or 143; None when nothing did."""
        return None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Surround the time in which the target, or what stands for it, is reached."""
        yield

    # ------------------------------------------------------------ what is told

    def read(self, orders: int) -> None:
        """Tell that so many orders were read so far."""

    def waiting(self, message: str) -> None:
        """Tell that the work waits, and why."""

    def warning(self, message: str) -> None:
        """Tell what must not be missed, such as a lease that was lost."""

    def kept_out(self, holder: Holder) -> None:
        """Tell who holds the account that is waited for; called about once a second."""

    def writing(self) -> None:
        """Tell that the first write is about to leave: from here on the end has to be an orderly one."""

    def started(self, run: int, plan: Plan) -> None:
        """Tell that a run begins, and what it will send."""

    def intended(self, steps: Sequence[Pending]) -> None:
        """Tell that a request is on record and about to leave."""

    def ended(self, outcome: Outcome) -> None:
        """Tell what became of one change."""

    def looking(self, orders: int) -> None:
        """Tell that so many orders were read to see again what is left to be sent."""

    def looked(self, found: Narrowed) -> None:
        """Tell that what is left was observed again, and what came of it."""

    def stopping(self, reason: str) -> None:
        """Tell that nothing new is sent, and why."""

    def written(self) -> None:
        """Tell that nothing is in flight any more: all that is left is the report."""
