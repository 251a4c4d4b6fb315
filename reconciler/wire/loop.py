"""Loop: one event loop on a thread of its own, on which plain threads run what is asynchronous.

Its main task lives until `close`, so that libraries which keep worker threads for as long as a main task
lives (anyio does) keep them from one call to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from threading import Event, Lock, Thread
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


class Loop:
    """An event loop in the background. A daemon: a program that forgets to close it still ends."""

    def __init__(self) -> None:
        self._stands = Event()
        self._lock = Lock()
        self._closed = False
        self._pending: set[Future[Any]] = set()
        self._thread = Thread(target=self._live, name="in-process server", daemon=True)
        self._thread.start()
        self._stands.wait()

    def run(self, work: Coroutine[Any, Any, ResultT], seconds: float) -> ResultT:
        """Run a coroutine and give its result, or raise what it raised, TimeoutError when it takes too long.

        May be called from any thread but the loop's own. Raises ConnectionError once the loop is closed, also
        for what was under way then.
        """
        with self._lock:
            if self._closed:
                work.close()
                raise ConnectionError("the loop is closed")
            running = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), self._loop)
            self._pending.add(running)
        try:
            return running.result()
        except CancelledError:
            raise ConnectionError("the loop was closed meanwhile") from None
        finally:
            self._pending.discard(running)

    def close(self) -> None:
        """Cancel what still runs and end the thread; a second call does nothing."""
        with self._lock:
            self._closed = True
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()
        for each in tuple(self._pending):  # what the loop took up too late to cancel it
            each.cancel()

    def _live(self) -> None:
        asyncio.run(self._until_closed())

    async def _until_closed(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._stands.set()
        await self._over.wait()
