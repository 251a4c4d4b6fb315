"""Aside: threads that block in the place of an event loop, as many as block at once.

One that has done its work waits for more, for to start a thread takes longer than most of what is done in
one. They are daemons: a program that must end waits for none of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")
Job = Callable[[], None]


class Aside:
    """Does what blocks. Asked from one thread, on a loop or on several one after another."""

    def __init__(self) -> None:
        """Begin without a thread."""
        self._idle: list[SimpleQueue[Job | None]] = []
        self._closed = False

    async def do(self, work: Callable[[], ResultT]) -> ResultT:
        """Do it in a thread, and give its result or raise what it raised."""
        loop = asyncio.get_running_loop()
        come: asyncio.Future[ResultT] = loop.create_future()

        def job() -> None:
            say: Callable[[Any], None]
            what: Any
            try:
                say, what = come.set_result, work()
            except BaseException as fault:  # noqa: BLE001  handed to who waits
                say, what = come.set_exception, fault
            with suppress(RuntimeError):  # nobody waits any more: the loop has ended
                loop.call_soon_threadsafe(tell, come, say, what)

        (self._waiting() or self._another()).put(job)
        return await come

    def close(self) -> None:
        """Let the threads end; one that blocks ends when it has done its work. May be called anywhere."""
        self._closed = True
        while (jobs := self._waiting()) is not None:
            jobs.put(None)

    def _waiting(self) -> SimpleQueue[Job | None] | None:
        """Give what a thread that has nothing to do gets its work from, None where there is none."""
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _another(self) -> SimpleQueue[Job | None]:
        jobs: SimpleQueue[Job | None] = SimpleQueue()
        Thread(target=self._live, args=(jobs,), name="aside", daemon=True).start()
        return jobs

    def _live(self, jobs: SimpleQueue[Job | None]) -> None:
        while (job := jobs.get()) is not None:
            job()
            self._idle.append(jobs)
            if self._closed:
                self.close()


def tell(come: asyncio.Future[Any], say: Callable[[Any], None], what: Any) -> None:
    """Say what has come of something, unless that is settled already."""
    if not come.done():
        say(what)
