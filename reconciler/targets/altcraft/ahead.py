"""Ahead: something is on its way while the caller does something else."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

AskedT = TypeVar("AskedT")
AnswerT = TypeVar("AnswerT")


class Ahead(Generic[AskedT, AnswerT]):
    """Does one thing at a time, in a thread of its own, which begins with the first.

    A daemon: nobody waits for a request of which nobody wants the answer any more.
    """

    def __init__(self, work: Callable[[AskedT], AnswerT]) -> None:
        """Take what is to be done."""
        self._work = work
        self._asked: SimpleQueue[tuple[AskedT] | None] = SimpleQueue()
        self._ended: SimpleQueue[tuple[AnswerT] | BaseException] = SimpleQueue()
        self._thread: Thread | None = None

    def begin(self, asked: AskedT) -> None:
        """Begin with something; its `end` has to be waited for before the next."""
        if self._thread is None:
            self._thread = Thread(target=self._live, name="next page", daemon=True)
            self._thread.start()
        self._asked.put((asked,))

    def end(self) -> AnswerT:
        """Wait for what was begun; gives what it gave, or raises what it raised."""
        ended = self._ended.get()
        if isinstance(ended, BaseException):
            raise ended
        return ended[0]

    def close(self) -> None:
        """Begin nothing any more, and wait for nothing."""
        self._asked.put(None)

    def _live(self) -> None:
        while (asked := self._asked.get()) is not None:
            try:
                self._ended.put((self._work(*asked),))
            except BaseException as fault:  # noqa: BLE001 - raised again where it is waited for
                self._ended.put(fault)
