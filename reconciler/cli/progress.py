"""Progress: a bar on a terminal, plain lines with a heartbeat elsewhere. Always on stderr."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Final, Literal, TextIO

from reconciler.cli.console import Console
from reconciler.model.approval import Narrowed
from reconciler.model.outcome import Outcome, word
from reconciler.reports.text.lasting import going

HEARTBEAT: Final = 10.0
"""Seconds between two plain lines."""


class Progress:
    """Tells how far a run is: what was read, then what became of the changes, the rate and the time left.

    Its methods may be called from several threads.
    """

    def __init__(
        self,
        console: Console,
        bar: Any = None,
        clock: Callable[[], float] = monotonic,
        heard: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Tell it on a console, with a bar of rich's where there is one; `heard` is told of every wait."""
        self._console = console
        self._bar = bar
        self._heard = heard
        self._clock = clock
        self._lock = Lock()
        self._counted: Counter[str] = Counter()
        self._read = self._total = 0
        self._sending = False
        self._looked: int | None = None
        self._began = self._told = clock()
        self._task: Any = bar.add_task("reading", total=None) if bar is not None else None

    def read(self, orders: int) -> None:
        """Tell that so many orders were read."""
        self._read = orders
        self._show()

    def begin(self, total: int) -> None:
        """Tell that so many changes are about to be sent."""
        self._total, self._sending = total, True
        self._began = self._told = self._clock()
        if self._bar is not None:
            self._bar.update(self._task, description="sending", total=total)

    def looking(self, orders: int) -> None:
        """Tell that so many orders were read to see again what is left to be sent."""
        if self._looked is None:
            self.waiting("it has been a while: what is left is observed again")
        self._looked = orders
        self._show()

    def looked(self, found: Narrowed) -> None:
        """Tell that what is left was observed again, and what came of it."""
        self._looked = None
        self._total -= len(found.converged)
        moved, already = len(found.moved), len(found.converged)
        self.waiting(f"observed again: {moved:,} moved, {already:,} already so, {len(found.steps):,} go on")

    def ended(self, outcome: Outcome) -> None:
        """Tell that one change has its outcome."""
        with self._lock:
            self._looked = None
            self._counted[word(outcome)] += 1
        self._show()

    def waiting(self, message: str) -> None:
        """Tell that the run waits, and why."""
        self._heard(message)
        if self._console.quiet:
            return
        if self._bar is not None:
            self._bar.console.print(message, markup=False, highlight=False)
        else:
            self._console.say(message)

    def beat(self) -> None:
        """Say again how far it is when nothing was said for a while, for a run that waits looks dead."""
        if self._is_due():
            self._console.say(self.text())

    def text(self) -> str:
        """Say how far it is."""
        with self._lock:
            counted = dict(self._counted)
        if not self._sending:
            return f"{self._read:,} orders read"
        if self._looked is not None:
            return f"observing again what is left: {self._looked:,} orders read"
        done = sum(counted.values())
        parts = [f"{done:,} of {self._total:,} changes"]
        if counted:
            parts.append(": " + ", ".join(f"{count:,} {name}" for name, count in counted.items()))
        if done >= self._total:
            return "".join([*parts, "; reading again what was written"])
        pace = going(done, self._total, self._clock() - self._began)
        return "".join([*parts, f"; {pace}" if pace else ""])

    def _show(self) -> None:
        if self._bar is not None:
            done = self._counted.total() if self._sending else self._read
            self._bar.update(self._task, description=self.text(), completed=done)
        else:
            self.beat()

    def _is_due(self) -> bool:
        with self._lock:
            now = self._clock()
            due = now - self._told >= HEARTBEAT
            if due:
                self._told = now
        return due


@contextmanager
def progress(console: Console, heard: Callable[[str], None] = lambda _: None) -> Iterator[Progress]:
    """Show progress for as long as the block lasts; the bar leaves nothing behind.

    `heard` is told of every wait.
    """
    if console.quiet:
        yield Progress(console, heard=heard)
        return
    if not sys.stderr.isatty():
        with _beating(Progress(console, heard=heard)) as shown:
            yield shown
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (
        SpinnerColumn(),
        BarColumn(bar_width=20),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    to: Any = _Forgiving(sys.stderr)
    colours: Literal["auto"] | None = "auto" if console.colours_aside else None
    with RichProgress(*columns, console=RichConsole(file=to, color_system=colours), transient=True) as bar:
        yield Progress(console, bar, heard=heard)


@contextmanager
def _beating(shown: Progress) -> Iterator[Progress]:
    over = Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT):
            shown.beat()

    thread = Thread(target=beat, name="progress", daemon=True)
    thread.start()
    try:
        yield shown
    finally:
        over.set()
        thread.join()


class _Forgiving:
    """A terminal that may be closed meanwhile: what is written then is dropped, and the run goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
