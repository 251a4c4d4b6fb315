"""Progress: a bar on a terminal, plain lines with a heartbeat elsewhere. Always on stderr."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Any, Final

from reconciler.cli.console import Console
from reconciler.model.outcome import Outcome, word

HEARTBEAT: Final = 10.0
"""Seconds between two plain lines of one kind."""


class Progress:
    """Tells how far a run is. Its methods may be called from several threads."""

    def __init__(self, console: Console, bar: Any = None) -> None:
        self._console = console
        self._bar = bar
        self._task: Any = None
        self._last = monotonic()
        self._counted: Counter[str] = Counter()
        self._total = 0
        self._lock = Lock()

    def read(self, orders: int) -> None:
        """Tell that so many orders were read."""
        self._tell(f"{orders:,} orders read", completed=orders)

    def begin(self, total: int) -> None:
        """Tell that so many changes are about to be sent."""
        self._total = total
        self._last = monotonic()
        if self._bar is not None:
            self._task = self._bar.add_task("sending", total=total)

    def ended(self, outcome: Outcome) -> None:
        """Tell that one change has its outcome."""
        with self._lock:
            self._counted[word(outcome)] += 1
            done = self._counted.total()
            counts = ", ".join(f"{count:,} {name}" for name, count in self._counted.items())
        self._tell(f"{done:,} of {self._total:,} changes: {counts}", completed=done)

    def waiting(self, message: str) -> None:
        """Tell that the run waits, and why."""
        if not self._console.quiet:
            if self._bar is not None:
                self._bar.console.print(message, markup=False, highlight=False)
            else:
                self._console.say(message)

    def _tell(self, text: str, *, completed: int) -> None:
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task("reading", total=None)
            self._bar.update(self._task, description=text, completed=completed)
            return
        now = monotonic()
        if now - self._last >= HEARTBEAT:
            self._last = now
            self._console.say(text)


@contextmanager
def progress(console: Console) -> Iterator[Progress]:
    """Show progress for as long as the block lasts; the bar leaves nothing behind."""
    if console.quiet or not sys.stderr.isatty():
        yield Progress(console)
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
    )
    with RichProgress(*columns, console=RichConsole(stderr=True), transient=True) as bar:
        yield Progress(console, bar)
