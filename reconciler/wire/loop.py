"""Loop: one event loop on a thread of its own, on which plain threads run what is asynchronous.

Its main task lives until `close`, so that libraries which keep worker threads for as long as a main task
lives (anyio does) keep them from one call to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from threading import Event, Thread
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


class Loop:
    """An event loop in the background. A daemon: a program that forgets to close it still ends."""

    def __init__(self) -> None:
        self._stands = Event()
        self._thread = Thread(target=self._live, name="in-process server", daemon=True)
        self._thread.start()
        self._stands.wait()

    def run(self, work: Coroutine[Any, Any, ResultT], seconds: float) -> ResultT:
        """Run a coroutine and give its result, or raise what it raised, TimeoutError when it takes too long.

        May be called from any thread but the loop's own.
        """
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), self._loop).result()

    def close(self) -> None:
        """Cancel what still runs and end the thread; a second call does nothing."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()

    def _live(self) -> None:
        asyncio.run(self._until_closed())

    async def _until_closed(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._stands.set()
        await self._over.wait()
