"""Aside: one piece of reading that goes on in a thread of its own while something else is done.

Only for what may be given up at any moment: who leaves the block early does not wait for it, and what it
comes to then is nobody's. So nothing is ever written aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Generic, TypeVar

FoundT = TypeVar("FoundT")


class Forsaken(Exception):
    """Nobody waits for the result any more."""


class Reading(Generic[FoundT]):
    """What is being read aside."""

    def __init__(self, work: Callable[[Callable[[], None]], FoundT]) -> None:
        """Begin at once. `work` is given what it is to call now and then: it raises when nobody waits."""
        self._work = work
        self._forsaken = Event()
        self._found: list[FoundT] = []
        self._fault: BaseException | None = None
        self._thread = Thread(target=self._live, name="reading aside", daemon=True)
        self._thread.start()

    def result(self) -> FoundT:
        """Wait for it; gives what it gave, or raises what it raised."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        return self._found[0]

    def forsake(self) -> None:
        """Let it end when it can, and wait for nothing."""
        self._forsaken.set()

    def _live(self) -> None:
        try:
            self._found.append(self._work(self._go_on))
        except BaseException as fault:  # noqa: BLE001 - raised again where it is waited for
            self._fault = fault

    def _go_on(self) -> None:
        if self._forsaken.is_set():
            raise Forsaken


@contextmanager
def aside(work: Callable[[Callable[[], None]], FoundT]) -> Iterator[Reading[FoundT]]:
    """Read something aside while the block lasts."""
    reading = Reading(work)
    try:
        yield reading
    finally:
        reading.forsake()
