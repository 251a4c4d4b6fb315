"""Interrupts: the first Ctrl-C or SIGTERM lets what is in flight finish, the second ends at once.

A terminal that is closed (SIGHUP) counts as SIGTERM, unless whoever started the program wants it ignored, as
`nohup` does.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from types import FrameType
from typing import Final, Self

from reconciler.project import codes

_STDERR: Final = 2
_STOPPING: Final = (
    b"\nStopping: nothing new is sent, what is in flight is finished. Once more ends at once.\n"
)


class Interrupted(KeyboardInterrupt):
    """A signal ended what was going on. `exit_code` is the contract's for that signal."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class Interrupts:
    """Catches signals while its block lasts.

    Before the first write a signal ends the command; while it writes the first one only stops new writes;
    once it has written, the report is all that is left, and a signal does not keep it from being written.
    """

    def __init__(self) -> None:
        self.stop = Event()
        self.received = 0
        self.writing = False
        self.written = False
        self.heard: Callable[[str], None] = lambda _: None
        """Told the name of the first signal while it writes; from its handler, so it may take no lock."""
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue
            self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave is what it takes

    @property
    def exit_code(self) -> int | None:
        """The contract's exit code for the first signal that came, None when none did."""
        if not self.received:
            return None
        return codes.INTERRUPTED if self.received == signal.SIGINT else codes.TERMINATED

    def _receive(self, number: int, _: FrameType | None) -> None:
        if self.written:
            return
        first = not self.received
        self.received = self.received or number
        self.stop.set()
        if not self.writing or not first:
            self.written = self.writing
            raise Interrupted(self.exit_code or codes.INTERRUPTED)
        with suppress(OSError):
            os.write(_STDERR, _STOPPING)  # what it interrupted may be in the middle of sys.stderr
        self.heard(signal.Signals(number).name)
