"""Interrupts: the first Ctrl-C or SIGTERM lets what is in flight finish, the second ends at once."""

from __future__ import annotations

import signal
from threading import Event
from types import FrameType
from typing import Self

import click

from reconciler.cli import codes


class Interrupts:
    """Catches signals while its block lasts; one that comes before the first write ends the command."""

    def __init__(self) -> None:
        self.stop = Event()
        self.received = 0
        self.writing = False
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave is what it takes

    @property
    def exit_code(self) -> int | None:
        """The contract's exit code for the signal that came, None when none did."""
        if not self.received:
            return None
        return codes.TERMINATED if self.received == signal.SIGTERM else codes.INTERRUPTED

    def _receive(self, number: int, _: FrameType | None) -> None:
        first = not self.received
        self.received = number
        self.stop.set()
        if not self.writing or not first:
            raise KeyboardInterrupt
        click.echo(
            "\nStopping: nothing new is sent, what is in flight is finished. Once more ends at once.",
            err=True,
        )
